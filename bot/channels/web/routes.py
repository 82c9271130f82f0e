"""The browser page: the same cards as everywhere, without tokens. Whoever opens it chooses who they are, so it is
served to this machine only, and only to itself: a page of another origin can neither read nor send."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.slack.door import LARGEST, TooLarge, read
from bot.channels.web import history
from bot.demo.program import SUGGESTIONS, VENDOR
from bot.portal import Caller, Done, EventKey
from bot.serve import loopback
from handlers.errors import FormError, PortalError
from handlers.notices.models import Place

if TYPE_CHECKING:
    from bot.assembly import House

log = structlog.get_logger()

PAGE = Path(__file__).parent / "page"
HEADERS = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
Handle = Callable[["House", Request], Awaitable[Response]]


class Asked(BaseModel):
    """A request of the page. ``id`` makes it itself: the same one again has no second effect."""

    model_config = ConfigDict(extra="forbid")

    person: str = Field(max_length=320)
    id: str = Field(min_length=8, max_length=100)
    text: str = Field(default="", max_length=100_000)
    place: str = Field(default="chat", pattern="^(chat|support)$")
    message: str = Field(default="", max_length=100)
    action: str = Field(default="", max_length=200)
    value: str = Field(default="", max_length=1_000)
    form: str = Field(default="", max_length=100)
    context: str = Field(default="", max_length=1_000)
    values: dict[str, str] = {}


def page_routes(house: "House") -> list[BaseRoute]:
    def guarded(handle: Handle) -> Callable[[Request], Awaitable[Response]]:
        return partial(_guard, handle, house)

    return [
        Route("/", guarded(_index)),
        Route("/api/people", guarded(_people)),
        Route("/api/messages", guarded(_messages)),
        Route("/api/home", guarded(_home)),
        Route("/api/say", guarded(_say), methods=["POST"]),
        Route("/api/press", guarded(_press), methods=["POST"]),
        Route("/api/submit", guarded(_submit), methods=["POST"]),
        Mount("/static", StaticFiles(directory=PAGE)),
    ]


async def _guard(handle: Handle, house: "House", request: Request) -> Response:
    """The edge: who may call at all, and what a mistake looks like."""
    if not _from_this_machine(request):
        return _wrong(403, "This page is only for the machine it runs on.")
    try:
        response = await handle(house, request)
    except FormError as error:
        response = JSONResponse({"errors": error.fields}, status_code=422)
    except PortalError as error:
        response = _wrong(400, str(error))
    except TooLarge:
        response = _wrong(413, "That is too much text for one message.")
    except (ValidationError, ValueError):
        response = _wrong(400, "This request could not be understood. Reload the page.")
    response.headers.update(HEADERS)
    return response


def _from_this_machine(request: Request) -> bool:
    """A foreign page can reach a loopback address through the visitor's browser; its names give it away."""
    host = request.url.hostname or ""
    origin = request.headers.get("origin")
    return loopback(host) and (origin is None or origin == f"{request.url.scheme}://{request.url.netloc}")


def _wrong(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)


async def _index(_: "House", __: Request) -> Response:
    return FileResponse(PAGE / "index.html")


async def _people(house: "House", _: Request) -> Response:
    found = await house.workers.run(partial(history.people, house.database))
    return JSONResponse({"vendor": VENDOR, "people": found, "suggestions": SUGGESTIONS})


async def _messages(house: "House", request: Request) -> Response:
    caller = await _caller(house, request.query_params.get("person", ""))
    place, after = request.query_params.get("place", "chat"), request.query_params.get("after", "")
    return JSONResponse(await _shown(house, caller, place, after))


async def _shown(house: "House", caller: Caller, place: str, after: str) -> dict[str, Any]:
    return await house.workers.run(partial(history.messages, house.database, caller, place, after))


async def _home(house: "House", request: Request) -> Response:
    caller = await _caller(house, request.query_params.get("person", ""))
    card = await house.workers.run(partial(house.portal.home, caller, _place(caller, Asked(person="", id="home-page"))))
    return JSONResponse({"card": history.drawn(card.model_dump(mode="json"))})


async def _say(house: "House", request: Request) -> Response:
    asked = await _asked(request)
    caller = await _caller(house, asked.person)
    place = _place(caller, asked)
    event = EventKey("web", place.conversation, f"say:{asked.id}", body=json.dumps(asked.text))
    return await _answer(
        house, caller, asked, await house.workers.run(partial(house.portal.say, caller, place, asked.text, event))
    )


async def _press(house: "House", request: Request) -> Response:
    asked = await _asked(request)
    caller = await _caller(house, asked.person)
    event = EventKey("web", caller.user, f"press:{asked.id}")
    press = partial(house.portal.press, caller, _place(caller, asked), asked.action, asked.value, event)
    return await _answer(house, caller, asked, await house.workers.run(press))


async def _submit(house: "House", request: Request) -> Response:
    asked = await _asked(request)
    caller = await _caller(house, asked.person)
    event = EventKey("web", caller.user, f"submit:{asked.id}")
    submit = partial(house.portal.submit, caller, _place(caller, asked), asked.form, asked.context, asked.values, event)
    return await _answer(house, caller, asked, await house.workers.run(submit))


async def _answer(house: "House", caller: Caller, asked: Asked, done: Done) -> Response:
    await house.outbox.deliver(done.deliveries)
    shown: Mapping[str, Any] = await _shown(house, caller, asked.place, "")
    form = done.form.model_dump(mode="json") if done.form else None
    return JSONResponse({**shown, "form": form})


async def _asked(request: Request) -> Asked:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise ValueError("not JSON")
    return Asked.model_validate(json.loads(await read(request, LARGEST)))


async def _caller(house: "House", email: str) -> Caller:
    caller = Caller(platform="web", team="local", user=email.casefold(), email=email)
    if not await house.workers.run(partial(house.portal.knows, caller)):
        raise PortalError("Nobody has this address. Choose a person from the list.")
    return caller


def _place(caller: Caller, asked: Asked) -> Place:
    conversation = "support" if asked.place == "support" else f"dm:{caller.user}"
    return Place(
        platform="web",
        team="local",
        conversation=conversation,
        user=caller.user,
        private=asked.place != "support",
        message=asked.message,
    )
