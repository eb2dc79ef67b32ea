"""A digest whose messages are asked for anew together is written once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.digest.compose import Message
from bot.digest.deliver import SERVES_FOR, LastWritten
from models.delivery import Delivery

NOW = datetime(2026, 4, 10, 7, 0, tzinfo=UTC)


class Desk:
    """Writes the words that are asked for, and counts."""

    def __init__(self) -> None:
        self.last = LastWritten()
        self.written = 0

    def ask(
        self,
        revision: int,
        *,
        digest: int = 1,
        language: str = "ja",
        after: timedelta = timedelta(0),
    ) -> str:
        """The words for a message of a digest."""
        delivery = Delivery(
            team_id="T1",
            args={"digest_id": digest, "audience_id": 1, "part": 0},
            revision=revision,
            claimed_at=NOW + after,
        )
        return self.last.messages(delivery, language, self._write)[0].text

    def _write(self) -> Sequence[Message]:
        self.written += 1
        return [Message(f"writing {self.written}", [])]


def test_one_writing_serves_all_messages_that_were_asked_for_anew_together() -> None:
    desk = Desk()
    assert [desk.ask(1), desk.ask(1, after=SERVES_FOR)] == ["writing 1", "writing 1"]


def test_whatever_may_differ_is_written_by_itself() -> None:
    desk = Desk()
    words = [
        desk.ask(1),
        desk.ask(2),
        desk.ask(2, digest=2),
        desk.ask(2, digest=2, language="en"),
        desk.ask(2, digest=2, language="en", after=SERVES_FOR + timedelta(seconds=1)),
    ]
    assert words == [f"writing {number}" for number in range(1, 6)]


def test_what_was_never_said_is_written_for_each() -> None:
    desk = Desk()
    assert [desk.ask(0), desk.ask(0)] == ["writing 1", "writing 2"]
