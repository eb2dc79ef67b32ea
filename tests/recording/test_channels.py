"""Channels are followed: new names, archiving, new IDs, the bot's coming and going."""

from __future__ import annotations

import pytest

from models import Channel, project
from models.base import JsonObject
from tests.recording import payloads
from tests.recording.conftest import Recorder

EARLY, LATE = "1775433700.000000", "1775433800.000000"


def channel(recorder: Recorder, channel_id: str = payloads.CHANNEL) -> Channel:
    with recorder.database.read() as session:
        return session.get_one(Channel, (payloads.TEAM, channel_id))


def event(type_: str, at: str, **more: object) -> JsonObject:
    return payloads.envelope({"type": type_, "channel": payloads.CHANNEL, "event_ts": at, **more})


def renamed(name: str, at: str) -> JsonObject:
    return event("channel_rename", at, channel={"id": payloads.CHANNEL, "name": name})


@pytest.mark.parametrize("swapped", [False, True])
def test_the_last_name_counts(recorder: Recorder, *, swapped: bool) -> None:
    both = [renamed("防災", EARLY), renamed("防災dx", LATE)]
    recorder.take(*(reversed(both) if swapped else both))
    assert channel(recorder).name == "防災dx"


@pytest.mark.parametrize("swapped", [False, True])
def test_archived_and_back(recorder: Recorder, *, swapped: bool) -> None:
    both = [event("channel_archive", EARLY), event("channel_unarchive", LATE)]
    recorder.take(*(reversed(both) if swapped else both))
    assert not channel(recorder).is_archived
    recorder.take(event("channel_archive", "1775433900.000000"))
    assert channel(recorder).is_archived


def test_the_bot_is_invited_removed_and_invited_back(recorder: Recorder) -> None:
    recorder.take(event("member_joined_channel", EARLY, user=payloads.BOT_USER))
    assert channel(recorder).has_bot
    recorder.take(event("channel_left", LATE))
    assert not channel(recorder).has_bot
    recorder.take(event("member_joined_channel", "1775433900.000000", user=payloads.BOT_USER))
    assert channel(recorder).has_bot


def test_somebody_elses_coming_says_nothing_of_the_bot(recorder: Recorder) -> None:
    recorder.take(renamed("防災", EARLY), event("member_joined_channel", LATE, user="U1"))
    assert not channel(recorder).has_bot


def test_shared_with_others(recorder: Recorder) -> None:
    recorder.take(event("channel_shared", EARLY, connected_team_id="T9"))
    assert channel(recorder).is_shared
    recorder.take(event("channel_unshared", LATE, is_ext_shared=False))
    assert not channel(recorder).is_shared


def test_a_new_id_takes_everything_along(recorder: Recorder) -> None:
    new = "C0NEWID"
    recorder.take(
        payloads.message("前の投稿"),
        payloads.reaction("tada", event_ts="1775433601.000000"),
    )
    recorder.receive(
        payloads.envelope(
            {
                "type": "channel_id_changed",
                "old_channel_id": payloads.CHANNEL,
                "new_channel_id": new,
                "event_ts": "1775433650.000000",
            }
        ),
        payloads.message("新しいIDの投稿", ts="1775433660.000000", channel=new),
        payloads.changed("直しました", edited_ts="1775433670.000000", channel=new),
        payloads.message("遅れて届いた投稿", ts="1775433640.000000"),
    )
    recorder.apply()

    assert recorder.message() is None
    for ts in (payloads.TS, "1775433660.000000", "1775433640.000000"):
        moved = recorder.message(ts, new)
        assert moved is not None, ts
        assert moved.counted
    assert recorder.texts() == {"": "前の投稿", "1775433670.000000": "直しました"}
    assert recorder.reactions() == {("U0READER", "tada")}


def new_id(old: str, new: str, at: str = LATE) -> JsonObject:
    """Slack gave a channel another ID (docs.slack.dev/reference/events/channel_id_changed)."""
    return payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": old,
            "new_channel_id": new,
            "event_ts": at,
        }
    )


@pytest.mark.parametrize("swapped", [False, True])
def test_two_new_ids_in_a_row(recorder: Recorder, *, swapped: bool) -> None:
    recorder.take(payloads.message("前の投稿"))
    both = [new_id(payloads.CHANNEL, "C0SECOND", EARLY), new_id("C0SECOND", "C0THIRD", LATE)]
    recorder.take(*(reversed(both) if swapped else both))
    recorder.take(payloads.message("後の投稿", ts="1775433900.000100", channel="C0THIRD"))
    for ts in (payloads.TS, "1775433900.000100"):
        assert recorder.message(ts, "C0THIRD") is not None, ts


def test_a_new_id_that_was_registered_by_itself_before_the_news_came(recorder: Recorder) -> None:
    recorder.take(
        payloads.message("前の投稿", ts="1775433601.000100"),
        payloads.message("両方にある投稿"),
        payloads.reaction("tada", event_ts="1775433601.000000"),
        payloads.reaction("+1", event_ts="1775433601.000000"),
    )
    again = recorder.register("C0NEWID", name="防災（続き）")
    recorder.take(
        payloads.changed("直しました", edited_ts="1775433610.000000", channel="C0NEWID"),
        payloads.reaction("tada", event_ts="1775433602.000000", added=False, channel="C0NEWID"),
    )
    recorder.take(new_id(payloads.CHANNEL, "C0NEWID"))
    assert recorder.message() is None
    assert recorder.message("1775433601.000100", "C0NEWID") is not None
    assert recorder.texts() == {"1775433610.000000": "直しました"}
    assert recorder.reactions() == {("U0READER", "+1")}
    with recorder.database.read() as session:
        tied = project.of_channel(session, payloads.TEAM, "C0NEWID")
        assert tied is not None
        assert tied.id == again


def test_a_new_id_keeps_what_was_heard_of_it(recorder: Recorder) -> None:
    recorder.take(
        event("channel_archive", EARLY),
        payloads.envelope({"type": "channel_unarchive", "channel": "C0NEWID", "event_ts": LATE}),
        new_id(payloads.CHANNEL, "C0NEWID"),
    )
    assert not channel(recorder, "C0NEWID").is_archived


def test_a_new_id_that_is_not_named_is_acknowledged(recorder: Recorder) -> None:
    recorder.take(payloads.envelope({"type": "channel_id_changed", "event_ts": LATE}))
    [stored] = recorder.inbox()
    assert stored.payload is None


def test_a_name_that_no_database_takes(recorder: Recorder) -> None:
    recorder.take(renamed("防\ud83d災\0" + "x" * 300, LATE))
    assert channel(recorder).name == ("防\ufffd災\ufffd" + "x" * 300)[:255]


def test_a_new_id_that_is_told_twice_changes_nothing(recorder: Recorder) -> None:
    body = payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": payloads.CHANNEL,
            "new_channel_id": "C0NEWID",
            "event_ts": "1775433650.000000",
        }
    )
    recorder.take(body, payloads.message("投稿", channel="C0NEWID"), body)
    assert recorder.message(channel="C0NEWID") is not None
