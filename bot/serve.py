"""Processes: serve over HTTP, or only work."""

import asyncio
import ipaddress
import signal

import structlog
import uvicorn

from bot.assembly import assemble
from bot.settings import Settings
from bot.web import PATIENCE, web
from handlers.errors import PortalError

log = structlog.get_logger()


def serve(settings: Settings, host: str, *, demo: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in hand."""
    page = demo or settings.portal_playground
    if page and not loopback(host):
        raise PortalError(
            f"The browser page lets anybody be anybody, so it is served on this machine only, not on {host}. "
            "Unset PORTAL_PLAYGROUND, or leave --host at 127.0.0.1."
        )
    if settings.slack_bot_token and not settings.slack and not demo:
        raise PortalError(
            "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for HTTP) nor SLACK_APP_TOKEN "
            "(for Socket Mode) is. docs/slack.md says where to find them."
        )
    house = assemble(settings, page=page, slack=not demo)
    uvicorn.run(
        web(house),
        host=host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=int(PATIENCE),
        server_header=False,
        date_header=False,
    )


def loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def work(settings: Settings) -> None:
    """The same house without a door: deliveries and recovery only."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    house = assemble(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await house.start()
    log.info("working", slack=house.slack is not None)
    await stopping.wait()
    await house.stop(PATIENCE)
