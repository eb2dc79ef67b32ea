"""An app that is not subscribed to all that it needs to hear: the check-up says what to look at."""

from __future__ import annotations

from bot.checkup import Checkup
from bot.recording.history.reconciler import Reconciler
from sandbox.actors import Channel
from tests.history.conftest import Office

COMPARE = "Event Subscriptions を、`python app.py manifest` の bot_events と"


def listening(office: Office) -> Reconciler:
    """A reader beside which events may arrive."""
    return Reconciler(
        office.database, office.client, office.clock, lambda: None, on_unheard=lambda: None
    )


def an_hour_passes(office: Office, reader: Reconciler) -> None:
    office.later(hours=2)
    office.ticks()
    office.reads(reader)


def is_unheard(office: Office, channel: Channel, words: str) -> None:
    with office.slack.losing_events():
        office.author.posts(channel, words)


def advice(office: Office) -> list[str]:
    """What the check-up says of subscriptions."""
    checkup = Checkup(office.settings, office.database, office.client, office.clock)
    found = [one for one in checkup.database_findings() if COMPARE in one.text.ja]
    assert all(not one.ok and "Compare Event Subscriptions" in one.text.en for one in found)
    return [one.text.ja for one in found]


def test_messages_of_which_no_event_ever_comes(office: Office) -> None:
    channel, reader = office.channel("防災"), listening(office)
    office.later(minutes=5)
    assert advice(office) == []
    is_unheard(office, channel, "聞こえなかった投稿")
    an_hour_passes(office, reader)
    [said] = advice(office)
    assert "投稿や返信が1件あります" in said
    office.author.posts(channel, "つなぎ直したら聞こえた投稿")
    office.hears()
    assert advice(office) == [], "it was the connection"
    is_unheard(office, channel, "また聞こえなかった投稿")
    an_hour_passes(office, reader)
    [said] = advice(office)
    assert "投稿や返信が2件あります" in said
    office.later(days=8)
    assert advice(office) == []


def test_reactions_of_which_no_event_ever_comes(office: Office) -> None:
    channel, reader = office.channel("防災"), listening(office)
    office.later(minutes=5)
    post = office.author.posts(channel, "聞こえた投稿")
    office.hears()
    with office.slack.losing_events():
        office.reader.reacts(post, "tada")
    an_hour_passes(office, reader)
    [said] = advice(office)
    assert "リアクションの知らせが、Slackから1件も来ていません。1件は、" in said
    office.author.reacts(post, "bow")
    office.hears()
    assert advice(office) == []
    office.later(days=8)
    assert advice(office) == []
