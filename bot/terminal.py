"""What the commands share: settings, trouble in a line, progress, the end of the process."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from dotenv import dotenv_values
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings, SettingsError

log = logging.getLogger("iine")


def read_settings(*, tokens: bool = True) -> Settings:
    """The settings; if something is wrong with them, says all of it and ends with exit code 2.

    The environment counts before what `.env` in the current directory says.
    """
    try:
        from_file = {
            key: value for key, value in dotenv_values(".env").items() if value is not None
        }
        return Settings.from_env({**from_file, **os.environ}, tokens=tokens)
    except SettingsError as error:
        click.echo("\n".join(error.problems), err=True)
    except UnicodeDecodeError:
        click.echo("The file .env can't be read: please save it as UTF-8.", err=True)
    sys.exit(2)


@contextmanager
def database_trouble_in_words() -> Iterator[None]:
    """What an administrator can put right ends a command with one line, not with a traceback."""
    try:
        yield
    except (DBAPIError, CommandError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise click.ClickException(
            f"The database can't be used: {str(reason).strip()} Check DATABASE_URL."
        ) from error


def with_progress(items: list[str]) -> Iterator[str]:
    """The items one by one, with a bar on the terminal while it takes long."""
    with click.progressbar(items, file=sys.stderr) as bar:
        yield from bar


@contextmanager
def counting_up() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal for something that says how much of how much is done."""
    with click.progressbar(length=0, file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def leave_after(seconds: float, exit_code: int = 0) -> None:
    """End the process then, whatever it still waits for.

    Slack may not answer; and slack_sdk sleeps through a pause that Slack has asked for before it
    connects (`BaseSocketModeClient.issue_new_wss_url`). What is not finished is committed as such
    and taken up at the next start.
    """

    def leave() -> None:
        log.warning("stopped; what was still under way is taken up at the next start")
        logging.shutdown()
        os._exit(exit_code)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()
