"""Events that are applied in one transaction: what one of them changes, the next one sees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.recording import inbox
from bot.recording.projector import AT_ONCE, BATCH, Projector
from models.base import JsonObject
from models.database import Database
from models.inbox import InboxState
from sandbox.clock import SandboxClock
from tests.databases import Lend
from tests.recording import payloads
from tests.recording.conftest import Recorder, new_workspace


@pytest.mark.parametrize("turned", [False, True])
def test_the_authors_own_sign_beside_the_post(recorder: Recorder, *, turned: bool) -> None:
    events: Sequence[JsonObject] = [
        payloads.message("手伝ってください"),
        payloads.reaction("sos", user=payloads.AUTHOR, event_ts="1775433630.000000"),
    ]
    recorder.receive_all(reversed(events) if turned else events)
    recorder.apply()
    post = recorder.message()
    assert post is not None
    assert post.asks_help


def test_one_that_is_malformed_among_others(recorder: Recorder) -> None:
    poison = payloads.envelope({"type": "message", "channel": payloads.CHANNEL, "user": "U1"})
    posts = [payloads.message("投稿", ts=f"17754336{n:02}.000100") for n in range(AT_ONCE + 2)]
    recorder.receive_all([*posts[:1], poison, *posts[1:]])
    recorder.apply()
    states = [one.state for one in recorder.inbox()]
    assert states.pop(1) == InboxState.DEAD
    assert states == [InboxState.DONE] * len(posts)


def test_what_comes_meanwhile_is_for_the_next_transaction(
    postgres: Lend, clock: SandboxClock
) -> None:
    """Nobody sees what is applied before the transaction ends."""
    with postgres() as url:
        database = Database(url)
        new_workspace(database)
        Recorder(database, clock).register()
        numbers = iter(range(BATCH * 2))
        applied: list[int] = []

        def another_comes() -> bool:
            ts = f"17754336{next(numbers):02}.000100"
            inbox.receive(database, clock, payloads.message("投稿", ts=ts))
            return False

        another_comes()
        projector = Projector(
            database, clock, lambda: None, lambda done, _dead: applied.append(done), another_comes
        )
        projector.step()
        projector.step()
        database.close()
    assert applied == [1, 1]
