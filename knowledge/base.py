"""The root of every table in the house: one metadata, one naming convention."""

from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import DateTime, MetaData, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A table's base class. The names of keys and indexes are the same on every database."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """A moment, always in UTC and always aware; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def insert_into(table: type[Row], dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows ON CONFLICT, which both databases have and SQLAlchemy's common one does not."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def alone(session: Session, name: str) -> None:
    """From here to its end, only one transaction at a time goes on under this name. It sees what those before it wrote.
    SQLite lets only one write at a time as it is."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
