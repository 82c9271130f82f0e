"""Articles and what is searched of them. Nothing here knows of people: an owner is an e-mail address."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field

from knowledge.audience import Audience
from knowledge.base import Instant, Row

REVIEW_EVERY_DAYS = 90
STALE_AFTER = timedelta(days=30)
"""How long after its review date an article that nobody has looked at is stale."""
WRITTEN_HERE = "tickets"
"""The source of articles that are made of tickets, and of no file."""


def _now() -> datetime:
    return datetime.now(UTC)


class Article(Row, table=True):
    """One piece of content, as its source last stated it. Since ``archived_on`` nobody is shown it any more.

    ``key`` is the source's own id and unique within ``source`` (the path it was imported from). ``imported_at`` is when
    it came first. ``content_hash`` covers everything the source states, so that an unchanged article costs nothing.
    """

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    key: str
    content_hash: str
    title: str
    body: str = Field(sa_type=Text)
    category: str | None = Field(default=None, index=True)
    kind: str = "guide"
    products: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    version: str | None = None
    language: str = "en"
    audience: dict[str, list[str]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    owner: str | None = None
    verified_on: date | None = None
    review_every_days: int = REVIEW_EVERY_DAYS
    source_url: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    archived_on: date | None = None
    imported_at: datetime = Field(default_factory=_now, sa_type=Instant)

    @property
    def for_whom(self) -> Audience:
        return Audience.model_validate(self.audience)

    @property
    def review_due(self) -> date | None:
        """The day by which its owner should have looked at it again; None if nobody ever verified it."""
        if self.verified_on is None:
            return None
        return self.verified_on + min(timedelta(days=self.review_every_days), date.max - self.verified_on)

    def verified_since(self, day: date) -> bool:
        return self.verified_on is not None and self.verified_on > day

    def overdue(self, today: date) -> bool:
        return self.archived_on is None and self.review_due is not None and self.review_due < today

    @property
    def stale_from(self) -> date | None:
        due = self.review_due
        return due and due + min(STALE_AFTER, date.max - due)

    def stale(self, today: date) -> bool:
        return self.archived_on is None and self.stale_from is not None and self.stale_from <= today

    @property
    def ours(self) -> bool:
        """Whether it was written here; any other has a source that says what it says."""
        return self.source == WRITTEN_HERE


class Edition(Row, table=True):
    """The state of all articles: ``token`` is another one whenever something has changed that an index is made of."""

    __tablename__ = "article_edition"

    id: int = Field(default=1, primary_key=True)
    token: str


class Phrasing(Row, table=True):
    """Another way to ask for an article. They lift search quality more than anything else."""

    __tablename__ = "phrasing"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    text: str = Field(sa_type=Text)


class Passage(Row, table=True):
    """About ninety words of an article under one heading: what is embedded, found and shown.

    ``digest`` identifies article, heading and text; an index names passages by it, so that a passage
    which has changed since is never shown for what it was.
    """

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("article_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    digest: str
    position: int
    section: str = ""
    text: str = Field(sa_type=Text)
