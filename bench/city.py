"""A large made-up city hall, written straight into the tables."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import click
from psycopg import Connection as PostgresConnection
from sqlalchemy import insert

from bot.core.slack_time import from_datetime
from models import (
    Channel,
    Delivery,
    Digest,
    DigestAudience,
    Member,
    Message,
    MessageVersion,
    Notice,
    Office,
    Project,
    ProjectChannel,
    ProjectMember,
    Reaction,
    Tenure,
    Workspace,
)
from models.base import Base
from models.database import Database

TEAM = "T0CITY"
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
MAYOR, CDO, COORDINATOR, LEAD, STAFF = "U0MAYOR", "U0CDO", "U0OFFICE", "U00000", "U00500"
# Came lately: wrote as much in a city of ten years as in one of a few weeks
NEWCOMER = "U0NEW"
_NEWCOMERS_EVERY, _NEWCOMERS_AMONG = 60, 2_400

PEOPLE = 1_000
PROJECTS = 80
MEMBERS_OF_A_PROJECT = 15
ACKNOWLEDGED = 0.1
DIGESTS = 50
AT_ONCE = 20_000

_WORDS = (
    "避難所の受付をQRコードで試しました。一人3分かかっていたのが20秒になりました。",
    "商店街の方と歩いて、空き店舗の使い道を話し合いました。来月もう一度集まります。",
    "申請書の記入例を動画にしました。窓口での質問が半分になったそうです。",
    "農協の皆さんと水田センサーの置き場所を決めました。<https://example.jp/map|地図>を見てください。",
)
_KEY = ("team_id", "channel_id", "ts")
_MESSAGE = (
    *_KEY,
    *("user_id", "kind", "project_id", "capture", "counted", "edited_ts"),
    *("author_name", "author_department"),
)
_VERSION = (*_KEY, "edited_ts", "text", "files")
_REACTION = (*_KEY, "user_id", "name", "emoji", "present", "event_ts")
_NOTICE = (
    *("id", "team_id", "user_id", "channel_id", "ts", "office_id"),
    *("created_at", "due_at", "delivery_key"),
)
_EMOJI = ("+1", "tada", "clap", "heart", "eyes")


@dataclass(frozen=True)
class Size:
    """How many posts, spread evenly over how many years, and how many reactions on each."""

    posts: int
    years: float
    reactions: int = 2


def build(database: Database, size: Size) -> None:
    """Fill the tables."""
    luck = random.Random(20261120)
    with database.write() as session:
        for table, rows in _few(luck):
            session.execute(insert(table), rows)
    posts = _Posts(size, luck)
    for model, columns, written, number in (
        (Message, _MESSAGE, posts.messages(), size.posts),
        (MessageVersion, _VERSION, posts.versions(), size.posts),
        (Reaction, _REACTION, posts.reactions(), size.posts * size.reactions),
        (Notice, _NOTICE, posts.notices(), int(size.posts * ACKNOWLEDGED)),
    ):
        with click.progressbar(
            length=number, label=f"{model.__tablename__:<20}", file=sys.stderr
        ) as bar:
            _fill(database, model.__tablename__, columns, written, bar.update)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:  # what its autovacuum would do in a minute
            connection.exec_driver_sql("VACUUM ANALYZE")


def _few(luck: random.Random) -> Iterator[tuple[type[Base], list[dict[str, object]]]]:
    """Everything that there are only some of."""
    long_ago = NOW - timedelta(days=4_000)
    yield (
        Workspace,
        [
            {
                "team_id": TEAM,
                "name": "city",
                "url": "https://city.slack.com/",
                "bot_user_id": "U0BOT",
                "bot_id": "B0BOT",
            }
        ],
    )
    people = [MAYOR, CDO, COORDINATOR, NEWCOMER, *map(_person, range(PEOPLE))]
    yield (
        Member,
        [
            {
                "team_id": TEAM,
                "user_id": user,
                "display_name": f"職員 {user}",
                "department": f"第{number % 40}課",
                "is_admin": user == COORDINATOR,
                "fetched_at": NOW,
                "profile_updated": 0,
            }
            for number, user in enumerate(people)
        ],
    )
    yield (
        Office,
        [
            {"team_id": TEAM, "name": "市長", "name_key": "市長"},
            {"team_id": TEAM, "name": "副市長・CDO", "name_key": "副市長・cdo"},
        ],
    )
    yield (
        Tenure,
        [
            {"team_id": TEAM, "office_id": number, "user_id": user, "since": long_ago}
            for number, user in ((1, MAYOR), (2, CDO))
        ],
    )
    yield (
        Project,
        [
            {
                "team_id": TEAM,
                "name": f"第{number}プロジェクト",
                "name_key": f"第{number}プロジェクト",
                "kind": "working_group",
                "stage": "trial",
                "status": "active",
                "capture": "all",
                "created_by": LEAD,
                "created_at": long_ago,
                "stage_changed_at": long_ago,
                "status_changed_at": long_ago,
            }
            for number in range(1, PROJECTS + 1)
        ],
    )
    yield (
        Channel,
        [
            {"team_id": TEAM, "channel_id": _channel(number), "name": f"wg-{number}"}
            for number in range(1, PROJECTS + 1)
        ],
    )
    yield (
        ProjectChannel,
        [
            {
                "team_id": TEAM,
                "channel_id": _channel(number),
                "project_id": number,
                "added_by": LEAD,
                "added_at": long_ago,
            }
            for number in range(1, PROJECTS + 1)
        ],
    )
    yield (
        ProjectMember,
        [
            {
                "project_id": number,
                "user_id": user,
                "role": "member" if place else "lead",
                "since": long_ago,
            }
            for number in range(1, PROJECTS + 1)
            for place, user in enumerate(
                [
                    _person(number % 20),
                    *map(_person, luck.sample(range(20, PEOPLE), MEMBERS_OF_A_PROJECT)),
                ]
            )
        ],
    )
    yield (
        DigestAudience,
        [
            {
                "team_id": TEAM,
                "channel_id": "C0LEADERS",
                "language": "ja",
                "added_by": COORDINATOR,
                "added_at": long_ago,
            }
        ],
    )
    ends = [NOW - timedelta(weeks=week) for week in range(DIGESTS)]
    yield (
        Digest,
        [
            {
                "team_id": TEAM,
                "period_start": end - timedelta(weeks=1),
                "period_end": end,
                "complete_until": end,
                "created_at": end,
            }
            for end in ends
        ],
    )
    yield (
        Delivery,
        [
            {
                "team_id": TEAM,
                "key": f"digest:{end:%Y-%m-%dT%H:%M:%SZ}:C0LEADERS",
                "kind": "digest",
                "channel_id": "C0LEADERS",
                "args": {},
                "state": "sent",
                "attempts": 1,
                "not_before": end,
                "created_at": end,
                "sent_at": end,
                "ts": from_datetime(end),
            }
            for end in ends
        ],
    )


class _Posts:
    """Posts, replies and what people gave them. The same every time."""

    def __init__(self, size: Size, luck: random.Random) -> None:
        self._size = size
        self._seed = luck.random()
        self._start = NOW - timedelta(days=365 * size.years)
        self._step = timedelta(days=365 * size.years) / size.posts

    def messages(self) -> Iterator[tuple[object, ...]]:
        for channel, ts, author, project in self._each():
            name = f"職員 {author}"
            yield TEAM, channel, ts, author, "post", project, "all", True, "", name, "防災課"

    def versions(self) -> Iterator[tuple[object, ...]]:
        for number, (channel, ts, _, _) in enumerate(self._each()):
            yield TEAM, channel, ts, "", _WORDS[number % len(_WORDS)] * 3, "[]"

    def reactions(self) -> Iterator[tuple[object, ...]]:
        luck = random.Random(self._seed)
        for number, (channel, ts, _, _) in enumerate(self._each()):
            given = f"{int(ts[:10]) + luck.randrange(60, 200_000):010d}.{number % 1_000_000:06d}"
            people = [_person(n) for n in luck.sample(range(PEOPLE), self._size.reactions)]
            if luck.random() < ACKNOWLEDGED:
                people[0] = luck.choice((MAYOR, CDO))
            for user in people:
                emoji = luck.choice(_EMOJI)
                yield TEAM, channel, ts, user, emoji, emoji, True, given

    def notices(self) -> Iterator[tuple[object, ...]]:
        number = 0
        for place, (channel, ts, author, _) in enumerate(self._each()):
            if place % int(1 / ACKNOWLEDGED) == 0:
                number += 1
                at = NOW.replace(tzinfo=None).isoformat(" ", "microseconds")
                yield number, TEAM, author, channel, ts, 1, at, at, f"recognition:{number}"

    def _each(self) -> Iterator[tuple[str, str, str, int]]:
        luck = random.Random(self._seed)
        for number in range(self._size.posts):
            project = luck.randrange(PROJECTS) + 1
            author = _person(luck.randrange(PEOPLE))
            is_late = number >= self._size.posts - _NEWCOMERS_AMONG
            if is_late and number % _NEWCOMERS_EVERY == 0:
                author = NEWCOMER
            ts = from_datetime(self._start + number * self._step)
            yield _channel(project), ts, author, project


def _fill(
    database: Database,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    done: Callable[[int], None],
) -> None:
    """Write many rows the quickest way that the database has."""
    rows, names = iter(rows), ", ".join(columns)
    raw = database.engine.raw_connection()
    while chunk := list(islice(rows, AT_ONCE)):
        if isinstance(raw.driver_connection, PostgresConnection):
            with raw.driver_connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
        else:
            raw.cursor().execute("BEGIN")
            marks = ", ".join("?" * len(columns))
            raw.cursor().executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)
        raw.commit()
        done(len(chunk))
    raw.close()


def _person(number: int) -> str:
    return f"U{number:05d}"


def _channel(project: int) -> str:
    return f"C{project:05d}"
