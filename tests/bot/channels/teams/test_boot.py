"""What the program refuses to start with, and what it serves without credentials."""

import asyncio
from dataclasses import dataclass

import pytest
from aiohttp import web
from starlette.testclient import TestClient

from bot.assembly import assemble
from bot.channels.teams.addresses import Addresses, same
from bot.channels.teams.service import PUBLIC, NoToken, bearer, cloud_of
from bot.channels.teams.tokens import NoKeys, Tokens
from bot.serve import listen, serve, work
from bot.settings import Settings, read_settings
from bot.web import web as app
from handlers.errors import PortalError
from tests.bot.channels.teams.conftest import running, teams_settings
from tests.fake_teams import APP, TENANT, FakeTeams
from tests.server import copy_of

OPEN = {"DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "1"}


@pytest.mark.parametrize(
    "environment",
    [
        OPEN | {"CLIENT_ID": APP}, OPEN | {"CLIENT_SECRET": "x"}, {"TEAMS_SERVICE_URL": "http://teams.example"},
        {"TEAMS_OPENID_METADATA_URL": "http://login.example/x"}, {"TEAMS_SERVICE_URL": "file:///x"},
    ],
)  # fmt: skip
def test_dangerous_settings_are_refused(monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(PortalError, match="These settings cannot be used"):
        read_settings()


@pytest.mark.parametrize("half", [{"client_id": APP}, {"client_secret": "x"}])
def test_half_of_the_credentials_is_refused(home, half):
    settings = Settings(portal_home=home, **half)
    with pytest.raises(PortalError, match="CLIENT_SECRET"):
        serve(settings, listen("127.0.0.1", 0))
    with pytest.raises(PortalError, match="CLIENT_SECRET"):
        work(settings)


def test_without_tokens_it_is_served_on_this_machine_only(home):
    settings = Settings(portal_home=home, dangerously_allow_unauthenticated_requests=True)
    with pytest.raises(PortalError, match="this machine only"):
        serve(settings, listen("0.0.0.0", 0))


def test_without_tokens_only_services_of_this_machine_are_answered(home):
    settings = Settings(portal_home=home, dangerously_allow_unauthenticated_requests=True, tenant_id=TENANT)
    said = {"type": "message", "id": "1", "from": {"id": "x"}, "conversation": {"id": "a:1"}, "text": "hello"}
    with TestClient(app(assemble(settings))) as client:
        answers = [
            client.post("/api/messages", json=said | {"serviceUrl": url}).status_code
            for url in ("https://smba.trafficmanager.net/emea/", "https://evil.example/", "http://127.0.0.1:1/")
        ]
    assert answers == [200, 401, 200]


def test_where_teams_is_not_configured_its_door_is_not_there(home):
    with TestClient(app(assemble(Settings(portal_home=home)))) as client:
        assert client.post("/api/messages", json={}).status_code == 404


def test_while_the_issuer_is_away_nobody_is_let_in_and_nothing_is_lost(filled_home, tmp_path):
    teams = FakeTeams().start()
    settings = teams_settings(
        teams, copy_of(filled_home, tmp_path / "home"), teams_openid_metadata_url="http://127.0.0.1:9/x"
    )
    with running(settings, teams) as stage:
        zoe = stage.somebody()
        assert stage.post(stage.activity("message", zoe, text="hello")).status_code == 503
        assert stage.client.get(f"{stage.base}/readyz").status_code == 503
        assert stage.inbox_rows() == 0
    teams.stop()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/emea/", True), ("https://SMBA.trafficmanager.net/", True),
        ("https://smba.infra.gov.teams.microsoft.us/", True), ("http://smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net:444/", False), ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://a@smba.trafficmanager.net/", False), ("https://evil.example\\@smba.trafficmanager.net/", False),
        ("http://127.0.0.1:1/", False), ("", False), ("https://[::1", False), ("//smba.trafficmanager.net", False),
    ],
)  # fmt: skip
def test_which_services_are_on_the_list(url, allowed):
    assert Addresses().allow(url) is allowed


def test_an_address_of_ones_own_is_added():
    assert Addresses("http://127.0.0.1:5/x").allow("http://127.0.0.1:5/other")
    assert not Addresses("http://127.0.0.1:5/x").allow("http://127.0.0.1:6/x")
    assert same("https://A.example/x/", "https://a.example/x")
    assert not same("https://a.example/x", "https://a.example/y")


def test_the_cloud_is_told_by_its_document():
    gov = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
    assert cloud_of(gov).login_endpoint == "https://login.microsoftonline.us"
    assert cloud_of("https://login.example/x") == PUBLIC


def test_a_real_secret_is_never_shown_to_an_issuer_elsewhere_on_this_machine(home):
    """An issuer of this machine whose document names a foreign place for tokens gets none from us."""
    settings = Settings(
        portal_home=home, client_id=APP, client_secret="s", teams_openid_metadata_url="http://127.0.0.1:9/x"
    )

    class Issued:
        async def issuer(self):
            return type("Issuer", (), {"tokens": "https://evil.example/token"})

    assert asyncio.run(bearer(settings, Issued())()) is None


@dataclass
class SendsElsewhere(FakeTeams):
    to: str = ""

    async def _token(self, _):
        raise web.HTTPTemporaryRedirect(self.to)


def test_a_secret_is_not_carried_on_to_where_an_issuer_sends_us(home):
    with FakeTeams() as other, SendsElsewhere(to=f"{other.base}/token") as teams:
        settings = teams_settings(teams, home, client_secret="wrong, so that it would be noticed")
        tokens = Tokens(teams.metadata, APP, Addresses())
        with pytest.raises(NoToken):
            asyncio.run(bearer(settings, tokens)())
        assert not other.complaints


@dataclass
class HandsOut(FakeTeams):
    token_answer: object = None
    keys: object = ()

    async def _token(self, _):
        return web.json_response(self.token_answer)

    async def _keys(self, _):
        return web.json_response({"keys": self.keys})


@pytest.mark.parametrize("keys", [None, 5, True, {"key1": {}}])
def test_an_issuer_whose_keys_are_no_keys_is_as_good_as_away(keys):
    with HandsOut(keys=keys) as teams, pytest.raises(NoKeys):
        asyncio.run(Tokens(teams.metadata, APP, Addresses(teams.url)).check(f"Bearer {teams.token()}"))


@pytest.mark.parametrize("answer", [None, [], "x", {"access_token": "t", "expires_in": "soon"}])
def test_an_issuer_that_hands_out_junk_gives_no_token(home, answer):
    with HandsOut(token_answer=answer) as teams, pytest.raises(NoToken):
        asyncio.run(bearer(teams_settings(teams, home), Tokens(teams.metadata, APP, Addresses()))())
