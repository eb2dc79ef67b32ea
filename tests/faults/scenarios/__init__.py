"""Every fault that is tried: how often in `make check` and in `make faults`, and on what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.scenarios import databases, deaths, digests, network, slack
from tests.faults.town import Town

SQLITE, POSTGRES = "sqlite", "postgres"


@dataclass(frozen=True)
class Scenario:
    """A fault: `happen` brings it about so many times in a town that is not open yet.

    `few` and `many`: how often in the short and in the long form. `on`: on which databases.
    """

    name: str
    what: str
    happen: Callable[[Town, int], None]
    few: int
    many: int
    on: tuple[str, ...] = (SQLITE, POSTGRES)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("kill", "kill -9 at random under load", deaths.killed, 3, 1000),
    Scenario("commits", "kill -9 beside a commit", deaths.killed_at_commits, 6, 48),
    Scenario("saying", "kill -9 while posting", deaths.killed_while_saying, 2, 24),
    Scenario("digest", "kill -9 while a digest is made", digests.killed, 2, 24),
    Scenario("replicas", "one of three killed", deaths.one_of_several_killed, 2, 100, (POSTGRES,)),
    Scenario("stop", "SIGSTOP, SIGCONT", deaths.stands_still, 1, 10),
    Scenario("locked", "locked for 1, 5, 60 s", databases.locked, 1, 6),
    Scenario("full", "disk full", databases.full, 1, 10, (SQLITE,)),
    Scenario("readonly", "file read-only", databases.read_only, 1, 10, (SQLITE,)),
    Scenario("quota", "file may not grow", databases.no_more_room, 1, 10, (SQLITE,)),
    Scenario("unsynced", "fsync fails", databases.unsynced, 1, 10, (SQLITE,)),
    Scenario("power", "power cut at every sync", databases.power_cut, 1, 10, (SQLITE,)),
    Scenario("postgres", "PostgreSQL stopped", databases.postgres_away, 2, 6, (POSTGRES,)),
    Scenario("halfopen", "half-open TCP", network.half_open, 1, 6),
    Scenario("cut", "cut in the midst of a frame", network.cut, 2, 80),
    Scenario("disconnect", "every way of hanging up", network.disconnected, 6, 36),
    Scenario("acks", "acknowledgements lost", network.acks_lost, 1, 10),
    Scenario("replays", "the same again, and a day later", network.repeated, 1, 10),
    Scenario("away", "away for 3 days, 3 hours, a minute", slack.away, 1, 6),
    Scenario("burst", "a burst, and events held back", slack.burst, 1, 2),
    Scenario("authorize", "auth.test 429, token revoked", slack.authorize, 1, 5),
)
