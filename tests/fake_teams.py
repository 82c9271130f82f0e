"""Teams' side of the wire: one HTTP server on 127.0.0.1 that plays the issuer of tokens with keys of its own, and the
connector that messages are posted to; it can be told to fail.

What Teams would refuse (no token, an invalid card, a conversation that is not there) is refused here too, and written
down in ``complaints``.
"""

import asyncio
import json
from dataclasses import dataclass, field
from time import time
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.adaptive import problems
from tests.wire import Wire, cut

TENANT, STRANGERS = "11111111-aaaa-4bbb-8ccc-000000000001", "99999999-aaaa-4bbb-8ccc-000000000009"
APP, SECRET = "22222222-aaaa-4bbb-8ccc-000000000002", "s3cret"
BOT = f"28:{APP}"
ISSUER = "https://api.botframework.example"
Body = dict[str, Any]


@dataclass
class Call:
    method: str
    path: str
    body: Body
    token: str


@dataclass
class FakeTeams(Wire):
    people: dict[str, Body] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    messages: dict[str, list[Body]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    begun: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def url(self) -> str:
        """The service that activities name, with the slash at its end that Teams writes."""
        return f"{self.base}/teams/"

    @property
    def metadata(self) -> str:
        return f"{self.base}/v1/.well-known/openidconfiguration"

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/v1/.well-known/openidconfiguration", self._document)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_route("*", "/teams/v3/conversations", self._connector)
        app.router.add_route("*", "/teams/v3/conversations/{rest:.+}", self._connector)

    @staticmethod
    def matters(body: Body) -> bool:
        """A sign of being at work is promised to nobody."""
        return body.get("type") != "typing"

    # -- what the test arranges ------------------------------------------------------------------------------------
    def person(self, email: str | None, **different: Any) -> str:
        """Somebody of the home tenant; ``different`` makes a guest or a stranger of them; returns their id there."""
        number = next(self._numbers)
        user = f"33333333-aaaa-4bbb-8ccc-{number:012d}"
        self.people[user] = {
            "id": f"29:1user{number}", "aadObjectId": user, "objectId": user, "name": str(email).partition("@")[0],
            "email": email, "userPrincipalName": email, "tenantId": TENANT, "userRole": "user", **different,
        }  # fmt: skip
        return user

    def token(self, key: Any = None, **different: Any) -> str:
        """What Teams sends along; ``different`` claims, or another ``kid``, ``alg``."""
        now = int(time())
        header = {"kid": different.pop("kid", "key1")}
        algorithm = different.pop("alg", "RS256")
        claims = {"iss": ISSUER, "aud": APP, "iat": now - 5, "nbf": now - 5, "exp": now + 3600, "serviceurl": self.url}
        claims |= different
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or (None if algorithm == "none" else self._key), algorithm, headers=header)

    # -- what the test looks at ------------------------------------------------------------------------------------
    def posted(self, conversation: str) -> list[Body]:
        return list(self.messages.get(conversation, ()))

    def named(self, method: str, part: str) -> list[Call]:
        return [call for call in list(self.calls) if call.method == method and part in call.path]

    # -- the issuer ------------------------------------------------------------------------------------------------
    async def _document(self, _: web.Request) -> web.Response:
        where = f"{self.base}/v1/.well-known/keys"
        return web.json_response({"issuer": ISSUER, "jwks_uri": where, "token_endpoint": f"{self.base}/token"})

    async def _keys(self, _: web.Request) -> web.Response:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return web.json_response({"keys": [{**key, "kid": "key1", "use": "sig", "endorsements": ["msteams"]}]})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("client_id") != APP or form.get("client_secret") != SECRET:
            self.complaints.append("a wrong secret")
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": "bot-token", "expires_in": 86_399, "token_type": "Bearer"})

    # -- the connector ---------------------------------------------------------------------------------------------
    async def _connector(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/teams/v3/conversations").strip("/")
        body = await request.json() if request.can_read_body else {}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(request.method, path, body, token))
        if token != "bot-token":
            self.complaints.append(f"{request.method} {path} without our token")
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        how, _, detail = self._failure(request.method, body).partition(":")
        if how == "slow":
            await asyncio.sleep(float(detail))
        if how == "cut":
            return cut(request)
        if how in ("status", "429"):
            headers = {"Retry-After": detail} if how == "429" and detail else {}
            return web.json_response(
                {"error": {"code": "X"}}, status=int(detail) if how == "status" else 429, headers=headers
            )
        answer = self._perform(request.method, path, body)
        if how == "lost":
            return cut(request)
        return answer

    def _perform(self, method: str, path: str, body: Body) -> web.Response:
        parts = path.split("/")
        if method == "POST" and not path:
            return web.json_response({"id": self._begin(body)})
        if method == "GET" and parts[1:2] == ["members"]:
            found = next((person for person in self.people.values() if person["id"] == parts[2]), None)
            return web.json_response(found or {"error": {"code": "NotFound"}}, status=200 if found else 404)
        if body.get("type") == "typing":
            return web.json_response({})
        if wrong := _wrong(body) if method in ("POST", "PUT") else []:
            self.complaints.extend(wrong)
            return web.json_response({"error": {"code": "BadSyntax"}}, status=400)
        conversation, _, thread = parts[0].partition(";messageid=")
        if method == "POST":
            return self._post(conversation, thread, body)
        return self._change(method, conversation, parts[2], body)

    def _begin(self, wanted: Body) -> str:
        user = wanted["members"][0]["id"]
        return self.begun.setdefault(user, f"a:made-{user}")

    def _post(self, conversation: str, thread: str, body: Body) -> web.Response:
        made = {**body, "id": f"17{next(self._numbers):011d}", "thread": thread, "conversation": conversation}
        self.messages.setdefault(conversation, []).append(made)
        return web.json_response({"id": made["id"]}, status=201)

    def _change(self, method: str, conversation: str, message: str, body: Body) -> web.Response:
        known = self.messages.get(conversation, [])
        for shown in known:
            if shown["id"] == message and method == "PUT":
                shown.update(body)
                return web.json_response({"id": message})
            if shown["id"] == message:
                known.remove(shown)
                return web.json_response({})
        return web.json_response({"error": {"code": "ActivityNotFoundInConversation"}}, status=404)


def _wrong(activity: Body) -> list[str]:
    if activity.get("type") != "message":
        return [f"an activity of type {activity.get('type')}"]
    return [
        problem
        for attachment in activity.get("attachments", ())
        if attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        for problem in problems(attachment["content"])
    ]
