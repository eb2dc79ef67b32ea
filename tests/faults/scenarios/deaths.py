"""Processes that die or stand still."""

from __future__ import annotations

import random
import signal
import time

from bot.delivery.outbox import LEASE
from tests.faults.process import Death
from tests.faults.town import Town

# How many events a process may see before it is killed, at most
LONGEST_LIFE_EVENTS = 40
# Longer than Slack waits for an acknowledgement: https://docs.slack.dev/apis/events-api
STANDS_STILL_SECONDS = 4.0
# What becomes of the request while it dies: Slack has it, or has not
ANSWERS = ("slow", "lost_answer", "connection_reset", "http_error")
MOMENTS = (
    Death("intake", 1, after=True),
    Death("projector", 1, after=False),
    Death("sender", 1, after=True),
    Death("sender", 2, after=False),
    Death("reconciler", 1, after=False),
    Death("intake", 4, after=False),
    Death("projector", 3, after=True),
    Death("sender", 5, after=False),
    Death("sender", 6, after=True),
    Death("reconciler", 1, after=True),
    Death("listener", 1, after=True),
    Death("listener", 1, after=False),
)


def killed(town: Town, cycles: int) -> None:
    """kill -9 at a random moment under load."""
    chance = random.Random(20260406)
    town.open()
    for _ in range(cycles):
        town.cycles += 1
        with town.crowd.busy():
            town.sees_events(chance.randint(1, LONGEST_LIFE_EVENTS))
            town.everyone_ends()
        _starts_again(town)


def killed_at_commits(town: Town, cycles: int) -> None:
    """kill -9 right before or right after a commit of each part in turn.

    After a commit of the intake is before its acknowledgement, before one of the projector's
    between inbox and projection; the sender's are before and after Slack is asked.
    """
    town.open()
    for cycle in range(cycles):
        town.cycles += 1
        town.everyone_ends()
        # What the reconciler and the sender have to do from the start
        town.crowd.acts(4)
        process = town.start(death=MOMENTS[cycle % len(MOMENTS)], wait=False)
        town.until(lambda: town.slack.connections or process.code is not None)  # noqa: B023  (at once)
        with town.crowd.busy():
            town.until(lambda: process.code is not None, "its death")  # noqa: B023
        assert process.code == -signal.SIGKILL, f"it has ended otherwise:\n{process.last_words}"
        town.everyone_ends()
        _starts_again(town)


def one_of_several_killed(town: Town, cycles: int) -> None:
    """Three processes share the work, and one of them is killed again and again."""
    chance = random.Random(20260406)
    town.open(processes=3)
    for _ in range(cycles):
        town.cycles += 1
        with town.crowd.busy():
            town.sees_events(chance.randint(1, LONGEST_LIFE_EVENTS))
            victim = town.processes.pop(chance.randrange(3))
            victim.kill()
            since, before = time.monotonic(), town.acked()
            town.recovers(since, lambda: town.acked() > before)  # noqa: B023  (at once)
            town.start()


def killed_while_saying(town: Town, cycles: int) -> None:
    """kill -9 while Slack is asked to post, with and without its having done so.

    In turn it is a change that is announced, and a leader's いいね!, of which the post's thread and
    its author are told.
    """
    town.open()
    town.crowd.acts(20)
    digest = town.digest()
    for cycle in range(cycles):
        town.cycles += 1
        town.later(seconds=1)
        fault = town.slack.faults.add(
            ANSWERS[cycle // 2 % len(ANSWERS)], method="chat.postMessage", seconds=1.0
        )
        if cycle % 2:
            town.crowd.likes_the_next(digest)
        else:
            town.crowd.changes_the_stage()
        town.until(lambda: fault.used)  # noqa: B023  (at once)
        town.everyone_ends()
        town.slack.faults.clear()
        _starts_again(town)
        town.rest()


def stands_still(town: Town, cycles: int) -> None:
    """SIGSTOP for longer than Slack waits, then SIGCONT; on PostgreSQL another one takes over."""
    several = not town.database.is_sqlite
    town.open(processes=2 if several else 1)
    for _ in range(cycles):
        town.cycles += 1
        process = town.processes[0]
        with town.crowd.busy(), town.refuses(STANDS_STILL_SECONDS):
            town.sees_events(10)
            process.stands_still()
            town.lasts(STANDS_STILL_SECONDS)
            if several:
                town.later(seconds=LEASE.total_seconds() + 5)
            since, before = time.monotonic(), town.acked()
            process.goes_on()
            town.recovers(since, lambda: town.acked() > before)  # noqa: B023  (at once)


def _starts_again(town: Town) -> None:
    since, before = time.monotonic(), town.acked()
    town.start()
    town.crowd.acts(1)
    town.recovers(since, lambda: town.acked() > before)
