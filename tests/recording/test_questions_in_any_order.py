"""A ❓, the replies under the post and their deletion end in the same state in whatever order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core import slack_time
from bot.core.outgoing import Renderer
from bot.delivery.questions import renderers
from bot.settings import Settings
from models import Delivery, Office, Question, Tenure, delivery
from models.base import JsonObject
from tests.recording import payloads
from tests.recording.conftest import Recorder

MAYOR = "U0MAYOR"
# Seconds after the post
ASKED, ANSWERED, TAKEN_BACK, ANSWERED_LATE, ASKED_AGAIN = 10, 20, 30, 40, 50

# What happens to the post with this ts
Event = Callable[[str], JsonObject]
_hundreds = count(17_754_336)


def new_ts() -> str:
    """A post that no other example speaks of, with its replies in the same hundred seconds."""
    return f"{next(_hundreds)}00.000100"


def after(ts: str, seconds: int) -> str:
    return f"{int(ts[:10]) + seconds}.000100"


def posted(ts: str) -> JsonObject:
    return payloads.message("避難所の受付を試しました。", ts=ts)


def post_deleted(ts: str) -> JsonObject:
    return payloads.deleted(ts=ts, at=after(ts, 90), previous="避難所の受付を試しました。")


def _question_mark(ts: str, seconds: int, *, added: bool) -> JsonObject:
    at = after(ts, seconds)
    return payloads.reaction("question", ts=ts, user=MAYOR, event_ts=at, added=added)


def asked(ts: str) -> JsonObject:
    return _question_mark(ts, ASKED, added=True)


def taken_back(ts: str) -> JsonObject:
    return _question_mark(ts, TAKEN_BACK, added=False)


def asked_again(ts: str) -> JsonObject:
    return _question_mark(ts, ASKED_AGAIN, added=True)


def _reply(ts: str, seconds: int) -> JsonObject:
    return payloads.message("3か所です。", ts=after(ts, seconds), more={"thread_ts": ts})


def answered(ts: str) -> JsonObject:
    return _reply(ts, ANSWERED)


def answered_late(ts: str) -> JsonObject:
    return _reply(ts, ANSWERED_LATE)


def answer_deleted(ts: str) -> JsonObject:
    return payloads.deleted(
        ts=after(ts, ANSWERED), at=after(ts, 60), previous="3か所です。", thread_ts=ts
    )


def orders(*events: Event) -> st.SearchStrategy[Sequence[Event]]:
    """Every event at least once, up to three times, in any order."""
    copies = st.tuples(*(st.integers(1, 3) for _ in events))
    return copies.flatmap(
        lambda times: st.permutations(
            [event for event, n in zip(events, times, strict=True) for _ in range(n)]
        )
    )


# One database serves all examples: each has a post of its own in it.
PROPERTY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def inquiry(recorder: Recorder) -> Recorder:
    """The same with a mayor in office."""
    with recorder.database.write() as session:
        office = Office(team_id=payloads.TEAM, name="市長", name_key="市長")
        session.add(office)
        session.flush()
        since = datetime(2026, 4, 1, tzinfo=UTC)
        session.add(Tenure(team_id=payloads.TEAM, office_id=office.id, user_id=MAYOR, since=since))
    return recorder


def play(recorder: Recorder, ts: str, order: Sequence[Event], *, at_once: bool) -> None:
    deliveries = {event: event(ts) for event in order}
    if at_once:
        recorder.receive_all(deliveries[event] for event in order)
        recorder.apply()
    else:
        for event in order:
            recorder.take(deliveries[event])


def end(recorder: Recorder, ts: str) -> tuple[str | None, bool, str]:
    """Seconds from the post to the question's answer, whether it stands, and what the thread says.

    What was withdrawn counts as never asked.
    """
    render: Renderer = renderers(Settings.from_env({}, tokens=False))["question"]
    with recorder.database.read() as session:
        row = session.scalars(select(Question).where(Question.ts == ts)).one_or_none()
        if row is None:
            return None, False, ""
        said = delivery.by_key(session, payloads.TEAM, f"question:{row.id}")
        shown = render(session, said) if said is not None else None
        if row.withdrawn_at is not None:
            assert shown is None
            assert (row.answered_at, row.answered_by, row.answer_ts) == (None, None, None)
            return None, False, ""
        assert said is not None
        assert said.state == "pending"
        assert shown is not None
        assert slack_time.from_datetime(row.asked_at) == after(ts, ASKED)
        assert (row.answered_at is None) == (row.answer_ts is None) == (row.answered_by is None)
        deliveries = select(Delivery).where(Delivery.key.startswith(f"question:{row.id}:"))
        assert session.scalars(deliveries).all() == []
        return row.answer_ts, True, shown.text


STANDS = "<@U0AUTHOR> さん 質問です：これってどういうことか教えてください"


@dataclass(frozen=True)
class Story:
    """What happens, and whether the question stands then, answered so many seconds in or not."""

    events: tuple[Event, ...]
    stands: bool
    answered: int | None = None


STORIES = {
    "the first reply answers": Story((posted, asked, answered, answered_late), True, ANSWERED),
    "a deleted reply does not": Story((posted, asked, answered, answer_deleted), True),
    "what was answered before it was taken back stays": Story(
        (posted, asked, answered, taken_back), True, ANSWERED
    ),
    "what was taken back first does not": Story((posted, asked, taken_back, answered_late), False),
    "nor does what lost its answer": Story(
        (posted, asked, answered, answer_deleted, taken_back, answered_late), False
    ),
    "asked again it is the same question": Story(
        (posted, asked, answered, taken_back, asked_again), True, ANSWERED
    ),
    "without its post there is no question": Story((posted, asked, answered, post_deleted), False),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
@PROPERTY
@given(data=st.data(), at_once=st.booleans())
def test_in_any_order_it_ends_the_same(
    inquiry: Recorder, story: Story, data: st.DataObject, *, at_once: bool
) -> None:
    ts = new_ts()
    play(inquiry, ts, data.draw(orders(*story.events)), at_once=at_once)
    answer = None if story.answered is None else after(ts, story.answered)
    assert end(inquiry, ts) == (answer, story.stands, STANDS if story.stands else "")


def test_a_channel_with_a_new_id_takes_its_questions_along(inquiry: Recorder) -> None:
    ts, new = new_ts(), "C0NEWID"
    moved = payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": payloads.CHANNEL,
            "new_channel_id": new,
            "event_ts": after(ts, 15),
        }
    )
    again = payloads.reaction("question", ts=ts, user=MAYOR, event_ts=after(ts, ASKED), channel=new)
    reply = payloads.message(
        "3か所です。", ts=after(ts, ANSWERED), channel=new, more={"thread_ts": ts}
    )
    inquiry.take(posted(ts), asked(ts))
    inquiry.take(moved)
    inquiry.take(again, reply, moved)
    assert end(inquiry, ts) == (after(ts, ANSWERED), True, STANDS)
