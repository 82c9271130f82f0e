"""The browser page: the same cards as everywhere, without tokens. Whoever opens it chooses who they are, so it is
served to this machine only, and only to itself: a page of another origin can neither read nor send."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot import documents
from bot.calls import Caller, Done, EventKey
from bot.channels.web import history
from bot.channels.web.asked import Asked, Malformed, asked_by, storable
from bot.channels.web.guard import Files, Handle, guard
from bot.portal import Portal
from handlers import router
from handlers.errors import NotAllowed, PortalError
from handlers.notices.models import Place
from handlers.partners.models import Role
from handlers.turn import Link

if TYPE_CHECKING:
    from bot.assembly import House

PAGE = Path(__file__).parent / "page"
NOT_YOURS = "This channel is for the vendor's own team, and the operators' channel for operators."
TEAM = frozenset(role for role in Role if role.of_vendor)
CHANNELS = {"support": TEAM, "managers": TEAM, "operators": frozenset({Role.operator})}
_COMMAND = re.compile(r"/([a-zA-Z][\w-]{0,30})(?:\s+(.*))?", re.S)


def page_routes(house: "House") -> list[BaseRoute]:
    def guarded(handle: Handle) -> Callable[[Request], Awaitable[Response]]:
        return partial(guard, handle, house)

    return [
        Route("/", guarded(_index)),
        Route("/api/people", guarded(_people)),
        Route("/api/messages", guarded(_messages)),
        Route("/api/home", guarded(_home)),
        Route("/api/document", guarded(_document)),
        Route("/api/say", guarded(_say), methods=["POST"]),
        Route("/api/edit", guarded(_edit), methods=["POST"]),
        Route("/api/delete", guarded(_delete), methods=["POST"]),
        Route("/api/press", guarded(_press), methods=["POST"]),
        Route("/api/shortcut", guarded(_shortcut), methods=["POST"]),
        Route("/api/submit", guarded(_submit), methods=["POST"]),
        Route("/api/close", guarded(_close), methods=["POST"]),
        Mount("/static", Files(directory=PAGE)),
    ]


async def _index(_: "House", __: Request) -> Response:
    return FileResponse(PAGE / "index.html")


async def _people(house: "House", _: Request) -> Response:
    return JSONResponse(await house.workers.run(partial(history.world, house.database)))


async def _messages(house: "House", request: Request) -> Response:
    query = request.query_params
    place = query.get("place", "chat")
    if place not in ("chat", *CHANNELS):
        raise Malformed
    caller = await _caller(house, query.get("person", ""), place)
    after = query.get("after", "")
    return JSONResponse(await house.workers.run(partial(history.messages, house.database, caller, place, after)))


async def _home(house: "House", request: Request) -> Response:
    caller = await _caller(house, request.query_params.get("person", ""))
    card = await house.workers.run(partial(house.portal.home, caller, _place(caller)))
    return JSONResponse({"card": history.drawn(card.model_dump(mode="json"))})


async def _document(house: "House", request: Request) -> Response:
    caller = await _caller(house, request.query_params.get("person", ""))
    message = storable(request.query_params.get("message", ""))
    here = history.conversation(caller, "chat")
    found = await house.workers.run(partial(documents.of_message, house.database, "web", here, message))
    body = await house.workers.run(partial(documents.content, house.database, found))
    headers = {"content-disposition": f'attachment; filename="{found.name}"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def _say(house: "House", request: Request) -> Response:
    """Words in the chat; a line that begins with a slash is a command. In a channel only threads are written in, and in
    a thread everything is words."""
    asked = await asked_by(request)
    if asked.place != "chat" and not asked.thread:
        raise PortalError("Nobody can write to me in this channel. Reply to a message, or ask me in the chat.")
    caller = await _caller(house, asked.person, asked.place)
    if asked.thread and not await _has(house, caller, asked):
        raise PortalError("The message that you reply to is not here any more. Reload the page.")
    key = f"say:{asked.id}"
    place = replace(_place(caller, asked), message=f"{history.OWN}{key}")
    links = [link.model_dump() for link in asked.links]
    body = json.dumps({"text": asked.text, "links": links, "thread": asked.thread, "by": caller.user})
    event = EventKey("web", place.conversation, key, body=body)
    done = await house.workers.run(partial(_heard, house.portal, caller, place, asked, event))
    return await _answer(house, caller, asked, done)


def _heard(portal: Portal, caller: Caller, place: Place, asked: Asked, event: EventKey) -> Done:
    """A command that nobody has is what it says, and /portal is what stands behind it."""
    found = None if asked.thread else _COMMAND.fullmatch(asked.text.strip())
    if found is None:
        return portal.say(caller, place, asked.text, event, tuple(Link(link.name, link.url) for link in asked.links))
    name, words = found[1].lower(), found[2] or ""
    if name == "portal" or any(name in feature.commands for feature in router.FEATURES):
        return portal.command(caller, place, name, words, event)
    return portal.say(caller, place, f"{name} {words}".strip(), event)


async def _edit(house: "House", request: Request) -> Response:
    asked = await asked_by(request)
    if not asked.text.strip():
        raise PortalError("There are no words in it. Delete the message, if nothing shall be left of it.")
    return await _change(house, asked, asked.text)


async def _delete(house: "House", request: Request) -> Response:
    return await _change(house, await asked_by(request), None)


async def _change(house: "House", asked: Asked, words: str | None) -> Response:
    """A reply of one's own; None: it is taken back. What it was carried to follows, and then it stands so here."""
    caller = await _caller(house, asked.person, asked.place)
    own = (house.database, caller, asked.place, asked.message)
    thread = await house.workers.run(partial(history.own_reply, *own))
    if not thread:
        raise PortalError("Only what you wrote in a thread yourself can be changed.")
    place = replace(_place(caller, asked), thread=thread)
    event = EventKey("web", place.conversation, f"edit:{asked.id}")
    done = await house.workers.run(partial(house.portal.edit, caller, place, words, event))
    if not done.refused:
        await house.workers.run(partial(history.rewrite, *own, words))
    return await _answer(house, caller, asked, done)


