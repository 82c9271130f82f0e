"""Where every conversation lives, kept so that it can be written to later."""

from datetime import datetime

from bot.channels.teams import envelope
from bot.channels.teams.envelope import MEMBERSHIP, Body
from bot.database import Database
from handlers.notices import store as notices
from handlers.notices.models import ANSWER, Conversation, Delivery
from handlers.partners import store as partners

KEPT = 20_000
PLATFORM = "teams"
Told = tuple[str, str, str, bool]
"""The service's address, our id there, the person's if nobody else is there, whether we were removed."""


class References:
    """Synchronous, for the threads that turns run in; only ``news`` and ``heard`` do not ask the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Told] = {}

    def news(self, body: Body, *, removed: bool = False) -> bool:
        """Whether this activity tells something new of its conversation. That the assistant was added or removed always
        is: another process may have heard of the other one."""
        return self._known.get(envelope.conversation(body)) != _told(body, removed) or body["type"] in MEMBERSHIP

    def keep(self, body: Body, *, removed: bool = False) -> None:
        """What this activity tells of its conversation."""
        where, told = envelope.conversation(body), _told(body, removed)
        now = self._database.clock.now()
        with self._database.session() as session:
            notices.keep_conversation(session, _row(body, where, told, now))
            if alone := told[2]:
                partners.mark_away(session, PLATFORM, envelope.tenant(body), alone, away=removed)
            session.commit()
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[where] = told

    def heard(self, delivery: Delivery) -> str | None:
        """Where an answer's conversation lives, as the process has just heard that ran its turn. Whoever takes the
        answer over, and so counts an attempt, may have heard it long ago, and finds it in the store."""
        known = self._known.get(delivery.conversation)
        return known[0] if known and delivery.kind == ANSWER and delivery.attempts == 1 else None

    def find(self, conversation: str) -> Conversation | None:
        with self._database.read() as look:
            return notices.conversation(look, PLATFORM, conversation)

    def alone_with(self, team: str, user: str) -> Conversation | None:
        with self._database.read() as look:
            return notices.alone_with(look, PLATFORM, team, user)

    def any_of(self, team: str) -> Conversation | None:
        """A conversation of this tenant, whose service and our id there are good for another one."""
        with self._database.read() as look:
            return notices.latest_conversation(look, PLATFORM, team)


def _told(body: Body, removed: bool) -> Told:
    alone = envelope.sender(body).user if envelope.private(body) else ""
    return str(body.get("serviceUrl") or ""), envelope.own(body), alone, removed


def _row(body: Body, where: str, told: Told, now: datetime) -> Conversation:
    service_url, bot, user, removed = told
    return Conversation(
        platform=PLATFORM,
        team=envelope.tenant(body),
        conversation=where,
        service_url=service_url,
        bot=bot,
        user=user,
        removed=removed,
        seen_at=now,
    )
