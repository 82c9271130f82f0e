"""The real program under a real server, with a fake Slack at the other end of the wire.

Building an index takes seconds, so one program per database serves a whole run; every test is another person in
other channels.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.assembly import House, assemble
from bot.database import Database, migrate
from bot.settings import Settings
from bot.web import web
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, InboxState
from knowledge.audience import Reader
from knowledge.search import Found
from tests.conftest import fill
from tests.fake_slack import FakeSlack
from tests.slack_requests import SECRET, Sender, event, ts
from tests.wire import direct, until

GOLD = "zoe.marchbanks@kestrelrowe.example"
TECHNOLOGY = "devon.achterberg@quillstack.example"
SUPPORT = "C0SUPPORT"
MANAGERS = "C0MANAGERS"
UNSURE = "How many requests may I send to the API?"
_numbers = count(1)


def slack_settings(slack: FakeSlack, home: Path, database_url: str = "", **different: Any) -> Settings:
    values = {
        "portal_home": home, "database_url": database_url, "slack_bot_token": "xoxb-test", "port": 0,
        "slack_signing_secret": SECRET, "slack_api_url": slack.url, "portal_support_channel": SUPPORT,
        "portal_managers_channel": MANAGERS,
    }  # fmt: skip
    return Settings(**(values | different))


def _asking_back(search: Callable[[str, Reader], Found]) -> Callable[[str, Reader], Found]:
    """Search as it is, but unsure about ``UNSURE``: when the gate is unsure is decided, and tested, elsewhere."""

    def found(question: str, reader: Reader) -> Found:
        certain = search(question, reader)
        return replace(certain, outcome="clarify", offered=certain.hits[:2]) if question == UNSURE else certain

    return found


class Server:
    """One process's worth of program, served from a thread with a loop of its own."""

    def __init__(self, settings: Settings) -> None:
        self.house: House = assemble(settings)
        self.house.portal._search = _asking_back(self.house.portal._search)
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
class Stage(Sender):
    """Everything a test needs: who sends (Sender), the fake Slack, and the store behind the program."""

    database: Database = field(kw_only=True)
    house: House | None = None

    def somebody(self, email: str = GOLD, **different: Any) -> str:
        """A Slack user of the home workspace whose address is a contact's."""
        return self.slack.person(f"U{next(_numbers):06d}", email, **different)

    def channel(self) -> str:
        return f"C{next(_numbers):06d}"

    def answer(self, where: str, number: int = 1) -> dict[str, Any]:
        """The latest message in a channel or to a person, once there are ``number`` of them."""
        channel = direct(where)
        until(lambda: len(self.slack.posted(channel)) >= number)
        self.quiet()
        posted = self.slack.posted(channel)
        assert len(posted) == number, [message["text"][:80] for message in posted]
        return posted[-1]

    def whisper(self, channel: str, number: int = 1) -> dict[str, Any]:
        until(lambda: len(self.slack.whispered(channel)) >= number)
        self.quiet()
        assert len(self.slack.whispered(channel)) == number
        return self.slack.whispered(channel)[-1]

    def response(self, url: str, number: int = 1) -> dict[str, Any]:
        def given() -> list[dict[str, Any]]:
            return [body for to, body in list(self.slack.responses) if to == url]

        until(lambda: len(given()) >= number)
        self.quiet()
        assert len(given()) == number
        return given()[-1]

    def quiet(self) -> None:
        """Wait until nothing is left to do: no event without its turn, no message on its way."""
        until(lambda: not self.open_rows())

    def open_rows(self) -> int:
        waiting = (DeliveryState.due, DeliveryState.sending, DeliveryState.unknown)
        with self.database.read() as look:
            events = look.exec(select(InboxEvent.id).where(InboxEvent.state == InboxState.received)).all()
            rows = look.exec(select(Delivery.id).where(col(Delivery.state).in_(waiting))).all()
        return len(events) + len(rows)

    def opens_home(self, user: str, tab: str = "home") -> None:
        """Open a tab of the app, and wait until whatever follows has been done."""
        inner = {"type": "app_home_opened", "user": user, "channel": direct(user), "tab": tab, "event_ts": ts()}
        assert self.json(event(inner)).status_code == 200
        self.quiet()
        self.tasks_done()

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
        """Leases end and what is due later is due now: the rows are moved back, the clock is not touched."""
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


@pytest.fixture(scope="session")
def slack_world() -> Iterator[FakeSlack]:
    slack = FakeSlack().start()
    yield slack
    slack.stop()


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A PORTAL_HOME with people, articles and their index, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    database = Database(Settings(portal_home=home).database)
    migrate(database, home)
    fill(Settings(portal_home=home), database)
    database.close()
    return home


def copy_of(filled: Path, to: Path) -> Path:
    return Path(shutil.copytree(filled, to, symlinks=True))


@contextmanager
def running(settings: Settings, slack: FakeSlack) -> Iterator[Stage]:
    """The program, and a stage to talk to it."""
    with Server(settings) as server:
        yield Stage(server.base, slack, database=server.house.database, house=server.house)


@pytest.fixture(scope="session")
def on_sqlite(slack_world: FakeSlack, filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = copy_of(filled_home, tmp_path_factory.mktemp("sqlite") / "home")
    with running(slack_settings(slack_world, home), slack_world) as stage:
        yield stage


@pytest.fixture(scope="session")
def on_postgresql(
    slack_world: FakeSlack, filled_home: Path, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[Stage]:
    home = copy_of(filled_home, tmp_path_factory.mktemp("postgresql") / "home")
    with running(slack_settings(slack_world, home, new_postgres(postgres_url, home)), slack_world) as stage:
        yield stage


def new_postgres(url: str, home: Path) -> str:
    """A database of its own in the test server, filled as ``home`` is (so that the copied index fits it)."""
    from sqlalchemy import text

    name = f"slack{next(_numbers)}"
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


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The program on each database in turn. Whatever Slack would have refused fails the test."""
    made: Stage = request.getfixturevalue(f"on_{request.param}")
    made.slack.complaints.clear()
    yield made
    assert not made.slack.complaints


@pytest.fixture
def lite(on_sqlite: Stage) -> Iterator[Stage]:
    """The program on SQLite, for what does not depend on the database."""
    on_sqlite.slack.complaints.clear()
    yield on_sqlite
    assert not on_sqlite.slack.complaints
