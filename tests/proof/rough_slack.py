"""A Slack on a bad day: it asks to wait, answers errors, takes a message and cuts the line, or takes it too late."""

import asyncio
import json
import threading
from itertools import count
from random import Random
from time import time
from typing import Any

from aiohttp import web

from tests.wire import arguments_of, cut, refusal

Body = dict[str, Any]
TROUBLE = {"429": 0.12, "500": 0.025, "broken": 0.025, "lost": 0.03, "late": 0.02}
"""How often of all posts. ``broken``: posted, but answered with an error; ``lost``: posted, and then cut off."""


class RoughSlack:
    """``posted``: delivery ids by channel, in the order in which they were posted."""

    def __init__(self, trouble: dict[str, float] | None = None, seed: int = 1, late: float = 1.5) -> None:
        self.trouble = TROUBLE if trouble is None else trouble
        self.posted: dict[str, list[tuple[str, str]]] = {}
        self.troubled = 0
        self.late = late
        self.port = 0
        self._chance = Random(seed)
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def __enter__(self) -> "RoughSlack":
        began = threading.Event()
        threading.Thread(target=self._serve, args=(began,), daemon=True, name="rough-slack").start()
        assert began.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _serve(self, began: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", 0).start())
        self.port = runner.addresses[0][1]
        began.set()
        self._loop.run_forever()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await arguments_of(request)
        if method == "chat.postMessage":
            return await self._post(request, arguments)
        return web.json_response({"ok": True, **self._answer(method, arguments)})

    async def _post(self, request: web.Request, arguments: Body) -> web.StreamResponse:
        how = self._how()
        if how:
            self.troubled += 1
        if how == "429":
            return refusal("429", "0.2")
        if how == "500":
            return refusal("status", "500")
        if how == "late":
            await asyncio.sleep(self.late)
        answer = self._keep(arguments)
        if how == "lost":
            return cut(request)
        return refusal("status", "500") if how == "broken" else web.json_response(answer)

    def _how(self) -> str:
        at = self._chance.random()
        for how, share in self.trouble.items():
            at -= share
            if at < 0:
                return how
        return ""

    def _keep(self, arguments: Body) -> Body:
        stamp = f"{int(time())}.{next(self._numbers):06d}"
        payload = (arguments.get("metadata") or {}).get("event_payload") or {}
        channel = str(arguments["channel"])
        self.posted.setdefault(channel, []).append((stamp, str(payload.get("delivery_id") or "")))
        return {"ok": True, "channel": channel, "ts": stamp}

    def _answer(self, method: str, arguments: Body) -> Body:
        if method == "auth.test":
            return {"team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}
        if method == "users.info":
            user = str(arguments.get("user") or "")
            profile = {"email": f"{user.lower()}@soak.example"}
            return {"user": {"id": user, "team_id": "T1", "is_email_confirmed": True, "profile": profile}}
        if method == "conversations.open":
            return {"channel": {"id": f"D{str(arguments['users'])[1:]}"}}
        if method in ("conversations.history", "conversations.replies"):
            return self._history(arguments)
        return {}

    def _history(self, arguments: Body) -> Body:
        newest = self.posted.get(str(arguments["channel"]), [])[: -1 - int(arguments.get("limit") or 100) : -1]
        messages = [
            {"ts": stamp, "metadata": {"event_payload": {"delivery_id": delivery}}} for stamp, delivery in newest
        ]
        return json.loads(json.dumps({"messages": messages}))  # type: ignore[no-any-return]
