"""What every fake platform is made of, how requests fail on its side of the wire, and waiting for what comes over."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from time import monotonic, sleep
from typing import Any, Self

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


@dataclass
class Wire:
    """A platform's servers: HTTP on 127.0.0.1, from a thread with a loop of its own. It can be told to fail."""

    port: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        self._failures: list[Failure] = []
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()

    def routes(self, app: web.Application) -> None:
        raise NotImplementedError

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        began = threading.Event()
        threading.Thread(target=self._serve, args=(began,), daemon=True, name=type(self).__name__).start()
        assert began.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self, began: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=4_000_000)
        self.routes(app)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", self.port).start())
        self.port = runner.addresses[0][1]
        began.set()
        self._loop.run_forever()

    @contextmanager
    def fails(
        self, method: str, how: str, times: int = 1_000, only: Callable[[Body], bool] | None = None
    ) -> Iterator[None]:
        failure = Failure(method, how, times, only or self.matters)
        self._failures.append(failure)
        try:
            yield
        finally:
            failure.times = 0

    @staticmethod
    def matters(_: Body) -> bool:
        """Whether a request is one that fails, if nothing else is said."""
        return True

    def _failure(self, method: str, body: Body) -> str:
        for failure in list(self._failures):
            if failure.method in (method, "*") and failure.times > 0 and failure.only(body):
                failure.times -= 1
                return failure.how
        return ""


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
