"""What somebody asks for at the command line is read, whatever was in the way before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.recording.history.desk import ReconcileDesk
from tests.history.conftest import Office


def desk(office: Office) -> ReconcileDesk:
    return ReconcileDesk(office.database, office.client, office.settings, office.clock)


def asks(office: Office, since: str | None = None) -> bool:
    """Have everything read; says whether it could be."""
    errand = desk(office).ask(None, since)
    *_, last = desk(office).run(errand)
    assert last == errand.length
    return desk(office).outcome(errand)[1]


def test_what_was_refused_a_moment_ago_is_asked_for_again(office: Office) -> None:
    channel = office.channel("防災")
    office.author.posts(channel, "権限が足りないあいだの投稿")
    office.misses()
    office.later(hours=2)
    scopes = set(office.slack.installation.scopes)
    office.slack.grant(scopes - {"channels:history"})
    assert not asks(office)
    assert not asks(office), "nothing has changed"
    office.slack.grant(scopes)
    assert asks(office)
    assert office.texts(channel) == ["権限が足りないあいだの投稿"]


def test_a_day_that_is_still_to_come_can_not_be_read(office: Office) -> None:
    office.channel("防災")
    tomorrow = (office.now() + timedelta(days=1)).isoformat()
    with pytest.raises(UserError) as refused:
        asks(office, tomorrow)
    assert "今より前" in refused.value.text.ja


def test_what_lies_before_the_day_that_was_asked_for_stays_to_be_read(office: Office) -> None:
    channel = office.channel("防災")
    office.later(hours=5)
    with office.slack.losing_events():
        office.author.posts(channel, "まだ読まれていない投稿")
    office.later(hours=5)
    assert asks(office, (office.now() - timedelta(hours=1)).isoformat())
    assert office.texts(channel) == []
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["まだ読まれていない投稿"]
