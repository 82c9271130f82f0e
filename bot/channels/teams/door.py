"""The door in front of the SDK: size, token, shape. What does not pass has no effect at all."""

import json
from collections.abc import Awaitable, Callable

import structlog
from microsoft_teams.apps.http import HttpRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.body import TooLarge, read
from bot.channels.teams.app import Teams
from bot.channels.teams.envelope import Body, Malformed, check
from bot.channels.teams.tokens import NoKeys, Unauthorized
from bot.metrics import REFUSED

log = structlog.get_logger()


def door(teams: Teams) -> Callable[[Request], Awaitable[Response]]:
    async def messages(request: Request) -> Response:
        try:
            activity = await _admitted(teams, request)
        except TooLarge:
            return _refuse(413, "too large")
        except ClientDisconnect:
            return _refuse(400, "incomplete")
        except Unauthorized as error:
            log.info("teams_refused", reason=str(error))
            return _refuse(401, "not from Teams")
        except NoKeys as error:
            return _refuse(503, str(error))
        except Malformed:
            return _refuse(400, "malformed")
        answer = await teams.handle(HttpRequest(body=activity, headers={}))
        if answer["body"] is None:
            return Response(status_code=answer["status"])
        return JSONResponse(answer["body"], status_code=answer["status"])

    return messages


async def _admitted(teams: Teams, request: Request) -> Body:
    """The activity, if it comes from Teams. Only Teams hears what is wrong with one."""
    raw = await read(request)
    header = ", ".join(request.headers.getlist("authorization"))  # two are one that is no token
    proof = await teams.tokens.check(header) if teams.tokens else None
    try:
        body = check(json.loads(raw))
    except (ValueError, RecursionError):
        raise Malformed from None
    service = body.get("serviceUrl") or ""
    if proof is not None and not proof.covers(service, body.get("channelId") or ""):
        raise Unauthorized("the token is for another service or channel")
    if service and not teams.addresses.allow(service):
        raise Unauthorized("a service that is not on our list")
    return body


def _refuse(status: int, reason: str) -> Response:
    REFUSED.labels(str(status)).inc()
    return PlainTextResponse(reason, status_code=status)
