"""What is used: one row per turn, from which usage is reported. No text that anybody wrote."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from knowledge.base import Instant, Row


class TurnEvent(Row, table=True):
    """``kind``: asked, pressed, home...; ``outcome``: answer, clarify, abstain, refused...; ``article_id`` is history,
    so it is no foreign key and stays when the article is gone."""

    __tablename__ = "turn_event"
    __table_args__ = (Index("ix_turn_event_article_id", "article_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    partner_id: int | None = Field(default=None, foreign_key="partner.id", index=True)
    platform: str
    place: str
    kind: str
    outcome: str
    article_id: int | None = None
    milliseconds: int
