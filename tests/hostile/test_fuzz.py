"""Payloads that are wrong in every way there is, through the front door and the projector.

Whatever comes: no exception but the database's own, no acknowledgement without a row or a counted
refusal, no word of a channel that nobody registered anywhere in the database, no event that
stands in the way of the others.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import count

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from bot.recording.payload import Payload
from handlers.front_door import is_kept
from models.base import JsonObject
from models.inbox import InboxState
from tests.hostile.conftest import EXAMPLES, LET_THROUGH, Door
from tests.recording import payloads

MARKER = "なかのひと9f3a"
ELSEWHERE = "C0SECRET"
EXAMPLES_EACH = 50
_numbers = count(1)

# Wherever an inner value may stand, any of these may stand instead.
STRANGE: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1e308,
        float("inf"),
        float("nan"),
        10**400,
        2**63,
        "",
        " ",
        "0",
        "\0",
        "\ud800",
        "\udfff\u202e",
        "'; DROP TABLE messages; --",
        "x" * 40_000,
        "1e999999999",
        "9999999999.999999",
        "-1775433600.000100",
        "１７７５４３３６００.０００１００",
        "message_deleted",
        "message_changed",
        "tombstone",
        "channel_id_changed",
        payloads.CHANNEL,
        ELSEWHERE,
        payloads.TEAM,
        payloads.TS,
        [],
        {},
        [[[[[[]]]]]],
        {"": {"": {"": None}}},
        {"id": payloads.CHANNEL, "ts": payloads.TS, "type": "message"},
    ]
)


def _paths(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a payload."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*at, index))


@st.composite
def mutated(draw: st.DrawFn) -> JsonObject:
    """A payload of the corpus with a few of its values exchanged or taken away."""
    body: JsonObject = copy.deepcopy(draw(st.sampled_from(EXAMPLES)).body)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_paths(body))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder: object = body
        for step in way:
            holder = holder[step]  # type: ignore[index]  # `_paths` says that it is there
        if draw(st.booleans()):
            holder[last] = copy.deepcopy(draw(STRANGE))  # type: ignore[index]  # the same
        else:
            del holder[last]  # type: ignore[attr-defined]  # the same
    return body


def _as_slack_sends_it(body: JsonObject) -> JsonObject | None:
    """Through JSON, as everything comes; None if that can't be."""
    try:
        read: JsonObject = json.loads(json.dumps(body))
    except ValueError:  # a number with more than 4,300 digits
        return None
    return read


def _new(body: JsonObject) -> JsonObject:
    """The same with an ID that nobody has used, unless it has none that could be one."""
    number = next(_numbers)
    given = Payload(body).text("event_id")
    is_ours = given.startswith("Ev0")
    return {**body, "event_id": f"Ev9{number}" if is_ours else body.get("event_id"), "n": number}


@settings(max_examples=EXAMPLES_EACH, suppress_health_check=list(HealthCheck))
@given(bodies=st.lists(mutated(), min_size=1, max_size=4))
def test_whatever_comes(door: Door, bodies: list[JsonObject]) -> None:
    for body in map(_new, filter(None, map(_as_slack_sends_it, bodies))):
        before, refused = door.states(), door.refused()
        status = door.take(body)
        assert (status == LET_THROUGH) != is_kept(body)
        more = len(door.states()) - len(before) + door.refused() - refused
        assert status == LET_THROUGH or more == 1 or Payload(body).text("event_id") in before
    after = f"17754{next(_numbers):05d}.000100"
    door.take(payloads.message("あとの投稿", ts=after))
    door.apply()
    assert door.stuck() == 0
    newest = door.newest()
    assert newest is not None
    assert newest.state == InboxState.DONE


def _marked(value: object) -> object:
    """The same payload of a channel that nobody registered, with every word marked."""
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _marked_at(key, inner) for key, inner in value.items()}
    return value


_WORDS = frozenset(
    {"text", "fallback", "title", "name", "words", "value", "topic", "purpose", "username", "url"}
)


def _marked_at(key: str, value: object) -> object:
    if value == payloads.CHANNEL:
        return ELSEWHERE
    return MARKER if key in _WORDS and isinstance(value, str) else _marked(value)


@settings(max_examples=EXAMPLES_EACH, suppress_health_check=list(HealthCheck))
@given(body=mutated())
def test_no_word_of_a_channel_that_nobody_registered(door: Door, body: JsonObject) -> None:
    marked = _as_slack_sends_it(_marked(body))  # type: ignore[arg-type]  # an object stays one
    if marked is None or payloads.CHANNEL in json.dumps(marked):
        return  # what was put in made it speak of the registered channel
    if Payload(marked).inner("event").text("type") == "user_change":
        return  # of a person, not of a channel
    door.take(_new(marked))
    assert door.says(MARKER) == []
    door.apply()
    assert door.says(MARKER) == []
