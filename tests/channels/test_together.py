"""`portal run` in a process of its own, with every set of channels that can be configured: each is talked to."""

from contextlib import contextmanager

import httpx
import pytest

from tests.bot.channels.slack.conftest import Stage as Slack
from tests.bot.channels.teams.conftest import Stage as Teams
from tests.bot.channels.web.asking import Page
from tests.command import spawn
from tests.fake_slack import FakeSlack
from tests.fake_teams import APP, SECRET, TENANT, FakeTeams
from tests.server import copy_of
from tests.slack_requests import SECRET as SIGNING
from tests.wire import direct, free_port, until

ZOE = "zoe.marchbanks@kestrelrowe.example"
DISCOUNT, ANSWER = "What discount do Gold partners get on new business?", "25 %"


@contextmanager
def running(home, settings):
    port = free_port()
    env = {"PORTAL_HOME": str(home), "PORT": str(port), "LOG_LEVEL": "ERROR"} | settings
    process = spawn(("run",), env)
    base = f"http://127.0.0.1:{port}"

    def up():
        assert process.poll() is None, process.stderr.read()
        try:
            return httpx.get(f"{base}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(up, 60)
        yield base
    finally:
        process.terminate()
        process.communicate(timeout=40)


def slack(world):
    return {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_SIGNING_SECRET": SIGNING, "SLACK_API_URL": world.url}


def teams(world):
    own = {"CLIENT_ID": APP, "CLIENT_SECRET": SECRET, "TENANT_ID": TENANT}
    return own | {"TEAMS_SERVICE_URL": world.url, "TEAMS_OPENID_METADATA_URL": world.metadata}


def asks_in_slack(base, world):
    zoe = Slack(base, world, database=None)
    zoe.says(world.person("U0ZOE", ZOE), DISCOUNT)
    until(lambda: any(ANSWER in str(message) for message in world.posted(direct("U0ZOE"))))


def asks_in_teams(base, world):
    zoe = Teams(base, world, database=None)
    user = zoe.somebody(ZOE)
    zoe.says(user, DISCOUNT)
    until(lambda: any(ANSWER in str(message) for message in world.posted(zoe.chat(user))))


def asks_on_the_page(base):
    with httpx.Client(base_url=base, timeout=15) as client:
        assert ANSWER in str(Page(client).ask(ZOE, DISCOUNT))


@pytest.mark.parametrize(
    "channels", [("slack", "teams", "page"), ("teams",), ("slack",), ()], ids=lambda c: "+".join(c) or "none"
)
def test_whatever_is_configured_runs_in_one_process(filled_home, tmp_path, channels):
    with FakeSlack() as in_slack, FakeTeams() as in_teams:
        parts = {"slack": slack(in_slack), "teams": teams(in_teams), "page": {"PORTAL_PLAYGROUND": "1"}}
        settings = {name: value for channel in channels for name, value in parts[channel].items()}
        with running(copy_of(filled_home, tmp_path / "home"), settings) as base:
            ready = httpx.get(f"{base}/readyz").json()
            for name in ("slack", "teams"):
                assert ready[name] == ("ok" if name in channels else "not configured")
            served = {"slack": "/slack/events", "teams": "/api/messages", "page": "/api/say"}
            for channel, path in served.items():
                assert (httpx.post(f"{base}{path}").status_code == 404) == (channel not in channels)
            if "slack" in channels:
                asks_in_slack(base, in_slack)
            if "teams" in channels:
                asks_in_teams(base, in_teams)
            if "page" in channels:
                asks_on_the_page(base)
        assert not in_slack.complaints + in_teams.complaints
