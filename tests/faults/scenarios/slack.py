"""Slack itself: what it does not send, does not answer, and does not allow."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.faults.town import Town

# https://docs.slack.dev/apis/events-api: "Rate limiting"
MOST_EVENTS_AN_HOUR = 30_000
A_FEW_EVENTS = 200
SHOWN_REACTIONS = 3
AWAY = (timedelta(days=3), timedelta(hours=3), timedelta(minutes=1))
# After that Slack has tried for the last time: https://docs.slack.dev/apis/events-api
TRIED_FOR = timedelta(minutes=10)


def away(town: Town, cycles: int) -> None:
    """Nothing runs for days, hours, a minute: posts, threads, edits, deletions, many reactions."""
    town.slack.workspace.reaction_users_shown = SHOWN_REACTIONS
    town.open()
    for cycle in range(cycles):
        town.cycles += 1
        town.crowd.acts(20)
        town.rest()
        town.everyone_ends()
        before, a_third = len(town.slack.deliveries), AWAY[cycle % len(AWAY)] / 3
        for _ in range(3):
            town.crowd.acts(25)
            post = town.lead.posts(town.channels[0], "みなさん見てください")
            for person in town.people:
                person.reacts(post, "eyes")
            town.slack.clock.advance(a_third)
        if a_third > TRIED_FOR:
            missed = town.slack.deliveries[before:]
            assert all(one.given_up for one in missed), "Slack has not given up yet"
        since = time.monotonic()
        town.start()
        town.rest()
        town.recoveries.append(time.monotonic() - since)


def burst(town: Town, cycles: int) -> None:
    """As many events as Slack sends in an hour, all at once; then it holds some back."""
    town.open()
    for cycle in range(cycles):
        town.cycles += 1
        town.crowd.acts(A_FEW_EVENTS if cycle == 0 else MOST_EVENTS_AN_HOUR)
        town.rest()
        with town.slack.rate_limiting_events():
            town.crowd.acts(20)
            town.later(seconds=61)
        held_back = any(one.type == "app_rate_limited" for one in town.slack.deliveries)
        assert held_back, "Slack has held nothing back"
        since = time.monotonic()
        town.rest()
        town.recoveries.append(time.monotonic() - since)


def authorize(town: Town, cycles: int) -> None:
    """auth.test is refused for a pause, while it runs and when it starts; tokens are revoked."""
    town.open()
    for _ in range(cycles):
        town.cycles += 1
        faults, tokens = town.slack.faults, town.slack.server.tokens
        faults.add("ratelimited", method="auth.test", times=None)
        with town.crowd.busy():
            town.sees_events(20)
        town.everyone_ends()
        process = town.start(plain=True, wait=False)
        town.crowd.acts(5)
        town.until(lambda: process.code is not None)  # noqa: B023  (at once)
        assert process.code == 1, process.last_words
        faults.clear()
        town.start()
        with town.crowd.busy():
            town.sees_events(10)
            tokens.revoked = True
            town.sees_events(20)
            tokens.revoked = False
        since, before = time.monotonic(), town.acked()
        town.crowd.acts(1)
        town.recovers(since, lambda: town.acked() > before)  # noqa: B023  (at once)
