"""How requests fail and are read on the fake Slack's side of the wire, and waiting for what comes over it."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from aiohttp import web

Body = dict[str, Any]


@dataclass
class Failure:
    """``how``: status:500, 429:SECONDS, error:CODE, html, slow:SECONDS, or cut: before anything was done.
    broken, lost, hang: it was done, but the answer is an error, does not come, or not for long."""

    method: str
    how: str
    times: int
    only: Callable[[Body], bool]


def direct(channel: str) -> str:
    """The direct-message channel of a user's id; other ids are themselves."""
    return f"D{channel[1:]}" if channel.startswith(("U", "W")) else channel


def until(found: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait for what must come; fail if it does not."""
    end = monotonic() + seconds
    while not (result := found()):
        assert monotonic() < end, "waited in vain"
        sleep(0.02)
    return result


async def arguments_of(request: web.Request) -> Body:
    """Slack takes queries, forms and JSON; in the first two, structures travel as JSON texts."""
    if request.content_type == "application/json":
        raw = await request.read()
        return dict(json.loads(raw)) if raw else {}
    flat = {**request.query, **(await request.post())}
    for name in ("blocks", "metadata", "view"):
        if isinstance(flat.get(name), str):
            flat[name] = json.loads(flat[name])
    return flat


def refusal(how: str, detail: str) -> web.Response:
    if how == "429":
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": detail})
    if how == "status":
        return web.Response(status=int(detail), text="<html>upstream</html>", content_type="text/html")
    if how == "html":
        return web.Response(text="<html>maintenance</html>", content_type="text/html")
    return web.json_response({"ok": False, "error": detail})


def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
