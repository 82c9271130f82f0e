"""What Teams waits for: presses and dialogs. They are answered within their request; the turn's own transaction
remembers them, so that the same one has no second effect."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.calls import Caller, Done, EventKey
from bot.channels.offered import VOTES
from bot.channels.teams import cards, dialogs, envelope
from bot.channels.teams.dialogs import Pressed, Sent
from bot.channels.teams.envelope import Body, an_object
from bot.channels.teams.identity import Identity
from bot.channels.teams.references import References
from bot.channels.teams.service import NOT_REACHED, Foreign
from bot.channels.text import plain
from bot.outbox import Outbox
from bot.portal import Portal
from bot.workers import Workers
from handlers.errors import FormError
from handlers.notices.models import Place
from handlers.ui import Card

log = structlog.get_logger()
T = TypeVar("T")
MESSAGE = "application/vnd.microsoft.activity.message"
AWAY = "I cannot find out who you are just now, since Teams does not answer me. Please try again in a moment."
THUMBS = "message/submitAction"
DONE = "Done."
TOLD = 200  # letters of what is said elsewhere that stand in an invoke's answer


class Invokes:
    def __init__(
        self, portal: Portal, outbox: Outbox, identity: Identity, references: References, workers: Workers
    ) -> None:
        self._portal = portal
        self._outbox = outbox
        self._identity = identity
        self._references = references
        self._workers = workers
        self._known: dict[str, Callable[[Body, Caller, EventKey], Awaitable[Body | None]]] = {
            "adaptiveCard/action": self._press,
            "task/fetch": self._fetch,
            "task/submit": self._submit,
            "composeExtension/fetchTask": self._shortcut,
            "composeExtension/submitAction": self._submit,
            THUMBS: self._feedback,
        }

    def knows(self, body: Body) -> bool:
        return body.get("name") in self._known

    async def answer(self, body: Body) -> Body | None:
        """The body of the response; None is an empty one, which closes a dialog."""
        name = str(body["name"])
        if not envelope.whole(body) or not body.get("serviceUrl"):
            return None
        try:
            if self._references.news(body):
                await self._run(self._references.keep, body)
            caller = await self._identity.caller(body)
            event = EventKey("teams", caller.team, envelope.key(body), tells=name != THUMBS)
            return await self._known[name](body, caller, event)
        except (OperationalError, InterfaceError):
            raise  # nothing is acknowledged that is not stored
        except (Foreign, *NOT_REACHED) as error:
            log.warning("invoke_refused", name=name, reason=type(error).__name__)
            return _say(name, AWAY)
        except Exception as error:
            reference = uuid4().hex[:8]
            log.error("turn_failed", reference=reference, name=name, error=type(error).__name__, exc_info=error)
            return _say(name, f"Something went wrong on my side, and nothing was half done. Its number is {reference}.")

    async def _press(self, body: Body, caller: Caller, event: EventKey) -> Body:
        pressed = dialogs.pressed(an_object(an_object(body.get("value")).get("action")).get("data"))
        place = _pressed_at(body, caller)
        if pressed is None:
            return _say("adaptiveCard/action", "This button says nothing that I know.")
        done = await self._run(self._portal.press, caller, place, pressed.action, pressed.value, event)
        self._workers.later(self._outbox.follow(done))
        if done.pressed is not None:
            return {"statusCode": 200, "type": cards.CONTENT_TYPE, "value": cards.draw(done.pressed)}
        return _say("adaptiveCard/action", _words(done) or DONE)

    async def _fetch(self, body: Body, caller: Caller, event: EventKey) -> Body:
        pressed = dialogs.pressed(an_object(body.get("value")).get("data"))
        place = _pressed_at(body, caller)
        if pressed is None:
            return dialogs.told("This button says nothing that I know.")
        done = await self._run(self._opens(pressed, caller, place, event))
        return self._dialog(done, place)

    def _opens(self, pressed: Pressed, caller: Caller, place: Place, event: EventKey) -> Callable[[], Done]:
        if pressed.action.startswith(dialogs.COMMAND):
            name = pressed.action.removeprefix(dialogs.COMMAND)
            return partial(self._portal.command, caller, place, name, pressed.value, event)
        return partial(self._portal.press, caller, place, pressed.action, pressed.value, event)

    async def _shortcut(self, body: Body, caller: Caller, event: EventKey) -> Body:
        """An action on a message: what it opens is filled with the text of the message."""
        asked = an_object(body.get("value"))
        text = envelope.message_text(an_object(asked.get("messagePayload")))
        place = _pressed_at(body, caller)
        name = str(asked.get("commandId") or "")
        done = await self._run(self._portal.shortcut, caller, place, name, text, event)
        return self._dialog(done, place)

    def _dialog(self, done: Done, place: Place) -> Body:
        self._workers.later(self._outbox.follow(done))
        return dialogs.task(done.form, place) if done.form else dialogs.told(_words(done) or DONE)

    async def _submit(self, body: Body, caller: Caller, event: EventKey) -> Body | None:
        sent = dialogs.sent(an_object(body.get("value")).get("data"))
        if sent is None:
            return dialogs.told("This dialog says nothing that I know.")
        place = dialogs.back(_pressed_at(body, caller), sent.at)
        try:
            submit = self._portal.submit
            done = await self._run(submit, caller, place, sent.name, sent.context, sent.values, event)
        except FormError as error:
            return await self._again(sent, caller, place, error)
        self._workers.later(self._outbox.follow(done))
        if done.refused:
            return dialogs.told(_words(done))
        return dialogs.task(done.form, place) if done.form else None

    async def _again(self, sent: Sent, caller: Caller, place: Place, error: FormError) -> Body:
        """The same dialog with what is wrong. Teams never tells that one was closed, so what was typed is kept now."""
        context = await self._run(self._portal.keep, caller, place, sent.name, sent.context, sent.values)
        if sent.form is None:
            return dialogs.told(" ".join(dict.fromkeys(error.fields.values())))
        return dialogs.task(sent.form.model_copy(update={"context": context}), place, error.fields, sent.values)

    async def _feedback(self, body: Body, caller: Caller, event: EventKey) -> None:
        """Teams' own thumbs under a message are the buttons of its card, so that a vote counts once, however given."""
        given = an_object(an_object(body.get("value")).get("actionValue"))
        if (action := VOTES.get(str(given.get("reaction")))) is not None:
            done = await self._run(self._portal.press_shown, caller, _pressed_at(body, caller), action, event)
            self._workers.later(self._outbox.follow(done))

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self._workers.run(partial(function, *arguments))


def _pressed_at(body: Body, caller: Caller) -> Place:
    return envelope.place(body, caller.team, message=str(body.get("replyToId") or ""))


def _words(done: Done) -> str:
    """Why nothing was done; else the first words of what is said in the chat as well, where the rest of it stands."""
    if done.refused:
        return plain(done.refused)
    said = next((plain(Card.model_validate(row.card)) for row in done.deliveries if row.card), "")
    return said if len(said) <= TOLD else said[: said.rfind(" ", 0, TOLD)] + " …"


def _say(name: str, words: str) -> Body:
    if name == "adaptiveCard/action":
        return {"statusCode": 200, "type": MESSAGE, "value": words}
    return dialogs.told(words)
