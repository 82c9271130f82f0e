"""What happens to deals, posted to the vendor's own systems: Standard Webhooks (standardwebhooks.com), version 1."""

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import aiohttp

from bot.posting import Later, Refused
from handlers.notices.models import Delivery

SECONDS = 10
GONE = 410


class WebhookTransport:
    """The receiver tells posts apart by ``webhook-id``, so that after a cut line it is simply sent again."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._key = key
        self._clock = clock

    async def send(self, delivery: Delivery) -> str:
        body = json.dumps(delivery.card, ensure_ascii=False, separators=(",", ":")).encode()
        limit = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(
                    self._url, data=body, headers=self._headers(delivery, body), allow_redirects=False
                ) as answer,
            ):
                status = answer.status
        except aiohttp.InvalidURL as error:
            raise Refused("PORTAL_WEBHOOK_URL is no address") from error
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise Later(None, f"the webhook cannot be reached: {type(error).__name__}") from error
        if status == GONE:
            raise Refused("the webhook answered 410: it wants no more")
        if not 200 <= status < 300:
            raise Later(None, f"the webhook answered {status}")
        return delivery.delivery_id

    async def find(self, delivery: Delivery) -> str | None:
        return None

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        number, stamp = f"msg_{delivery.delivery_id}", str(int(self._clock().timestamp()))
        signature = hmac.new(self._key, f"{number}.{stamp}.".encode() + body, sha256).digest()
        return {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{b64encode(signature).decode()}",
        }
