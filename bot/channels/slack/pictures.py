"""Pictures of cards, kept at Slack as files of ours, so that a message can show them."""

import asyncio
from hashlib import sha256

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.files import upload
from handlers.ui import Card, Picture

log = structlog.get_logger()

SECONDS = 5.0  # for the whole upload: a message does not wait longer for its picture
KEEP = 1_000


class Pictures:
    """Uploads each picture once, as long as this process remembers it. Where Slack does not take one, the message goes
    out with its words instead: a picture is never a reason to send a message later, or twice."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    async def of(self, card: Card) -> dict[str, str]:
        """Slack's ids of the card's pictures, by their content."""
        try:
            async with asyncio.timeout(SECONDS):
                return {picture.png: await self._file(picture) for picture in card.pictures}
        except (SlackApiError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("picture_not_uploaded", reason=type(error).__name__)
            return {}

    def forget(self, card: Card) -> None:
        for picture in card.pictures:
            self._known.pop(_digest(picture), None)

    async def _file(self, picture: Picture) -> str:
        digest = _digest(picture)
        if digest not in self._known:
            uploaded = await upload(self._client, "chart.png", picture.file, picture.alt)
            if len(self._known) >= KEEP:
                self._known.clear()
            self._known[digest] = uploaded
        return self._known[digest]


def _digest(picture: Picture) -> str:
    return sha256(picture.png.encode()).hexdigest()
