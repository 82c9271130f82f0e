"""Where every conversation lives, kept so that it can be written to later."""

from datetime import datetime

from bot.channels.teams import envelope
from bot.channels.teams.envelope import Body
from bot.database import Database
from handlers.notices import store as notices
from handlers.notices.models import Conversation
from handlers.partners import store as partners

KEPT = 20_000
PLATFORM = "teams"


class References:
    """Synchronous, for the threads that turns run in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[str, str, str, bool]] = {}

    def keep(self, body: Body, *, removed: bool = False) -> None:
        """What this activity tells of its conversation; written only when it is news. That the assistant was added or
        removed always is: another process may have heard of the other one."""
        who = envelope.sender(body)
        where = envelope.conversation(body)
        alone = who.user if envelope.private(body) else ""
        told = (str(body.get("serviceUrl") or ""), envelope.own(body), alone, removed)
        if self._known.get(where) == told and body["type"] not in envelope.MEMBERSHIP:
            return
        now = self._database.clock.now()
        with self._database.session() as session:
            notices.keep_conversation(session, _row(body, where, told, now))
            if alone:
                partners.mark_away(session, PLATFORM, who.tenant, alone, away=removed)
            session.commit()
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[where] = told

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


def _row(body: Body, where: str, told: tuple[str, str, str, bool], now: datetime) -> Conversation:
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
