"""Slack's requests to turns: unpack, ask the portal, deliver. What it means is decided by the handlers."""

from dataclasses import replace
from typing import Any

from bot.calls import Caller, Done, EventKey
from bot.channels.listener import Body, Listener
from bot.channels.slack import envelope, home, messages
from bot.channels.slack.identity import NOT_REACHED, Identity
from bot.channels.slack.modals import answers, modal, origin
from bot.channels.slack.session import Session
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.portal import Portal
from bot.workers import Workers
from handlers import router
from handlers.errors import FormError
from handlers.notices.models import Place


class Listeners(Listener):
    away = NOT_REACHED

    def __init__(
        self, portal: Portal, inbox: Inbox, outbox: Outbox, identity: Identity, session: Session, workers: Workers
    ) -> None:
        super().__init__(portal, inbox, outbox, workers)
        self._identity = identity
        self._session = session

    async def concerns_us(self, body: Body) -> bool:
        """Whether there is anything to do; what is not for us is not even kept."""
        event = body.get("event") or {}
        if body.get("type") != "event_callback":
            return body.get("type") in envelope.INTERACTIONS or "command" in body
        if event.get("type") not in ("message", "app_mention"):
            return event.get("type") in envelope.EVENTS
        await self._identity.introduce()
        edited = messages.edit(body, self._identity.bot_user)
        if edited is not None:  # only what was said under a message of ours has been passed on
            return bool(edited.thread) and await self._ours(edited.channel, edited.thread)
        said = messages.message(body, self._identity.bot_user)
        return said is not None and await self._for_us(said)

    async def _for_us(self, said: messages.Message) -> bool:
        """Direct messages, mentions, whatever is said in a thread that we take part in, and what nobody should have
        written where others read it."""
        if said.direct or said.mentions_us or router.overhears(said.text):
            return True
        return bool(said.thread) and await self._ours(said.channel, said.thread)

    async def _ours(self, channel: str, thread: str) -> bool:
        return await self._run(self._portal.follows, "slack", channel, thread)

    async def _dispatch(self, body: Body, event: int) -> None:
        kind = (body.get("event") or {}).get("type")
        await self._identity.introduce()
        if not await self.concerns_us(body):
            await self._inbox.done(event)
        elif edited := messages.edit(body, self._identity.bot_user):
            await self._edit(edited, event)
        elif kind in ("message", "app_mention"):
            await self._message(body, event)
        elif kind == "app_home_opened":
            await self._home(body, event)
        elif kind == "agent_session_stopped":
            await self._session.stopped(body["event"])
            await self._inbox.done(event)
        else:
            await self._interaction(body, event)

    async def _interacting(self, body: Body) -> Caller:
        """Who pressed, chose or filled in something."""
        return await self._identity.caller(envelope.user(body), envelope.user_team(body))

    async def _interaction(self, body: Body, event: int) -> None:
        kinds = {"block_actions": self._press, "message_action": self._shortcut, "view_closed": self._close}
        await kinds.get(str(body.get("type")), self._command)(body, event)

    async def _edit(self, edited: messages.Edit, event: int) -> None:
        caller = await self._identity.caller(edited.user, edited.user_team)
        direct = edited.channel.startswith("D")
        place = Place(
            platform="slack",
            team=caller.team,
            conversation=edited.channel,
            user=edited.user,
            thread=edited.thread,
            private=direct,
            message=edited.ts,
        )
        done = await self._run(self._portal.edit, caller, place, edited.text, event)
        await self._outbox.follow(done)

    async def _message(self, body: Body, event: int) -> None:
        said = messages.message(body, self._identity.bot_user)
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
                message=said.ts,
            )
            done = await self._run(self._portal.say, caller, place, said.text, event, said.links)
            await self._outbox.follow(done)
        finally:
            self._session.done(status, said.channel, said.thread or said.ts)

    async def _press(self, body: Body, event: int) -> None:
        action = (body.get("actions") or [{}])[0]
        name = str(action.get("action_id") or "").partition("#")[0]
        caller = await self._interacting(body)
        place = envelope.pressed_at(body, caller.team)
        if place.conversation == place.user:
            place = replace(place, conversation=await self._identity.direct(place.user))
        value = envelope.storable(str(action.get("value") or ""))
        done = await self._run(self._portal.press, caller, place, name, value, event)
        await self._follow(done, body, place)

    async def _shortcut(self, body: Body, event: int) -> None:
        """A message shortcut: what it opens is filled with the text of the message."""
        caller = await self._interacting(body)
        place = envelope.pressed_at(body, caller.team)
        text = messages.written(envelope.an_object(body.get("message")), self._identity.bot_user)
        name = str(body.get("callback_id") or "")
        done = await self._run(self._portal.shortcut, caller, place, name, text, event)
        await self._follow(done, body, place)

    async def _close(self, body: Body, event: int) -> None:
        view = body.get("view") or {}
        caller = await self._interacting(body)
        form, context, place = origin(view, caller)
        done = await self._run(self._portal.close, caller, place, form, context, answers(view), event)
        await self._outbox.follow(done)

    async def _follow(self, done: Done, body: Body, place: Place) -> None:
        if done.form is not None and body.get("trigger_id"):
            await self._session.open(str(body["trigger_id"]), modal(done.form, place))
        await self._outbox.follow(done)

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
        text = messages.written(body, self._identity.bot_user)
        done = await self._run(self._portal.command, caller, place, name, text, event)
        await self._follow(done, body, place)

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

    async def submit(self, body: Body) -> dict[str, Any]:
        """Take a modal's answers; returns what the acknowledgement says: errors by block, another dialog in the place
        of this one, or nothing. Done before the ack, which has to carry it; the turn's own transaction remembers the
        event."""
        view = body.get("view") or {}
        caller = await self._interacting(body)
        form, context, place = origin(view, caller)
        event = EventKey("slack", caller.team, envelope.key(body))
        try:
            done = await self._run(self._portal.submit, caller, place, form, context, answers(view), event)
        except FormError as error:
            return {"response_action": "errors", "errors": error.fields}
        self._workers.later(self._outbox.follow(done))
        if done.form is not None:
            return {"response_action": "update", "view": modal(done.form, place)}
        return {}

    def _where(self, body: Body) -> Place | None:
        return envelope.where(body, self._identity.team)
