"""iine, put together: the one place that builds things and knows all of them, and its commands."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from types import FrameType

import click
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

import handlers
from bot import checkup, logs
from bot import manifest as manifests
from bot.clock import Clock, SystemClock
from bot.core.outgoing import OnSaid, Renderer
from bot.delivery import cards, kudos, people, progress, questions, quiet, recognition, successes
from bot.delivery.sender import Sender
from bot.deps import Deps
from bot.digest import deliver
from bot.digest.desk import DigestDesk
from bot.errors import UserError
from bot.home.publisher import Publisher
from bot.recording.profiles import ProfileFetcher
from bot.recording.projector import Projector
from bot.settings import Settings
from bot.slack_client import slack_client, without_token
from bot.socket_mode import hang_up
from bot.terminal import database_trouble_in_words, leave_after, read_settings, with_progress
from bot.text import LANGUAGES, Language, Text
from bot.worker import Worker, wait_until_all_idle
from handlers.front_door import front_door
from jobs.ticker import scheduler
from models import home, schema, workspace
from models.database import Database

log = logging.getLogger("iine")

# The threads for commands, buttons and modals, and as many for what comes over the socket
THREADS = 20
# Whoever opens their Home does not wait for the Homes of others
HOMES_AT_ONCE = 3
STOP_WITHIN_SECONDS = 9.0

_OK = Text(ja="OK    ", en="OK   ")
_TO_DO = Text(ja="要対応", en="TO DO")


class Service:
    """The running bot: `start()`, then `stop()`. Events, commands and clocks do the rest."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, pace: float | None = None
    ) -> None:
        """`pace` makes the clock's jobs look every so many seconds, for a clock that is moved."""
        self._pace = pace
        self.deps = Deps(
            settings=settings,
            database=Database(settings.database_url),
            slack=slack_client(settings),
            clock=clock or SystemClock(),
            wake=self._wake,
        )
        projector = Projector(self.deps.database, self.deps.clock, self._on_change)
        self._sender = sender(settings, self.deps.database, self.deps.slack, self.deps.clock)
        self._recording = Worker("projector", projector.step)
        self._sending = Worker("sender", self._sender.step)
        self._naming = Worker("profiles", ProfileFetcher(self.deps).step)
        publisher = Publisher(settings, self.deps.database, self.deps.slack, self.deps.clock)
        self._showing = tuple(Worker(f"home-{n}", publisher.step) for n in range(HOMES_AT_ONCE))
        self._workers = (self._recording, self._sending, self._naming, *self._showing)
        self._listeners = ThreadPoolExecutor(THREADS, thread_name_prefix="listener")
        self._scheduler = scheduler(self.deps, pace)
        self._socket: SocketModeHandler | None = None

    def start(self) -> None:
        """Migrate, greet Slack, begin to work. Raises `SlackApiError` if Slack refuses a token."""
        schema.upgrade(self.deps.database)
        authorized = self._greet()
        bolt = App(
            name="iine",
            client=without_token(self.deps.settings),
            authorize=lambda: authorized,
            before_authorize=front_door(self.deps, self._recording.wake),
            listener_executor=self._listeners,
        )
        handlers.register(bolt, self.deps)
        self._sender.recover()
        for worker in self._workers:
            worker.start()
        self._socket = SocketModeHandler(
            bolt, self.deps.settings.slack_app_token, concurrency=THREADS
        )
        self._socket.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
        self._scheduler.start()
        log.info("connected; recording")

    def stop(self) -> None:
        """Finish what is in hand and end, within `STOP_WITHIN_SECONDS`."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._socket is not None:
            hang_up(self._socket, STOP_WITHIN_SECONDS / 2)
        self._listeners.shutdown(wait=True, cancel_futures=True)
        self.settle(STOP_WITHIN_SECONDS / 3)
        for worker in self._workers:
            worker.stop()
        deadline = time.monotonic() + STOP_WITHIN_SECONDS / 3
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        self.deps.database.close()
        log.info("stopped")

    def settle(self, timeout: float) -> bool:
        """Wait until everything that came in is applied and everything due is said."""
        return wait_until_all_idle(self._workers, timeout)

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
        with self.deps.database.write() as session:
            workspace.save(
                session,
                team_id=str(me["team_id"]),
                name=str(me.get("team") or ""),
                url=str(me.get("url") or ""),
                bot_user_id=str(me["user_id"]),
                bot_id=str(me.get("bot_id") or ""),
            )
            # What has changed while nothing ran, and how a Home looks since
            home.touch(session, str(me["team_id"]), None, self.deps.clock.now())
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me["team_id"],
            bot_token=self.deps.settings.slack_bot_token,
            bot_id=me.get("bot_id"),
            bot_user_id=me["user_id"],
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
        **progress.renderers(settings),
        **people.renderers(settings),
        **questions.renderers(settings),
        **quiet.renderers(settings),
        **recognition.renderers(settings),
        **successes.renderers(settings),
    }


def on_said(settings: Settings) -> Mapping[str, OnSaid]:
    """What follows in the database once a delivery of some kind was said."""
    return {**deliver.ON_SAID, **kudos.ON_SAID, **progress.on_said(settings)}


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Records the progress posts and reactions of a city hall's working groups in Slack, and
    sends leadership one digest a week.

    Without a command it serves. Settings come from the environment and from `.env`.
    """
    if context.invoked_subcommand is None:
        context.invoke(serve)


