"""At nearly the pace that Slack allows, from wherever it was, whatever Slack answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.recording.history.pace import HISTORY, Pacer
from sandbox.actors import Channel
from tests.history.conftest import Office


def write(office: Office, channel: Channel, number: int) -> list[str]:
    """So many posts of which no event arrives; two hours later the channel is to be read."""
    texts = [f"投稿{one}" for one in range(number)]
    for text in texts:
        office.author.posts(channel, text)
    office.misses()
    office.later(hours=2)
    office.ticks()
    return texts


def test_at_least_nine_tenths_of_the_allowed_rate(office: Office) -> None:
    """Slack counts by its own clock and refuses what is too much: nothing is refused."""
    office.slack.enforce_rate_limits = True
    channels = [office.channel(f"部会{number}") for number in range(60)]
    office.later(hours=2)
    office.ticks()
    began = office.now()
    office.reads()
    calls = office.slack.calls_of(HISTORY)
    assert all(call.ok for call in calls)
    assert len(calls) == len(channels)
    allowed = 50 * (office.now() - began) / timedelta(minutes=1)
    # What comes after the last full minute is not held against it.
    assert len(calls) >= 0.9 * allowed


def test_never_more_than_is_allowed_in_any_minute(office: Office) -> None:
    pacer, moments = Pacer(office.clock), []
    for _ in range(7 * 49):
        until = pacer.wait_until(HISTORY)
        if until is not None:
            office.clock.move_to(until)
        assert pacer.wait_until(HISTORY) is None
        pacer.note(HISTORY)
        moments.append(office.now())
    minute = timedelta(minutes=1)
    assert max(sum(m <= n < m + minute for n in moments) for m in moments) <= 50
    whole = (moments[-1] - moments[0]) / minute
    assert (len(moments) - 49) / whole >= 0.9 * 50


def test_retry_after_is_kept_to(office: Office) -> None:
    channel = office.channel("防災")
    texts = write(office, channel, 3)
    office.slack.faults.add("ratelimited", method=HISTORY, retry_after=37)
    began = office.now()
    assert not office.reconciler.step()
    assert office.reconciler.resumes_at == began + timedelta(seconds=37)
    assert not office.reconciler.step()
    assert office.calls() == 1
    office.reads()
    assert office.texts(channel) == texts
    assert office.now() >= began + timedelta(seconds=37)


def test_the_newest_page_comes_first_and_none_is_left_out(office: Office) -> None:
    """Slack pages forward from `oldest` if it is not told where to end."""
    channel = office.channel("防災")
    texts = write(office, channel, 450)
    office.reads(steps=1)
    assert office.texts(channel) == texts[250:]
    office.reads()
    assert office.texts(channel) == texts
    assert office.calls() == 3


def test_whoever_stood_still_does_not_move_the_next_reading_on(office: Office) -> None:
    """Its page is of a reading that another process has finished, before it began a new one."""
    channel = office.channel("防災")
    write(office, channel, 2)
    office.reader.replies(channel.messages[-1], "返信")
    slow, other = office.new_reconciler(), office.new_reconciler()
    assert slow.step()
    office.later(minutes=1)
    office.reads(other)
    texts = write(office, channel, 3)
    begun = office.new_reconciler()
    office.slack.faults.add("ratelimited", method=HISTORY, retry_after=60)
    assert not begun.step()
    mark = office.mark(channel)
    assert mark.run_until is not None
    office.later(seconds=30)
    slow.step()
    assert office.mark(channel).run_until is not None, "nobody has read it yet"
    office.later(minutes=1)
    office.reads(begun)
    assert office.texts(channel)[-3:] == texts


def test_a_crash_after_any_step_costs_one_page_at_most(office: Office) -> None:
    """Each step is made by a new process: it knows what is in the database and nothing else."""
    channel = office.channel("防災")
    office.slack.throttled = True
    texts = write(office, channel, 50)
    for _ in range(20):
        reconciler = office.new_reconciler()
        office.reads(reconciler, steps=1)
        office.later(minutes=1)
        if not office.mark(channel).is_to_be_read:
            break
    assert office.texts(channel) == texts
    assert office.calls() == 4, "50 messages in pages of 15, none of them twice"


@pytest.mark.parametrize("after", range(1, 8))
def test_a_crash_in_the_middle_of_a_page(office: Office, after: int) -> None:
    channel = office.channel("防災")
    office.slack.workspace.reaction_users_shown = 1
    for number in range(3):
        post = office.author.posts(channel, f"投稿{number}")
        office.reader.replies(post, f"返信{number}")
        for person in office.people[:3]:
            person.reacts(post, "tada")
    texts = write(office, channel, 0) or [f"投稿{number}" for number in range(3)]
    office.reads(steps=after)
    office.later(seconds=30)
    office.reads(office.new_reconciler())
    assert office.texts(channel) == texts
    for message in channel.messages:
        if message.text.startswith("投稿"):
            assert len(office.reactions(channel, message.ts)) == 3
    assert len(office.threads()) == 3
    assert not office.mark(channel).is_to_be_read


@pytest.mark.parametrize("trouble", ["connection_reset", "http_error", "lost_answer"])
def test_what_slack_does_not_answer_is_asked_again(office: Office, trouble: str) -> None:
    channel = office.channel("防災")
    texts = write(office, channel, 2)
    office.slack.faults.add(trouble, method=HISTORY, times=2)
    office.reads()
    assert office.mark(channel).error is None, "once is no reason to worry anybody"
    office.later(minutes=1)
    office.reads()
    assert office.mark(channel).error == "no_answer"
    office.later(minutes=1)
    office.reads()
    assert office.mark(channel).error is None
    assert office.texts(channel) == texts


def test_an_error_nobody_expects_in_the_middle_goes_on_where_it_was(office: Office) -> None:
    channel = office.channel("防災")
    office.slack.throttled = True
    texts = write(office, channel, 40)
    office.reads(steps=1)
    office.slack.faults.add("error", method=HISTORY, code="invalid_cursor")
    office.reads()
    assert office.mark(channel).error == "invalid_cursor"
    office.later(minutes=16)
    office.reads()
    assert office.mark(channel).error is None
    assert office.texts(channel) == texts


def test_a_right_that_is_missing_is_named_and_tried_again(office: Office) -> None:
    channel = office.channel("防災")
    texts = write(office, channel, 2)
    scopes = set(office.slack.installation.scopes)
    office.slack.grant(scopes - {"channels:history"})
    office.reads()
    assert office.mark(channel).error == "missing_scope"
    calls = office.calls()
    office.reads()
    assert office.calls() == calls, "not again and again"
    office.slack.grant(scopes)
    office.later(minutes=16)
    office.reads()
    assert office.mark(channel).error is None
    assert office.texts(channel) == texts


def test_a_channel_that_cannot_be_read_holds_up_no_other(office: Office) -> None:
    first, second = office.channel("一番"), office.channel("二番")
    first.removes(office.slack.bot)
    texts = write(office, second, 2)
    office.reads()
    assert office.texts(second) == texts
    assert office.mark(first).error == "not_in_channel"


def test_the_throttle_is_noticed_said_and_over(office: Office) -> None:
    channel = office.channel("防災")
    office.slack.throttled = office.slack.enforce_rate_limits = True
    texts = write(office, channel, 40)
    began = office.now()
    office.reads()
    assert office.texts(channel) == texts
    assert office.mark(channel).is_throttled
    assert timedelta(minutes=2) <= office.now() - began <= timedelta(minutes=3)
    assert sum(not call.ok for call in office.slack.calls_of(HISTORY)) <= 1
    office.slack.throttled = False
    write(office, channel, 20)
    office.reads()
    assert not office.mark(channel).is_throttled


def test_one_process_reads_a_channel_at_a_time(office: Office) -> None:
    channel = office.channel("防災")
    office.slack.throttled = True
    write(office, channel, 40)
    first, second = office.new_reconciler(), office.new_reconciler()
    assert first.step()
    assert not second.step(), "the first one has it"
    office.later(seconds=30)
    assert second.step() or second.resumes_at, "the first one has not been heard of for too long"
    assert not first.step()
