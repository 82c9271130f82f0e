"""A turn: one thing a person does and all that follows from it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Select
from sqlmodel import Session

from handlers.hours import Quiet, zone_of
from handlers.notices.models import Delivery, Place
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
    """A new message: where the person spoke, to them alone in the same place, to them directly wherever they spoke, or
    to a channel of the vendor's (nothing is written where there is none).

    ``subject`` names what the card is about, so that it can be found: a press rewrites it, words in the thread under
    it are about it. ``topic`` is a product or category and chooses among the support channels; of several the first
    that has a channel decides. A message with a ``key`` is written once, for ever.
    """

    card: Card
    to: Literal["here", "asker", "direct", "support", "managers", "operators"] = "here"
    subject: str = ""
    topic: str | tuple[str, ...] = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """A message to another person, directly, on the platform where they were last seen. The inactive are not told.

    What follows from somebody's act goes out at once. What the clock decides waits until it is neither night nor a day
    off where the person is, unless it is ``urgent``; before ``begins`` it does not go out yet, and after ``expires`` it
    does not go out any more.
    """

    contact_id: int
    card: Card
    subject: str = ""
    key: str = ""
    urgent: bool = False
    begins: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """A reply in the thread under the first message that was posted with the subject ``of``, wherever that stands."""

    of: str
    card: Card
    subject: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The first message that was posted with this subject becomes this card; or another one about it: ``post``; or all
    of them, where several people were asked: ``everywhere``."""

    subject: str
    card: Card
    post: Delivery | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """The card that was pressed becomes this one."""

    card: Card


@dataclass(frozen=True, slots=True)
class Open:
    """A dialog opens for the person who pressed or gave a command; after a submission it takes the place of the
    one that was sent. Words cannot open one: answer them with a card whose button does."""

    form: Form


@dataclass(frozen=True, slots=True)
class Refuse:
    """The dialog stays open with these sentences under its fields, as with FormError; but what was written is kept."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Emit:
    """Something happened that the vendor's own systems want to know, where they have given an address."""

    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A campaign's message to many people, directly, as in Tell; only the clock has any. ``to`` is a query of contacts'
    numbers, so that it makes no difference how many they are. ``due`` says for every time zone when it may go out
    there; unless it is ``urgent`` it also waits for waking hours."""

    campaign: str
    to: Select[int]
    due: Mapping[str, datetime]
    subject: str = ""
    urgent: bool = False
    expires: datetime | None = None


Outcome: TypeAlias = Say | Tell | Follow | Rewrite | Replace | Open | Refuse | Emit | Broadcast


class Words(str):
    """What somebody wrote; ``markdown`` is the same with the formatting that their platform gave it."""

    __slots__ = ("markdown",)
    markdown: str

    def __new__(cls, text: str, markdown: str = "") -> "Words":
        words = super().__new__(cls, text)
        words.markdown = markdown or text
        return words


def markdown_of(words: str) -> str:
    return words.markdown if isinstance(words, Words) else words


@dataclass(frozen=True, slots=True)
class Link:
    """A file that came with the words, where the platform keeps it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided. ``protection_days`` goes by the tier's name in small letters, ``support_topics`` are
    the products and categories, in small letters, that have a support channel of their own. People can be reached on
    these ``platforms``; ``finds_people``: also those who were never seen there, by their address. ``per_second``: how
    many messages go out, as far as it is known beforehand."""

    withhold_stale: bool = False
    has_support_channel: bool = False
    support_topics: frozenset[str] = frozenset()
    has_managers_channel: bool = False
    products: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ("EUR", "USD", "GBP")
    protection_days: Mapping[str, int] = field(default_factory=dict)
    default_protection: int = 90
    quiet: Quiet | None = None
    approval_over: int = 500
    platforms: tuple[str, ...] = ()
    finds_people: bool = False
    per_second: float = 1.0

    def supports(self, topics: Sequence[str]) -> bool:
        """Whether a message on one of these goes to a support channel."""
        routed = any(topic.strip().casefold() in self.support_topics for topic in topics)
        return routed or self.has_support_channel


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock's turn: what a schedule gets. ``now`` is a time that may be ``supposed``, so that it lies in the future
    or the past."""

    look: Session
    session: Session
    now: datetime
    policy: Policy
    supposed: bool = False


@dataclass(slots=True)
class Guest:
    """Somebody who is no contact (yet). ``email`` is what the platform vouches for, "" if nothing; ``chat`` is who they
    are there: platform, team, user."""

    look: Session
    session: Session
    place: Place
    now: datetime
    policy: Policy
    chat: tuple[str, str, str]
    email: str = ""
    pressed: Card | None = None
    result: str = "refused"


@dataclass(slots=True)
class Turn:
    """Who, from where, when, and with which tools.

    ``look`` reads without a lock. ``search`` and looking come first: the first use of ``session`` begins the write
    transaction, and everybody else waits from there to the end of the turn.
    ``pressed`` is the card whose button was pressed, where it is known; ``subject`` that of the message under which
    words were written, "" if it has none; ``links`` the files that came with them. What a handler learns about the
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
    subject: str = ""
    links: tuple[Link, ...] = ()
    kind: str = ""
    result: str = ""
    article_id: int | None = None

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.now.astimezone(zone_of(self.who.time_zone)).date()
