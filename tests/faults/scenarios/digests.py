"""A digest that is due, and processes that die over it."""

from __future__ import annotations

import signal
from datetime import datetime, timedelta

import holidays

from bot.core.digests_made import delivery_key
from models.delivery import by_key
from tests.conftest import JST
from tests.faults.process import Death
from tests.faults.town import MOST_LEAPS, Town

# The schedule that nobody has changed: Fridays at 16:00; on holidays the digest comes earlier.
FRIDAY, HOUR = 4, 16
NEW_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
# The scheduler makes it, the sender says it.
MOMENTS = (
    Death("ThreadPool", 1, after=True),
    Death("sender", 1, after=True),
    Death("sender", 2, after=False),
    Death("ThreadPool", 1, after=False),
    Death("sender", 3, after=True),
    Death("sender", 4, after=False),
)


def killed(town: Town, cycles: int) -> None:
    """kill -9 at each moment of making and saying it, week after week."""
    town.open()
    leaders = town.channel_of_leaders()
    for cycle in range(cycles):
        town.cycles += 1
        town.crowd.acts(12)
        town.rest()
        town.everyone_ends()
        due = _next_friday(town.slack.clock.now())
        town.slack.clock.move_to(due + timedelta(seconds=10))
        town.digests.append(delivery_key(due, leaders.id))
        process = town.start(death=MOMENTS[cycle % len(MOMENTS)], wait=False)
        for _ in range(MOST_LEAPS):
            town.lasts(0.5)
            if process.code is not None:
                break
            town.later(seconds=20)
        assert process.code == -signal.SIGKILL, process.last_words
        town.everyone_ends()
        town.start()
        town.until(lambda: _is_made(town, town.digests[-1]), "the digest")
        town.rest()


def _is_made(town: Town, key: str) -> bool:
    with town.database.read() as session:
        return by_key(session, town.slack.team_id, key) is not None


def _next_friday(now: datetime) -> datetime:
    """The next one that is a working day; town halls are closed around New Year."""
    local = now.astimezone(JST)
    due = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    due += timedelta(days=(FRIDAY - local.weekday()) % 7)
    closed = holidays.country_holidays("JP")
    while due <= local or due.date() in closed or (due.month, due.day) in NEW_YEAR:
        due += timedelta(days=7)
    return due
