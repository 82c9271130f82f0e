"""Every scenario of this folder runs once on each channel: requests of Slack, Bot Framework activities, requests of the
page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.assembly import assemble
from bot.settings import Settings
from bot.web import web
from tests.bot.channels.slack.conftest import slack_settings
from tests.bot.channels.teams.conftest import teams_settings
from tests.bot.channels.web.asking import ADDRESS
from tests.channels.seats import Channel, OnPage, OnSlack, OnTeams, Seat
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams
from tests.server import Server, copy_of


@pytest.fixture(scope="module", params=["slack", "teams", "web"])
def channel(
    request: pytest.FixtureRequest, filled_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Channel]:
    home = copy_of(filled_home, tmp_path_factory.mktemp(request.param) / "home")
    yield from {"slack": _slack, "teams": _teams, "web": _page}[request.param](home)


def _slack(home: Path) -> Iterator[Channel]:
    slack = FakeSlack().start()
    with Server(slack_settings(slack, home, portal_quiet_hours="off")) as server:
        yield OnSlack(server.base, slack, database=server.house.database, house=server.house)  # type: ignore[misc]
    slack.stop()
    assert not slack.complaints


def _teams(home: Path) -> Iterator[Channel]:
    teams = FakeTeams().start()
    with Server(teams_settings(teams, home)) as server:
        yield OnTeams(server.base, teams, database=server.house.database, house=server.house)  # type: ignore[misc]
    teams.stop()
    assert not teams.complaints


def _page(home: Path) -> Iterator[Channel]:
    house = assemble(Settings(portal_home=home, portal_quiet_hours="off"), page=True)
    with TestClient(web(house), base_url=ADDRESS) as client:
        yield OnPage(client, house)


@pytest.fixture
def sit(channel: Channel) -> Callable[[str], Seat]:
    """``sit("zoe...")``: somebody on this channel."""
    seats: dict[str, Seat] = {}

    def sit(email: str) -> Seat:
        return seats.setdefault(email, Seat(channel, channel.somebody(email)))

    return sit
