"""Posting to Slack: one attempt per call, and its outcome in the outbox's words."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.blocks import draw, fallback
from bot.channels.slack.documents import Documents
from bot.channels.slack.identity import Identity, code_of
from bot.channels.slack.pictures import Pictures
from bot.directory import BY_EMAIL
from bot.posting import Later, Refused, Throttled, Uncertain
from handlers.notices.models import Delivery, Operation
from handlers.ui import Card, Document

EVENT_TYPE = "portal_delivery"
TRANSIENT = frozenset(
    {
        "service_unavailable",
        "team_added_to_org",
        "message_limit_exceeded",
    }
)
HALF_DONE = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Errors after which, in Slack's own words, some aspect of the operation may have succeeded."""
NOT_THERE = frozenset({"user_not_in_channel", "channel_not_found", "not_in_channel", "messages_tab_disabled"})
HISTORY, PAGES = 200, 20
ANSWERED = 2.0  # seconds: once Slack has answered, however badly, nothing of the call is still on its way
CLOCKS = timedelta(minutes=5)  # by how much Slack's clock may differ from ours


class SlackTransport:
    """``client`` must not retry by itself: only the outbox knows what may be sent twice."""

    def __init__(
        self, client: AsyncWebClient, identity: Identity, content: Callable[[Document], Awaitable[bytes]]
    ) -> None:
        self._client = client
        self._identity = identity
        self._pictures = Pictures(client)
        self._documents = Documents(client, content)
        self._looks: dict[tuple[Any, ...], asyncio.Task[dict[str, str]]] = {}

    async def send(self, delivery: Delivery) -> str:
        try:
            return await self._perform(delivery)
        except SlackApiError as error:
            raise _outcome(error) from error
        except (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError) as error:
            raise Later(None, f"Slack cannot be reached: {type(error).__name__}") from error
        except (TimeoutError, asyncio.IncompleteReadError, aiohttp.ClientError, json.JSONDecodeError) as error:
            raise Uncertain(f"the line to Slack was cut: {type(error).__name__}") from error

    async def _perform(self, delivery: Delivery) -> str:
        """A picture that Slack does not show is no reason to keep its message back."""
        await self._find_conversation(delivery)
        if delivery.operation == Operation.remove:
            return await self._remove(delivery)
        card = Card.model_validate(delivery.card)
        files, shared = await self._pictures.of(card), await self._documents.share(delivery, card)
        try:
            return await self._put(delivery, {"text": fallback(card), "blocks": draw(card, files, shared)})
        except SlackApiError as error:
            if not files or code_of(error) != "invalid_blocks":
                raise
            self._pictures.forget(card)
            return await self._put(delivery, {"text": fallback(card), "blocks": draw(card, shared=shared)})

    async def _remove(self, delivery: Delivery) -> str:
        try:
            await self._client.chat_delete(channel=delivery.conversation, ts=delivery.platform_id)
        except SlackApiError as error:
            if code_of(error) != "message_not_found":
                raise
        return delivery.platform_id

    async def _put(self, delivery: Delivery, message: dict[str, Any]) -> str:
        if delivery.reply_url:
            return await self._respond(delivery, message)
        if delivery.operation == Operation.update:
            sent = await self._client.chat_update(channel=delivery.conversation, ts=delivery.platform_id, **message)
            return str(sent.get("ts") or delivery.platform_id)
        if delivery.operation == Operation.whisper:
            return await self._whisper(delivery, message)
        return await self._post(delivery.conversation, delivery, message)

    async def _find_conversation(self, delivery: Delivery) -> None:
        """Somebody who has not written yet is looked up by address; and a person's direct messages have an id of
        their own, without which a message could be sent there but not found."""
        if delivery.conversation.startswith(BY_EMAIL):
            user = await self._identity.by_email(delivery.conversation.removeprefix(BY_EMAIL))
            if user is None:
                raise Refused("no chat identity: nobody in the workspace has this confirmed address")
            delivery.user = delivery.conversation = user
        if delivery.operation == Operation.post and delivery.conversation.startswith(("U", "W")):
            delivery.conversation = await self._identity.direct(delivery.conversation)

    async def _post(self, channel: str, delivery: Delivery, message: dict[str, Any]) -> str:
        sent = await self._client.chat_postMessage(
            channel=channel,
            thread_ts=delivery.thread or None,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"delivery_id": delivery.delivery_id}},
            **message,
        )
        return str(sent.get("ts") or "")

    async def _whisper(self, delivery: Delivery, message: dict[str, Any]) -> str:
        """To the person alone, in place; as a direct message where we cannot whisper."""
        try:
            sent = await self._client.chat_postEphemeral(
                channel=delivery.conversation, user=delivery.user, thread_ts=delivery.thread or None, **message
            )
        except SlackApiError as error:
            if code_of(error) not in NOT_THERE:
                raise
            delivery.thread = ""
            return await self._post(delivery.user, delivery, message)
        return str(sent.get("message_ts") or "")

    async def _respond(self, delivery: Delivery, message: dict[str, Any]) -> str:
        """Through the address that came with a command or a press: the one way to rewrite what only one person sees."""
        update = delivery.operation == Operation.update
        body = {**message, "response_type": "ephemeral", "replace_original": update}
        session = self._client.session
        assert session is not None
        async with session.post(delivery.reply_url, json=body, timeout=aiohttp.ClientTimeout(total=10)) as answer:
            if answer.status == 429:
                raise Throttled(_seconds(answer.headers.get("Retry-After")), "Slack asks to wait")
            if answer.status >= 500:
                raise Later(None, f"Slack answered {answer.status}")
            if answer.status >= 400:
                if update:
                    raise Refused(f"Slack answered {answer.status}: the message can no longer be rewritten")
                return await self._whisper(delivery, message)
        return delivery.platform_id

    async def find(self, delivery: Delivery) -> str | None:
        """Look the delivery id up where the message would be: once for all that were claimed together."""
        try:
            await self._find_conversation(delivery)
            place = (delivery.conversation, delivery.thread, delivery.lease_until)
            if place not in self._looks:
                self._looks[place] = asyncio.create_task(self._look(delivery))
                self._looks[place].add_done_callback(lambda _: self._looks.pop(place))
            return (await asyncio.shield(self._looks[place])).get(delivery.delivery_id)
        except SlackApiError as error:
            raise _outcome(error) from error
        except (TimeoutError, aiohttp.ClientError, json.JSONDecodeError) as error:
            raise Uncertain(f"the line to Slack was cut: {type(error).__name__}") from error

    async def _look(self, delivery: Delivery) -> dict[str, str]:
        """The delivery ids that stand there since this one was written, and their messages."""
        where: dict[str, Any] = {
            "channel": delivery.conversation,
            "oldest": f"{(delivery.created_at - CLOCKS).timestamp():.6f}",
            "limit": HISTORY,
            "include_all_metadata": True,
        }
        found: dict[str, str] = {}
        for _ in range(PAGES):
            if delivery.thread:  # told from its beginning, so that a long one would hide what is new
                page = await self._client.conversations_replies(ts=delivery.thread, **where)
            else:
                page = await self._client.conversations_history(**where)
            for message in page.get("messages") or ():
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("delivery_id"):
                    found[str(payload["delivery_id"])] = str(message.get("ts") or "")
            where["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not (page.get("has_more") and where["cursor"]):
                return found
        raise Uncertain("too much has been written there since to look it up")


def _outcome(error: SlackApiError) -> Exception:
    status = int(getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0)
    code = code_of(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        headers = {name.lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
        return Throttled(_seconds(headers.get("retry-after")), "Slack asks to wait")
    if code in TRANSIENT:
        return Later(None, f"Slack answered {status} {code}".rstrip())
    if status >= 500 or code in HALF_DONE or not code:
        return Uncertain(f"Slack answered {status} {code}".rstrip(), ANSWERED)
    return Refused(f"Slack refused: {code or status}")


def _seconds(value: object) -> float | None:
    try:
        return max(0.0, min(float(str(value)), 3600.0))
    except ValueError:
        return None
