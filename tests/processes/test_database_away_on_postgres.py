"""The database goes away and comes back: nothing is lost, nobody gets a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.settings import Settings
from bot.starting import open_database
from bot.trouble import is_database_away
from handlers.problems import DATABASE_AWAY
from models import InboxEvent, Message
from models.database import Database
from sandbox import Sandbox
from service import Service
from tests.conftest import come_to_rest
from tests.databases import Lend, PostgresServer, migrate, stoppable_postgres
from tests.health.asking import ask
from tests.test_front_door import is_message


@pytest.fixture(scope="module")
def server(postgres: Lend) -> Iterator[PostgresServer]:
    """A server that no other test uses."""
    with stoppable_postgres() as started:
        yield started


@pytest.fixture
def database_url(server: PostgresServer) -> str:
    """The only database of it."""
    migrate(server.url)
    return server.url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With probes on any free port."""
    return replace(settings, health_port=0)


def test_away_for_a_while(server: PostgresServer, slack: Sandbox, iine: Service) -> None:
    sato = slack.person("佐藤 花子", title="防災課")
    channel = slack.channel("避難所dx", members=[sato])
    sato.runs("/project", "register 避難所DX", channel)
    card = slack.until(lambda: [m for m in channel.messages if "project_edit" in str(m.blocks)])[0]
    sato.runs("/project", "edit", channel)
    form = slack.until(lambda: sato.modal, what="the form")
    come_to_rest(slack, iine)

    server.stop()
    post = sato.posts(channel, "受付の訓練をしました。")
    [event] = [d for d in slack.deliveries if is_message(d.payload, post.ts)]
    command = sato.runs("/project", "list", channel)
    slack.until(lambda: command.replies, timeout=60, what="an answer to the command")
    assert command.replies[0].text == DATABASE_AWAY.ja
    errors = sato.submits(form).errors
    assert [text for text in errors.values() if DATABASE_AWAY.ja in text], errors
    press = sato.presses(card, "project_edit")
    slack.until(lambda: press.replies, timeout=60, what="an answer to the button")
    assert press.replies[0].text == DATABASE_AWAY.ja
    slack.clock.advance(timedelta(seconds=4))
    slack.until(lambda: event.attempts > 1, timeout=60)
    assert not event.settled
    assert ask(iine, "/livez").status == 200
    assert ask(iine, "/readyz").said == {"database": False, "socket": True}
    assert ask(iine, "/healthz").status == 503
    assert "iine_database_up 0.0" in ask(iine, "/metrics").text

    server.start()
    slack.clock.advance(timedelta(seconds=57))
    slack.until(lambda: event.settled, timeout=60)
    slack.until(lambda: is_recorded(iine, post.ts), timeout=60)
    assert not event.given_up
    with iine.deps.database.read() as session:
        events = list(session.scalars(select(InboxEvent.event_id)))
    assert events.count(event.event_id) == 1
    again = sato.runs("/project", "list", channel)
    slack.until(lambda: again.replies, timeout=60)
    assert "避難所DX" in str(again.replies[0].text) + str(again.replies[0].blocks)
    assert ask(iine, "/readyz").status == 200


def is_recorded(iine: Service, ts: str) -> bool:
    with iine.deps.database.read() as session:
        return bool(session.scalar(select(Message.counted).where(Message.ts == ts)))


def test_another_server_has_taken_over_and_this_one_only_answers_questions(
    two_databases: tuple[Database, Database],
) -> None:
    database, _ = two_databases
    with database.read() as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        with pytest.raises(DBAPIError) as caught:
            session.execute(delete(InboxEvent))
    assert is_database_away(caught.value)


def test_restarted_between_two_events(server: PostgresServer) -> None:
    migrate(server.url)
    database = Database(server.url)
    with database.read() as session:
        session.scalars(select(InboxEvent.id)).all()
    server.stop()
    with pytest.raises(OperationalError):
        open_database(database, within=0)
    server.start()
    open_database(database, within=60)
    with database.read() as session:
        session.scalars(select(InboxEvent.id)).all()
    database.close()
