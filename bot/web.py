"""The ASGI app: Slack, Teams, the browser page, health and metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.assembly import House

if TYPE_CHECKING:
    from bot.channels.slack.app import Slack
    from bot.channels.teams.app import Teams

log = structlog.get_logger()

PATIENCE = 25.0  # seconds that a stopping process gives to what it has in hand


def web(house: House, *, clock: bool = False) -> Starlette:
    """All that is served over HTTP by this house; its background work runs as long as the app does."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await house.start(clock=clock)
        log.info("ready", slack=house.slack is not None, teams=house.teams is not None, page=house.page)
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
    if house.teams is not None:
        from bot.channels.teams.door import door as teams_door

        routes.append(Route("/api/messages", teams_door(house.teams), methods=["POST"]))
    if house.page:
        from bot.channels.web.routes import page_routes

        routes.extend(page_routes(house))
    elif house.slack is None and house.teams is None:
        routes.append(Route("/", _nothing_here))
    return Starlette(routes=routes, lifespan=lifespan)


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(house: House, _: Request) -> Response:
    """200 when a question could be answered now; else 503 and what is missing."""
    store, slack, teams = await asyncio.gather(_store(house), _chat(house.slack), _chat(house.teams))
    parts = {"store": store, "index": house.library.state(), "slack": slack, "teams": teams}
    fine = all(state in ("ok", "not configured") for state in parts.values())
    return JSONResponse(parts, status_code=200 if fine else 503)


async def _store(house: House) -> str:
    try:
        await house.workers.run(house.database.ping)
    except (SQLAlchemyError, OSError) as error:
        return f"away: {type(error).__name__}"
    return "full" if house.database.full else "ok"


async def _chat(chat: "Slack | Teams | None") -> str:
    return "not configured" if chat is None else await chat.ready() or "ok"


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _nothing_here(_: Request) -> Response:
    return PlainTextResponse(
        "Portal Assistant runs, but no channel is configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET "
        "(docs/slack.md), CLIENT_ID and CLIENT_SECRET (docs/teams.md), or PORTAL_PLAYGROUND=1 for the browser page."
    )
