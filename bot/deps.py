"""What every handler, job and worker is given: settings, database, Slack, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.clock import Clock
from bot.settings import Settings
from models.database import Database


@dataclass(frozen=True)
class Deps:
    """The parts that `app.py` puts together once.

    `wake` tells the sender that there is something new in the outbox, and whoever makes Homes that
    one has changed; they would find it by themselves within a second.
    """

    settings: Settings
    database: Database
    slack: WebClient
    clock: Clock
    wake: Callable[[], None]
