"""Slack and Teams on a bad day: they ask to wait, answer errors, take a message and cut the line, or take it late."""

import asyncio
import json
from random import Random
from time import monotonic, time
from typing import Any

from aiohttp import web

from tests.adaptive import written
from tests.limiters import Limiter
from tests.wire import Wire, arguments_of, cut, refusal

Body = dict[str, Any]
SLACK = {"429": 0.12, "500": 0.025, "broken": 0.025, "lost": 0.03, "late": 0.02}
"""How often of all posts. ``broken``: posted, but answered with an error; ``lost``: posted, and then cut off."""
TEAMS = {"429": 0.08, "412": 0.02, "502": 0.02, "504": 0.02, "cut": 0.02, **SLACK}


class Rough(Wire):
    """``posted``: what was posted, by channel, in the order in which it was."""

    def __init__(self, trouble: dict[str, float], seed: int = 1, late: float = 1.5) -> None:
        super().__init__()
        self.__post_init__()
        self.trouble = trouble
        self.posted: dict[str, list[tuple[str, str]]] = {}
        self.troubled = 0
        self.late = late
        self._chance = Random(seed)

    async def _roughly(self, request: web.Request, channel: str, what: str) -> web.StreamResponse:
        """``what`` is posted, if the day is not too bad for it."""
        how = self._how()
        if how:
            self.troubled += 1
        if how == "429":
            return refusal("429", "0.2")
        if how.isdecimal():
            return refusal("status", how)
        if how == "cut":
            return cut(request)
        if how == "late":
            await asyncio.sleep(self.late)
        stamp = f"{int(time())}.{next(self._numbers):06d}"
        self.posted.setdefault(channel, []).append((stamp, what))
        if how == "lost":
            return cut(request)
        return refusal("status", "500") if how == "broken" else web.json_response(self.taken(channel, stamp))

    def taken(self, channel: str, stamp: str) -> Body:
        """How a message is confirmed."""
        raise NotImplementedError

    def _how(self) -> str:
        at = self._chance.random()
        for how, share in self.trouble.items():
            at -= share
            if at < 0:
                return how
        return ""


class RoughSlack(Rough):
    """What is posted is kept as delivery ids."""

    def __init__(self, trouble: dict[str, float] | None = None) -> None:
        super().__init__(SLACK if trouble is None else trouble)

    @property
    def url(self) -> str:
        return f"{self.base}/api/"

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._call)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await arguments_of(request)
        if method == "chat.postMessage":
            return await self._post(request, arguments)
        return web.json_response({"ok": True, **self._answer(method, arguments)})

    async def _post(self, request: web.Request, arguments: Body) -> web.StreamResponse:
        payload = (arguments.get("metadata") or {}).get("event_payload") or {}
        return await self._roughly(request, str(arguments["channel"]), str(payload.get("delivery_id") or ""))

    def taken(self, channel: str, stamp: str) -> Body:
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


class StrictSlack(RoughSlack):
    """Takes what its limiter takes."""

    def __init__(self, limiter: Limiter) -> None:
        super().__init__({})
        self.limiter = limiter
        self.took: list[float] = []
        self.refused: list[float] = []

    async def _post(self, request: web.Request, arguments: Body) -> web.StreamResponse:
        now = monotonic()
        if wait := self.limiter.post(now):
            self.refused.append(now)
            return refusal("429", f"{wait:.0f}")
        self.took.append(now)
        return await super()._post(request, arguments)


class RoughTeams(Rough):
    """What is posted is kept as its words."""

    def __init__(self) -> None:
        super().__init__(TEAMS)

    @property
    def url(self) -> str:
        return f"{self.base}/teams"

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._post)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        card = (await request.json())["attachments"][0]["content"]
        return await self._roughly(request, request.match_info["conversation"], written(card))

    def taken(self, channel: str, stamp: str) -> Body:
        return {"id": stamp}
