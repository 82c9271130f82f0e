"""An activity to its reply in Teams, over the bare model, beside an event to its answer in Slack: one program that
serves both, asked by turns."""

import asyncio
import itertools
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.bench import content, serving
from tests.bench.load import Load, Measured
from tests.bench.measured import figure, percentile, say
from tests.bench.search import PASSAGES, prepared

ISSUER, APP, TENANT = "https://issuer.bench.example", "22222222-aaaa-4bbb-8ccc-000000000002", "t1"
ROUNDS, EACH = 10, 20
BESIDE = 1.2  # of what Slack takes


class TeamsLoad(Load):
    """The issuer and the connector; every question is a message in one person's own chat."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._ids = itertools.count(int(time.time() * 100))

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/openidconfiguration", self._document)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/v3/conversations/{conversation}/members/{account}", self._member)
        app.router.add_route("*", "/v3/conversations/{conversation}/activities", self._posted)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()
        self.url = f"http://127.0.0.1:{self.port}/"
        claims = {"iss": ISSUER, "aud": APP, "exp": int(time.time()) + 3600, "serviceurl": self.url}
        self._token = jwt.encode(claims, self._key, "RS256", headers={"kid": "1"})

    async def _document(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return web.json_response({"keys": [{**key, "kid": "1"}]})

    async def _member(self, request: web.Request) -> web.Response:
        user = request.match_info["account"]
        found = {"id": user, "aadObjectId": user, "tenantId": TENANT, "email": f"{user.lower()}@bench.example"}
        return web.json_response(found)

    async def _posted(self, request: web.Request) -> web.Response:
        said = await request.json()
        waiting = self._waiting.pop(request.match_info["conversation"], None) if said["type"] == "message" else None
        if waiting is not None and not waiting.done():
            waiting.set_result(time.perf_counter())
        return web.json_response({"id": f"9{next(self._numbers)}"})

    async def _ask(self, question: str, measured: Measured) -> None:
        number = next(self._ids)
        user = f"U{number % self._people}"
        where = f"a:{user}"
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[where] = answer
        home = {"id": where, "conversationType": "personal", "tenantId": TENANT}
        body = {
            "type": "message", "id": str(number), "channelId": "msteams", "serviceUrl": self.url, "text": question,
            "from": {"id": user, "aadObjectId": user}, "recipient": {"id": "bot"}, "conversation": home,
        }  # fmt: skip
        began = time.perf_counter()
        headers = {"authorization": f"Bearer {self._token}"}
        async with self._client.post(self.target, json=body, headers=headers) as response:
            assert response.status == 200, response.status
            measured.acks.append(time.perf_counter() - began)
        measured.seconds.append(await asyncio.wait_for(answer, 60) - began)


def measure(home: Path) -> dict[str, Any]:
    say("Teams beside Slack")
    settings = prepared(home / "teams", PASSAGES)
    return asyncio.run(_beside(settings))


async def _beside(settings: Any) -> dict[str, Any]:
    serving._people(settings)
    slack, teams = Load(serving.PEOPLE), TeamsLoad(serving.PEOPLE)
    await slack.start()
    await teams.start()
    port = serving._free_port()
    own = {"CLIENT_ID": APP, "CLIENT_SECRET": "s", "TENANT_ID": TENANT, "TEAMS_SERVICE_URL": teams.url}
    own["TEAMS_OPENID_METADATA_URL"] = f"{teams.url}openidconfiguration"
    with serving._portal_web(settings, "", port, slack.port, own) as (_, began):
        await serving._until_ready(port, began)
        slack.target, teams.target = (f"http://127.0.0.1:{port}/{path}" for path in ("slack/events", "api/messages"))
        took: dict[Load, list[float]] = {slack: [], teams: []}
        for load in (slack, teams):
            await load.run([content.question(number) for number in range(64)], 8)
        for turn in range(ROUNDS):
            for load, seconds in took.items():
                questions = [content.question(turn * EACH + number) for number in range(EACH)]
                seconds.extend((await load.run(questions, 1)).seconds)
    await slack.stop()
    await teams.stop()
    bare = serving._bare_model(settings)
    in_slack, in_teams = (percentile(seconds, 0.5) for seconds in took.values())
    return {
        "bare_model_ms": round(bare * 1000, 2),
        "slack_event_to_answer_p50_ms": round(in_slack * 1000, 2),
        "teams_activity_to_reply_p50_ms": round(in_teams * 1000, 2),
        "teams_to_slack_over_the_bare_model": figure((in_teams - bare) / (in_slack - bare), at_most=BESIDE),
    }
