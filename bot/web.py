"""The ASGI app: Slack, the browser page, health and metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.assembly import House

log = structlog.get_logger()

PATIENCE = 25.0  # seconds that a stopping process gives to what it has in hand


def web(house: House, *, clock: bool = False) -> Starlette:
    """All that is served over HTTP by this house; its background work runs as long as the app does."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await house.start(clock=clock)
        log.info("ready", slack=house.slack is not None, page=house.page)
        try:
            yield
        finally:
            await house.stop(PATIENCE)

    routes: list[BaseRoute] = [
        Route("/healthz", _health),
        Route("/readyz", partial(_ready, house)),
        Route("/metrics", _metrics),
    ]
    if house.slack is not None and house.settings.slack_signing_secret:
        from bot.channels.slack.door import door

        routes.append(Route("/slack/events", door(house.slack, house.settings.slack_signing_secret), methods=["POST"]))
    if house.page:
        from bot.channels.web.routes import page_routes

        routes.extend(page_routes(house))
    elif house.slack is None:
        routes.append(Route("/", _nothing_here))
    return Starlette(routes=routes, lifespan=lifespan)


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(house: House, _: Request) -> Response:
    """200 when a question could be answered now; else 503 and what is missing."""
    store, slack = await asyncio.gather(_store(house), _slack(house))
    parts = {"store": store, "index": house.library.state(), "slack": slack}
    fine = all(state in ("ok", "not configured") for state in parts.values())
    return JSONResponse(parts, status_code=200 if fine else 503)


async def _store(house: House) -> str:
    try:
        await house.workers.run(house.database.ping)
    except (SQLAlchemyError, OSError) as error:
        return f"away: {type(error).__name__}"
    return "ok"


async def _slack(house: House) -> str:
    if house.slack is None:
        return "not configured"
    return await house.slack.ready() or "ok"


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _nothing_here(_: Request) -> Response:
    return PlainTextResponse(
        "Portal Assistant runs, but no channel is configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET "
        "(docs/slack.md), or PORTAL_PLAYGROUND=1 for the browser page."
    )
