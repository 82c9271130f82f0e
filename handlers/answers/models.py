"""What people thought of an answer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from knowledge.base import Instant, Row


class Reason(StrEnum):
    wrong = "wrong"
    outdated = "outdated"
    incomplete = "incomplete"
    off_topic = "off_topic"


class Feedback(Row, table=True):
    """One vote per person and answer."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("question_id", "contact_id"),)

    id: int | None = Field(default=None, primary_key=True)
    question_id: int = Field(foreign_key="question.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    helpful: bool
    reason: str | None = None
    comment: str = Field(default="", sa_type=Text)
    at: datetime = Field(sa_type=Instant)
