"""What goes wrong between Slack and the app."""

from __future__ import annotations

import threading
import time

from tests.connection.relay import Relay
from tests.faults.town import Town

# Seconds; every second time it has the product's own patience.
IMPATIENT = {"ping": 0.3, "deaf": 3.0, "greeting": 5.0}
PARTINGS = (
    "warning",
    "refresh_requested",
    "link_disabled",
    "without a word",
    "turned away",
    "asked for a pause",
)
LOST_ACKS = 20
REPEATED = 15


def disconnected(town: Town, cycles: int) -> None:
    """Slack ends the connection for each of its reasons, or the network does."""
    town.open()
    for cycle in range(cycles):
        town.cycles += 1
        with town.crowd.busy():
            town.sees_events(10)
            here = town.slack.hub.staying
            _part(town, PARTINGS[cycle % len(PARTINGS)])
            since = time.monotonic()
            town.recovers(since, lambda: set(town.slack.hub.staying) - set(here))  # noqa: B023  (at once)
        town.slack.faults.clear()


def _part(town: Town, how: str) -> None:
    faults = town.slack.faults
    if how == "turned away":
        faults.add("refuse_connections", times=2)
    elif how == "asked for a pause":
        faults.add("ratelimited", method="apps.connections.open", retry_after=1)
    if " " in how:
        town.slack.drop_connections()
    else:
        faults.add("disconnect", reason=how)


def half_open(town: Town, cycles: int) -> None:
    """Everything is swallowed on the way, in both directions, and nobody is told."""
    with Relay(town.slack.server.port) as relay:
        town.slack.server.socket_port = relay.port
        town.open(patience=IMPATIENT)
        for cycle in range(cycles):
            town.cycles += 1
            if cycle:
                town.everyone_ends()
                town.start(patience=IMPATIENT if cycle % 2 == 0 else None)
            with town.crowd.busy():
                town.sees_events(5)
                here = town.slack.hub.connections[:]
                relay.stall()
                since = time.monotonic()
                town.recovers(since, lambda: set(town.slack.hub.staying) - set(here))  # noqa: B023  (at once)
            town.slack.drop_connections()
        town.rest()
        town.everyone_ends()
        town.slack.server.socket_port = 0
    town.start()


def cut(town: Town, cycles: int) -> None:
    """The connection ends in the midst of what is sent, at another byte each time.

    Of what Slack and the app send in turn 0, 1, 4, 9 … bytes still come through: so it happens in
    every part of a frame's head, and early and late in one.
    """
    with Relay(town.slack.server.port) as relay:
        town.slack.server.socket_port = relay.port
        town.open()
        for cycle in range(cycles):
            town.cycles += 1
            with town.crowd.busy():
                town.sees_events(5)
                here = town.slack.hub.connections[:]
                relay.cut(after=(cycle // 2) ** 2, from_server=cycle % 2 == 0)
                since = time.monotonic()
                town.recovers(since, lambda: set(town.slack.hub.staying) - set(here))  # noqa: B023  (at once)
        town.rest()
        town.everyone_ends()
        town.slack.server.socket_port = 0
    town.start()


def acks_lost(town: Town, cycles: int) -> None:
    """Acknowledgements do not reach Slack, which sends everything again."""
    town.open()
    for _ in range(cycles):
        town.cycles += 1
        swallowing = town.slack.faults.add("swallow_ack", times=LOST_ACKS)
        with town.crowd.busy(commands=False):
            town.until(lambda: swallowing.used >= LOST_ACKS)  # noqa: B023  (at once)
        since = time.monotonic()
        town.rest()
        town.recoveries.append(time.monotonic() - since)


def repeated(town: Town, cycles: int) -> None:
    """Events come four times, at once and to any of the processes, and again a day later."""
    town.open(processes=1 if town.database.is_sqlite else 3)
    for _ in range(cycles):
        town.cycles += 1
        before = len(town.slack.deliveries)
        town.crowd.acts(REPEATED)
        events = town.slack.deliveries[before:]
        again = [threading.Thread(target=_all_again, args=[town, before]) for _ in range(3)]
        for thread in again:
            thread.start()
        for thread in again:
            thread.join()
        town.rest()
        town.later(hours=25)
        town.rest()
        since = time.monotonic()
        for event in events:
            town.slack.deliver_again(event)
        town.recovers(since, lambda: not town.slack.dispatcher.unsettled)


def _all_again(town: Town, first: int) -> None:
    for event in town.slack.deliveries[first:]:
        town.slack.deliver_again(event)
