"""The real program under a real server, with a fake Slack at the other end of the wire.

Building an index takes seconds, so one program per database serves a whole run; every test is another person in
other channels.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.fake_slack import FakeSlack
from tests.server import UNSURE, Backstage, Server, copy_of, new_postgres
from tests.slack_requests import SECRET, Sender, event, ts
from tests.wire import direct, until

__all__ = ["UNSURE", "Server", "copy_of"]

GOLD = "zoe.marchbanks@kestrelrowe.example"
TECHNOLOGY = "devon.achterberg@quillstack.example"
SUPPORT = "C0SUPPORT"
MANAGERS = "C0MANAGERS"
_numbers = count(1)


def slack_settings(slack: FakeSlack, home: Path, database_url: str = "", **different: Any) -> Settings:
    values = {
        "portal_home": home, "database_url": database_url, "slack_bot_token": "xoxb-test", "port": 0,
        "slack_signing_secret": SECRET, "slack_api_url": slack.url, "portal_support_channel": SUPPORT,
        "portal_managers_channel": MANAGERS,
    }  # fmt: skip
    return Settings(**(values | different))


@dataclass
class Stage(Sender, Backstage):
    """Everything a test needs: who sends (Sender), the fake Slack, and the store behind the program."""

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

    def opens_home(self, user: str, tab: str = "home") -> None:
        """Open a tab of the app, and wait until whatever follows has been done."""
        inner = {"type": "app_home_opened", "user": user, "channel": direct(user), "tab": tab, "event_ts": ts()}
        assert self.json(event(inner)).status_code == 200
        self.quiet()
        self.tasks_done()


@pytest.fixture(scope="session")
def slack_world() -> Iterator[FakeSlack]:
    slack = FakeSlack().start()
    yield slack
    slack.stop()


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
