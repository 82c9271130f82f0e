"""The edge of the page: who may call at all, what a mistake looks like, what every response carries."""

from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.body import TooLarge
from bot.channels.web.asked import Malformed
from bot.serve import loopback
from handlers.errors import FormError, NotAllowed, PortalError

if TYPE_CHECKING:
    from bot.assembly import House

log = structlog.get_logger()

HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
"""Said here, since what a machine believes of a file's ending (Windows: its registry) may be wrong."""

Handle = Callable[["House", Request], Awaitable[Response]]


async def guard(handle: Handle, house: "House", request: Request) -> Response:
    response = await _handled(handle, house, request) if _is_own(request) else _foreign()
    response.headers.update(HEADERS)
    return response


class Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope) if _is_own(Request(scope)) else _foreign()
        response.headers.update(HEADERS)
        if response.status_code == 200 and (kind := TYPES.get(path[path.rfind(".") :])):
            response.headers["content-type"] = f"{kind}; charset=utf-8"
        return response


async def _handled(handle: Handle, house: "House", request: Request) -> Response:
    try:
        return await handle(house, request)
    except FormError as error:
        return JSONResponse({"errors": error.fields}, status_code=422)
    except PortalError as error:
        return _wrong(403 if isinstance(error, NotAllowed) else 400, str(error))
    except TooLarge:
        return _wrong(413, "That is too much text for one message.")
    except (Malformed, ClientDisconnect):
        return _wrong(400, "This request could not be understood. Reload the page.")
    except Exception as error:  # the edge: whatever was not foreseen has a number here and in the log
        reference = token_hex(4)
        log.error("page_failed", reference=reference, path=request.url.path, error=type(error).__name__, exc_info=error)
        return _wrong(500, f"Something went wrong on my side, and nothing was half done. Its number is {reference}.")


def _is_own(request: Request) -> bool:
    """A foreign page can reach a loopback address through the visitor's browser; its names give it away."""
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    try:
        ours = loopback(urlsplit(f"//{host}").hostname or "") and "@" not in host
    except ValueError:  # a Host that is no host
        return False
    followed_a_link = request.scope["path"] == "/" and request.method in ("GET", "HEAD")
    near = followed_a_link or request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return ours and near and origin in (None, f"{request.scope['scheme']}://{host}")


def _foreign() -> Response:
    return _wrong(403, "This page is only for the machine it runs on.")


def _wrong(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
