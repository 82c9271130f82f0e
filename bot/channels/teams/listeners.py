"""Teams' activities to turns: unpack, ask the portal, deliver. What it means is decided by the handlers."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from bot.calls import Caller, Done, EventKey
from bot.channels.listener import Listener
from bot.channels.teams import dialogs, envelope
from bot.channels.teams.envelope import Body
from bot.channels.teams.identity import Identity
from bot.channels.teams.references import References
from bot.channels.teams.service import NOT_REACHED, Foreign, Service
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.portal import Portal
from bot.workers import Workers
from handlers import router
from handlers.notices.models import Place

log = structlog.get_logger()
_COMMAND = re.compile(r"/([a-zA-Z][\w-]{0,30})(?:\s+(.*))?", re.S)
HOME = "home"
ASK = "portal"
"""The command that stands for any words, answered to the person alone."""
TYPING_SECONDS = 0.3  # that an answer waits at most for the sign that it is being written


class Listeners(Listener):
    away = NOT_REACHED

    def __init__(
        self,
        portal: Portal,
        inbox: Inbox,
        outbox: Outbox,
        identity: Identity,
        service: Service,
        references: References,
        workers: Workers,
    ) -> None:
        super().__init__(portal, inbox, outbox, workers)
        self._identity = identity
        self._service = service
        self._references = references

    async def concerns_us(self, body: Body) -> bool:
        """Whether there is anything to do; what is not for us is not even kept."""
        if not envelope.whole(body) or not body.get("serviceUrl"):
            return False
        if body["type"] in envelope.MEMBERSHIP:
            return envelope.joined(body) or envelope.left(body)
        if body["type"] not in envelope.SPEECH or envelope.sender(body).account == envelope.own(body):
            return False
        if envelope.private(body) or envelope.mentions_us(body):
            return True
        under = envelope.thread(body)
        return bool(under) and await self._run(self._portal.follows, "teams", envelope.conversation(body), under)

    async def _dispatch(self, body: Body, event: int) -> None:
        if not await self.concerns_us(body):
            await self._inbox.done(event)
            return
        removed = envelope.left(body)
        if self._references.news(body, removed=removed):
            await self._run(partial(self._references.keep, body, removed=removed))
        if body["type"] in envelope.MEMBERSHIP:
            await self._membership(body, event)
            return
        if body["type"] == "message":
            await self._message(body, event)
        else:
            await self._edit(body, event)

    async def _membership(self, body: Body, event: int) -> None:
        """Teams tells of one installation in two activities, and of every update again: one of them is answered."""
        if envelope.joined(body):
            caller = await self._identity.caller(body)
            place = envelope.place(body, caller.team, thread="", message="")
            once = EventKey("teams", caller.team, f"welcome:{place.conversation}")
            if place.private:
                await self._do(self._portal.command, caller, place, "welcome", "", once)
            elif await self._run(self._portal.knows, caller):
                await self._do(self._portal.command, caller, place, "help", "", once)
        await self._inbox.done(event)

    async def _message(self, body: Body, event: int) -> None:
        """The sign that we are at work goes first: behind the answer it would say that more is to come."""
        typing = self._workers.later(self._typing(body))
        done = await self._run(self._meant(body, await self._identity.caller(body), event))
        await asyncio.wait({typing}, timeout=TYPING_SECONDS)
        await self._outbox.follow(done)

    def _meant(self, body: Body, caller: Caller, event: int) -> Callable[[], Done]:
        place, words = envelope.place(body, caller.team), envelope.words(body)
        if (pressed := dialogs.pressed(body.get("value"))) and not words:
            return partial(self._portal.press, caller, place, pressed.action, pressed.value, event)
        if words.casefold().removeprefix("/") == HOME:
            return partial(self._portal.start, caller, place, event)
        if command := _command(words):
            name, said = command
            alone, offer = dialogs.whispered(place), partial(dialogs.offer, name, said)
            return partial(self._portal.command, caller, alone, name, said, event, offer)
        return partial(self._portal.say, caller, place, words, event, envelope.links(body))

    async def _edit(self, body: Body, event: int) -> None:
        caller = await self._identity.caller(body)
        words = None if body["type"] == "messageDelete" else envelope.words(body)
        await self._do(self._portal.edit, caller, envelope.place(body, caller.team), words, event)

    async def _do(self, act: Callable[..., Done], *arguments: Any) -> None:
        await self._outbox.follow(await self._run(act, *arguments))

    async def _typing(self, body: Body) -> None:
        """A sign that we are at work. It is promised to nobody, so it is tried once."""
        where = str(body["conversation"]["id"])
        try:
            await self._service.post(str(body["serviceUrl"]), where, {"type": "typing"})
        except (Foreign, *NOT_REACHED) as error:
            log.info("teams_call_failed", call="typing", reason=type(error).__name__)

    def _where(self, body: Body) -> Place:
        return envelope.place(body, envelope.tenant(body))


def _command(words: str) -> tuple[str, str] | None:
    """A line with a slash before it, or the bare name of a command, as Teams' own list of them writes it. Help needs
    not be whispered."""
    found = _COMMAND.fullmatch(words)
    if found is None and words.casefold() == "help":
        return None
    name, said = (found[1].lower(), (found[2] or "").strip()) if found else (words.casefold(), "")
    known = any(name in feature.commands for feature in router.FEATURES) or (found and name == ASK)
    return (name, said) if known else None
