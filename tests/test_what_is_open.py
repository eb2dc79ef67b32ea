"""What waits is found among what waits, however much is done: the plans of SQLite say so.

PostgreSQL plans by how much there is, and there is nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.core import unsaid
from bot.core.calendar import Calendar
from bot.core.notices import Desk
from bot.delivery.outbox import Outbox
from bot.health import state
from models import delivery, inbox, workspace
from models.database import Database
from models.delivery import DeliveryState
from models.inbox import InboxState
from tests.plans import lookups, must_use_an_index, noted

TEAM, NOW = "T1", datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Tokyo")

Asks = Callable[[Database], object]


@pytest.fixture
def stocked(sqlite_database: Database) -> Database:
    """A workspace, a message that is to be said, and another in its thread."""
    with sqlite_database.write() as session:
        workspace.save(
            session, team_id=TEAM, name="みどり市", url="", bot_user_id="U0", bot_id="B0"
        )
        _enqueue(session, "digest:1")
        _enqueue(session, "digest:1:1", thread_key="digest:1")
    return sqlite_database


def _enqueue(session: Session, key: str, thread_key: str | None = None) -> None:
    delivery.enqueue(
        session,
        team_id=TEAM,
        key=key,
        kind="digest",
        channel_id="C1",
        args={},
        now=NOW,
        thread_key=thread_key,
    )


def _within(asks: Callable[[Session], object]) -> Asks:
    def ask(database: Database) -> None:
        with database.write() as session:
            asks(session)

    return ask


def _fail(database: Database) -> None:
    claimed = Outbox(database).claim(NOW)
    assert claimed is not None
    Outbox(database).failed(claimed.delivery, "is_archived")


def _pause(database: Database) -> None:
    claimed = Outbox(database).claim(NOW)
    assert claimed is not None
    Outbox(database).pause(claimed.delivery, NOW + DAY)


def _recover(database: Database) -> None:
    assert Outbox(database).claim(NOW) is not None
    Outbox(database).recover(NOW + DAY, everything=False)


def _open_again(session: Session) -> None:
    row = delivery.by_key(session, TEAM, "digest:1")
    assert row is not None
    row.state, row.error = DeliveryState.FAILED, "is_archived"
    session.flush()
    delivery.channel_is_open_again(session, TEAM, "C1", NOW)


# What is asked, and words of the question that is meant
ASKED: dict[str, tuple[Asks, str]] = {
    "the next events": (
        _within(lambda session: inbox.claim(session, NOW, 20)),
        "ORDER BY inbox.id",
    ),
    "how many events wait": (
        _within(lambda session: inbox.count(session, InboxState.PENDING)),
        "count(*)",
    ),
    "since when": (_within(inbox.oldest_pending), "min(inbox.received_at)"),
    "since when in a workspace": (
        _within(lambda session: inbox.oldest_pending(session, TEAM)),
        "min(inbox.received_at)",
    ),
    "dead letters about a message": (
        _within(lambda session: inbox.erase_dead_letters(session, TEAM, "1.000000")),
        "UPDATE inbox SET payload",
    ),
    "the next delivery": (lambda database: Outbox(database).claim(NOW), "ORDER BY deliveries.kind"),
    "what is being sent no more": (_recover, "UPDATE deliveries SET state=?, not_before"),
    "what Slack wants later": (_pause, "UPDATE deliveries SET not_before"),
    "what was in the thread of what is not said": (_fail, "deliveries.thread_key = ?"),
    "what is unsaid": (
        _within(lambda session: unsaid.listing(session, TEAM, NOW + DAY)),
        "JOIN channels",
    ),
    "how much is unsaid": (
        _within(
            lambda session: delivery.count_unsaid(session, failed_after=NOW - DAY, open_before=NOW)
        ),
        "count(*)",
    ),
    "what is given up": (
        _within(lambda session: unsaid.drop(session, TEAM, "digest:1", NOW + DAY, None)),
        "deliveries.thread_key = ?",
    ),
    "what is tried again": (
        _within(lambda session: unsaid.retry(session, TEAM, "digest:1", NOW)),
        "deliveries.thread_key = ?",
    ),
    "what a closed channel held up": (_within(_open_again), "deliveries.error IS NOT NULL"),
    "what waits for good hours": (
        _within(lambda session: Desk(Calendar(), ZONE, NOW).has_unsaid(session, TEAM)),
        "deliveries.kind IN",
    ),
    "what is put off until then": (
        _within(lambda session: Desk(Calendar(), ZONE, NOW).hold_back(session, TEAM)),
        "UPDATE deliveries SET not_before",
    ),
    "how things stand": (
        lambda database: state.look(database, ZONE, NOW),
        "GROUP BY deliveries.state",
    ),
}


@pytest.mark.parametrize(("asks", "meant"), ASKED.values(), ids=ASKED)
def test_what_is_done_is_not_read(stocked: Database, asks: Asks, meant: str) -> None:
    with noted(stocked) as asked:
        asks(stocked)
    assert any(meant in sql for sql, _ in asked), [sql for sql, _ in asked]
    with stocked.read() as session:
        plans = lookups(session, asked, "inbox", "deliveries")
    assert plans
    must_use_an_index(plans)
