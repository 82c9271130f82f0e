"""What goes to Slack besides messages: the working status, dialogs, the Home."""

import asyncio
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.identity import code_of
from bot.workers import Workers

log = structlog.get_logger()


class Session:
    """None of this is promised to anybody, so it is tried once and never waited for by an answer."""

    def __init__(self, client: AsyncWebClient, workers: Workers) -> None:
        self._client = client
        self._workers = workers

    def processing(self, channel: str, thread: str, user: str) -> "asyncio.Task[None]":
        """Slack's own sign that we are at work."""
        status = {"channel_id": channel, "thread_ts": thread, "status": "processing", "initiator_user_id": user}
        return self._workers.later(self._try("agents.sessions.setStatus", status))

    def done(self, before: "asyncio.Task[None]", channel: str, thread: str) -> None:
        async def after() -> None:
            await asyncio.wait([before])
            await self._try(
                "agents.sessions.setStatus", {"channel_id": channel, "thread_ts": thread, "status": "active"}
            )

        self._workers.later(after())

    async def stopped(self, event: dict[str, Any]) -> None:
        """Our turns take milliseconds: when the stop arrives there is nothing left to stop but the sign."""
        await self._try(
            "agents.sessions.setStatus",
            {"channel_id": event.get("channel"), "thread_ts": event.get("thread_ts"), "status": "active"},
        )

    async def open(self, trigger: str, view: dict[str, Any]) -> None:
        await self._try("views.open", {"trigger_id": trigger, "view": view})

    async def publish(self, user: str, view: dict[str, Any]) -> None:
        await self._try("views.publish", {"user_id": user, "view": view})

    async def _try(self, method: str, arguments: dict[str, Any]) -> None:
        try:
            await self._client.api_call(method, json=arguments)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            code = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.info("slack_call_failed", method=method, reason=code)
