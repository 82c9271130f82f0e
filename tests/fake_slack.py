"""Slack's side of the wire: a real HTTP server on 127.0.0.1 that answers as the Web API does, and can be told to fail.

What Slack would refuse (invalid blocks, a user's id where a channel is needed, a used trigger) is refused here too,
and written down in ``complaints``.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time
from typing import Any

from aiohttp import WSMsgType, web

from tests.block_kit import parts, problems
from tests.wire import Wire, arguments_of, cut, direct, refusal, until

TEAM, BOT_USER, BOT_ID = "T0HOME", "U0BOT", "B0BOT"
Body = dict[str, Any]


@dataclass
class Call:
    method: str
    arguments: Body
    token: str


@dataclass
class FakeSlack(Wire):
    people: dict[str, Body] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    messages: dict[str, list[Body]] = field(default_factory=dict)
    whispers: list[Body] = field(default_factory=list)
    responses: list[tuple[str, Body]] = field(default_factory=list)
    dead_urls: set[str] = field(default_factory=set)
    modals: list[Body] = field(default_factory=list)
    homes: dict[str, Body] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    acks: list[Body] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """What was uploaded; of a file that is not complete yet nobody hears."""
    shared: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Where a file was posted, as what, and what is in it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._triggers: set[str] = set()
        self._announced: dict[str, int] = {}
        self._complete: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []

    @property
    def url(self) -> str:
        return f"{self.base}/api/"

    def respond_url(self) -> str:
        return f"{self.base}/respond/{next(self._numbers)}"

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/respond/{number}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._socket)

    # -- what the test arranges ------------------------------------------------------------------------------------
    def person(self, user: str, email: str, **different: Any) -> str:
        """A member of the home workspace; ``different`` makes a guest, a stranger, a bot... of them."""
        profile = {"email": email, "real_name": email.partition("@")[0]}
        flags = dict.fromkeys(("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"), False)
        self.people[user] = {
            "id": user, "team_id": TEAM, "name": user.lower(), "profile": profile, "is_email_confirmed": True,
            **flags, **different,
        }  # fmt: skip
        return user

    def trigger(self) -> str:
        made = f"13345224609.{next(self._numbers)}.8fb2c3"
        self._triggers.add(made)
        return made

    # -- what the test looks at ------------------------------------------------------------------------------------
    def posted(self, channel: str) -> list[Body]:
        return list(self.messages.get(channel, ()))

    def named(self, method: str) -> list[Body]:
        return [call.arguments for call in list(self.calls) if call.method == method]

    def whispered(self, channel: str) -> list[Body]:
        return [message for message in list(self.whispers) if message["channel"] == channel]

    # -- the Web API -----------------------------------------------------------------------------------------------
    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await arguments_of(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        self.calls.append(Call(method, arguments, token))
        how, _, detail = self._failure(method, arguments).partition(":")
        if how == "slow":
            await asyncio.sleep(float(detail))
        if how == "cut":
            return cut(request)
        if how in ("status", "429", "error", "html"):
            return refusal(how, detail)
        answer = self._answer(method, arguments)
        if how == "hang":
            await asyncio.sleep(30)
        if how in ("lost", "hang"):
            return cut(request)
        if how == "broken":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        return web.json_response(answer)

    def _answer(self, method: str, arguments: Body) -> Body:
        performed = getattr(self, "_" + method.replace(".", "_"), None)
        if performed is None:
            self.complaints.append(f"unknown method {method}")
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **performed(arguments)}
        except _Refused as error:
            return {"ok": False, "error": str(error)}

    def _auth_test(self, _: Body) -> Body:
        return {
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "url": "https://home.slack.com/",
            "team": "Home",
        }

    def _users_info(self, arguments: Body) -> Body:
        found = self.people.get(arguments["user"])
        if found is None:
            raise _Refused("user_not_found")
        return {"user": found}

    def _users_lookupByEmail(self, arguments: Body) -> Body:  # noqa: N802
        for person in self.people.values():
            if person["profile"]["email"] == arguments["email"]:
                return {"user": person}
        raise _Refused("users_not_found")

    def _conversations_open(self, arguments: Body) -> Body:
        return {"channel": {"id": direct(arguments["users"])}}

    def _chat_postMessage(self, arguments: Body) -> Body:  # noqa: N802
        self._check(arguments, "message")
        channel = direct(arguments["channel"])
        message = {**arguments, "channel": channel, "ts": self._ts(), "user": BOT_USER, "bot_id": BOT_ID}
        self.messages.setdefault(channel, []).append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, arguments: Body) -> Body:
        self._check(arguments, "message")
        for message in self.messages.get(arguments["channel"], ()):
            if message["ts"] == arguments["ts"]:
                message.update(arguments)
                return {"channel": arguments["channel"], "ts": arguments["ts"]}
        raise _Refused("message_not_found")

    def _chat_delete(self, arguments: Body) -> Body:
        known = self.messages.get(arguments["channel"], [])
        found = next((message for message in known if message["ts"] == arguments["ts"]), None)
        if found is None:
            raise _Refused("message_not_found")
        known.remove(found)
        return {"channel": arguments["channel"], "ts": arguments["ts"]}

    def _chat_postEphemeral(self, arguments: Body) -> Body:  # noqa: N802
        self._check(arguments, "message")
        if arguments["channel"].startswith(("U", "W")):
            raise _Refused("channel_not_found")
        self.whispers.append({**arguments, "ts": self._ts()})
        return {"message_ts": self.whispers[-1]["ts"]}

    def _conversations_history(self, arguments: Body) -> Body:
        return self._page(arguments, lambda message: not message.get("thread_ts"), newest_first=True)

    def _conversations_replies(self, arguments: Body) -> Body:
        return self._page(arguments, lambda message: message.get("thread_ts") == arguments["ts"], newest_first=False)

    def _page(self, arguments: Body, wanted: Callable[[Body], bool], *, newest_first: bool) -> Body:
        if arguments["channel"].startswith(("U", "W")):
            raise _Refused("channel_not_found")
        oldest, limit = float(arguments.get("oldest") or 0), int(arguments.get("limit") or 100)
        found = [message for message in self.posted(arguments["channel"]) if wanted(message)]
        found = [message for message in found if float(message["ts"]) >= oldest]
        shown = (found[::-1] if newest_first else found)[:limit]
        if str(arguments.get("include_all_metadata")) not in ("1", "True", "true"):
            shown = [{key: value for key, value in message.items() if key != "metadata"} for message in shown]
        return {"messages": shown, "has_more": len(found) > limit}

    def _views_open(self, arguments: Body) -> Body:
        if arguments["trigger_id"] not in self._triggers:
            raise _Refused("expired_trigger_id")
        self._triggers.discard(arguments["trigger_id"])
        self._check(arguments["view"], "modal")
        self.modals.append(arguments["view"])
        return {"view": {"id": f"V{next(self._numbers)}"}}

    def _views_publish(self, arguments: Body) -> Body:
        self._check(arguments["view"], "home")
        self.homes[arguments["user_id"]] = arguments["view"]
        return {"view": arguments["view"]}

    def _agents_sessions_setStatus(self, arguments: Body) -> Body:  # noqa: N802
        if arguments["status"] not in ("active", "processing", "suspended", "closed"):
            raise _Refused("invalid_arguments")
        return {"status": arguments["status"]}

    def _files_getUploadURLExternal(self, arguments: Body) -> Body:  # noqa: N802
        file = f"F{next(self._numbers):06d}"
        self._announced[file] = int(arguments["length"])
        return {"file_id": file, "upload_url": f"{self.base}/upload/{file}"}

    def _files_completeUploadExternal(self, arguments: Body) -> Body:  # noqa: N802
        files = arguments["files"]
        for file in json.loads(files) if isinstance(files, str) else files:
            if len(self.files.get(file["id"], b"")) != self._announced.get(file["id"]):
                raise _Refused("file_not_found")
            self._complete.add(file["id"])
            if channel := arguments.get("channel_id"):
                if channel[0] not in "CGDZ":
                    raise _Refused("invalid_arguments")
                self.shared.append((channel, str(file["title"]), self.files[file["id"]]))
        return {"files": []}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        how, _, detail = self._failure("upload", {}).partition(":")
        if how:
            return cut(request) if how == "cut" else refusal(how, detail)
        self.files[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    def _apps_connections_open(self, _: Body) -> Body:
        return {"url": f"ws://127.0.0.1:{self.port}/socket"}

    def _check(self, shown: Body, surface: str) -> None:
        shown_files = {part["slack_file"]["id"] for part in parts(shown.get("blocks")) if "slack_file" in part}
        if shown_files - self._complete:
            raise _Refused("invalid_blocks")
        wrong = problems(shown, surface)
        if wrong:
            self.complaints.extend(f"{surface}: {problem}" for problem in wrong)
            raise _Refused("invalid_blocks")

    def _ts(self) -> str:
        return f"{int(time())}.{next(self._numbers):06d}"

    # -- response_url and Socket Mode ------------------------------------------------------------------------------
    async def _respond(self, request: web.Request) -> web.StreamResponse:
        url = f"http://127.0.0.1:{self.port}{request.path}"
        body = await request.json()
        if url in self.dead_urls:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        how, _, detail = self._failure("response_url", body).partition(":")
        if how:
            return refusal(how, detail)
        wrong = problems(body, "message")
        self.complaints.extend(f"response_url: {problem}" for problem in wrong)
        self.responses.append((url, body))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acks.append(json.loads(message.data))
        self._sockets.remove(socket)
        return socket

    def push(self, kind: str, payload: Body) -> str:
        """Send an envelope to the program over its socket; returns the id that must be acknowledged."""
        until(lambda: self._sockets)
        envelope = f"envelope-{next(self._numbers)}"
        sent = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        asyncio.run_coroutine_threadsafe(self._sockets[-1].send_json(sent), self._loop).result(5)
        return envelope


class _Refused(Exception):
    pass
