"""Whatever the order and however often events arrive, the end is the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, permutations
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import project
from models.base import JsonObject
from models.project import Capture
from tests.recording import payloads
from tests.recording.conftest import Recorder

EDIT_1, EDIT_2, DELETED = "1785433610.000000", "1785433620.000000", "1785433690.000000"
READER, AUTHOR, MARKED = "U0READER", payloads.AUTHOR, "C0MARKED"

# What happens to the message with this ts. The texts are what a person would really have seen.
Event = Callable[[str], JsonObject]


def created(ts: str) -> JsonObject:
    return payloads.message("避難所の受付を試しました。", ts=ts)


def edited_once(ts: str) -> JsonObject:
    return payloads.changed("2回試しました。", ts=ts, edited_ts=EDIT_1)


def edited_twice(ts: str) -> JsonObject:
    return payloads.changed("3回試しました。", ts=ts, edited_ts=EDIT_2)


def unfurled(ts: str) -> JsonObject:
    return payloads.changed("避難所の受付を試しました。", ts=ts, edited_ts=None)


def deleted(ts: str) -> JsonObject:
    return payloads.deleted(ts=ts, at=DELETED, previous="3回試しました。")


def liked(ts: str) -> JsonObject:
    return payloads.reaction("+1", ts=ts, event_ts="1785433630.000000")


def unliked(ts: str) -> JsonObject:
    return payloads.reaction("+1", ts=ts, event_ts="1785433640.000000", added=False)


def liked_again(ts: str) -> JsonObject:
    return payloads.reaction("+1", ts=ts, event_ts="1785433650.000000")


_seconds = count(1_775_433_600)


def new_ts() -> str:
    """A message that no other example speaks of."""
    return f"{next(_seconds)}.000100"


def orders(*events: Event) -> st.SearchStrategy[Sequence[Event]]:
    """Every event at least once, up to three times, in any order."""
    copies = st.tuples(*(st.integers(1, 3) for _ in events))
    return copies.flatmap(
        lambda times: st.permutations(
            [event for event, n in zip(events, times, strict=True) for _ in range(n)]
        )
    )


# One database serves all examples: each has a message of its own in it.
PROPERTY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def play(recorder: Recorder, ts: str, order: Sequence[Event], *, at_once: bool) -> None:
    """Deliver the events in this order; a repeated one is the same delivery again."""
    deliveries = {event: event(ts) for event in order}
    if at_once:
        recorder.receive_all(deliveries[event] for event in order)
        recorder.apply()
    else:
        for event in order:
            recorder.take(deliveries[event])


@PROPERTY
@given(
    order=orders(created, edited_once, edited_twice, deleted, liked, unliked),
    at_once=st.booleans(),
)
def test_a_deleted_message_leaves_a_tombstone(
    recorder: Recorder, order: Sequence[Event], *, at_once: bool
) -> None:
    ts = new_ts()
    play(recorder, ts, order, at_once=at_once)

    message = recorder.message(ts)
    assert message is not None
    assert (message.deleted_ts, message.counted, message.edited_ts) == (DELETED, False, "")
    assert (message.user_id, message.author_name) == (AUTHOR, None)
    assert recorder.texts(ts) == {}
    assert recorder.reactions(ts) == set()


@PROPERTY
@given(
    order=orders(created, edited_once, edited_twice, unfurled, liked, unliked, liked_again),
    at_once=st.booleans(),
)
def test_an_edited_message_keeps_every_version(
    recorder: Recorder, order: Sequence[Event], *, at_once: bool
) -> None:
    ts = new_ts()
    play(recorder, ts, order, at_once=at_once)

    message = recorder.message(ts)
    assert message is not None
    assert (message.deleted_ts, message.counted, message.edited_ts) == (None, True, EDIT_2)
    assert recorder.texts(ts) == {
        "": "避難所の受付を試しました。",
        EDIT_1: "2回試しました。",
        EDIT_2: "3回試しました。",
    }
    assert recorder.reactions(ts) == {(READER, "+1")}


def test_every_permutation_ends_the_same(recorder: Recorder) -> None:
    """All of them on SQLite; on PostgreSQL, for the time that it takes, any 120 of them."""
    events = (created, edited_once, edited_twice, deleted, liked, unliked)
    chosen = list(permutations(events))
    assert len(chosen) == 720
    if not recorder.database.is_sqlite:
        chosen = Random(20260406).sample(chosen, 120)
    orders_by_ts = {new_ts(): order for order in chosen}
    recorder.receive_all(event(ts) for ts, order in orders_by_ts.items() for event in order)
    recorder.apply()

    ends = {ts: _end(recorder, ts) for ts in orders_by_ts}
    assert len(ends) == len(chosen)
    assert set(ends.values()) == {(DELETED, False, "", AUTHOR, "post", 0, 0)}


def _end(recorder: Recorder, ts: str) -> tuple[object, ...]:
    message = recorder.message(ts)
    assert message is not None
    return (
        message.deleted_ts,
        message.counted,
        message.edited_ts,
        message.user_id,
        message.kind,
        len(recorder.texts(ts)),
        len(recorder.reactions(ts)),
    )


def created_unmarked(ts: str) -> JsonObject:
    return payloads.message("あとで印をつけます。", ts=ts, channel=MARKED)


def marked_by_author(ts: str) -> JsonObject:
    return payloads.reaction(
        "memo", ts=ts, channel=MARKED, user=AUTHOR, event_ts="1785433630.000000"
    )


def marked_by_other(ts: str) -> JsonObject:
    return payloads.reaction("memo", ts=ts, channel=MARKED, event_ts="1785433631.000000")


def unmarked_by_author(ts: str) -> JsonObject:
    return payloads.reaction(
        "memo", ts=ts, channel=MARKED, user=AUTHOR, event_ts="1785433640.000000", added=False
    )


@PROPERTY
@given(order=orders(created_unmarked, marked_by_author, marked_by_other))
def test_the_authors_mark_makes_a_message_a_post(
    recorder: Recorder, order: Sequence[Event]
) -> None:
    _register_marked(recorder)
    ts = new_ts()
    play(recorder, ts, order, at_once=True)
    message = recorder.message(ts, MARKED)
    assert message is not None
    assert message.counted


@PROPERTY
@given(order=orders(created_unmarked, marked_by_author, marked_by_other, unmarked_by_author))
def test_taking_the_mark_back_makes_it_a_message_again(
    recorder: Recorder, order: Sequence[Event]
) -> None:
    _register_marked(recorder)
    ts = new_ts()
    play(recorder, ts, order, at_once=True)
    message = recorder.message(ts, MARKED)
    assert message is not None
    assert not message.counted


def _register_marked(recorder: Recorder) -> None:
    """A channel in which only marked messages count; once for all examples."""
    with recorder.database.read() as session:
        known = project.is_registered(session, payloads.TEAM, MARKED)
    if not known:
        recorder.register(MARKED, name="印", capture=Capture.MARKED)
