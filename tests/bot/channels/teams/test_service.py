"""Calls to Teams: where our token goes, and what a call that reached nobody counts as."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.teams.addresses import Addresses
from bot.channels.teams.references import References
from bot.channels.teams.service import Answered, Service
from bot.channels.teams.transport import TeamsTransport
from bot.posting import Later
from bot.workers import Workers
from handlers.notices.models import ANSWER, Delivery
from handlers.ui import Card
from tests.wire import free_port


async def bearer() -> str:
    return "ours"


@asynccontextmanager
async def calling(addresses: Addresses) -> AsyncIterator[Service]:
    service = Service(bearer, addresses)
    service.open()
    yield service
    await service.close()


@asynccontextmanager
async def listening(answer: web.Response, heard: list[str]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        heard.append(f"{request.method} {request.headers.get('Authorization')} {await request.text()}")
        return answer

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_our_token_goes_where_it_was_sent_and_follows_nobody_elsewhere():
    asked, elsewhere = [], []
    async with listening(web.json_response({"id": "1"}), elsewhere) as other:
        moved = web.Response(status=307, headers={"Location": other})
        async with listening(moved, asked) as at, calling(Addresses(loopback=True)) as service:
            with pytest.raises(Answered, match="307"):
                await service.post(at, "a:1", {"type": "message", "text": "Größe"})
    assert asked == ['POST Bearer ours {"type":"message","text":"Größe"}']
    assert not elsewhere


async def test_what_reached_nobody_was_certainly_not_posted(database):
    addresses = Addresses(f"http://127.0.0.1:{free_port()}")
    card = Card(title="Hello").model_dump(mode="json")
    now = database.clock.now()
    answer = Delivery(
        platform="teams", conversation="a:1", kind=ANSWER, card=card, due_at=now, created_at=now, team="", attempts=1
    )
    async with calling(addresses) as service:
        transport = TeamsTransport(service, References(database), addresses, Workers())
        with pytest.raises(Later, match="cannot be reached"):
            await transport.send(answer)
