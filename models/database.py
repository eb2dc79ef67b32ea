"""The connection to SQLite or PostgreSQL, with the settings that keep what was committed."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached, sessionmaker
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from models.base import Base

SQLITE_BUSY_TIMEOUT_MS = 2_000

# A server that is gone without a word must not hold up those who have Slack's events in hand: the
# seconds to connect (Slack waits three for an answer, and over HTTP the database is asked before),
# and the milliseconds in which what was sent must have arrived
# (postgresql.org/docs/current/libpq-connect.html). A process that stands still in the middle of a
# transaction must not hold up the others: the server ends its session
# (postgresql.org/docs/current/runtime-config-client.html: idle_in_transaction_session_timeout).
_POSTGRES_PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 10_000}
_POSTGRES_OPTIONS = "-c idle_in_transaction_session_timeout=20s"
# A connection that was idle for so many seconds is tried before it is used: the server may have
# been restarted since. To try all of them would cost a round trip for each event.
_TRY_AFTER_IDLE_SECONDS = 2.0
_USED_AT = "iine_used_at"

_READ_ONLY = "iine_read_only"
_AT_THE_END = "iine_at_the_end"
_ERASED = "iine_erased_words"
_HELD = "iine_held_rows"


class Database:
    """Hands out sessions: `write()` for changes, `read()` for questions.

    On SQLite a writing transaction takes the write lock when it begins: SQLite's default takes
    it at the first change and then overwrites what another connection committed in between. Each
    question of a reading session is answered by what is committed at that moment.
    """

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        # In one process, those who write to SQLite wait for their turn here: SQLite itself lets
        # them try again and again, and whoever is unlucky gives up (sqlite.org/c3ref/busy_timeout).
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()
        self._words_to_erase = threading.Event()
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self._write, "after_soft_rollback", _let_go)
        self._read = sessionmaker(
            self.engine.execution_options(**{_READ_ONLY: True}), expire_on_commit=False
        )

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in a transaction of its own: committed at the end, rolled back on an error."""
        with self._turn, self._write.begin() as session:
            yield session
            while to_do := session.info.pop(_AT_THE_END, ()):
                for do in to_do:
                    do(session)
        if session.info.get(_ERASED):
            self._words_to_erase.set()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only asks questions."""
        with self._read() as session:
            yield session

    def erase_what_was_freed(self) -> None:
        """Do so where words were erased since the last time; to be called again and again."""
        if self._words_to_erase.is_set():
            self._words_to_erase.clear()
            if not self.erase_freed_pages():
                self._words_to_erase.set()

    def erase_freed_pages(self) -> bool:
        """Make sure that deleted text is in no file of the database any more.

        `secure_delete` has overwritten it in the database itself; in WAL mode a copy stays in
        the log until a checkpoint truncates it (sqlite.org/pragma.html#pragma_wal_checkpoint).
        Returns False if a reader was in the way and it has to be tried again.
        """
        if not self.is_sqlite:
            return True
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
        return int(busy) == 0

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def at_the_end(session: Session, do: Callable[[Session], None]) -> None:
    """Have something done in this writing transaction after everything else."""
    session.info.setdefault(_AT_THE_END, []).append(do)


def held(session: Session) -> dict[object, object]:
    """The rows that this writing transaction has locked, by their keys.

    Whoever locks one may note it here and need not ask for it again. A transaction that goes back
    to a savepoint gives back what it locked since
    (postgresql.org/docs/current/explicit-locking.html): then it is as if it held nothing.
    """
    rows: dict[object, object] = session.info.setdefault(_HELD, {})
    return rows


def keep_loaded(session: Session, *tables: type[Base]) -> None:
    """What this session reads of these tables by its key, it reads once.

    By itself it forgets every row that nobody refers to
    (docs.sqlalchemy.org: session_referencing_behavior).
    """
    loaded: list[object] = []

    def keep(_session: Session, row: object) -> None:
        if isinstance(row, tables):
            loaded.append(row)

    event.listen(session, "loaded_as_persistent", keep)
    event.listen(session, "detached_to_persistent", keep)


def words_are_erased(session: Session) -> None:
    """Words were erased in this writing transaction: their copies have to go as well."""
    session.info[_ERASED] = True


def insert(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the dialect of this session's database, which knows ON CONFLICT."""
    return inserting(table, session.get_bind().dialect.name)


@cache
def inserting(table: type[Base], dialect: str) -> sqlite.Insert | postgresql.Insert:
    """The same for a statement that is built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def insert_unless_there(session: Session, table: type[Base], values: Mapping[str, object]) -> bool:
    """Insert one row; says whether it is new. A row with one of its keys is left as it is.

    The statement is built once: that takes longer than the database needs for the row.
    """
    session.flush()
    statement = _inserting_unless_there(table, session.get_bind().dialect.name)
    return session.connection().execute(statement, values).rowcount == 1


def add_unless_there(session: Session, row: Base) -> bool:
    """Insert this new object; if its row is new, the session has the object as if it had read it.

    Every column that is not set is NULL.
    """
    values = {name: getattr(row, name) for name in _columns(type(row))}
    if not insert_unless_there(session, type(row), values):
        return False
    for name in values.keys() - vars(row).keys():
        set_committed_value(row, name, None)
    make_transient_to_detached(row)
    session.add(row)
    return True


@cache
def _inserting_unless_there(table: type[Base], dialect: str) -> Executable:
    statement = inserting(table, dialect).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)


@cache
def _columns(table: type[Base]) -> Sequence[str]:
    return tuple(inspect(table).column_attrs.keys())


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can use WAL without the risk of losing commits.

    Versions before 3.51.3 can lose committed data when two connections write and checkpoint at
    once; 3.44.6 and 3.50.7 carry the correction (sqlite.org/wal.html#walresetbug).
    """
    if version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _create_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
            connect_args=_patience_with(make_url(url)),
        )
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _TryIdle(engine))
        return engine
    file = make_url(url).database
    if file:
        with suppress(OSError):  # whoever then connects is told that it can't be opened
            Path(file).parent.mkdir(parents=True, exist_ok=True)
    # Each connection to SQLite keeps pages and statements in memory, some megabytes in the end. So
    # those are used again that were used last, and no more are kept than work at the same time.
    engine = create_engine(
        url, pool_size=5, max_overflow=35, pool_use_lifo=True, hide_parameters=True
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patience_with(url: URL) -> Mapping[str, object]:
    """What the address says itself (a search path, say) holds: SQLAlchemy would overwrite it."""
    ours = {name: value for name, value in _POSTGRES_PATIENCE.items() if name not in url.query}
    options = url.query.get("options", ())
    theirs = (options,) if isinstance(options, str) else options
    return {**ours, "options": " ".join((_POSTGRES_OPTIONS, *theirs))}


def _let_go(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_HELD, None)


def _note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_USED_AT] = time.monotonic()


class _TryIdle:
    """Tries a connection that was idle for a while; if it is dead, so are the older ones."""

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect

    def __call__(
        self,
        connection: DBAPIConnection,
        record: ConnectionPoolEntry,
        _proxy: PoolProxiedConnection,
    ) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < _TRY_AFTER_IDLE_SECONDS:
            return
        try:
            alive = self._dialect.do_ping(connection)
        except self._dialect.loaded_dbapi.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's recipe: we say BEGIN ourselves
    # Of a journal that is truncated SQLite makes sure that it is, before the commit is one. One
    # that is deleted may be back after a power cut, and undoes what was committed
    # (sqlite.org/pragma.html#pragma_synchronous: EXTRA).
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
    for pragma in (
        f"busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}",
        f"journal_mode = {journal}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Who only reads begins nothing, and sees what is committed when it asks, as on PostgreSQL.

    Without WAL whoever has read in a transaction keeps all others from committing until its end
    (sqlite.org/lockingv3.html), however long it then thinks.
    """
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT" and not options.get(_READ_ONLY):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