async def _press(house: "House", request: Request) -> Response:
    asked = await asked_by(request)
    caller = await _caller(house, asked.person, asked.place)
    event = EventKey("web", caller.user, f"press:{asked.id}")
    place = _place(caller, asked)
    done = await house.workers.run(partial(house.portal.press, caller, place, asked.action, asked.value, event))
    return await _answer(house, caller, asked, done)


async def _shortcut(house: "House", request: Request) -> Response:
    """An action on a message: what it opens is filled with the text of the message."""
    asked = await asked_by(request)
    caller = await _caller(house, asked.person, asked.place)
    event = EventKey("web", caller.user, f"shortcut:{asked.id}")
    text = await house.workers.run(partial(history.said, house.database, caller, asked.place, asked.message))
    if not text:
        raise PortalError("This message is not here any more. Reload the page.")
    shortcut = partial(house.portal.shortcut, caller, _place(caller, asked), asked.action, text, event)
    return await _answer(house, caller, asked, await house.workers.run(shortcut))


async def _submit(house: "House", request: Request) -> Response:
    return await _dialog(house, await asked_by(request), "submit", house.portal.submit)


async def _close(house: "House", request: Request) -> Response:
    return await _dialog(house, await asked_by(request), "close", house.portal.close)


async def _dialog(house: "House", asked: Asked, name: str, act: Callable[..., Done]) -> Response:
    caller = await _caller(house, asked.person, asked.place)
    event = EventKey("web", caller.user, f"{name}:{asked.id}")
    place = _place(caller, asked)
    done = await house.workers.run(partial(act, caller, place, asked.form, asked.context, asked.values, event))
    return await _answer(house, caller, asked, done)


async def _answer(house: "House", caller: Caller, asked: Asked, done: Done) -> Response:
    """Everything that is there now, so that the page needs no second request to see what came of its own."""
    await house.outbox.follow(done)
    shown = await house.workers.run(partial(history.messages, house.database, caller, asked.place, ""))
    form = done.form.model_dump(mode="json") if done.form else None
    return JSONResponse({**shown, "form": form})


async def _has(house: "House", caller: Caller, asked: Asked) -> bool:
    look = partial(history.can_be_replied_to, house.database, caller, asked.place, asked.thread)
    return await house.workers.run(look)


async def _caller(house: "House", email: str, place: str = "chat") -> Caller:
    """Who the page says is there. Raises PortalError for nobody, and NotAllowed for a place that is not theirs."""
    address = storable(email).casefold()
    if address == history.VISITOR and place == "chat":
        return Caller(platform="web", team="local", user=address, email=None)
    role = await house.workers.run(partial(history.role, house.database, address))
    if role is None:
        raise PortalError("Nobody has this address. Choose a person from the list.")
    if role not in CHANNELS.get(place, (role,)):
        raise NotAllowed(NOT_YOURS)
    return Caller(platform="web", team="local", user=address, email=address)


def _place(caller: Caller, asked: Asked | None = None) -> Place:
    name = asked.place if asked else "chat"
    return Place(
        platform="web",
        team="local",
        conversation=history.conversation(caller, name),
        user=caller.user,
        thread=asked.thread if asked else "",
        private=name == "chat",
        message=asked.message if asked else "",
    )
