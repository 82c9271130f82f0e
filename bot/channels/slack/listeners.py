"""Slack's requests to turns: unpack, ask the portal, deliver. What it means is decided by the handlers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from bot.channels.slack import envelope, home
from bot.channels.slack.identity import NOT_REACHED, Identity
from bot.channels.slack.modals import answers, modal, origin
from bot.channels.slack.session import Session
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.portal import Done, EventKey, Portal
from bot.workers import Workers
from handlers.errors import FormError
from handlers.notices.models import Place

log = structlog.get_logger()
T = TypeVar("T")
Body = dict[str, Any]


class Listeners:
    """Does the work of one request, from the request itself or from its inbox row after a crash."""

    def __init__(
        self, portal: Portal, inbox: Inbox, outbox: Outbox, identity: Identity, session: Session, workers: Workers
    ) -> None:
        self._portal = portal
        self._inbox = inbox
        self._outbox = outbox
        self._identity = identity
        self._session = session
        self._workers = workers

    async def concerns_us(self, body: Body) -> bool:
        """Whether there is anything to do; what is not for us is not even kept."""
        event = body.get("event") or {}
        if body.get("type") != "event_callback":
            return body.get("type") == "block_actions" or "command" in body
        if event.get("type") not in ("message", "app_mention"):
            return event.get("type") in envelope.EVENTS
        await self._identity.introduce()
        said = envelope.message(body, self._identity.bot_user)
        return said is not None and await self._for_us(said)

    async def _for_us(self, said: envelope.Message) -> bool:
        """Direct messages, mentions, and whatever is said in a thread that we take part in."""
        if said.direct or said.mentions_us:
            return True
        return bool(said.thread) and await self._run(self._portal.follows, "slack", said.channel, said.thread)

    async def work(self, body: Body, event: int) -> None:
        """Whatever fails here is nobody's fault who talks to us: it is logged, and they are told a number."""
        try:
            await self._dispatch(body, event)
        except (OperationalError, InterfaceError, *NOT_REACHED) as error:
            log.warning("put_off", row=event, reason=type(error).__name__)
            await self._put_off(event)
        except Exception as error:  # noqa: BLE001 the edge
            await self._sorry(body, event, error)

    async def _put_off(self, event: int) -> None:
        try:
            await self._inbox.put_off(event)
        except SQLAlchemyError as error:  # the store itself is away: the row's lease ends by itself
            log.warning("not_put_off", row=event, reason=type(error).__name__)

    async def _dispatch(self, body: Body, event: int) -> None:
        kind = (body.get("event") or {}).get("type")
        await self._identity.introduce()
        if not await self.concerns_us(body):
            await self._inbox.done(event)
        elif kind in ("message", "app_mention"):
            await self._message(body, event)
        elif kind == "app_home_opened":
            await self._home(body, event)
        elif kind == "agent_session_stopped":
            await self._session.stopped(body["event"])
            await self._inbox.done(event)
        elif body.get("type") == "block_actions":
            await self._press(body, event)
        elif "command" in body:
            await self._command(body, event)

    async def _message(self, body: Body, event: int) -> None:
        said = envelope.message(body, self._identity.bot_user)
        assert said is not None
        status = self._session.processing(said.channel, said.thread or said.ts, said.user)
        try:
            caller = await self._identity.caller(said.user, said.user_team)
            place = Place(
                platform="slack",
                team=caller.team,
                conversation=said.channel,
                user=said.user,
                thread=said.thread or said.ts,
                private=said.direct,
            )
            done = await self._run(self._portal.say, caller, place, said.text, event)
            await self._outbox.deliver(done.deliveries)
        finally:
            self._session.done(status, said.channel, said.thread or said.ts)

    async def _press(self, body: Body, event: int) -> None:
        action = (body.get("actions") or [{}])[0]
        name = str(action.get("action_id") or "").partition("#")[0]
        caller = await self._identity.caller(str((body.get("user") or {}).get("id") or ""), envelope.user_team(body))
        place = envelope.pressed_at(body, caller.team)
        if place.conversation == place.user:
            place = replace(place, conversation=await self._identity.direct(place.user))
        value = envelope.storable(str(action.get("value") or ""))
        done = await self._run(self._portal.press, caller, place, name, value, event)
        await self._follow(done, body, place)

    async def _follow(self, done: Done, body: Body, place: Place) -> None:
        if done.form is not None and body.get("trigger_id"):
            await self._session.open(str(body["trigger_id"]), modal(done.form, place))
        await self._outbox.deliver(done.deliveries)

    async def _command(self, body: Body, event: int) -> None:
        user = str(body.get("user_id") or "")
        caller = await self._identity.caller(user, str(body.get("team_id") or ""))
        channel = str(body.get("channel_id") or "") or user
        place = Place(
            platform="slack",
            team=caller.team,
            conversation=channel,
            user=user,
            whisper=True,
            reply_url=str(body.get("response_url") or ""),
        )
        name = str(body["command"]).removeprefix("/")
        text = envelope.words(str(body.get("text") or ""), self._identity.bot_user)
        done = await self._run(self._portal.command, caller, place, name, text, event)
        await self._outbox.deliver(done.deliveries)

    async def _home(self, body: Body, event: int) -> None:
        opened = body["event"]
        user = str(opened.get("user") or "")
        if opened.get("tab") == "messages" or not user:
            await self._inbox.done(event)
            return
        caller = await self._identity.caller(user, "")
        place = Place(platform="slack", team=caller.team, conversation=user, user=user)
        card = await self._run(self._portal.home, caller, place, event)
        await self._session.publish(user, home.view(card))

    async def submit(self, body: Body) -> dict[str, str]:
        """Take a modal's answers; returns errors by block, {} if it was taken. Done before the ack, since the ack
        itself must carry the errors; the turn's own transaction remembers the event."""
        view = body.get("view") or {}
        caller = await self._identity.caller(str((body.get("user") or {}).get("id") or ""), envelope.user_team(body))
        form, context, place = origin(view, caller)
        event = EventKey("slack", caller.team, f"view:{view.get('id') or ''}:{view.get('hash') or ''}")
        try:
            done = await self._run(self._portal.submit, caller, place, form, context, answers(view), event)
        except FormError as error:
            return error.fields
        self._workers.later(self._outbox.deliver(done.deliveries))
        return {}

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self._workers.run(partial(function, *arguments))

    async def _sorry(self, body: Body, event: int, error: Exception) -> None:
        reference = uuid4().hex[:8]
        log.error("turn_failed", reference=reference, row=event, error=type(error).__name__, exc_info=error)
        place = envelope.where(body, self._identity.team)
        if place is not None:
            done = await self._run(self._portal.apologise, place, reference, event)
            await asyncio.shield(self._outbox.deliver(done.deliveries))
