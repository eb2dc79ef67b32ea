"""What the tests share: both databases, a clock, and Slack's payloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from app import app_manifest
from bot.settings import Settings
from models.database import Database
from sandbox import Sandbox, SandboxClock
from service import Service
from tests.databases import Connected, Lend, PostgresDatabases, postgres_server, sqlite_files
from tests.forking import Forks
from tests.forking import forks as start_forks
from tests.shell import Shell

JST = ZoneInfo("Asia/Tokyo")
# Directories of tests that take most of a minute each
LONG = {"demo", "faults"}


def pytest_configure() -> None:
    """No example fails because the machine is busy."""
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first: no worker is to be left alone with one at the end."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Lend]:
    """Lends empty, migrated PostgreSQL databases."""
    with postgres_server() as url, closing(PostgresDatabases(url)) as databases:
        yield databases.lend


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Lend]:
    """Lends empty, migrated SQLite files."""
    with sqlite_files() as files:
        yield files.lend


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def lend_database(request: pytest.FixtureRequest) -> Lend:
    """Lends empty, migrated databases, of both kinds in turn."""
    lend: Lend = request.getfixturevalue(request.param)
    return lend


@pytest.fixture
def database_url(lend_database: Lend) -> Iterator[str]:
    """An empty, migrated database."""
    with lend_database() as url:
        yield url


@pytest.fixture(scope="session")
def connected() -> Iterator[Connected]:
    """What has been connected to so far."""
    with closing(Connected()) as databases:
        yield databases


@pytest.fixture
def database(database_url: str, connected: Connected) -> Iterator[Database]:
    """An empty, migrated database, open."""
    with connected.to(database_url) as database:
        yield database


@pytest.fixture
def sqlite_database(sqlite: Lend) -> Iterator[Database]:
    """The same, for what concerns SQLite alone."""
    with sqlite() as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts processes that have loaded the app."""
    with start_forks() as started:
        yield started


@pytest.fixture(scope="session")
def bare_shell(forks: Forks) -> Shell:
    """A shell without any settings."""
    return Shell(forks)


@pytest.fixture
def clock() -> SandboxClock:
    """A clock that stands still until it is moved: Monday 6 April 2026, 9:00 in Tokyo."""
    return SandboxClock(datetime(2026, 4, 6, 9, 0, tzinfo=JST))


@pytest.fixture
def slack(clock: SandboxClock) -> Iterator[Sandbox]:
    """A workspace with the app installed by its manifest."""
    with Sandbox(clock=clock) as workspace:
        workspace.install(app_manifest("ja"))
        yield workspace


@pytest.fixture
def settings(slack: Sandbox, database_url: str) -> Settings:
    """The settings that connect the app to this workspace and this database."""
    return Settings.from_env(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "DATABASE_URL": database_url,
        }
    )


@pytest.fixture
def iine(
    settings: Settings, slack: Sandbox, clock: SandboxClock, database: Database
) -> Iterator[Service]:
    """The app, running, on the workspace's clock."""
    service = Service(settings, clock=clock, pace=1.0, database=database)
    service.start()
    slack.connected()
    clock.on_move = service.look
    yield service
    service.stop()


@pytest.fixture
def settled(iine: Service, slack: Sandbox) -> Callable[[], None]:
    """Waits until everything that happened is recorded, and everything due is said."""

    def wait() -> None:
        come_to_rest(slack, iine)

    return wait


def come_to_rest(slack: Sandbox, iine: Service) -> None:
    """Wait until Slack and the app are at rest at once.

    What the app says is an event of its own: it may begin after Slack had come to rest and before
    the app does.
    """
    for _ in range(100):
        events = len(slack.deliveries)
        slack.settle(timeout=30)
        assert iine.settle(30), "the app does not come to rest"
        if len(slack.deliveries) == events:
            return
    raise AssertionError("the app and Slack keep each other busy")
