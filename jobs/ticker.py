"""The scheduler. It only ticks: whether something is due is decided from the database, so that
downtime, a second process or daylight saving change nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.deps import Deps
from bot.trouble import tell
from jobs import late_digests, notices, questions, quiet, reconcile, successes, weekly_digest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A job: when the scheduler calls it, and what it does."""

    name: str
    trigger: BaseTrigger
    run: Callable[[Deps], None]

    def look(self, deps: Deps) -> None:
        """Run it; what goes wrong is logged here, before the scheduler makes pages of it."""
        try:
            self.run(deps)
        except Exception as error:
            tell(log, error, f"the job {self.name} failed; it is called again")


JOBS: tuple[Job, ...] = (
    Job("weekly_digest", weekly_digest.TRIGGER, weekly_digest.run),
    Job("late_digests", late_digests.TRIGGER, late_digests.run),
    Job("questions", questions.TRIGGER, questions.run),
    Job("quiet", quiet.TRIGGER, quiet.run),
    Job("notices", notices.TRIGGER, notices.run),
    Job("reconcile", reconcile.TRIGGER, reconcile.run),
    Job("successes", successes.TRIGGER, successes.run),
)


def scheduler(deps: Deps, pace: float | None = None) -> BackgroundScheduler:
    """A scheduler with every job, not started yet.

    With `pace`, all jobs are called every so many seconds in place of their own trigger: for a
    clock that runs faster than the world's.
    """
    ticker = BackgroundScheduler(
        timezone=deps.settings.timezone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for job in JOBS:
        trigger = job.trigger if pace is None else IntervalTrigger(seconds=pace)
        ticker.add_job(job.look, trigger, args=(deps,), id=job.name, name=job.name)
    return ticker