@main.command()
def serve() -> None:
    """Connect to Slack and work until told to stop (Ctrl-C or SIGTERM)."""
    settings = read_settings()
    logs.set_up(settings)
    service = Service(settings)
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            leave_after(STOP_WITHIN_SECONDS)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        with database_trouble_in_words():
            service.start()
    except (SlackApiError, OSError, HTTPException) as error:
        raise click.ClickException(
            f"Slack can't be reached with these settings: {error}"
        ) from error
    stop.wait()
    service.stop()


@main.command()
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ja",
    show_default=True,
    help="The language of the descriptions that Slack shows.",
)
def manifest(language: Language) -> None:
    """Print the app manifest, to paste into Slack when the app is made."""
    click.echo(json.dumps(app_manifest(language), ensure_ascii=False, indent=2))


@main.command()
def check() -> None:
    """Say, line by line, what is in place and what is still to be done.

    Ends with exit code 1 if anything is to be done.
    """
    settings = read_settings()
    database = Database(settings.database_url)
    slack = slack_client(settings)
    slack.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    to_do = 0
    for finding in checkup.check(
        checkup.Checkup(settings, database, slack, SystemClock()), with_progress
    ):
        to_do += not finding.ok
        mark = _OK if finding.ok else _TO_DO
        click.echo(f"{mark.of(settings.language)}  {finding.text.of(settings.language)}")
    database.close()
    sys.exit(1 if to_do else 0)


@main.command()
@click.option("--at", metavar="ISO-TIME", help="The moment at which it ends; now if left out.")
@click.option("--audience", help="A channel or person that receives digests: its ID or #name.")
@click.option("--dry-run", is_flag=True, help="Print it and say nothing in Slack.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print its numbers as JSON and say nothing in Slack."
)
def digest(at: str | None, audience: str | None, dry_run: bool, as_json: bool) -> None:
    """Send the digest now, or print it or its numbers for any moment.

    It covers the time since the last digest before that moment; the first one covers seven days.
    """
    settings = read_settings(tokens=not (dry_run or as_json))
    database = Database(settings.database_url)
    try:
        with database_trouble_in_words():
            schema.upgrade(database)
        desk = DigestDesk(database, settings, SystemClock())
        moment = desk.moment(at)
        if as_json:
            click.echo(json.dumps(desk.figures(moment), ensure_ascii=False, indent=2))
        elif dry_run:
            click.echo(desk.text(moment, audience))
        else:
            speaker = sender(settings, database, slack_client(settings), SystemClock())
            _send(desk, desk.make(moment, audience), speaker)
    except UserError as error:
        raise click.ClickException(error.text.of(settings.language)) from error
    finally:
        database.close()


def _send(desk: DigestDesk, keys: Sequence[str], speaker: Sender) -> None:
    """Send what was made, with a bar."""
    said = 0
    with click.progressbar(length=len(keys), file=sys.stderr) as bar:
        for said in desk.send(keys, speaker.step):
            bar.update(said - bar.pos)
    if said < len(keys):
        raise click.ClickException(
            "Slack has not taken everything yet; the service goes on trying. "
            "`python app.py check` says what is wrong."
        )


def app_manifest(language: Language) -> dict[str, object]:
    """The manifest with the commands that the handlers answer."""
    return manifests.manifest(handlers.slash_commands(language), language)


if __name__ == "__main__":
    main()
