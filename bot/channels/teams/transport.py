"""Posting to Teams: one attempt per call, and its outcome in the outbox's words."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import aiohttp

from bot.channels.offered import PROMPTS
from bot.channels.teams import cards
from bot.channels.teams.addresses import Addresses
from bot.channels.teams.envelope import Body
from bot.channels.teams.references import References
from bot.channels.teams.service import NOT_REACHED, Answered, Foreign, NoToken, Service
from bot.channels.text import clean, plain
from bot.directory import BY_USER
from bot.posting import Later, Parked, Refused, Throttled, Uncertain
from bot.workers import Workers
from handlers.notices.models import ANSWER, Conversation, Delivery, Operation
from handlers.ui import MAX_BODY, Card, Text

T = TypeVar("T")
BUSY = frozenset({412, 429})
"""Too much at once, says Teams: nothing was posted."""
AWAY = frozenset({502, 503, 504})
"""Microsoft asks to send these again; nothing has come through to where messages are posted."""
ANSWERED = 2.0  # seconds: once Teams has answered, however badly, nothing of the call is still on its way
CHATS = ("@thread.v2", "@unq.gbl.spaces")
WELCOME = "welcome"
NOT_THERE = frozenset({403, 404})
"""The person has not installed the app, or has removed it."""

SOURCES = 3
CITED = "From the documentation:"
CANNOT = "The answer is for you alone, and I cannot write to you yet. Open a chat with me, and ask me there."
AGAIN = "You may have got this already: the line to Teams was cut when I sent it."


class TeamsTransport:
    def __init__(self, service: Service, references: References, addresses: Addresses, workers: Workers) -> None:
        self._service = service
        self._references = references
        self._addresses = addresses
        self._workers = workers

    async def send(self, delivery: Delivery) -> str:
        try:
            return await self._perform(delivery)
        except Answered as error:
            raise outcome(error) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, NoToken) as error:
            raise Later(None, f"Teams cannot be reached: {type(error).__name__}") from error
        except Foreign as error:
            raise Refused("its conversation lives at an address that is not on our list") from error
        except NOT_REACHED as error:
            raise Uncertain(f"the line to Teams was cut: {type(error).__name__}") from error

    async def _perform(self, delivery: Delivery) -> str:
        activity = message(delivery)
        if delivery.operation == Operation.whisper:
            return await self._whisper(delivery, activity)
        at = self._references.heard(delivery) or await self._at(delivery)
        if delivery.operation == Operation.remove:
            await self._service.remove(at, delivery.conversation, delivery.platform_id)
            return delivery.platform_id
        if delivery.operation == Operation.update:
            await self._service.update(at, delivery.conversation, delivery.platform_id, activity)
            return delivery.platform_id
        return await self._service.post(at, _within(delivery), activity)

    async def _at(self, delivery: Delivery) -> str:
        """The service to post to. A person is written to alone: with nobody else there, and in no thread."""
        home: Conversation | None
        if delivery.conversation.startswith(BY_USER):
            home = await self._alone(delivery, delivery.conversation.removeprefix(BY_USER))
            delivery.conversation, delivery.thread = home.conversation, ""
        else:
            home = await self._run(self._references.find, delivery.conversation)
        if home is not None and home.removed and delivery.kind != ANSWER:
            raise Refused("the assistant was removed from this conversation")
        return home.service_url if home else self._addresses.default

    async def _whisper(self, delivery: Delivery, activity: Body) -> str:
        """To the person alone, in their chat with us. Where they have none, they are told so in place, and no more."""
        try:
            home = await self._alone(delivery, delivery.user)
            sent = await self._service.post(home.service_url, home.conversation, activity)
        except Answered as error:
            if error.status not in NOT_THERE:
                raise
            known = await self._run(self._references.find, delivery.conversation)
            at = known.service_url if known else self._addresses.default
            return await self._service.post(at, _within(delivery), _activity(Card(body=(Text(text=CANNOT),))))
        delivery.conversation, delivery.thread = home.conversation, ""
        return sent

    async def _alone(self, delivery: Delivery, user: str) -> Conversation:
        known = await self._run(self._references.alone_with, delivery.team, user)
        if known is not None:
            return known
        other = await self._run(self._references.any_of, delivery.team)
        if other is None:
            raise Refused("no chat identity: the assistant has never been in a conversation of this tenant")
        made = await self._service.begin(other.service_url, other.bot, delivery.team, user)
        return other.model_copy(update={"conversation": made, "user": user, "removed": False})

    async def find(self, delivery: Delivery) -> str | None:
        """Teams has no look-up. What somebody acts upon goes out again and says so; what many people get, or what only
        reminds, waits for a person to decide."""
        if delivery.campaign or delivery.quiet_zone:
            raise Parked("nobody knows whether Teams has posted it, and it cannot be looked up there")
        card, again = Card.model_validate(delivery.card), Text(text=AGAIN, style="subtle")
        if len(card.body) < MAX_BODY and again not in card.body:
            delivery.card = Card(title=card.title, body=(again, *card.body)).model_dump(mode="json")
        return None

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self._workers.run(partial(function, *arguments))


def message(delivery: Delivery) -> Body:
    card = Card.model_validate(delivery.card)
    activity = _activity(card)
    if claims := _claims(card):
        kind = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org", "@id": ""}
        activity["entities"] = [{**kind, "citation": claims}]
        activity["text"] = " ".join([CITED, *(f"[{claim['position']}]" for claim in claims)])
    if delivery.subject == WELCOME:
        actions = [{"type": "imBack", "title": title, "value": words} for title, words in PROMPTS]
        activity["suggestedActions"] = {"to": [], "actions": actions}  # there is nobody else in the conversation
    return activity


def _activity(card: Card) -> Body:
    drawn = {"contentType": cards.CONTENT_TYPE, "content": cards.draw(card)}
    return {"type": "message", "summary": cards.summary(card), "attachments": [drawn]}


def _claims(card: Card) -> list[Body]:
    """What the card was taken from, as Teams' citations: it shows those whose number stands in the message's text."""
    cited = [element for element in card.body if isinstance(element, Text) and element.cites and element.url]
    return [
        {
            "@type": "Claim",
            "position": number,
            "appearance": {
                "@type": "DigitalDocument",
                "name": clean(source.text)[:80],
                "url": source.url,
                "abstract": plain(card).replace("\n", " ")[:160],
            },
        }
        for number, source in enumerate(cited[:SOURCES], start=1)
    ]


def _within(delivery: Delivery) -> str:
    """Channels have threads, which Teams writes into the conversation's id; chats have none."""
    at = delivery.conversation
    threaded = delivery.thread and at.startswith("19:") and not at.endswith(CHATS)
    return f"{at};messageid={delivery.thread}" if threaded else at


def outcome(answered: Answered) -> Exception:
    status = answered.status
    if status in BUSY:
        return Throttled(_seconds(answered.wait), "Teams asks to wait")
    if status in AWAY:
        return Later(None, f"Teams answered {status}")
    if status >= 500:
        return Uncertain(f"Teams answered {status}", ANSWERED)
    return Refused(f"Teams refused: {answered}")


def _seconds(wait: str) -> float:
    """As long as Teams says, else a few seconds, never the same for everybody."""
    try:
        return max(0.0, min(float(wait), 3_600.0))
    except ValueError:
        return random.uniform(2.0, 10.0)  # noqa: S311
