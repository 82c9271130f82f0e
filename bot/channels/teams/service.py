"""Teams' own API, called with our token."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import Any

import aiohttp
import requests
from microsoft_teams.api import ClientCredentials
from microsoft_teams.api.auth.cloud_environment import CHINA, PUBLIC, US_GOV, CloudEnvironment
from microsoft_teams.apps.token_manager import TokenManager

from bot.channels.teams.addresses import Addresses, is_loopback
from bot.channels.teams.envelope import Body
from bot.channels.teams.tokens import NoKeys, Tokens
from bot.settings import Settings

SECONDS = 10.0  # until a call counts as cut off
CONNECT_SECONDS = 5.0  # of them until there is a line at all; without one nothing was sent
SOON = 300.0  # seconds before its end that a token is not used any more
Bearer = Callable[[], Awaitable[str | None]]


class NoToken(Exception):
    """Nobody gives us a token at the moment, so that nothing was sent."""


class Answered(Exception):
    """Teams has answered, and not done what it was asked."""

    def __init__(self, status: int, wait: str, code: str) -> None:
        super().__init__(f"{status} {code}".rstrip())
        self.status = status
        self.wait = wait
        self.code = code


NOT_REACHED = (aiohttp.ClientError, TimeoutError, NoToken, Answered)
"""What a call raises while Teams, or whoever hands out its tokens, is away or will not answer."""


class Foreign(Exception):
    """An address that is not on our list; nothing is sent there."""


class Service:
    """``open`` must run in the loop that serves."""

    def __init__(self, bearer: Bearer, addresses: Addresses) -> None:
        self._bearer = bearer
        self._addresses = addresses
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            # As it is counted for Teams' limit: a letter of another script is not six bytes long.
            json_serialize=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, at: str, conversation: str, activity: Body) -> str:
        """Returns the id of the new message."""
        return _said(await self._call("POST", self._url(at, conversation, "activities"), activity), "id")

    async def update(self, at: str, conversation: str, message: str, activity: Body) -> None:
        await self._call("PUT", self._url(at, conversation, "activities", message), activity)

    async def remove(self, at: str, conversation: str, message: str) -> None:
        """Whether it was there or not."""
        try:
            await self._call("DELETE", self._url(at, conversation, "activities", message))
        except Answered as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    async def member(self, at: str, conversation: str, account: str) -> Body | None:
        """What Teams knows of somebody in a conversation; None if they are not in it."""
        try:
            found = await self._call("GET", self._url(at, conversation, "members", account))
        except Answered as error:
            if error.status in (400, 403, 404):
                return None
            raise
        return found if isinstance(found, dict) else None

    async def begin(self, at: str, bot: str, tenant: str, user: str) -> str:
        """The conversation with this person alone; the same one every time."""
        wanted = {"bot": {"id": bot}, "members": [{"id": user}], "tenantId": tenant, "isGroup": False}
        wanted["channelData"] = {"tenant": {"id": tenant}}
        return _said(await self._call("POST", self._url(at), wanted), "id")

    def _url(self, at: str, *parts: str) -> str:
        if not self._addresses.allow(at):
            raise Foreign(at)
        return "/".join((f"{at.rstrip('/')}/v3/conversations", *parts))

    async def _call(self, method: str, url: str, body: Body | None = None) -> Any:
        """What Teams says; None if that is no JSON. Our token goes where it was sent and nowhere else."""
        assert self._session is not None
        token = await self._bearer()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._session.request(method, url, json=body, headers=headers, allow_redirects=False) as answer:
            said = _json(await answer.read())
            if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise Answered(answer.status, answer.headers.get("Retry-After", ""), _code(said))
            return said


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _code(said: Any) -> str:
    error = said.get("error") if isinstance(said, dict) else None
    return str(error.get("code") or "")[:80] if isinstance(error, dict) else ""


def _said(answer: Any, name: str) -> str:
    return str(answer.get(name) or "") if isinstance(answer, dict) else ""


def bearer(settings: Settings, tokens: Tokens | None) -> Bearer:
    """How we show who we are. A real secret goes to Microsoft alone; an issuer on this machine stands for Microsoft
    where things are tried out, and gets no further."""
    if tokens is None:
        return _nobody
    if is_loopback(settings.teams_openid_metadata_url):
        return _Local(settings, tokens)
    return _Microsoft(settings)


async def _nobody() -> None:
    return None


class _Microsoft:
    def __init__(self, settings: Settings) -> None:
        credentials = ClientCredentials(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            tenant_id=next(iter(settings.tenant_id), None),
        )
        self._manager = TokenManager(credentials, cloud_of(settings.teams_openid_metadata_url))

    async def __call__(self) -> str | None:
        try:
            token = await self._manager.get_bot_token()
        except (ValueError, requests.RequestException) as error:  # what MSAL was told, or that it was told nothing
            raise NoToken(type(error).__name__) from error
        return None if token is None else str(token)


class _Local:
    """The issuer's own document says where it hands out tokens, if it does."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        self._settings = settings
        self._tokens = tokens
        self._token = ""
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def __call__(self) -> str | None:
        async with self._asking:
            if monotonic() >= self._until:
                await self._renew()
        return self._token or None

    async def _renew(self) -> None:
        try:
            await self._ask((await self._tokens.issuer()).tokens)
        except (aiohttp.ClientError, TimeoutError, ValueError, NoKeys) as error:
            raise NoToken(type(error).__name__) from error

    async def _ask(self, endpoint: str) -> None:
        if not is_loopback(endpoint):
            self._until = monotonic() + SOON
            return
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "scope": PUBLIC.bot_scope,
        }
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.post(endpoint, data=form, allow_redirects=False) as answer,
        ):
            answer.raise_for_status()
            given = await answer.json(content_type=None)
        if not isinstance(given, dict) or answer.status != HTTPStatus.OK:
            raise ValueError("no token")
        self._until = monotonic() + max(30.0, float(given.get("expires_in") or 0) - SOON)
        self._token = _said(given, "access_token")


def cloud_of(metadata: str) -> CloudEnvironment:
    """Microsoft's clouds differ in where tokens come from; whose document we read tells which one it is."""
    return next((cloud for cloud in (US_GOV, CHINA) if cloud.openid_metadata_url == metadata), PUBLIC)
