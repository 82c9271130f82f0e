"""What came in and what goes out: every event and every message is a row before anything is promised."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field

from knowledge.base import Instant, Row

PLATFORMS = {"slack": "Slack", "teams": "Microsoft Teams", "web": "the browser page"}
"""As people call them."""

REFERENCE = "@"
"""In front of a delivery's id, where the platform's id of a message belongs that is not sent yet."""


ANSWER, NOTICE, MASS, CALL = "answer", "notice", "mass", "webhook"
"""Kinds of deliveries: what somebody waits for, what comes unasked, what many get, what other systems are told."""

NOBODY_FOUND = "no chat identity"
"""How the error of a delivery begins whose person is in no chat."""

PARKED = datetime(9999, 1, 1, tzinfo=UTC)
"""When what nobody can find out about is due: an operator decides."""

IS_FAILED = "state = 'failed'"
IS_OPEN = "state IN ('due', 'sending', 'unknown')"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said.

    ``conversation`` and ``thread`` are the platform's own ids. ``private``: only the person and the assistant read
    along; ``whisper``: because replies are shown to that person alone, in a conversation that others read too.
    ``reply_url`` is an address for such replies that the platform handed out (it ends after half an hour),
    ``message`` the platform's id of the message that was written or pressed.
    """

    platform: str
    team: str
    conversation: str
    user: str
    thread: str = ""
    private: bool = True
    whisper: bool = False
    reply_url: str = ""
    message: str = ""


class Conversation(Row, table=True):
    """Where a conversation lives, on platforms that have more than one place for them: the service to post to and our
    own id there; ``user`` is who is in it, where that is one person. ``removed``: the assistant was taken out of it, so
    that nothing is posted there any more."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("platform", "conversation"),
        Index("ix_conversation_user", "platform", "team", "user"),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    team: str
    conversation: str
    service_url: str
    bot: str
    user: str = ""
    removed: bool = False
    seen_at: datetime = Field(default_factory=_now, sa_type=Instant)


class Dialog(Row, table=True):
    """The last dialog of its kind that somebody opened and has not sent, where that was, and the ``context`` under
    which the draft of it is found. ``closed``: the draft has all that was typed; else nobody knows what was typed
    since, nor whether it is still open."""

    __tablename__ = "dialog"
    __table_args__ = (UniqueConstraint("contact_id", "form"),)

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id")
    form: str
    context: str
    platform: str
    closed: bool = False
    at: datetime = Field(sa_type=Instant)

    def begun(self, doing: str) -> str:
        """For its owner, who is somewhere else now."""
        where = PLATFORMS.get(self.platform, self.platform)
        unknown = "" if self.closed else " What you typed there and did not send, I do not know."
        return f"You began to {doing} in {where} and did not send it.{unknown} Go on here?"


class InboxState(StrEnum):
    received = "received"
    done = "done"
    failed = "failed"


class InboxEvent(Row, table=True):
    """An event of a platform, kept from before its acknowledgement until its turn is committed."""

    __tablename__ = "inbox_event"
    __table_args__ = (
        UniqueConstraint("platform", "team", "key"),
        Index(
            "ix_inbox_event_open",
            "lease_until",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index("ix_inbox_event_failed", "received_at", sqlite_where=text(IS_FAILED), postgresql_where=text(IS_FAILED)),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    team: str
    key: str
    body: str = Field(sa_type=Text)
    state: str = InboxState.received
    received_at: datetime = Field(default_factory=_now, sa_type=Instant)
    lease_until: datetime = Field(default_factory=_now, sa_type=Instant)
    attempts: int = 1
    error: str = ""


class DeliveryState(StrEnum):
    """``removed``: a message that was sent, and deleted again."""

    due = "due"
    sending = "sending"
    sent = "sent"
    unknown = "unknown"
    failed = "failed"
    cancelled = "cancelled"
    removed = "removed"


OF_CAMPAIGN = "campaign <> ''"


class Operation(StrEnum):
    """``post`` a message, ``update`` or ``remove`` one that was sent, or tell one person alone: ``whisper``. What no
    platform removes becomes the card of its removal."""

    post = "post"
    update = "update"
    remove = "remove"
    whisper = "whisper"


class Campaign(Row, table=True):
    """One message to many people: what it says is kept once, and its deliveries have no card of their own. While it is
    paused nothing of it goes out."""

    __tablename__ = "campaign"

    code: str = Field(primary_key=True)
    card: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    paused: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Delivery(Row, table=True):
    """A message on its way. ``delivery_id`` travels in the message's metadata, so that it can be found again.

    ``contact_id`` is who it is for, where it is for one person. ``quiet_zone`` is their time zone while it must not go
    out at night there, "" if it may at any time; after ``expires_at`` it does not go out at all. A ``campaign`` says
    what it says, as long as ``card`` is empty.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "kind", "due_at", "id", sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
        Index(
            "ix_delivery_ahead",
            "conversation",
            "id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index("ix_delivery_failed", "due_at", sqlite_where=text(IS_FAILED), postgresql_where=text(IS_FAILED)),
        Index("ix_delivery_conversation", "platform", "conversation", "id"),
        Index("ix_delivery_platform_id", "platform_id"),
        Index(
            "ix_delivery_campaign",
            "campaign",
            "state",
            sqlite_where=text(OF_CAMPAIGN),
            postgresql_where=text(OF_CAMPAIGN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(default_factory=lambda: uuid4().hex, unique=True)
    platform: str
    team: str
    conversation: str
    thread: str = ""
    user: str = ""
    reply_url: str = ""
    kind: str = ANSWER
    operation: str = Operation.post
    subject: str = Field(default="", index=True)
    unique_key: str | None = Field(default=None, unique=True)
    campaign: str = Field(default="", sa_column_kwargs={"server_default": ""})
    contact_id: int | None = None
    card: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = DeliveryState.due
    due_at: datetime = Field(default_factory=_now, sa_type=Instant)
    quiet_zone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    platform_id: str = ""
    error: str = ""
    created_at: datetime = Field(default_factory=_now, sa_type=Instant)


class Lease(Row, table=True):
    """What only one process may do at a time, and which one does it until when."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=Instant)


class KnownPace(Row, table=True):
    """What is known of how fast notices may go to a workspace, as ``bot/pace.py`` knows it. Nothing goes there before
    ``closed_until``; ``answered`` counts what went without keeping the pace."""

    __tablename__ = "known_pace"

    platform: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    learned: list[float] = Field(sa_column=Column(JSON, nullable=False))
    closed_until: datetime | None = Field(default=None, sa_type=Instant)
    answered: int = 0
