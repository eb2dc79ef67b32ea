"""Each way in which news from Slack can be interrupted leads to reading, and is closed by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core import gaps as asking
from bot.recording import channels
from models import ProjectChannel
from models import gap as gaps
from models.gap import Cause
from models.message import MessageKind
from sandbox import Channel, Message
from tests.history.conftest import Office


def test_a_lost_connection(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "訓練をしました")
    office.hears()
    office.later(days=2)
    with office.database.write() as session:
        gap = gaps.open_(session, office.slack.team_id, None, Cause.DISCONNECTED, office.now())
    with office.slack.losing_events():
        office.author.edits(post, "訓練を2回しました")
        office.later(minutes=5)
        office.author.posts(channel, "片づけも終わりました")
    office.reads()
    assert office.texts(channel) == ["訓練をしました"], "it is not over yet"
    office.later(minutes=1)
    with office.database.write() as session:
        gaps.end(session, gap.id, office.now())
    office.reads()
    assert office.texts(channel) == ["訓練を2回しました", "片づけも終わりました"]
    (closed,) = office.gaps()
    assert closed.closed_at == office.now()
    assert (closed.messages, closed.reactions) == (2, 0)


@pytest.mark.parametrize("minute", [0, -1, 60, 9_999_999_999, 2**62])
def test_a_minute_that_can_not_be_meant(office: Office, minute: int) -> None:
    """The one that has just gone by is read; a gap that lies years ahead would never be closed."""
    now = office.now()
    with office.database.write() as session:
        asking.minute_was_limited(session, office.slack.team_id, minute, now)
    [gap] = office.gaps()
    assert (gap.began_at, gap.ended_at) == (now - timedelta(minutes=1), now)


def test_a_gap_that_turns_out_to_be_longer_is_read_again(office: Office) -> None:
    channel = office.channel("防災")
    with office.database.write() as session:
        gap = gaps.open_(session, office.slack.team_id, None, Cause.DEAF, office.now())
        again = gaps.open_(session, office.slack.team_id, None, Cause.DEAF, office.now())
        assert again.id == gap.id
    office.later(minutes=1)
    with office.database.write() as session:
        gaps.end(session, gap.id, office.now())
    office.later(minutes=1)
    office.reads()
    with office.slack.losing_events():
        office.author.posts(channel, "あとからの投稿")
    office.later(minutes=1)
    with office.database.write() as session:
        gaps.end(session, gap.id, office.now())
    office.later(minutes=1)
    office.reads()
    assert office.texts(channel) == ["あとからの投稿"]
    (closed,) = office.gaps()
    assert closed.closed_at is not None


def test_a_gap_that_becomes_longer_while_it_is_being_closed_stays_open(office: Office) -> None:
    """Whoever closes it has seen that it was read as far as it went."""
    minute, team_id = int(office.now().timestamp()), office.slack.team_id
    with office.database.write() as session:
        asking.minute_was_limited(session, team_id, minute, office.now())
    office.later(minutes=1, seconds=1)
    for does in (gaps.is_asked_for, gaps.close):
        with office.database.read() as session:
            [seen] = gaps.unread(session, team_id, office.now())
        minute += 60
        with office.database.write() as session:
            asking.minute_was_limited(session, team_id, minute, office.now())
        with office.database.write() as session:
            does(session, seen, office.now())
        [gap] = office.gaps()
        assert (gap.asked_at, gap.closed_at) == (None, None)
        office.later(minutes=1)


def test_events_that_slack_held_back(office: Office) -> None:
    channel = office.channel("防災")
    office.hears()
    office.later(hours=1, seconds=30)
    with office.slack.rate_limiting_events():
        office.author.posts(channel, "とても忙しい日の投稿")
        office.later(minutes=1)
    office.hears()
    office.hears_of(office.slack.deliveries[-1].payload)
    office.later(minutes=1)
    office.reads()
    assert office.texts(channel) == ["とても忙しい日の投稿"]
    (gap,) = office.gaps()
    assert gap.cause == Cause.RATE_LIMITED
    assert gap.ended_at is not None
    assert gap.ended_at - gap.began_at >= timedelta(minutes=1)
    assert gap.closed_at is not None


def test_a_minute_that_slack_limits_is_read_once_it_is_over(office: Office) -> None:
    """Slack says so when it begins to hold events back, and goes on until the minute is over."""
    channel = office.channel("防災")
    post = office.author.posts(channel, "前の投稿")
    office.hears()
    office.later(minutes=1, seconds=-office.now().second)
    minute = int(office.now().timestamp())
    office.later(seconds=5)
    office.slack.dispatcher.say_rate_limited(minute)
    office.hears()
    office.reads()
    office.later(seconds=20)
    with office.slack.losing_events():
        office.author.posts(channel, "とても忙しい日の投稿")
        office.reader.reacts(post, "tada")
    (gap,) = office.gaps()
    assert gap.closed_at is None, "it is not over yet"
    office.later(minutes=1)
    office.reads()
    assert office.texts(channel) == ["前の投稿", "とても忙しい日の投稿"]
    assert office.reactions(channel, post.ts) == {(office.reader.id, "tada")}
    (gap,) = office.gaps()
    assert gap.closed_at is not None


def test_the_bot_was_taken_out_and_is_invited_again(office: Office) -> None:
    channel = office.channel("防災", private=True)
    office.later(hours=2)
    office.hears()
    channel.removes(office.slack.bot)
    office.hears()
    office.later(days=1)
    office.author.posts(channel, "誰も聞いていないときの投稿")
    office.ticks()
    office.reads()
    mark = office.mark(channel)
    assert mark.error == "channel_not_found"
    assert mark.error_at is not None
    office.later(minutes=1)
    office.slack.invite_bot(channel)
    office.hears()
    office.later(minutes=1)
    office.reads()
    assert office.texts(channel) == ["誰も聞いていないときの投稿"]
    assert office.mark(channel).error is None
    (gap,) = office.gaps()
    assert gap.cause == Cause.INVITED
    assert gap.channel_id == channel.id
    assert gap.ended_at is not None
    assert gap.ended_at - gap.began_at == timedelta(days=1, minutes=1)
    assert gap.closed_at is not None


def test_what_it_missed_is_read_before_the_gap_is_closed(office: Office) -> None:
    channel = office.channel("防災", private=True)
    office.later(hours=2)
    office.hears()
    channel.removes(office.slack.bot)
    office.hears()
    office.later(days=1)
    for number in range(20):
        office.author.posts(channel, f"誰も聞いていない{number}")
    office.ticks()
    office.reads()
    office.slack.invite_bot(channel)
    office.hears()
    office.later(minutes=1)
    office.slack.throttled = True
    office.reads(steps=1)
    (gap,) = office.gaps()
    assert gap.closed_at is None
    for _ in range(3):
        office.later(minutes=2)
        office.reads()
    (gap,) = office.gaps()
    assert gap.closed_at is not None
    assert gap.messages == 20


def test_an_invitation_to_a_channel_of_nobodys_leads_to_nothing(office: Office) -> None:
    channel = office.slack.channel("雑談", members=office.people)
    office.author.posts(channel, "お昼に行きませんか")
    office.slack.invite_bot(channel)
    office.hears()
    office.later(days=1)
    office.ticks()
    office.reads()
    assert office.gaps() == []
    assert office.calls() == 0


def test_a_channel_that_gets_another_id_while_it_is_read(office: Office) -> None:
    channel = office.channel("防災", private=True)
    office.slack.throttled = True
    for number in range(20):
        office.author.posts(channel, f"投稿{number}")
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads(steps=1)
    before = office.mark(channel)
    assert before.run_at is not None
    old_id = channel.id
    channel.becomes_private_id()
    with office.database.write() as session:
        channels.follow_new_id(session, office.slack.team_id, old_id, channel.id, office.now())
    office.reads()
    office.later(minutes=16)
    office.reads()
    assert office.texts(channel) == [f"投稿{number}" for number in range(20)]
    assert office.mark(channel).error is None
    assert office.mark(channel).read_at is not None


def test_a_start_right_after_the_last_sign_of_life_is_read_and_is_no_gap(office: Office) -> None:
    channel = office.channel("防災")
    office.hears()
    office.ticks()
    with office.slack.losing_events():
        office.author.posts(channel, "入れ替えのあいだの投稿")
    office.later(minutes=1)
    office.starts()
    office.reads()
    assert office.texts(channel) == ["入れ替えのあいだの投稿"]
    assert office.gaps() == []


@pytest.mark.parametrize("hours", [1, 30])
def test_every_hour_and_every_night(office: Office, hours: int) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "訓練をしました")
    reply = office.reader.replies(post, "お疲れさまです")
    office.hears()
    office.later(minutes=59)
    office.ticks()
    office.reads()
    assert office.calls() == 0, "it has just been registered"
    office.later(hours=1)
    office.ticks()
    office.reads()
    with office.slack.losing_events():
        office.reader.edits(reply, "お疲れさまでした")
    office.later(hours=hours)
    office.ticks()
    office.ticks()
    office.reads()
    mark = office.mark(channel)
    assert (mark.swept_at is not None) == (hours == 30)
    assert (mark.run_messages == 1) == (hours == 30), "an edited reply is found at night"


def test_the_night_begins_at_three() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    three = datetime(2026, 4, 6, 3, 0, tzinfo=tokyo)
    assert asking.last_night(three, tokyo) == three
    assert asking.last_night(three - timedelta(minutes=1), tokyo) == three - timedelta(days=1)
    assert asking.last_night(three.astimezone(UTC) + timedelta(hours=20), tokyo) == three


def test_replies_are_swept_for_two_weeks_also_in_older_threads(office: Office) -> None:
    channel = office.channel("防災")
    old = office.author.posts(channel, "ずっと前の投稿")
    office.later(days=20)
    post = office.author.posts(channel, "訓練をしました")
    replies = [office.reader.replies(one, "お疲れさまです") for one in (old, post)]
    gone = office.reader.replies(old, "消します")
    office.hears()
    office.ticks()
    office.reads()
    office.later(days=12)
    office.ticks()
    office.reads()
    with office.slack.losing_events():
        for reply in replies:
            office.reader.edits(reply, "お疲れさまでした")
        office.reader.deletes(gone)
    office.later(days=1)
    office.ticks()
    office.reads()
    assert office.texts(channel, MessageKind.REPLY) == ["お疲れさまでした"] * 2


def test_a_gap_is_not_closed_before_older_threads_are_read(office: Office) -> None:
    channel = office.channel("防災")
    old = office.author.posts(channel, "ずっと前の投稿")
    office.later(days=20)
    assert _replies_after_a_gap(office, channel, old) == ["つづきはありますか"]


def test_a_channel_that_is_younger_than_what_is_read_again(office: Office) -> None:
    """Threads begun before it was registered are older than all that is read, however little."""
    channel = office.channel("防災")
    with office.database.write() as session:
        tie = session.query(ProjectChannel).filter_by(channel_id=channel.id).one()
        tie.added_at = office.now() + timedelta(days=1)
    old = office.author.posts(channel, "登録の前の投稿")
    office.misses()
    office.later(days=3)
    assert _replies_after_a_gap(office, channel, old) == ["つづきはありますか"]


def test_an_app_that_is_throttled_sweeps_the_threads_of_a_day(office: Office) -> None:
    channel = office.channel("防災")
    for number in range(20):
        post = office.author.posts(channel, f"投稿{number}")
        office.reader.replies(post, "返信")
    office.hears()
    office.slack.throttled = True
    office.later(hours=2)
    office.ticks()
    office.reads()
    calls = office.calls("conversations.replies")
    office.later(days=3)
    office.ticks()
    office.reads()
    assert office.mark(channel).swept_at is not None
    assert office.calls("conversations.replies") == calls


def _replies_after_a_gap(office: Office, channel: Channel, old: Message) -> list[str]:
    """In it a reply that is known is deleted, and another one comes, in the thread of `old`."""
    known = office.author.replies(old, "おととい見てきました")
    office.hears()
    office.starts()
    office.ticks()
    office.reads()
    office.later(hours=5)
    with office.slack.losing_events():
        office.reader.replies(old, "つづきはありますか")
        office.author.deletes(known)
    office.later(minutes=1)
    office.starts()
    office.reads()
    (gap,) = office.gaps()
    assert gap.closed_at is not None
    return office.texts(channel, MessageKind.REPLY)
