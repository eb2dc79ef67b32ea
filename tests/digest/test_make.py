"""A digest is made once, for every audience, and its words are made when it is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from bot.core import slack_time
from bot.core.periods import Period
from bot.digest.deliver import renderers
from bot.digest.figures_json import figures
from bot.digest.make import DIGEST, make, make_due, make_now
from bot.settings import Settings
from models.channel import Channel
from models.database import Database
from models.delivery import Delivery
from models.digest import Digest, DigestAudience
from tests.conftest import JST
from tests.digest.history import END, START, History, moment

SETTINGS = Settings(slack_bot_token="", slack_app_token="")
WEEK = timedelta(days=7)


class Hall:
    """A workspace in a database, with audiences and what goes out to them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.team_id = History(session).team_id

    def audience(self, channel_id: str, language: str = "ja", at: datetime = START) -> None:
        with self.database.write() as session:
            session.add(
                DigestAudience(
                    team_id=self.team_id,
                    channel_id=channel_id,
                    language=language,
                    added_by="U1",
                    added_at=at,
                )
            )

    def due(self, now: datetime) -> bool:
        return make_due(self.database, self.team_id, JST, now)

    def deliveries(self) -> list[Delivery]:
        with self.database.read() as session:
            query = select(Delivery).where(Delivery.team_id == self.team_id)
            return list(session.scalars(query.order_by(Delivery.id)))

    def mains(self) -> list[Delivery]:
        """Those that are not in a thread."""
        return [delivery for delivery in self.deliveries() if delivery.thread_key is None]

    def digests(self) -> list[tuple[datetime, datetime]]:
        with self.database.read() as session:
            query = select(Digest).where(Digest.team_id == self.team_id)
            found = session.scalars(query.order_by(Digest.period_end))
            return [(digest.period_start, digest.period_end) for digest in found]

    def words(self, delivery: Delivery) -> str | None:
        with self.database.read() as session:
            said = renderers(SETTINGS)[DIGEST](session, delivery)
        return None if said is None else f"{said.text}\n{said.blocks}"


@pytest.fixture
def hall(database: Database) -> Hall:
    return Hall(database)


def test_one_delivery_for_each_audience(hall: Hall) -> None:
    assert not hall.due(END)
    hall.audience("C1")
    hall.audience("D2", "en")
    assert not hall.due(END - timedelta(seconds=1))
    assert hall.due(END)
    assert not hall.due(END)
    assert hall.digests() == [(START, END)]
    assert [delivery.key for delivery in hall.deliveries()] == [
        "digest:2026-11-20T07:00:00Z:C1",
        "digest:2026-11-20T07:00:00Z:C1:1",
        "digest:2026-11-20T07:00:00Z:D2",
        "digest:2026-11-20T07:00:00Z:D2:1",
    ]
    japanese, english = (hall.words(delivery) or "" for delivery in hall.mains())
    assert "週次ダイジェスト" in japanese
    assert "Weekly digest" in english


def test_the_rest_goes_into_the_thread(hall: Hall) -> None:
    hall.audience("C1")
    with hall.database.write() as session:
        history = History(session, hall.team_id)
        history.tenure(history.office("市長"), "U90", START - timedelta(days=900))
        project = history.project()
        for n in range(20):
            history.post(project, moment(n), f"報告{n}")
    assert hall.due(END)
    main, part, spare = hall.deliveries()
    assert part.key == f"{main.key}:1"
    assert part.thread_key == main.key
    assert main.thread_key is None
    assert "続き" in (hall.words(part) or "")
    assert hall.words(spare) is None


def test_what_is_erased_meanwhile_is_not_said(hall: Hall) -> None:
    hall.audience("C1")
    with hall.database.write() as session:
        history = History(session, hall.team_id)
        post = history.post(history.project(), moment(1), "取り消したい報告")
        history.react(post, "U1", "+1", moment(2))
    assert hall.due(END)
    [delivery] = hall.mains()
    assert "取り消したい報告" in (hall.words(delivery) or "")
    with hall.database.write() as session:
        merged = session.merge(post)
        merged.counted, merged.deleted_ts = False, slack_time.from_datetime(END)
    assert "取り消したい報告" not in (hall.words(delivery) or "")


def test_nothing_goes_to_an_audience_that_is_gone_or_shared(hall: Hall) -> None:
    hall.audience("C1")
    hall.audience("C2")
    assert hall.due(END)
    first, second = hall.mains()
    with hall.database.write() as session:
        session.scalars(
            select(DigestAudience).where(
                DigestAudience.team_id == hall.team_id, DigestAudience.channel_id == "C1"
            )
        ).one().removed_at = END
        session.add(Channel(team_id=hall.team_id, channel_id="C2", is_shared=True))
    assert hall.words(first) is None
    assert hall.words(second) is None


def test_one_sent_early_and_the_scheduled_one_after_it(hall: Hall) -> None:
    hall.audience("C1")
    early = END - timedelta(days=2, seconds=-0.4)
    period = make_now(hall.database, hall.team_id, JST, early)
    whole = END - timedelta(days=2)
    assert period == Period(whole - WEEK, whole)
    assert make_now(hall.database, hall.team_id, JST, early) is None
    assert hall.due(END)
    assert hall.digests() == [(whole - WEEK, whole), (whole, END)]


def test_after_downtime_one_covers_all(hall: Hall) -> None:
    hall.audience("C1")
    assert hall.due(END)
    assert hall.due(END + 3 * WEEK + timedelta(days=2))
    assert hall.digests() == [(START, END), (END, END + 3 * WEEK)]
    assert "3週分" in (hall.words(hall.mains()[-1]) or "")


def test_of_many_at_once_one_is_made(hall: Hall) -> None:
    hall.audience("C1")
    start, made = Barrier(6), list[bool]()

    def work(number: int) -> None:
        start.wait(10)
        period = Period(START, END + timedelta(seconds=number % 3))
        keys = make(hall.database, hall.team_id, JST, period, due_at=None, now=period.end)
        made.append(keys is not None)

    workers = [Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(made) == [False] * 5 + [True]
    assert len(hall.digests()) == 1
    assert len(hall.mains()) == 1


def test_numbers_as_json(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        project = history.project("防災DX", channels=["C1"])
        history.tenure(history.office("市長"), "U90", START - timedelta(days=900))
        post = history.post(project, moment(1), channel="C1", edited=True)
        history.react(post, "U90", "thumbsup", moment(2))
        history.react(post, "U2", "+1::skin-tone-2", moment(3))
        history.reply(post, moment(4))
        assert figures(session, history.team_id, Period(START, END), JST) == {
            "period": {
                "start": "2026-11-13T16:00:00+09:00",
                "end": "2026-11-20T16:00:00+09:00",
            },
            "totals": {
                "posts": 1,
                "replies": 1,
                "reactions": 2,
                "acknowledgements": 1,
                "active_projects": 1,
            },
            "projects": [
                {
                    "name": "防災DX",
                    "kind": "working_group",
                    "stage": "idea",
                    "channels": ["C1"],
                    "posts": 1,
                    "replies": 1,
                    "reactions": 2,
                    "acknowledgements": 1,
                    "last_post_ts": post.ts,
                }
            ],
            "posts": [
                {
                    "channel": "C1",
                    "ts": post.ts,
                    "author": "U1",
                    "reactions": 2,
                    "acknowledged_by": ["市長"],
                    "edited": True,
                    "project": "防災DX",
                }
            ],
        }
