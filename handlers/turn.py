"""A turn: one thing a person does and all that follows from it, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from sqlmodel import Session

from handlers.notices.models import Place
from handlers.partners.models import Contact, Partner
from handlers.ui import Card, Form
from knowledge.audience import Reader
from knowledge.search import Found


@dataclass(frozen=True, slots=True)
class Person:
    """A contact who may talk to the assistant, and what decides what they see."""

    contact_id: int
    name: str
    email: str
    role: str
    language: str
    time_zone: str
    partner_id: int | None
    partner: str
    reader: Reader

    @classmethod
    def of(cls, contact: Contact, partner: Partner | None) -> "Person":
        assert contact.id is not None
        return cls(
            contact_id=contact.id,
            name=contact.name,
            email=contact.email,
            role=contact.role,
            language=contact.language,
            time_zone=contact.time_zone,
            partner_id=contact.partner_id,
            partner=partner.name if partner else "",
            reader=contact.reader(partner),
        )


@dataclass(frozen=True, slots=True)
class Say:
    """A new message: where the person spoke, to them alone in the same place, or to the vendor's support channel.

    ``subject`` names what the card is about, so that a later press can find and rewrite it.
    """

    card: Card
    to: Literal["here", "asker", "support"] = "here"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """The card that was pressed becomes this one."""

    card: Card


@dataclass(frozen=True, slots=True)
class Open:
    """A dialog opens for the person who pressed."""

    form: Form


Outcome: TypeAlias = Say | Replace | Open


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided about answers."""

    withhold_stale: bool = False
    has_support_channel: bool = False


@dataclass(slots=True)
class Turn:
    """Who, from where, when, and with which tools.

    ``look`` reads without a lock. ``search`` and looking come first: the first use of ``session`` begins the write
    transaction, and everybody else waits from there to the end of the turn.
    ``pressed`` is the card whose button was pressed, where it is known. What a handler learns about the
    turn for the usage report it writes into ``kind``, ``result`` and ``article_id``.
    """

    look: Session
    session: Session
    who: Person
    place: Place
    now: datetime
    search: Callable[[str, Reader], Found]
    policy: Policy
    pressed: Card | None = None
    kind: str = ""
    result: str = ""
    article_id: int | None = None

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.now.astimezone(ZoneInfo(self.who.time_zone)).date()
