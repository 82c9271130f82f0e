"""What only one process may do at a time: a row says which one does it, and until when."""

import os
from datetime import datetime, timedelta
from socket import gethostname
from uuid import uuid4

from sqlalchemy import Connection, or_, select, update
from sqlmodel import col

from handlers.notices.models import Lease
from knowledge.base import insert_into


def myself() -> str:
    """A holder's name, by which an operator finds the process."""
    return f"{gethostname()}:{os.getpid()}:{uuid4().hex}"


def hold(connection: Connection, name: str, me: str, now: datetime, lasting: timedelta) -> str | None:
    """Take it or renew it. Returns who had it before, which may be oneself or nobody (""); None if another has it.
    Nobody ever waits here for another process, which may be frozen."""
    found = connection.execute(select(col(Lease.holder), col(Lease.until)).where(col(Lease.name) == name)).first()
    if found is not None and found.holder != me and found.until >= now:
        return None
    if found is None:
        first = insert_into(Lease, connection.dialect.name).values(name=name, holder=me, until=now)
        connection.execute(first.on_conflict_do_nothing())
    free = select(col(Lease.name)).where(col(Lease.name) == name, or_(col(Lease.holder) == me, col(Lease.until) < now))
    if connection.execute(free.with_for_update(skip_locked=True)).first() is None:
        return None
    connection.execute(update(Lease).where(col(Lease.name) == name).values(holder=me, until=now + lasting))
    return found.holder if found else ""


def give_back(connection: Connection, name: str, me: str, until: datetime) -> None:
    """Whoever comes next need not wait for its end."""
    mine = update(Lease).where(col(Lease.name) == name, col(Lease.holder) == me, col(Lease.until) > until)
    connection.execute(mine.values(until=until))


def ends(connection: Connection, name: str) -> datetime | None:
    found: datetime | None = connection.execute(select(col(Lease.until)).where(col(Lease.name) == name)).scalar()
    return found
