"""A conversation in a test, through the real portal: ``talk(email).says("...")`` returns the card that came back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.calls import Caller, Done, EventKey
from bot.database import Database
from bot.directory import Address, Directory
from bot.portal import Portal
from bot.scheduler import work
from handlers import router
from handlers.notices.models import REFERENCE, Delivery, DeliveryState, Operation, Place
from handlers.notices.store import card_of
from handlers.turn import Link, Policy
from handlers.ui import Button, Card, Form
from knowledge.search import Search
from tests.shown import check

SUPPORT = ("test", "support")
MANAGERS = ("test", "managers")
_numbers = count(1)


@dataclass
class Talk:
    """One person in one conversation. ``heard`` holds every delivery of the last turn."""

    database: Database
    portal: Portal
    caller: Caller
    place: Place
    heard: list[Delivery] = field(default_factory=list)
    form: Form | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def open(
        cls,
        search: Search,
        database: Database,
        email: str,
        *,
        conversation: str = "",
        thread: str = "",
        private: bool = True,
        whisper: bool = False,
        withhold: bool = False,
        desk: bool = True,
        unknown: bool = False,
        webhook: bool = False,
        routes: dict[str, str] | None = None,
        policy: dict[str, Any] | None = None,
    ) -> "Talk":
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
        policy = Policy(
            withhold_stale=withhold,
            has_support_channel=desk,
            support_topics=frozenset(topic.casefold() for topic in routes or {}),
            has_managers_channel=desk,
            **({"platforms": ("test",)} | (policy or {})),
        )
        directory = Directory(
            platforms=("test",),
            support=Address("test", "T1", "support") if desk else None,
            managers=Address("test", "T1", "managers") if desk else None,
            routes={topic.casefold(): Address("test", "T1", to) for topic, to in (routes or {}).items()},
            webhook=webhook,
        )
        caller = replace(caller, email=None) if unknown else caller
        talk = cls(database, Portal(database, search, policy, directory), caller, place)
        talk.portal.clock = lambda: talk.now
        return talk

    def says(self, words: str, event: EventKey | None = None, *, links: Sequence[Link] = ()) -> Card:
        return self._hear(self.portal.say(self.caller, self.place, words, event, tuple(links)))

    def replies(
        self, card: Card, words: str, *, message: str = "", where: str = "", links: Sequence[Link] = ()
    ) -> Card:
        """Write in the thread under a card; ``where``: the conversation it stands in, if not one's own."""
        conversation = where or self.place.conversation
        place = replace(
            self.place,
            conversation=conversation,
            private=not where,
            thread=self._message_of(card, conversation),
            message=message or f"w{next(_numbers)}",
        )
        return self._hear(self.portal.say(self.caller, place, words, links=tuple(links)))

    def edits(self, message: str, words: str | None, *, where: str = "") -> Card:
        """Change a message that was written as ``message``, or delete it (None)."""
        place = replace(self.place, conversation=where or self.place.conversation, private=not where, message=message)
        return self._hear(self.portal.edit(self.caller, place, words))

    def calls(self, name: str, words: str) -> Card:
        """A shortcut on somebody's message."""
        return self._hear(self.portal.shortcut(self.caller, self.place, name, words))

    def commands(self, name: str, words: str) -> Card:
        return self._hear(self.portal.command(self.caller, self.place, name, words))

    def presses(self, card: Card, label: str, event: EventKey | None = None, *, where: str = "") -> Card:
        """Press a button of a card by its label (or its beginning); returns the last card that came of it. ``where``:
        the conversation the card stands in, if not one's own."""
        button = self.button(card, label)
        conversation = where or self.place.conversation
        shown = self._message_of(card, conversation)
        place = replace(self.place, message=shown, conversation=conversation, private=self.place.private and not where)
        return self._hear(self.portal.press(self.caller, place, button.action, button.value, event))

    def presses_raw(self, action: str, value: str) -> Card:
        return self._hear(self.portal.press(self.caller, self.place, action, value))

    def submits(self, form: str, context: str, **values: str) -> Card:
        return self._hear(self.portal.submit(self.caller, self.place, form, context, values))

    def sends(self, **changed: str) -> Card:
        """Submit the open dialog, with what it shows and what is changed in it."""
        assert self.form is not None, "no dialog is open"
        values = {field.name: field.value for field in self.form.inputs} | changed
        return self.submits(self.form.name, self.form.context, **values)

    def closes(self, **typed: str) -> Card:
        """Close the open dialog without sending it."""
        assert self.form is not None, "no dialog is open"
        form = self.form
        return self._hear(self.portal.close(self.caller, self.place, form.name, form.context, typed))

    def home(self) -> Card:
        card = self.portal.home(self.caller, self.place)
        check(card)
        return card

    @staticmethod
    def button(card: Card, label: str) -> Button:
        found = [button for button in card.buttons if button.label.startswith(label)]
        assert found, f"no button {label!r} among {[button.label for button in card.buttons]}"
        return found[0]

    def _hear(self, done: Done) -> Card:
        """What the turn wrote is delivered: each message gets an id, as a platform would give it."""
        self.form = done.form
        with self.database.session() as session:
            self.heard = [*done.deliveries, *(_waiting(session) if done.notices else ())]
            for row in self.heard:
                _arrives(session, row)
            session.commit()
            cards = [card_of(session, row) for row in self.heard if row.platform == "test"]
        for shown in [*(Card.model_validate(card) for card in cards), *((self.form,) if self.form else ())]:
            check(shown)
        said = [row for row in self.heard if row.conversation == self.place.conversation]
        new = [row for row in said if row.operation != Operation.update] or said
        return Card.model_validate(new[-1].card) if new else Card(title="(nothing)")

    def _message_of(self, card: Card, conversation: str) -> str:
        with self.database.read() as session:
            rows = session.exec(
                select(Delivery).where(Delivery.platform == "test", Delivery.conversation == conversation)
            )
            found = [row.platform_id for row in rows if Card.model_validate(card_of(session, row)) == card]
        return found[-1] if found else ""

    def rewritten(self) -> Card:
        """The card that the last turn put in the place of the pressed one."""
        return Card.model_validate(next(row for row in self.heard if row.operation == Operation.update).card)

    def ticks(self, now: datetime, only: str = "", *, supposed: bool = False) -> dict[str, int]:
        """The clock decides as of ``now`` (for one feature ``only``), and what it wrote arrives."""
        names = [name for name, _ in router.schedules() if name.startswith(only)]
        written = {name: self.portal.tick(name, now, supposed=supposed) for name in names}
        written |= {name: work(self.portal, name, now) for name, _ in router.chores() if name.startswith(only)}
        with self.database.session() as session:
            for row in _waiting(session):
                _arrives(session, row)
            session.commit()
        return written

    def support(self) -> list[Card]:
        """What the support channel shows."""
        return self.shown(SUPPORT[1])

    def managers(self) -> list[Card]:
        """What the managers' channel shows."""
        return self.shown(MANAGERS[1])

    def told(self, email: str = "") -> list[Card]:
        """What a person's direct messages show; without an address, one's own."""
        return self.shown(f"D-{email or self.caller.user}")

    def shown(self, conversation: str) -> list[Card]:
        """Every message of a conversation as it last stood, in the order in which they came."""
        latest: dict[str, Card] = {}
        with self.database.read() as session:
            for row in rows_of(session, ("test", conversation)):
                if row.operation == Operation.remove:
                    latest.pop(row.platform_id, None)
                elif row.platform_id:
                    latest[row.platform_id] = Card.model_validate(card_of(session, row))
        return list(latest.values())


