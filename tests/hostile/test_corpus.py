"""Every shape of payload that is known from outside, and what becomes of it.

The shapes are those of Slack's documentation and of payloads that others have recorded; the
words are our own.
"""

from __future__ import annotations

import pytest

from models.base import JsonObject
from models.inbox import InboxState
from models.message import MessageKind
from tests.hostile.conftest import EXAMPLES, LET_THROUGH, Door, Example
from tests.recording import payloads

LATER = "1775433700.000200"
SECRET = "ひみつの言葉"
FOREIGN = "よその言葉"
EXPECTED = {
    "post",
    "reply",
    "kept",
    "deleted",
    "reaction",
    "no_reaction",
    "ignored",
    "done",
    "dead",
    "refused",
    "answered",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_what_becomes_of_it(door: Door, example: Example) -> None:
    assert example.expect in EXPECTED
    for body in example.before:
        assert door.take(body) == 200
        door.apply()
    before, rows = dict(door.messages()), len(door.states())

    status = door.take(example.body)
    assert status == (LET_THROUGH if example.expect == "answered" else 200)
    assert door.refused() == (1 if example.expect == "refused" else 0)
    assert door.says(SECRET) == [], "not even until it is applied"
    kept = example.expect not in ("refused", "answered")
    assert len(door.states()) == rows + kept
    assert door.take(example.body) == status
    assert len(door.states()) == rows + kept, "the same again changes nothing"
    door.apply()
    assert door.stuck() == 0
    if kept:
        _is_as_expected(door, example)
    if example.expect in ("refused", "answered", "ignored", "done"):
        assert door.messages().keys() == before.keys()
    assert door.says(SECRET) == []
    if example.expect == "refused":
        assert door.says(FOREIGN) == []


def _is_as_expected(door: Door, example: Example) -> None:
    stored = door.newest()
    assert stored is not None
    assert (stored.state == InboxState.DEAD) == (example.expect == "dead"), stored.error
    assert (stored.payload is None) or stored.state == InboxState.DEAD
    if example.expect in ("post", "reply", "kept"):
        [message] = [m for m in door.messages().values() if m.ts == _subject(example)]
        assert message.kind == (MessageKind.REPLY if example.expect == "reply" else "post")
        assert message.counted == (example.expect != "kept")
        assert message.deleted_ts is None
        assert door.recorder.texts(message.ts)[message.edited_ts] == example.words
    elif example.expect == "deleted":
        [message] = door.messages().values()
        assert message.deleted_ts == LATER
        assert door.recorder.texts() == {}
    elif example.expect == "reaction":
        assert len(door.recorder.reactions()) == 1
    elif example.expect == "no_reaction":
        assert door.recorder.reactions() == set()


def _subject(example: Example) -> str:
    event = example.body["event"]
    assert isinstance(event, dict)
    inner = event.get("message")
    return str(inner["ts"] if isinstance(inner, dict) else event["ts"])


def test_forty_thousand_characters(door: Door) -> None:
    words = "あ" * 40_000
    door.take(payloads.message(words))
    door.apply()
    assert door.recorder.texts() == {"": words}


def test_sixteen_megabytes(door: Door) -> None:
    """More than any message of Slack's: what it may hold is kept, and nothing else of it."""
    more: JsonObject = {
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 16_000_000}}]
    }
    assert door.take(payloads.message("訓練をしました。", more=more)) == 200
    assert door.take(payloads.message("y" * 16_000_000, ts="1775433600.000200")) == 200
    door.apply()
    assert door.recorder.texts() == {"": "訓練をしました。"}
    [words] = door.recorder.texts("1775433600.000200").values()
    assert len(words) == 200_000


@pytest.mark.parametrize("depth", [50, 200, 900, 950, 975])
def test_boxes_within_boxes(door: Door, depth: int) -> None:
    """Whatever can be kept can be read again; what can't be kept is a row that says so."""
    nested: object = "innermost"
    for _ in range(depth):
        nested = [nested]
    assert door.take(payloads.message("訓練をしました。", more={"blocks": nested})) == 200
    door.take(payloads.message("あとの投稿", ts="1775433600.000200"))
    door.apply()
    assert door.stuck() == 0
    assert len(door.states()) == 2
    assert door.recorder.texts("1775433600.000200") == {"": "あとの投稿"}
