"""The real program in a thread, and the store behind it: what the tests of every channel stand on."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from bot.assembly import House, assemble
from bot.database import Database, migrate
from bot.settings import Settings
from bot.web import web
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, InboxState
from knowledge.audience import Reader
from knowledge.search import Found
from tests.wire import until

UNSURE = "How many requests may I send to the API?"
_numbers = count(1)


def _asking_back(search: Callable[[str, Reader], Found]) -> Callable[[str, Reader], Found]:
    """Search as it is, but unsure about ``UNSURE``: when the gate is unsure is decided, and tested, elsewhere."""

    def found(question: str, reader: Reader) -> Found:
        certain = search(question, reader)
        return replace(certain, outcome="clarify", offered=certain.hits[:2]) if question == UNSURE else certain

    return found


class Server:
    """One process's worth of program, served from a thread with a loop of its own."""

    def __init__(self, settings: Settings, *, page: bool = False) -> None:
        self.house: House = assemble(settings, page=page)
        runner = self.house.portal._runner
        runner.search = _asking_back(runner.search)
        config = uvicorn.Config(web(self.house), host="127.0.0.1", port=0, log_level="warning", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="portal", daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        until(lambda: self._server.started or not self._thread.is_alive())
        assert self._server.started, "the program did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "the program did not stop"

    @property
    def base(self) -> str:
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"


@dataclass
class Backstage:
    """The store behind the program, and waiting until it has nothing left to do."""

    database: Database = field(kw_only=True)
    house: House | None = field(default=None, kw_only=True)

    def quiet(self) -> None:
        """Wait until nothing is left to do: no event without its turn, no message on its way."""
        until(lambda: not self.open_rows())

    def open_rows(self) -> int:
        waiting = (DeliveryState.due, DeliveryState.sending, DeliveryState.unknown)
        with self.database.read() as look:
            events = look.exec(select(InboxEvent.id).where(InboxEvent.state == InboxState.received)).all()
            rows = look.exec(select(Delivery.id).where(col(Delivery.state).in_(waiting))).all()
        return len(events) + len(rows)

    def deliveries(self, user: str) -> list[Any]:
        return self.rows(Delivery, col(Delivery.user) == user)

    def inbox_rows(self) -> int:
        return len(self.rows(InboxEvent))

    def tasks_done(self) -> None:
        """Wait for what nobody waits for: statuses, views."""
        assert self.house is not None
        until(lambda: not self.house.workers.busy)

    def rows(self, kind: Any, *where: Any) -> list[Any]:
        with self.database.read() as look:
            return list(look.exec(select(kind).where(*where)))

    def time_passes(self, minutes: float = 10) -> None:
        """Leases end and what is due later is due now: the rows are moved back, the clock is not touched. What a
        platform wanted to wait for is over."""
        if self.house is not None:
            self.house.outbox._paces._workspaces.clear()
        ago = timedelta(minutes=minutes)
        with Session(self.database.engine) as session:
            for row in session.exec(select(Delivery).where(col(Delivery.state).in_(("due", "sending", "unknown")))):
                values: dict[str, Any] = {"due_at": row.due_at - ago, "created_at": row.created_at}
                values["lease_until"] = row.lease_until - ago if row.lease_until else None
                session.connection().execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))
            for event in session.exec(select(InboxEvent).where(InboxEvent.state == InboxState.received)):
                moved = update(InboxEvent).where(col(InboxEvent.id) == event.id)
                session.connection().execute(moved.values(lease_until=event.lease_until - ago))
            session.commit()


def copy_of(filled: Path, to: Path) -> Path:
    return Path(shutil.copytree(filled, to, symlinks=True))


def new_postgres(url: str, home: Path) -> str:
    """A database of its own in the test server, filled as ``home`` is (so that the copied index fits it)."""
    from tests.conftest import fill

    name = f"stage{next(_numbers)}"
    shared = Database(Settings(database_url=url).database)
    with shared.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    shared.close()
    made = url.replace("/postgres?", f"/{name}?", 1)
    assert made != url, url
    settings = Settings(portal_home=home, database_url=made)
    database = Database(settings.database)
    migrate(database, home)
    fill(settings, database)
    database.close()
    return made