def _waiting(session: Session) -> list[Delivery]:
    due = select(Delivery).where(Delivery.state == DeliveryState.due, Delivery.platform == "test")
    return list(session.exec(due.order_by(Delivery.id)))


def _arrives(session: Session, row: Delivery) -> None:
    """As the outbox does it: a message gets the platform's id, and what belongs to one finds it."""
    for name in ("thread", "platform_id"):
        reference = getattr(row, name)
        if reference.startswith(REFERENCE):
            found = session.exec(
                select(Delivery).where(Delivery.delivery_id == reference.removeprefix(REFERENCE))
            ).one()
            setattr(row, name, found.platform_id)
    row.platform_id = row.platform_id or f"m{next(_numbers)}"
    sent = update(Delivery).where(col(Delivery.id) == row.id)
    session.execute(sent.values(state=DeliveryState.sent, platform_id=row.platform_id, thread=row.thread))
    if row.operation == Operation.remove:
        gone = update(Delivery).where(
            col(Delivery.platform_id) == row.platform_id, col(Delivery.operation) == Operation.post
        )
        session.execute(gone.values(state=DeliveryState.removed))


def rows_of(session: Session, where: tuple[str, str]) -> Sequence[Delivery]:
    return session.exec(
        select(Delivery).where(Delivery.platform == where[0], Delivery.conversation == where[1]).order_by(Delivery.id)
    ).all()
