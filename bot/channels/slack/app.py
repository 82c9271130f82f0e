"""Bolt, wired: every request is a durable row before it is acknowledged, and is worked on after that."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack import envelope
from bot.channels.slack.identity import NOT_REACHED, Identity, code_of
from bot.channels.slack.listeners import Listeners
from bot.channels.slack.session import Session
from bot.channels.slack.transport import SlackTransport
from bot.documents import content
from bot.inbox import Inbox
from bot.metrics import DUPLICATES
from bot.outbox import Outbox
from bot.portal import Portal
from bot.settings import Settings
from bot.workers import Workers

log = structlog.get_logger()

ANYTHING = re.compile("")
SECONDS = 10  # until a call to Slack counts as cut off
READY_SECONDS = 5  # for the question whether Slack is there
ACK_SECONDS = 1.0  # that an acknowledgement may wait for Slack's API; Slack itself waits three for it


class Slack:
    """Everything of Slack in one process. ``connect`` must run in the loop that serves."""

    def __init__(self, settings: Settings, portal: Portal, inbox: Inbox, workers: Workers) -> None:
        self._settings = settings
        self._portal = portal
        self._inbox = inbox
        self._workers = workers
        url = settings.slack_api_url
        self.client = AsyncWebClient(
            token=settings.slack_bot_token,
            base_url=url if url.endswith("/") else f"{url}/",
            timeout=SECONDS,
            retry_handlers=[],
        )
        self.identity = Identity(self.client)
        self.transport = SlackTransport(
            self.client, self.identity, lambda document: workers.run(partial(content, portal.database, document))
        )
        self._socket: Any = None
        self._connecting: asyncio.Task[None] | None = None

    async def connect(self, outbox: Outbox) -> None:
        connections = aiohttp.TCPConnector(limit=64, keepalive_timeout=30)
        self.client.session = aiohttp.ClientSession(connector=connections, timeout=aiohttp.ClientTimeout(total=SECONDS))
        session = Session(self.client, self._workers)
        self.listeners = Listeners(self._portal, self._inbox, outbox, self.identity, session, self._workers)
        self.bolt = self._bolt()
        self._workers.later(self._introduce())

    async def _introduce(self) -> None:
        try:
            await self.identity.introduce()
        except NOT_REACHED as error:
            log.warning("slack_not_reached", reason=type(error).__name__)  # asked again with the first event

    async def serve_socket(self) -> None:
        """Socket Mode, for workspaces that cannot reach us over HTTP."""
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        self._socket = AsyncSocketModeHandler(self.bolt, self._settings.slack_app_token)
        # Aside, since the client tries for as long as it takes: Slack being away is no reason not to start.
        self._connecting = asyncio.create_task(self._socket.connect_async())

    async def hang_up(self) -> None:
        """Take nothing more over the socket. What comes by HTTP is the server's business."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._socket is not None:
            await self._socket.close_async()

    async def ready(self) -> str:
        """ "" if Slack knows us, else what is wrong."""
        try:
            await asyncio.wait_for(self.identity.greet(), READY_SECONDS)
        except SlackApiError as error:
            code = code_of(error)
            return f"Slack answers {code}: check SLACK_BOT_TOKEN" if code else "Slack's API gives no answer"
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return f"Slack cannot be reached: {type(error).__name__}"
        return ""

    async def close(self) -> None:
        if self.client.session is not None:
            await self.client.session.close()

    def _bolt(self) -> AsyncApp:
        """The envelope's signature is checked in front (door.py), so Bolt need not do it again."""
        app = AsyncApp(
            client=self.client,
            authorize=self._authorization(),
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=True,
            process_before_response=False,
            logger=_quiet(),
        )
        app.use(self._keep)
        for kind in envelope.EVENTS:
            app.event(kind)(self._work)
        app.command(ANYTHING)(self._acknowledge_and_work)
        app.action(ANYTHING)(self._acknowledge_and_work)
        app.shortcut({"type": "message_action", "callback_id": ANYTHING})(self._acknowledge_and_work)
        app.view(ANYTHING)(self._submit)
        app.view_closed(ANYTHING)(self._acknowledge_and_work)
        return app

    def _authorization(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Known without asking: a request must be kept even while Slack's API is down."""

        async def authorize(**_: Any) -> AuthorizeResult:
            return self._known()

        return authorize

    def _known(self) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.identity.team,
            bot_token=self._settings.slack_bot_token,
            bot_user_id=self.identity.bot_user,
            bot_id=self.identity.bot_id,
        )

    async def _keep(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002 Bolt's name
    ) -> BoltResponse | None:
        """Durable before the acknowledgement. An error here becomes a 500, and Slack sends the event again."""
        try:
            envelope.check(body)  # what came over a socket has passed no door
        except envelope.Malformed:
            return BoltResponse(status=400, body="malformed")
        if body.get("type") == "view_submission":
            await next()
            return None
        if not await self._concerns_us(body):
            return BoltResponse(status=200, body="")
        event = await self._inbox.put("slack", str(body.get("team_id") or ""), envelope.key(body), json.dumps(body))
        if event is None:
            DUPLICATES.labels("slack").inc()
            return BoltResponse(status=200, body="")
        context["inbox_event"] = event
        await next()
        return None

    async def _concerns_us(self, body: dict[str, Any]) -> bool:
        try:
            await asyncio.wait_for(self.identity.introduce(), ACK_SECONDS)
            return await self.listeners.concerns_us(body)
        except NOT_REACHED:
            return True  # who we are is not known yet, so keep it; the work looks again

    async def _work(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        self._workers.later(self.listeners.work(body, context["inbox_event"]))

    async def _acknowledge_and_work(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        self._workers.later(self.listeners.work(body, context["inbox_event"]))

    async def _submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**await self.listeners.submit(body))


def _quiet() -> Any:
    """Bolt logs whole requests at DEBUG and advice at WARNING; neither belongs into our log."""
    import logging

    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger
