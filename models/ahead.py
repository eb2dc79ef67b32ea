"""Answers that are read for many at once, before one after the other asks for them.

Whoever applies many events in one transaction knows of whom and of what all of them will ask. A
question costs the more for its round trip and its statement than for the rows.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_AHEAD = "iine_read_ahead"

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Ahead(Generic[Key, Answer]):
    """The answers to one question, by what it is asked about; they hold in one transaction."""

    def of(self, session: Session) -> dict[Key, Answer]:
        """What was read ahead in this transaction; what is not there has to be asked for."""
        if _AHEAD not in session.info:
            session.info[_AHEAD] = {}
            event.listen(session, "after_soft_rollback", _let_go)
        answers: dict[Key, Answer] = session.info[_AHEAD].setdefault(self, {})
        return answers


def _let_go(session: Session, _transaction: SessionTransaction) -> None:
    """A transaction that goes back to a savepoint may have changed what was read since."""
    session.info[_AHEAD].clear()
