"""Documents of cards, shared as files in the conversation with the one who asked for them."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.files import upload
from handlers.errors import PortalError
from handlers.notices.models import Delivery
from handlers.ui import Card, Document

log = structlog.get_logger()

SECONDS = 10.0  # for the whole upload
KEEP = 1_000


class Documents:
    """Each is shared just before the message that tells of it, and once for all attempts of this process to post that.
    Where Slack does not take one, the message says how else to come by it."""

    def __init__(self, client: AsyncWebClient, content: Callable[[Document], Awaitable[bytes]]) -> None:
        self._client = client
        self._content = content
        self._shared: dict[str, frozenset[str]] = {}

    async def share(self, delivery: Delivery, card: Card) -> frozenset[str]:
        """The names of those that stand in the conversation now."""
        if not card.documents:
            return frozenset()
        if delivery.delivery_id not in self._shared:
            if len(self._shared) >= KEEP:
                self._shared.clear()
            self._shared[delivery.delivery_id] = await self._share(delivery.conversation, card.documents)
        return self._shared[delivery.delivery_id]

    async def _share(self, conversation: str, documents: tuple[Document, ...]) -> frozenset[str]:
        shared = set[str]()
        try:
            async with asyncio.timeout(SECONDS):
                for document in documents:
                    content = await self._content(document)
                    await upload(self._client, document.name, content, document.name, conversation)
                    shared.add(document.name)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, ValueError, PortalError) as error:
            log.warning("document_not_shared", reason=type(error).__name__)
        return frozenset(shared)
