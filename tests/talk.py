"""A conversation in a test, through the real portal: ``talk(email).says("...")`` returns the card that came back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.database import Database
from bot.portal import Caller, Done, EventKey, Portal
from bot.settings import Settings
from handlers.notices.models import Delivery, DeliveryState, Operation, Place
from handlers.turn import Policy
from handlers.ui import Button, Card
from knowledge.index import Current
from knowledge.search import Search

SUPPORT = ("test", "support")
_numbers = count(1)


@dataclass
class Talk:
    """One person in one conversation. ``heard`` holds every delivery of the last turn."""

    database: Database
    portal: Portal
    caller: Caller
    place: Place
    heard: list[Delivery] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def open(
        cls,
        settings: Settings,
        database: Database,
        email: str,
        *,
        conversation: str = "",
        thread: str = "",
        private: bool = True,
        whisper: bool = False,
        withhold: bool = False,
        desk: bool = True,
    ) -> "Talk":
        current = Current(settings.portal_home)
        current.refresh()
        caller = Caller(platform="test", team="T1", user=email, email=email)
        place = Place(
            platform="test",
            team="T1",
            conversation=conversation or f"D-{email}",
            user=email,
            thread=thread,
            private=private,
            whisper=whisper,
        )
        policy = Policy(withhold_stale=withhold, has_support_channel=desk)
        talk = cls(database, Portal(database, Search(current), policy, SUPPORT if desk else None), caller, place)
        talk.portal.clock = lambda: talk.now
        return talk

    def says(self, words: str, event: EventKey | None = None) -> Card:
        return self._hear(self.portal.say(self.caller, self.place, words, event))

    def commands(self, name: str, words: str) -> Card:
        return self._hear(self.portal.command(self.caller, self.place, name, words))

    def presses(self, card: Card, label: str, event: EventKey | None = None) -> Card:
        """Press a button of a card by its label (or its beginning); returns the last card that came of it."""
        button = self.button(card, label)
        shown = self._message_of(card)
        place = replace(self.place, message=shown)
        return self._hear(self.portal.press(self.caller, place, button.action, button.value, event))

    def presses_raw(self, action: str, value: str) -> Card:
        return self._hear(self.portal.press(self.caller, self.place, action, value))

    def submits(self, form: str, context: str, **values: str) -> Card:
        return self._hear(self.portal.submit(self.caller, self.place, form, context, values))

    def home(self) -> Card:
        return self.portal.home(self.caller, self.place)

    @staticmethod
    def button(card: Card, label: str) -> Button:
        found = [button for button in card.buttons if button.label.startswith(label)]
        assert found, f"no button {label!r} among {[button.label for button in card.buttons]}"
        return found[0]

    def _hear(self, done: Done) -> Card:
        """What the turn wrote is delivered: each message gets an id, as a platform would give it."""
        self.heard = done.deliveries
        with self.database.session() as session:
            for row in done.deliveries:
                row.platform_id = row.platform_id or f"m{next(_numbers)}"
                sent = update(Delivery).where(col(Delivery.id) == row.id)
                session.execute(sent.values(state=DeliveryState.sent, platform_id=row.platform_id))
            session.commit()
        said = [row for row in self.heard if (row.platform, row.conversation) != SUPPORT]
        new = [row for row in said if row.operation != Operation.update] or said
        return Card.model_validate(new[-1].card) if new else Card(title="(nothing)")

    def _message_of(self, card: Card) -> str:
        with self.database.read() as session:
            rows = session.exec(
                select(Delivery).where(Delivery.platform == "test", Delivery.conversation == self.place.conversation)
            )
            found = [row.platform_id for row in rows if Card.model_validate(row.card) == card]
        return found[-1] if found else ""

    def rewritten(self) -> Card:
        """The card that the last turn put in the place of the pressed one."""
        return Card.model_validate(next(row for row in self.heard if row.operation == Operation.update).card)

    def support(self) -> list[Card]:
        """What the support channel has got so far."""
        with self.database.read() as session:
            return [Card.model_validate(row.card) for row in rows_of(session, SUPPORT)]


def rows_of(session: Session, where: tuple[str, str]) -> Sequence[Delivery]:
    return session.exec(select(Delivery).where(Delivery.platform == where[0], Delivery.conversation == where[1])).all()
