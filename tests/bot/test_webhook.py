"""The webhook as a receiver sees it: signed so that the reference library accepts it, sent again until it is taken."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.moment import Clock
from bot.posting import Later, Refused
from bot.settings import read_settings, webhook_key
from bot.webhook import WebhookTransport
from handlers.errors import PortalError
from handlers.notices.models import Delivery

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = {"type": "deal.approved", "timestamp": "2031-05-05T09:00:00+00:00", "data": {"customer": 'Åbøe 霧下 "quoted"'}}


class Receiver:
    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.got: list[tuple[bytes, dict[str, str]]] = []

    async def __aenter__(self) -> "Receiver":
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((await request.read(), dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"location": self.url} if status == 302 else {})


def row() -> Delivery:
    return Delivery(platform="webhook", team="", conversation="webhook", card=BODY)


def verified(receiver: Receiver, number: int = 0) -> dict:
    body, headers = receiver.got[number]
    return Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})


async def test_the_reference_library_accepts_what_is_sent():
    async with Receiver() as receiver:
        delivery = row()
        transport = WebhookTransport(receiver.url, webhook_key(SECRET), Clock().now)
        assert await transport.send(delivery) == delivery.delivery_id
    assert verified(receiver) == BODY
    assert receiver.got[0][1]["webhook-id"] == f"msg_{delivery.delivery_id}"


async def test_another_key_and_an_old_post_are_not_accepted():
    async with Receiver() as receiver:
        await WebhookTransport(receiver.url, b"x" * 32, Clock().now).send(row())
        old = datetime.now(UTC) - timedelta(minutes=10)
        await WebhookTransport(receiver.url, KEY, lambda: old).send(row())
    for number in (0, 1):
        with pytest.raises(WebhookVerificationError):
            verified(receiver, number)


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
async def test_what_was_not_taken_is_sent_again_with_the_same_id(status):
    async with Receiver(status) as receiver:
        transport, delivery = WebhookTransport(receiver.url, KEY, Clock().now), row()
        with pytest.raises(Later):
            await transport.send(delivery)
        await transport.send(delivery)
    assert len(receiver.got) == 2
    assert len({headers["webhook-id"] for _, headers in receiver.got}) == 1


async def test_a_receiver_that_is_gone_for_good_gets_nothing_more():
    async with Receiver(410) as receiver:
        with pytest.raises(Refused):
            await WebhookTransport(receiver.url, KEY, Clock().now).send(row())


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/hook", "http://nobody.invalid/"])
async def test_a_receiver_that_cannot_be_reached_is_tried_again(url):
    with pytest.raises(Later):
        await asyncio.wait_for(WebhookTransport(url, KEY, Clock().now).send(row()), 15)


@pytest.mark.parametrize("url", ["no address", "ftp://x.example", "http://", "//x.example"])
def test_an_address_that_is_none_is_refused_at_the_start(monkeypatch, url):
    monkeypatch.setenv("PORTAL_WEBHOOK_URL", url)
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET", SECRET)
    with pytest.raises(PortalError, match="PORTAL_WEBHOOK_URL is no address"):
        read_settings()


def test_an_address_without_a_secret_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("PORTAL_WEBHOOK_URL", "https://crm.example/hook")
    with pytest.raises(PortalError, match="needs PORTAL_WEBHOOK_SECRET"):
        read_settings()


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_" + base64.b64encode(b"x" * 23).decode(), "whsec_ä" * 20])
def test_a_secret_that_cannot_be_used_is_refused_at_the_start(monkeypatch, secret):
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET", secret)
    with pytest.raises(PortalError, match="PORTAL_WEBHOOK_SECRET: Value error, write whsec_"):
        read_settings()
