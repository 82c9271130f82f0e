"""An announcement, who gets it, and the runs in which its messages are written."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Column, Index, Text, text
from sqlmodel import Field

from handlers.announcements.models.audience import Audience
from handlers.hours import instant
from knowledge.base import Instant, Row

LONGEST_TITLE = 150


class Kind(StrEnum):
    news = "news"
    update = "update"
    event = "event"
    urgent = "urgent"


TOPICS = (Kind.news, Kind.update, Kind.event)
"""What a person may mute."""


class When(StrEnum):
    now = "now"
    at = "at"
    local = "local"


class State(StrEnum):
    """``asked``: a second manager is to approve; ``scheduled``: it goes out when its time comes."""

    draft = "draft"
    asked = "asked"
    scheduled = "scheduled"
    sending = "sending"
    sent = "sent"
    cancelled = "cancelled"
    recalled = "recalled"


UNSENT = frozenset({State.draft, State.asked, State.scheduled})
OUT = frozenset({State.sending, State.sent})


class Announcement(Row, table=True):
    """``at`` is a day and a time as a clock shows them, in ``zone`` (the author's) or, for ``local``, where each reader
    is. ``revision`` counts what its text has been, ``reminders`` how often it was repeated for those who had not
    acknowledged it. ``shown`` is what its card says of its progress, ``shown_at`` since when. ``proposed``: other words
    for it, which wait for a second manager; ``requests`` counts how often one was asked, for whatever."""

    __tablename__ = "announcement"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    author_id: int = Field(foreign_key="contact.id")
    state: str = Field(default=State.draft, index=True)
    title: str
    message: str = Field(sa_type=Text)
    kind: str = Kind.news
    product: str = ""
    version: str = ""
    link: str = ""
    acknowledge: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    expires_on: date | None = None
    audience: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    chosen: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    timing: str = When.now
    at: str = ""
    zone: str = "UTC"
    paused: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    approved_by: int | None = Field(default=None, foreign_key="contact.id")
    proposed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    requests: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    starts_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    begun_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    reminders: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reminded_at: datetime | None = Field(default=None, sa_type=Instant)
    shown: str = Field(default="", sa_column_kwargs={"server_default": ""})
    shown_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)

    @property
    def urgent(self) -> bool:
        return self.kind == Kind.urgent

    @property
    def subject(self) -> str:
        """Of the messages that its readers get."""
        return f"announcement:{self.code}"

    @property
    def request(self) -> str:
        """The subject of what a second manager was asked last."""
        return f"announcement-approval:{self.code}:{self.requests}"

    @property
    def desk(self) -> str:
        """The subject of its author's card."""
        return f"announcement-desk:{self.code}"

    @property
    def change(self) -> str:
        """The campaign that says what its messages became last."""
        return f"{self.code}/{self.revision}"

    @property
    def words(self) -> Mapping[str, str]:
        """What can be changed while it is out."""
        return {"title": self.title, "message": self.message, "link": self.link}

    def says(self, words: Mapping[str, str]) -> None:
        self.title, self.message, self.link = words["title"], words["message"], words["link"]

    @property
    def asks(self) -> bool:
        """Whether a second manager has something to decide."""
        return self.state == State.asked or self.proposed is not None

    @property
    def whom(self) -> Audience:
        return Audience.model_validate(self.audience)

    @property
    def expires_at(self) -> datetime | None:
        """The end of its last day where the author is."""
        return (
            instant(date.fromordinal(self.expires_on.toordinal() + 1), time(), self.zone) if self.expires_on else None
        )

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def due(self, zone: str, now: datetime) -> datetime:
        """When it may go out to somebody there, their nights apart."""
        if self.timing == When.now or not self.at:
            return now
        at = datetime.fromisoformat(self.at)
        return instant(at.date(), at.time(), zone if self.timing == When.local else self.zone)


class Work(StrEnum):
    post = "post"
    update = "update"
    remove = "remove"
    remind = "remind"


CHANGES = frozenset({Work.update, Work.remove})
"""What is done to messages that were sent."""


class Run(Row, table=True):
    """Messages that are to be written, a batch in each transaction: those of a contact's number above ``cursor`` are
    left. They say what the campaign ``code`` says."""

    __tablename__ = "announcement_run"
    __table_args__ = (
        Index(
            "ix_announcement_run_open",
            "id",
            sqlite_where=text("not done"),
            postgresql_where=text("not done"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    work: str
    campaign: str
    cursor: int = 0
    done: bool = False


class Recipient(Row, table=True):
    """Somebody of the audience; ``reason`` is why they are left out, "" if they are not."""

    __tablename__ = "announcement_recipient"

    announcement_id: int = Field(foreign_key="announcement.id", primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)
    reason: str = ""
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)


class Listed(Row, table=True):
    """An address of a static list."""

    __tablename__ = "announcement_listed"

    announcement_id: int = Field(foreign_key="announcement.id", primary_key=True)
    email: str = Field(primary_key=True)


class Mute(Row, table=True):
    """A topic that somebody does not want to be written to about."""

    __tablename__ = "announcement_mute"

    contact_id: int = Field(foreign_key="contact.id", primary_key=True)
    topic: str = Field(primary_key=True)


KINDS: Mapping[str, str] = {
    Kind.news: "News",
    Kind.update: "Product update",
    Kind.event: "Event",
    Kind.urgent: "Urgent",
}
