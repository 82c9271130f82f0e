"""Processes: serve over HTTP, or only work."""

import asyncio
import errno
import ipaddress
import signal
import socket
from collections.abc import Callable

import structlog
import uvicorn

from bot.assembly import assemble
from bot.settings import Settings
from bot.web import PATIENCE, web
from handlers.errors import PortalError

log = structlog.get_logger()


def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    demo: bool = False,
    clock: bool = False,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in hand. ``ready`` is told when requests are answered."""
    host = listener.getsockname()[0]
    page = demo or settings.portal_playground
    if page and not loopback(host):
        raise PortalError(
            f"The browser page lets anybody be anybody, so it is served on this machine only, not on {host}. "
            "Unset PORTAL_PLAYGROUND, or leave --host at 127.0.0.1."
        )
    if not demo:
        _whole(settings)
    if settings.dangerously_allow_unauthenticated_requests and not demo and not loopback(host):
        raise PortalError(
            "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS lets anybody be anybody in Teams, so it is served on this "
            f"machine only, not on {host}. Unset it, or leave --host at 127.0.0.1."
        )
    house = assemble(settings, page=page, chats=not demo)
    config = uvicorn.Config(
        web(house, clock=demo or clock),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=int(PATIENCE),
        server_header=False,
        date_header=False,
    )
    try:
        _Server(config, ready).run([listener])
    except KeyboardInterrupt:  # raised again by uvicorn, after everything has ended in order
        log.info("ended")


def _whole(settings: Settings) -> None:
    """A platform with half of its credentials would be silently left out."""
    if settings.slack_bot_token and not settings.slack:
        raise PortalError(
            "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for HTTP) nor SLACK_APP_TOKEN "
            "(for Socket Mode) is. docs/slack.md says where to find them."
        )
    if bool(settings.client_id) != bool(settings.client_secret):
        raise PortalError("Teams needs both CLIENT_ID and CLIENT_SECRET. docs/teams.md says where to find them.")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is done, and say in a sentence why it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        raise PortalError(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use already. End what uses it, or choose another: PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one above 1023, for example PORT=3000."
    return f"Nothing can be served on {host}, port {port}: {error.strerror}. Check --host and PORT."


def loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def work(settings: Settings) -> None:
    """The same house without a door: the clock, deliveries and recovery."""
    _whole(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    house = assemble(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await house.start(clock=True)
    log.info("working", slack=house.slack is not None, teams=house.teams is not None)
    await stopping.wait()
    await house.stop(PATIENCE)
