"""The store: engine, sessions, upgrades. One code for SQLite and PostgreSQL."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import postgres
from bot.moment import Clock
from handlers.errors import PortalError

log = structlog.get_logger()

READ_ONLY = {"portal_read_only": True}
SAFE_SQLITE = (3, 51, 3)
BACKUPS_KEPT = 5
TURNS_AT_ONCE = 8
OTHERS = 4  # connections besides the two of every turn: the writer, and a look at the store
POOL = {"pool_size": TURNS_AT_ONCE, "max_overflow": TURNS_AT_ONCE + OTHERS}
LOCK_SECONDS = 10
FULL = ("database or disk is full", "(53100)")  # as SQLite and PostgreSQL say it
FULL_SECONDS = 30.0  # for which it counts as full then: nobody writes only to see whether it still is


class Database:
    """An engine that knows how this house opens transactions.

    On SQLite every transaction takes the write lock at its beginning, so that none fails half-way for
    want of it; readers are begun plainly and never wait.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.clock = Clock()
        self.sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.sqlite else postgres.engine(url, **POOL)
        # On PostgreSQL a reader needs no transaction, and so none of the round trips that begin and end one.
        self._readers = (
            self.engine.execution_options(**READ_ONLY)
            if self.sqlite
            else postgres.engine(url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **POOL)
        )
        self._disk = _Disk()
        event.listen(self.engine, "handle_error", self._disk.notice)

    @property
    def full(self) -> bool:
        """Whether a disk that was full kept something from being written just now."""
        return monotonic() < self._disk.full_until

    def session(self) -> Session:
        """A session for one turn. Whoever opens it commits it."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._readers, expire_on_commit=False) as session:
            yield session

    def remark(self) -> None:
        """Say in the log of a serving process what an operator should know."""
        if self.sqlite and sqlite3.sqlite_version_info < SAFE_SQLITE:
            log.info("sqlite_is_old", version=sqlite3.sqlite_version, better_from=".".join(map(str, SAFE_SQLITE)))

    def ping(self) -> None:
        with self._readers.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self._readers.dispose()
        self.engine.dispose()


class _Disk:
    """Apart from the store that knows it: that one ends, and its connections, when nobody holds it any more."""

    def __init__(self) -> None:
        self.full_until = -inf

    def notice(self, failed: ExceptionContext) -> None:
        if any(said in str(failed.original_exception) for said in FULL):
            self.full_until = monotonic() + FULL_SECONDS


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": LOCK_SECONDS},
        hide_parameters=True,
        **POOL,
    )
    turnstile = threading.Lock()

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        """Writers of this process queue here: SQLite itself would let them sleep, and try again too late."""
        if connection.get_execution_options().get("portal_read_only"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.info["turnstile"] = turnstile.acquire(timeout=LOCK_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _done(_: Any, record: Any) -> None:
        if record.info.pop("turnstile", False):
            turnstile.release()

    return engine


def open_store(url: URL, home: Path) -> Database:
    """The store, ready for use, its clock known. SQLite is created or upgraded; PostgreSQL must have been by `portal
    migrate`."""
    database = Database(url)
    if database.sqlite:
        migrate(database, home)
    else:
        _require_current(database)
    with database.read() as session:
        database.clock.sync(session.connection())
    return database


def migrate(database: Database, home: Path) -> str:
    """Bring the store to this program's schema; returns what was done, as a sentence."""
    from bot.migrations import upgrade

    try:
        if database.sqlite:
            _prepare_folder(database)
        before, target = upgrade.versions(database.engine)
        if before == target:
            return f"The store is up to date ({target})."
        if before is not None and database.sqlite:
            _back_up(database, home)
        upgrade.run(database.engine)
    except (SQLAlchemyError, OSError, sqlite3.Error) as error:
        raise PortalError(_why_not(database, error)) from error
    return f"The store is now at {target}." if before else f"The store was created at {target}."


def _require_current(database: Database) -> None:
    from bot.migrations import upgrade

    try:
        before, target = upgrade.versions(database.engine)
    except (SQLAlchemyError, OSError) as error:
        raise PortalError(_why_not(database, error)) from error
    if before != target:
        state = "is empty" if before is None else f"is at {before}, this program needs {target}"
        raise PortalError(f"The store {state}. Run `portal migrate` first.")


def _why_not(database: Database, error: Exception) -> str:
    where = database.url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
    advice = (
        "Check that PORTAL_HOME can be written to" if database.sqlite else "Check DATABASE_URL and that the server runs"
    )
    return f"The store at {where} cannot be used: {reason}. {advice}."


def _prepare_folder(database: Database) -> None:
    if database.url.database and database.url.database != ":memory:":
        Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)


def _back_up(database: Database, home: Path) -> None:
    """A whole copy before anything is changed; SQLite's own backup, so that a running writer does no harm."""
    folder = home / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"portal-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3"
    with closing(sqlite3.connect(str(database.url.database))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    for old in sorted(folder.glob("portal-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()
    log.info("store_backed_up", file=str(target))


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows per table, to see after an upgrade that none went missing."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608
