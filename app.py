"""The command line of iine."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from types import FrameType

import click
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

import handlers
from bot import checkup, logs
from bot import manifest as manifests
from bot.clock import SystemClock
from bot.delivery.desk import DeliveryDesk
from bot.delivery.progress import on_lost
from bot.delivery.sender import Sender
from bot.digest.desk import DigestDesk
from bot.errors import UserError
from bot.heap import share_one_heap
from bot.http_mode import request_url
from bot.recording.history.desk import ReconcileDesk
from bot.recording.importing.importer import Importer
from bot.recording.importing.report import report
from bot.slack_client import slack_client
from bot.terminal import (
    counting_up,
    database_trouble_in_words,
    leave_after,
    read_settings,
    with_progress,
)
from bot.text import LANGUAGES, Language, Text
from bot.web_server import NoAddressError
from models import schema
from models.database import Database
from models.only_process import AlreadyRunningError, CanNotLockError
from service import STOP_WITHIN_SECONDS, Service, sender

log = logging.getLogger("iine")

_OK = Text(ja="OK    ", en="OK   ")
_TO_DO = Text(ja="要対応", en="TO DO")


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
    share_one_heap()
    stop, given_up = threading.Event(), threading.Event()

    def end(why: str) -> None:
        log.critical("%s; ending, to be started again", why)
        given_up.set()
        ask_to_stop(signal.SIGTERM, None)

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            leave_after(STOP_WITHIN_SECONDS, 1 if given_up.is_set() else 0)

    service = Service(settings, give_up=end)
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        with database_trouble_in_words():
            service.start()
    except (AlreadyRunningError, CanNotLockError) as error:
        raise click.ClickException(str(error)) from error
    except NoAddressError as error:
        raise click.ClickException(
            f"{error}. Check HOST and PORT, or HEALTH_HOST and HEALTH_PORT."
        ) from error
    except (SlackApiError, OSError, HTTPException) as error:
        raise click.ClickException(
            f"Slack can't be reached with these settings: {error}"
        ) from error
    stop.wait()
    service.stop()
    sys.exit(1 if given_up.is_set() else 0)


@main.command()
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ja",
    show_default=True,
    help="The language of the descriptions that Slack shows.",
)
@click.option(
    "--url", metavar="HTTPS-ADDRESS", help="Where Slack reaches the app; Socket Mode if left out."
)
def manifest(language: Language, url: str | None) -> None:
    """Print the app manifest, to paste into Slack when the app is made."""
    try:
        content = app_manifest(language, request_url(url) if url else None)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from error
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


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


@main.command()
@click.option("--retry", metavar="KEY", help="Try this one again; what is in doubt is looked for.")
@click.option("--drop", metavar="KEY", help="Give this one up, with what belongs in its thread.")
def deliveries(retry: str | None, drop: str | None) -> None:
    """List what is not said in Slack, and why; try it again, or give it up.

    The words of messages are not shown.
    """
    if retry and drop:
        raise click.UsageError("Use either --retry or --drop.")
    settings = read_settings(tokens=False)
    database = Database(settings.database_url)
    try:
        with database_trouble_in_words():
            schema.upgrade(database)
            desk = DeliveryDesk(database, settings, SystemClock(), on_lost())
            if retry or drop:
                click.echo(desk.retry(retry) if retry else desk.drop(str(drop)))
            else:
                click.echo("\n".join(desk.listing()))
    except UserError as error:
        raise click.ClickException(error.text.of(settings.language)) from error
    finally:
        database.close()


def _send(desk: DigestDesk, keys: Sequence[str], speaker: Sender) -> None:
    """Send what was made, with a bar."""
    with click.progressbar(length=len(keys), file=sys.stderr) as bar:
        for said in desk.send(keys, speaker.step):
            bar.update(said - bar.pos)
    missing = desk.not_sent(keys)
    if missing is not None:
        raise UserError(missing)


@main.command()
@click.option("--channel", help="Only this channel: its ID or #name.")
@click.option("--since", metavar="ISO-TIME", help="From when on; two weeks if left out.")
def reconcile(channel: str | None, since: str | None) -> None:
    """Read what stands in Slack's history again, and put right what is missing.

    It keeps to Slack's pace. It can be broken off; the service goes on with it. Ends with exit
    code 1 if a channel could not be read.
    """
    settings = read_settings()
    database = Database(settings.database_url)
    try:
        with database_trouble_in_words():
            schema.upgrade(database)
            desk = ReconcileDesk(database, slack_client(settings), settings, SystemClock())
            errand = desk.ask(channel, since)
            with click.progressbar(length=errand.length, file=sys.stderr) as bar:
                for done in desk.run(errand):
                    bar.update(done - bar.pos)
            lines, all_read = desk.outcome(errand)
    except UserError as error:
        raise click.ClickException(error.text.of(settings.language)) from error
    finally:
        database.close()
    click.echo("\n".join(line.of(settings.language) for line in lines))
    sys.exit(0 if all_read else 1)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--channel",
    "channels",
    multiple=True,
    help="Only this channel: its ID or #name. May be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be recorded and write nothing.")
def import_(file: Path, channels: tuple[str, ...], dry_run: bool) -> None:
    """Record the years before the bot from FILE, the ZIP file of Slack's own export.

    Only registered channels are read. Nobody is told of anything. It can be broken off and run
    again. Ends with exit code 1 if a file in it could not be read.
    """
    settings = read_settings(tokens=False)
    database = Database(settings.database_url)
    try:
        with database_trouble_in_words():
            schema.upgrade(database)
            importer = Importer(database, SystemClock())
            with counting_up() as on_files:
                outcome = importer.run(file, channels=channels, dry_run=dry_run, on_files=on_files)
    except UserError as error:
        raise click.ClickException(error.text.of(settings.language)) from error
    finally:
        database.close()
    click.echo("\n".join(report(outcome, settings.language)))
    sys.exit(1 if outcome.tally.troubles else 0)


def app_manifest(language: Language, url: str | None = None) -> dict[str, object]:
    """The manifest with the commands that the handlers answer; with a `url`, for HTTP."""
    return manifests.manifest(handlers.slash_commands(language), language, url)


if __name__ == "__main__":
    main()
