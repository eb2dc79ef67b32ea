"""How SQLite would find what it is asked for. It plans without looking at how much there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from models.database import Database

Asked = tuple[str, tuple[object, ...]]


@contextmanager
def noted(database: Database) -> Iterator[list[Asked]]:
    """The statements that look for rows, with their values, until the end."""
    asked: list[Asked] = []

    def note(
        _connection: object, _cursor: object, sql: str, values: tuple[object, ...], *_more: object
    ) -> None:
        if re.match("SELECT|WITH|UPDATE|DELETE", sql):
            asked.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def lookups(session: Session, asked: Sequence[Asked], *tables: str) -> list[str]:
    """How rows of these tables are found."""
    plans = [
        str(row[3])
        for sql, values in asked
        for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
    ]
    return [plan for plan in plans if re.match(rf"\w+ ({'|'.join(tables)})\b", plan)]


def must_use_an_index(plans: Sequence[str]) -> None:
    """No table is read as a whole, nor all of a workspace's rows."""
    for plan in plans:
        assert plan.startswith("SEARCH"), plan
        assert not plan.endswith("(team_id=?)"), plan
