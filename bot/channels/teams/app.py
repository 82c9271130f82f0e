"""Teams, wired: every activity is a durable row before it is acknowledged, and is worked on after that; what Teams
waits for is answered at once."""

import asyncio
import json
from typing import Any

import structlog
from microsoft_teams.api import ClientCredentials
from microsoft_teams.apps import HttpServer
from microsoft_teams.apps.events import ActivityEvent
from microsoft_teams.apps.http import HttpRouteHandler

from bot.channels.teams import envelope
from bot.channels.teams.addresses import Addresses
from bot.channels.teams.envelope import Body
from bot.channels.teams.identity import Identity
from bot.channels.teams.invokes import Invokes
from bot.channels.teams.listeners import Listeners
from bot.channels.teams.references import References
from bot.channels.teams.service import NOT_REACHED, Service, bearer
from bot.channels.teams.tokens import NoKeys, Tokens
from bot.channels.teams.transport import TeamsTransport
from bot.inbox import Inbox
from bot.metrics import DUPLICATES
from bot.outbox import Outbox
from bot.portal import Portal
from bot.settings import Settings
from bot.workers import Workers

log = structlog.get_logger()

ROUTE = "/api/messages"
READY_SECONDS = 5  # for the question whether Teams lets us in
Answer = dict[str, Any]


class Kept:
    """The SDK's idea of a web server: ours keeps its handler, and calls it from our own route."""

    def __init__(self) -> None:
        self.handlers: dict[str, HttpRouteHandler] = {}

    def register_route(self, method: str, path: str, handler: HttpRouteHandler) -> None:
        self.handlers[path] = handler

    def serve_static(self, path: str, directory: str) -> None:
        raise NotImplementedError("the page is served by ourselves")

    async def start(self, port: int) -> None:
        raise NotImplementedError("the SDK starts no server here")

    async def stop(self) -> None:
        return None


def _credentials(settings: Settings) -> ClientCredentials | None:
    """Without any, the SDK warns that everybody is let in."""
    if not settings.client_id:
        return None
    return ClientCredentials(client_id=settings.client_id, client_secret=settings.client_secret)


class Teams:
    """Everything of Teams in one process."""

    def __init__(self, settings: Settings, portal: Portal, inbox: Inbox, workers: Workers) -> None:
        unauthenticated = settings.dangerously_allow_unauthenticated_requests
        self._portal = portal
        self._inbox = inbox
        self._workers = workers
        self.addresses = Addresses(settings.teams_service_url, loopback=unauthenticated)
        self.tokens = None if unauthenticated else self._tokens(settings)
        self._bearer = bearer(settings, self.tokens)
        self._service = Service(self._bearer, self.addresses)
        self._references = References(portal.database)
        self._identity = Identity(self._service, settings.tenant_id)
        self.transport = TeamsTransport(self._service, self._references, self.addresses, workers)
        kept = Kept()
        server = HttpServer(kept, ROUTE)
        server.on_request = self._take  # type: ignore[assignment]  # it takes a plain object as well
        # The door in front has checked the token, more strictly than the SDK would (docs/decisions/0011).
        server.initialize(_credentials(settings), dangerously_allow_unauthenticated_requests=True)
        self.handle = kept.handlers[ROUTE]

    def _tokens(self, settings: Settings) -> Tokens:
        return Tokens(settings.teams_openid_metadata_url, settings.client_id, self.addresses)

    async def connect(self, outbox: Outbox) -> None:
        self._service.open()
        common = (self._identity, self._service, self._references, self._workers)
        self.listeners = Listeners(self._portal, self._inbox, outbox, *common)
        self._invokes = Invokes(self._portal, outbox, self._identity, self._references, self._workers)

    async def _take(self, event: ActivityEvent) -> Answer:
        """An error here becomes a 500, and Teams sends the activity again."""
        body: Body = event.body.model_dump(exclude_unset=True)
        if body["type"] == "invoke":
            if not self._invokes.knows(body):
                log.info("unknown_invoke", name=str(body.get("name"))[:80])
                return {"status": 200}  # 501, which the protocol has for it, would count as a failure of ours
            return {"status": 200, "body": await self._invokes.answer(body)}
        if not await self.listeners.concerns_us(body):
            return {"status": 200}
        key = envelope.key(body)
        row = await self._inbox.put("teams", envelope.tenant(body), key, json.dumps(body))
        if row is None:
            DUPLICATES.labels("teams").inc()
        else:
            self._workers.later(self.listeners.work(body, row))
        return {"status": 200}

    async def ready(self) -> str:
        """ "" if Teams knows us, else what is wrong."""
        if self.tokens is None:
            return ""
        try:
            await asyncio.wait_for(self.tokens.issuer(), READY_SECONDS)
            await asyncio.wait_for(self._bearer(), READY_SECONDS)
        except NoKeys as error:
            return str(error)
        except NOT_REACHED as error:
            return f"no token is to be had: {type(error).__name__}; check CLIENT_ID, CLIENT_SECRET and TENANT_ID"
        return ""

    async def close(self) -> None:
        await self._service.close()
