"""Slack's two sides for a measurement: sends signed events, takes the answers, knows how long each took."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

SECRET = "bench-secret"
SECONDS = 60


@dataclass
class Measured:
    seconds: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    took: float = 0.0


class Load:
    """``run`` sends every question as a direct message of one of ``people`` and waits for its answer."""

    def __init__(self, people: int) -> None:
        self.target = ""
        self.port = 0
        self._people = people
        self._numbers = itertools.count(int(time.time() * 100) % 10**9)  # never the ids of an earlier run
        self._waiting: dict[str, asyncio.Future[float]] = {}

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128))

    async def stop(self) -> None:
        await self._client.close()
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "auth.test":
            return web.json_response({"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "BBOT"})
        if method == "users.info":
            user = (await _form(request)).get("user", "")
            profile = {"email": f"{user.lower()}@bench.example"}
            found = {"id": user, "team_id": "T1", "is_email_confirmed": True, "profile": profile}
            return web.json_response({"ok": True, "user": found})
        if method == "chat.postMessage":
            thread = (await _form(request)).get("thread_ts", "")
            waiting = self._waiting.pop(thread, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())
            return web.json_response({"ok": True, "ts": f"9{next(self._numbers)}.0", "channel": "D1"})
        return web.json_response({"ok": True})

    async def run(self, questions: list[str], at_once: int) -> Measured:
        measured, left = Measured(), iter(questions)

        async def one_after_another() -> None:
            for question in left:
                await self._ask(question, measured)

        began = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        measured.took = time.perf_counter() - began
        return measured

    async def _ask(self, question: str, measured: Measured) -> None:
        number = next(self._numbers)
        ts, user = f"{number}.000100", f"U{number % self._people}"
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[ts] = answer
        event = {
            "type": "message",
            "channel": f"D{user}",
            "channel_type": "im",
            "user": user,
            "text": question,
            "ts": ts,
        }
        body = json.dumps(
            {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}
        ).encode()
        began = time.perf_counter()
        async with self._client.post(self.target, data=body, headers=signed(body)) as response:
            assert response.status == 200, response.status
            measured.acks.append(time.perf_counter() - began)
        measured.seconds.append(await asyncio.wait_for(answer, SECONDS) - began)


async def _form(request: web.Request) -> dict[str, str]:
    if request.method == "GET":
        return dict(request.query)
    text = await request.text()
    if text.startswith("{"):
        return dict(json.loads(text))
    return {name: values[0] for name, values in parse_qs(text).items()}


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
