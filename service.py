"""The running bot: the one place where its parts are put together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

import handlers
from bot.answered import Answered
from bot.clock import Clock, SystemClock
from bot.core import gaps
from bot.core.outgoing import OnSaid, Renderer
from bot.delivery import (
    cards,
    kudos,
    late_digests,
    people,
    progress,
    questions,
    quiet,
    recognition,
    successes,
)
from bot.delivery.sender import Sender
from bot.deps import Deps
from bot.digest import deliver
from bot.health.metrics import Metrics
from bot.health.pages import Pages, Probes
from bot.health.state import State, look
from bot.home.publisher import Publisher
from bot.links import HttpLink, Link, SocketLink
from bot.recording.history.reconciler import Reconciler
from bot.recording.intake import Intake
from bot.recording.outages import Outages
from bot.recording.profiles import ProfileFetcher
from bot.recording.projector import Projector
from bot.settings import Settings
from bot.slack_client import app_of, said_by, slack_client, without_token
from bot.starting import open_database
from bot.supervisor import Patience
from bot.web_server import WebServer
from bot.worker import Worker, wait_until_all_idle
from handlers import unknown
from handlers.front_door import front_door, socket_door
from jobs.ticker import scheduler
from models import home, workspace
from models.database import Database
from models.only_process import OnlyProcess

log = logging.getLogger("iine")

# The threads for commands, buttons and modals, and as many for what comes over the socket
THREADS = 20
# Whoever opens their Home does not wait for the Homes of others
HOMES_AT_ONCE = 3
STOP_WITHIN_SECONDS = 9.0
LAST_ANSWERS_SECONDS = 0.5
# Whoever asks how things stand in a database that does not answer waits; `/livez` must not
HEALTH_THREADS = 6


class Service:
    """The running bot: `start()`, then `stop()`. Events, commands and clocks do the rest."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        pace: float | None = None,
        patience: Patience | None = None,
        give_up: Callable[[str], None] = log.critical,
        database: Database | None = None,
    ) -> None:
        """`pace` makes the clock's jobs look every so many seconds, for a clock that is moved.

        `database` is the one that the settings name, where somebody has it open already.
        `give_up` is told why once Slack can't be reached for too long: it should end the process.
        """
        self._patience, self._give_up = patience or Patience(), give_up
        self._pace = pace
        self.deps = Deps(
            settings=settings,
            database=database or Database(settings.database_url),
            slack=slack_client(settings),
            clock=clock or SystemClock(),
            wake=self._wake,
        )
        self.metrics = Metrics()
        self._intake = Intake(
            self.deps.database,
            self.deps.clock,
            on_event=lambda: self._recording.wake(),
            count=self._on_event,
        )
        self._taking_in = Worker("intake", self._intake.step)
        self._intake.wake = self._taking_in.wake
        projector = Projector(
            self.deps.database,
            self.deps.clock,
            self._on_change,
            self.metrics.applied,
            lambda: self.deps.database.is_sqlite and self._intake.is_impatient(),
        )
        self._sender = sender(settings, self.deps.database, self.deps.slack, self.deps.clock)

        def apply() -> bool:
            self._intake.give_way()
            return projector.step()

        self._recording = Worker("projector", apply)
        self._sending = Worker("sender", self._sender.step)
        self._naming = Worker("profiles", ProfileFetcher(self.deps).step)
        publisher = Publisher(settings, self.deps.database, self.deps.slack, self.deps.clock)
        self._showing = tuple(Worker(f"home-{n}", publisher.step) for n in range(HOMES_AT_ONCE))
        reconciler = Reconciler(
            self.deps.database,
            self.deps.slack,
            self.deps.clock,
            self._on_change,
            on_unheard=self._on_unheard,
        )
        self._reconciling = Worker("reconciler", reconciler.step)
        self._workers = (
            self._taking_in,
            self._recording,
            self._sending,
            self._naming,
            *self._showing,
            self._reconciling,
        )
        self._listeners = ThreadPoolExecutor(THREADS, thread_name_prefix="listener")
        self._scheduler = scheduler(self.deps, pace)
        self._only = OnlyProcess(self.deps.database)
        self._outages: Outages | None = None
        self._link: Link | None = None
        self._health: WebServer | None = None

    def start(self) -> None:
        """Migrate, greet Slack, begin to work.

        Raises `SlackApiError` if Slack refuses a token, `AlreadyRunningError` if another process
        has the SQLite database, `CanNotLockError` if nobody could tell, `NoAddressError` if
        somebody else listens where it should.
        """
        self._only.claim()
        self._show_health()
        open_database(self.deps.database)
        authorized = self._greet()
        self._outages = Outages(
            self.deps.database, self.deps.clock, str(authorized.team_id), self.read_history
        )
        bolt = App(
            name="iine",
            client=without_token(self.deps.settings),
            authorize=lambda: authorized,
            before_authorize=front_door(self._intake),
            request_verification_enabled=False,
            listener_executor=self._listeners,
            raise_error_for_unhandled_request=True,
        )
        handlers.register(bolt, self.deps)
        unknown.register_errors(bolt, self.metrics.refused)
        self._sender.recover()
        for worker in self._workers:
            worker.start()
        self._link = self._link_to_slack(bolt, self._outages)
        self._link.start()
        self._scheduler.start()
        log.info("connected; recording")

    def stop(self) -> None:
        """Finish what is in hand and end, within `STOP_WITHIN_SECONDS`."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._link is not None:
            self._link.stop(STOP_WITHIN_SECONDS / 2)
        self._listeners.shutdown(wait=True, cancel_futures=True)
        self.settle(STOP_WITHIN_SECONDS / 3)
        for worker in self._workers:
            worker.stop()
        deadline = time.monotonic() + STOP_WITHIN_SECONDS / 3
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        if self._health is not None:
            self._health.stop(LAST_ANSWERS_SECONDS)
        self.deps.database.close()
        self._only.release()
        log.info("stopped")

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach us."""
        return self._link is not None and self._link.is_up

    @property
    def http_port(self) -> int | None:
        """Where Slack's requests are taken; None in Socket Mode."""
        return self._link.port if isinstance(self._link, HttpLink) else None

    @property
    def health_port(self) -> int | None:
        """Where probes are answered; None if the settings ask for none."""
        return None if self._health is None else self._health.port

    def _link_to_slack(self, bolt: App, outages: Outages) -> Link:
        settings, clock = self.deps.settings, self.deps.clock
        if settings.over_http:
            answered = Answered(self.deps.database, clock)
            return HttpLink(
                bolt,
                settings,
                clock,
                self.metrics,
                threads=THREADS,
                was_answered=answered.before,
                on_outage=outages,
            )
        return SocketLink(
            bolt,
            settings,
            clock,
            self.metrics,
            threads=THREADS,
            keep=socket_door(self._intake),
            patience=self._patience,
            on_outage=outages,
            give_up=self._give_up,
        )

    def _show_health(self) -> None:
        """Answer probes, if the settings say where: from the beginning, also while waiting."""
        settings = self.deps.settings
        self.metrics.show(self._look, lambda: self.is_connected)
        if settings.health_port is None:
            return
        probes = Probes(self._is_live, lambda: self.is_connected, self._look, self.metrics)
        self._health = WebServer(
            Pages(probes),
            settings.health_host,
            settings.health_port,
            threads=HEALTH_THREADS,
            name="health",
        )
        self._health.start()

    def _look(self) -> State | None:
        return look(self.deps.database, self.deps.settings.timezone, self.deps.clock.now())

    def _is_live(self) -> bool:
        """Whether every worker works; before the start there is nothing to complain of."""
        return self._link is None or all(worker.is_alive for worker in self._workers)

    def _on_event(self, outcome: str) -> None:
        """An event was kept, or not."""
        self.metrics.received(outcome)
        if self._outages is not None:
            if outcome == "kept":
                self._outages.kept()
            else:
                self._outages.refused()

    def _on_unheard(self) -> None:
        """Something stood in Slack's history that should have come by itself."""
        if self._link is not None:
            self._link.deaf()

    def settle(self, timeout: float) -> bool:
        """Wait until everything that came in is applied and everything due is said."""
        return wait_until_all_idle(self._workers, timeout)

    def look(self) -> None:
        """Have every job look at once whether something is due: the clock was moved."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def read_history(self) -> None:
        """Read what there is to be read of Slack's history, not only within a second."""
        self._reconciling.wake()

    def _wake(self) -> None:
        """There may be something to say, and a Home to make."""
        for worker in (self._sending, *self._showing):
            worker.wake()

    def _on_change(self) -> None:
        """Events were applied: there may be something to say, and somebody new to name."""
        self._wake()
        self._naming.wake()

    def _greet(self) -> AuthorizeResult:
        """Ask Slack who we are and remember it."""
        me = self.deps.slack.auth_test()
        team_id, bot_user_id = said_by(me, "team_id"), said_by(me, "user_id")
        app_id = app_of(self.deps.slack, str(me.get("bot_id") or ""))
        with self.deps.database.write() as session:
            workspace.save(
                session,
                team_id=team_id,
                name=str(me.get("team") or ""),
                url=str(me.get("url") or ""),
                bot_user_id=bot_user_id,
                bot_id=str(me.get("bot_id") or ""),
                app_id=app_id,
            )
            # What has changed while nothing ran, and how a Home looks since
            home.touch(session, team_id, None, self.deps.clock.now())
            gaps.started(session, team_id, self.deps.clock.now())
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=team_id,
            bot_token=self.deps.settings.slack_bot_token,
            bot_id=me.get("bot_id"),
            bot_user_id=bot_user_id,
        )


def sender(settings: Settings, database: Database, slack: WebClient, clock: Clock) -> Sender:
    """Says what is in the outbox, whoever put it there, and notes what has become of it."""
    return Sender(
        database, slack, clock, renderers(settings), on_said(settings), progress.on_lost()
    )


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Who puts each kind of delivery into words."""
    return {
        **cards.renderers(settings),
        **deliver.renderers(settings),
        **kudos.renderers(settings),
        **late_digests.renderers(settings),
        **progress.renderers(settings),
        **people.renderers(settings),
        **questions.renderers(settings),
        **quiet.renderers(settings),
        **recognition.renderers(settings),
        **successes.renderers(settings),
    }


def on_said(settings: Settings) -> Mapping[str, OnSaid]:
    """What follows in the database once a delivery of some kind was said."""
    return {**deliver.ON_SAID, **kudos.ON_SAID, **questions.ON_SAID, **progress.on_said(settings)}
