"""How many messages a second are imported from Slack's own export, with versions and reactions.

    python -m bench.importing [--messages N] [--runs N] [--database sqlite|postgres|both]

It makes an export of several channels and years, and imports it into an empty database, some
times over. It prints the median of messages a second (reading the ZIP file, its JSON, deciding
and committing), of importing the same once more, and the resident memory at the end.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import click

from bot.clock import SystemClock
from bot.core.slack_time import from_datetime
from bot.recording.importing.importer import Importer
from bot.recording.importing.tally import Count
from models import ProjectChannel, schema, workspace
from models.base import JsonObject
from models.database import Database
from models.project import Capture, Kind, Project, Stage, Status
from tests.databases import Lend, postgres_server

TEAM = "T0CITY"
CHANNELS = 40
PEOPLE = 1_000
FIRST = datetime(2023, 4, 3, tzinfo=UTC)
DAYS = 750
REPLIES = 0.4
EDITED = 0.1
REACTED = 0.6

_WORDS = (
    "避難所の受付をQRコードで試しました。一人3分かかっていたのが20秒になりました。",
    "商店街の方と歩いて、空き店舗の使い道を話し合いました。来月もう一度集まります。",
    "申請書の記入例を動画にしました。窓口での質問が半分になったそうです。",
)
_EMOJI = ("+1", "tada", "clap", "heart", "thumbsup::skin-tone-2")


@click.command()
@click.option("--messages", default=100_000, show_default=True)
@click.option("--runs", default=5, show_default=True)
@click.option(
    "--database",
    "which",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="sqlite",
    show_default=True,
)
def main(messages: int, runs: int, which: str) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="import-") as place:
        file = Path(place) / "export.zip"
        reactions = _export(file, messages)
        size = file.stat().st_size / 1024 / 1024
        click.echo(f"{messages:,} messages, {reactions:,} reactions, a ZIP file of {size:.0f} MB")
        for name, lend in (("sqlite", _sqlite), ("postgres", postgres_server)):
            if which in (name, "both"):
                _measure(name, lend, file, runs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"resident memory at most {memory:.0f} MB")


def _measure(name: str, lend: Lend, file: Path, runs: int) -> None:
    first, again = [], []
    for _ in range(runs):
        with lend() as url:
            database = Database(url)
            schema.upgrade(database)
            _register(database)
            first.append(_rate(database, file))
            again.append(_rate(database, file))
            database.close()
    click.echo(
        f"{name:<9} {statistics.median(first):>8,.0f} messages/s"
        f" ({min(first):,.0f} to {max(first):,.0f});"
        f" once more {statistics.median(again):,.0f} messages/s"
    )


def _rate(database: Database, file: Path) -> float:
    begin = time.perf_counter()
    outcome = Importer(database, SystemClock()).run(file)
    took = time.perf_counter() - begin
    counts = outcome.tally.counts
    kinds = (Count.POSTS, Count.REPLIES, Count.OTHERS, Count.KNOWN)
    return sum(counts[kind.value] for kind in kinds) / took


def _export(file: Path, messages: int) -> int:
    luck = random.Random(20261123)
    reactions = 0
    channels = [{"id": f"C{number:08d}", "name": f"wg-{number}"} for number in range(CHANNELS)]
    people = [
        {"id": _person(n), "team_id": TEAM, "profile": {"display_name": f"職員{n}", "title": "課"}}
        for n in range(PEOPLE)
    ]
    a_day = max(1, round(messages / CHANNELS / DAYS))
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("channels.json", json.dumps(channels))
        archive.writestr("users.json", json.dumps(people))
        left = messages
        for channel in channels:
            for day in range(DAYS + 1):
                number = min(a_day, left) if day < DAYS else 0
                if number:
                    written = [_message(luck, day, n) for n in range(number)]
                    reactions += sum(given for given, _ in written)
                    name = (FIRST + timedelta(days=day)).date()
                    content = json.dumps([message for _, message in written], indent=4)
                    archive.writestr(f"{channel['name']}/{name}.json", content)
                    left -= number
    return reactions


def _message(luck: random.Random, day: int, number: int) -> tuple[int, JsonObject]:
    """How many reactions are on it, and the message."""
    user, words = _person(luck.randrange(PEOPLE)), luck.choice(_WORDS)
    at = FIRST + timedelta(days=day, minutes=number, microseconds=100)
    more: dict[str, object] = {}
    if number and luck.random() < REPLIES:
        root = FIRST + timedelta(days=day, microseconds=100)
        more["thread_ts"] = from_datetime(root)
    if luck.random() < EDITED:
        more["edited"] = {"user": user, "ts": from_datetime(at + timedelta(minutes=3))}
    given: list[JsonObject] = []
    number_given = 0
    if luck.random() < REACTED:
        for name in luck.sample(_EMOJI, luck.randint(1, 3)):
            users = [_person(n) for n in luck.sample(range(PEOPLE), luck.randint(1, 3))]
            given.append({"name": name, "users": users, "count": len(users)})
            number_given += len(users)
    text = {"type": "text", "text": words}
    section = {"type": "rich_text_section", "elements": [text]}
    return number_given, {
        "client_msg_id": f"{luck.getrandbits(128):032x}",
        "type": "message",
        "user": user,
        "text": words,
        "ts": from_datetime(at),
        "team": TEAM,
        "user_team": TEAM,
        "source_team": TEAM,
        "user_profile": {"display_name": user, "real_name": user, "team": TEAM},
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": [section]}],
        "reactions": given,
        **more,
    }


def _person(number: int) -> str:
    return f"U{number:08d}"


def _register(database: Database) -> None:
    now = SystemClock().now()
    with database.write() as session:
        workspace.save(
            session,
            team_id=TEAM,
            name="city",
            url="https://city.slack.com/",
            bot_user_id="U0BOT",
            bot_id="B0BOT",
        )
        for number in range(CHANNELS):
            project = Project(
                team_id=TEAM,
                name=f"wg {number}",
                name_key=f"wg {number}",
                kind=Kind.WORKING_GROUP,
                stage=Stage.IDEA,
                status=Status.ACTIVE,
                capture=Capture.ALL,
                created_by=_person(0),
                created_at=now,
                stage_changed_at=now,
                status_changed_at=now,
            )
            session.add(project)
            session.flush()
            session.add(
                ProjectChannel(
                    team_id=TEAM,
                    channel_id=f"C{number:08d}",
                    project_id=project.id,
                    added_by=_person(0),
                    added_at=now,
                )
            )


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="import-") as place:
        yield f"sqlite:///{place}/import.db"


if __name__ == "__main__":
    main()
