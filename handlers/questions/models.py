"""Questions that were asked, and what came of them."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Index, Text
from sqlmodel import Field

from knowledge.base import Instant, Row


class Question(Row, table=True):
    """``query`` is what was searched for: ``text`` in the light of what went before. ``token`` travels in buttons."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_place", "platform", "conversation", "thread", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(default_factory=lambda: uuid4().hex, unique=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    platform: str
    conversation: str
    thread: str = ""
    asked_at: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    outcome: str
    confidence: float
    article_id: int | None = None
    shown: str = ""
    to_person_at: datetime | None = Field(default=None, sa_type=Instant)
