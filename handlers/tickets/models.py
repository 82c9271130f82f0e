"""A ticket, what is said about it, what happened to it, and what is not sent yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field

from handlers.errors import PortalError
from handlers.hours import Calendar
from handlers.partners.models import Contact, Partner, Role
from handlers.turn import Person
from knowledge.base import Instant, Row

WARNED_AT = 0.75  # of the business time there is
NUDGED_AFTER, CLOSED_AFTER = timedelta(days=15), timedelta(days=30)


class Severity(StrEnum):
    low = "low"
    normal = "normal"
    high = "high"
    critical = "critical"


class State(StrEnum):
    open = "open"
    in_progress = "in_progress"
    waiting = "waiting"
    resolved = "resolved"
    closed = "closed"


LIVE = (State.open, State.in_progress, State.waiting)

MOVES: Mapping[State, frozenset[State]] = {
    State.open: frozenset({State.in_progress, State.waiting, State.resolved}),
    State.in_progress: frozenset({State.waiting, State.resolved}),
    State.waiting: frozenset({State.in_progress, State.resolved, State.closed}),
    State.resolved: frozenset({State.open, State.in_progress, State.closed}),
    State.closed: frozenset({State.open, State.in_progress}),
}

STATES = {
    State.open: "open",
    State.in_progress: "in progress",
    State.waiting: "waiting for the partner",
    State.resolved: "resolved",
    State.closed: "closed",
}

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARGETS: Mapping[Severity, tuple[timedelta, timedelta]] = {
    Severity.critical: (1 * HOUR, 8 * HOUR),
    Severity.high: (4 * HOUR, 16 * HOUR),
    Severity.normal: (8 * HOUR, 40 * HOUR),
    Severity.low: (16 * HOUR, 80 * HOUR),
}
"""Business hours until the first reply, and until it is resolved."""


class Ticket(Row, table=True):
    """``code`` and the targets are set before it is stored. ``time_zone`` is whose business hours count, decided when
    it is opened. While it waits for the partner, and after it is resolved, ``paused_at`` is set and the time to
    resolve it does not pass; ``paused_seconds`` is how much business time that took so far. ``breached_at``: when it
    was first found to be late."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_partner_id_state", "partner_id", "state"),
        Index("ix_ticket_state_last_word_at", "state", "last_word_at"),
        Index("ix_ticket_state_first_warn_at", "state", "first_warn_at"),
        Index("ix_ticket_state_resolve_warn_at", "state", "resolve_warn_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(default="", unique=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    partner_id: int | None = Field(default=None, foreign_key="partner.id")
    subject: str
    text: str = Field(sa_type=Text)
    severity: str = Severity.normal
    product: str = ""
    category: str = ""
    question_id: int | None = Field(default=None, foreign_key="question.id")
    state: str = State.open
    assignee_id: int | None = Field(default=None, foreign_key="contact.id")
    time_zone: str = "UTC"
    opened_at: datetime = Field(sa_type=Instant)
    last_word_at: datetime = Field(sa_type=Instant)
    first_due: datetime = Field(default=UNSET, sa_type=Instant)
    first_warn_at: datetime = Field(default=UNSET, sa_type=Instant)
    first_replied_at: datetime | None = Field(default=None, sa_type=Instant)
    first_warned: bool = False
    resolve_due: datetime = Field(default=UNSET, sa_type=Instant)
    resolve_warn_at: datetime = Field(default=UNSET, sa_type=Instant)
    resolve_warned: bool = False
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_seconds: int = 0
    breached_at: datetime | None = Field(default=None, sa_type=Instant)
    escalated_at: datetime | None = Field(default=None, sa_type=Instant)
    nudged_at: datetime | None = Field(default=None, sa_type=Instant)
    satisfaction: str = ""

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def topics(self) -> tuple[str, ...]:
        """What decides which of the vendor's channels it belongs to, the most telling first."""
        return tuple(topic for topic in (self.product, self.category) if topic)

    def concerns(self, who: Person) -> bool:
        """Whether somebody of the partner's side takes part: who opened it, and the partner's administrators."""
        if who.partner_id != self.partner_id:
            return False
        return who.contact_id == self.contact_id or (self.partner_id is not None and who.role == Role.partner_admin)

    def set_targets(self) -> None:
        first, whole = TARGETS[Severity(self.severity)]
        paused, calendar = timedelta(seconds=self.paused_seconds), Calendar(self.time_zone)
        self.first_due = calendar.add(self.opened_at, first)
        self.first_warn_at = calendar.add(self.opened_at, first * WARNED_AT)
        self.resolve_due = calendar.add(self.opened_at, whole + paused)
        self.resolve_warn_at = calendar.add(self.opened_at, whole * WARNED_AT + paused)

    def late(self, now: datetime) -> bool:
        first = self.first_replied_at is None and now >= self.first_due
        return self.live and (first or (self.paused_at is None and now >= self.resolve_due))

    def may_be_escalated(self, now: datetime) -> bool:
        """``breached_at`` counts as well: the clock may have decided for another time than the one it is."""
        return self.live and self.escalated_at is None and (self.breached_at is not None or self.late(now))

    def move(self, to: State, now: datetime) -> None:
        """Raises PortalError where this state cannot follow the one it is in."""
        if to not in MOVES[State(self.state)]:
            raise PortalError(f"{self.code} is {STATES[State(self.state)]} already. Nothing was changed.")
        self.state, self.last_word_at = to, now
        if to in (State.open, State.in_progress):
            self._resume(now)
            self.resolved_at = None
            return
        self.paused_at = self.paused_at or now
        if to == State.resolved:
            self.resolved_at = now

    def reopen(self, now: datetime) -> None:
        self.move(State.in_progress if self.assignee_id else State.open, now)

    def _resume(self, now: datetime) -> None:
        if self.paused_at is not None:
            self.paused_seconds += int(Calendar(self.time_zone).between(self.paused_at, now).total_seconds())
            self.paused_at = None
            self.set_targets()


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket and its people. ``others``: administrators of the partner who have written in it."""

    ticket: Ticket
    opener: Contact
    partner: Partner | None
    assignee: Contact | None
    others: Sequence[Contact] = ()

    @property
    def listens(self) -> bool:
        """Whether who opened it may still be told about it."""
        return self.opener.active and self.opener.partner_id == self.ticket.partner_id

    @property
    def readers(self) -> Sequence[Contact]:
        """Everybody of the partner's side who takes part and may be told about it."""
        return (*((self.opener,) if self.listens else ()), *self.others)

    def subject(self, about: str, reader: Contact) -> str:
        """Of a message that everybody who takes part gets: each has one of their own."""
        return about if reader.id == self.opener.id else f"{about}:{reader.id}"


class Side(StrEnum):
    partner = "partner"
    team = "team"


class TicketMessage(Row, table=True):
    """Words about a ticket. ``platform``, ``conversation`` and ``message`` say where the original stands, so that a
    change of it is carried over; ``sent_at``: when it went to the other side, None for a note that stays inside."""

    __tablename__ = "ticket_message"
    __table_args__ = (Index("ix_ticket_message_message", "message", "conversation", "platform"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(default_factory=lambda: uuid4().hex, unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    contact_id: int = Field(foreign_key="contact.id")
    side: str
    text: str = Field(sa_type=Text)
    links: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    deleted: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    platform: str = ""
    conversation: str = ""
    message: str = ""


class TicketEvent(Row, table=True):
    """What happened to a ticket, who did it (nobody: the clock), and what state it was in afterwards."""

    __tablename__ = "ticket_event"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    kind: str
    state: str
    detail: str = ""
    at: datetime = Field(sa_type=Instant)


class TicketDraft(Row, table=True):
    """What a dialog was opened with, or closed with. ``code``: the ticket that came of it, so that none comes twice."""

    __tablename__ = "ticket_draft"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(default_factory=lambda: uuid4().hex, unique=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    subject: str = ""
    text: str = Field(default="", sa_type=Text)
    severity: str = Severity.normal
    product: str = ""
    category: str = ""
    question_id: int | None = Field(default=None, foreign_key="question.id")
    at: datetime = Field(index=True, sa_type=Instant)
    offered: bool = False
    discarded: bool = False
    code: str = ""


class ArticleState(StrEnum):
    waiting = "waiting"
    accepted = "accepted"
    declined = "declined"


class DraftArticle(Row, table=True):
    """An article that a team made of a ticket, until a content owner has decided."""

    __tablename__ = "draft_article"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(default_factory=lambda: uuid4().hex, unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", unique=True)
    by_id: int = Field(foreign_key="contact.id")
    title: str
    text: str = Field(sa_type=Text)
    everybody: bool = False
    state: str = ArticleState.waiting
    decided_by: int | None = Field(default=None, foreign_key="contact.id")
    at: datetime = Field(sa_type=Instant)
