"""A store whose disk is full: as far as one table is concerned, or for whatever is committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from bot.database import Database

_RAISE = """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: disk full' USING ERRCODE = '53100'; END $$"""


@contextmanager
def full_disk(database: Database, table: str) -> Iterator[None]:
    """PostgreSQL is told to say what it says then; SQLite gets no more pages, in no connection of this process."""
    if database.sqlite:
        event.listen(Engine, "connect", _no_more_pages)
        database.engine.dispose()
        try:
            yield
        finally:
            event.remove(Engine, "connect", _no_more_pages)
            database.engine.dispose()
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(_RAISE)
        connection.exec_driver_sql(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()")
    try:
        yield
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION no_room CASCADE")


def _no_more_pages(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA max_page_count = 1")  # fewer than there are: as many as there are


@contextmanager
def no_commits(engine: Engine) -> Iterator[None]:
    """All is written, and nothing of it can be kept."""

    def fail(_: object) -> None:
        raise OperationalError("COMMIT", {}, OSError("no space is left"))

    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)
