"""The real program under a real server, with a fake Teams at the other end of the wire."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from handlers.notices.models import Delivery
from tests.fake_teams import APP, SECRET, TENANT, FakeTeams
from tests.server import Backstage, Server, copy_of, new_postgres
from tests.teams_requests import Body, Sender
from tests.wire import until

GOLD = "zoe.marchbanks@kestrelrowe.example"
TECHNOLOGY = "devon.achterberg@quillstack.example"
MANAGER = "ingrid.solvang@halden.example"
SUPPORT = "19:support@thread.tacv2"
MANAGERS = "19:managers@thread.tacv2"
_numbers = count(1)


def teams_settings(teams: FakeTeams, home: Path, database_url: str = "", **different: Any) -> Settings:
    values = {
        "portal_home": home, "database_url": database_url, "port": 0, "client_id": APP, "client_secret": SECRET,
        "tenant_id": TENANT, "teams_service_url": teams.url, "teams_openid_metadata_url": teams.metadata,
        "portal_support_channel": SUPPORT, "portal_managers_channel": MANAGERS, "portal_quiet_hours": "off",
    }  # fmt: skip
    return Settings(**(values | different))


@dataclass
class Stage(Sender, Backstage):
    """Everything a test needs: who sends (Sender), the fake Teams, and the store behind the program."""

    def somebody(self, email: str = GOLD, **different: Any) -> str:
        return self.teams.person(email, **different)

    def channel(self) -> str:
        return f"19:channel{next(_numbers)}@thread.tacv2"

    def chat(self, user: str) -> str:
        return f"a:1{user}"

    def answer(self, where: str, number: int = 1) -> Body:
        """The latest message in a conversation or to a person, once there are ``number`` of them."""
        conversation = where if ":" in where else self.chat(where)
        until(lambda: len(self.teams.posted(conversation)) >= number)
        self.quiet()
        posted = self.teams.posted(conversation)
        assert len(posted) == number, [message.get("summary", "")[:80] for message in posted]
        return posted[-1]

    def to(self, user: str) -> list[Any]:
        """Deliveries for somebody."""
        return self.rows(Delivery, Delivery.user == user)


@pytest.fixture(scope="session")
def teams_world() -> Iterator[FakeTeams]:
    teams = FakeTeams().start()
    yield teams
    teams.stop()


@contextmanager
def running(settings: Settings, teams: FakeTeams) -> Iterator[Stage]:
    with Server(settings) as server:
        yield Stage(server.base, teams, database=server.house.database, house=server.house)


@pytest.fixture(scope="session")
def on_sqlite(teams_world: FakeTeams, filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = copy_of(filled_home, tmp_path_factory.mktemp("sqlite") / "home")
    with running(teams_settings(teams_world, home), teams_world) as stage:
        yield stage


@pytest.fixture(scope="session")
def on_postgresql(
    teams_world: FakeTeams, filled_home: Path, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[Stage]:
    home = copy_of(filled_home, tmp_path_factory.mktemp("postgresql") / "home")
    with running(teams_settings(teams_world, home, new_postgres(postgres_url, home)), teams_world) as stage:
        yield stage


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The program on each database in turn. Whatever Teams would have refused fails the test."""
    made: Stage = request.getfixturevalue(f"on_{request.param}")
    made.teams.complaints.clear()
    yield made
    assert not made.teams.complaints


@pytest.fixture
def lite(on_sqlite: Stage) -> Iterator[Stage]:
    """The program on SQLite, for what does not depend on the database."""
    on_sqlite.teams.complaints.clear()
    yield on_sqlite
    assert not on_sqlite.teams.complaints
