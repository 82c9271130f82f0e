"""What somebody began to enter, and when a partner's checks found something."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from knowledge.base import Instant, Row


class Draft(Row, table=True):
    """``values`` by the names of the form's inputs. ``typed``: in a dialog that was closed, not in a message; such a
    draft is what the next dialog begins with. ``offered``: its owner was told that it is kept."""

    __tablename__ = "deal_draft"
    __table_args__ = (Index("ix_deal_draft_contact", "contact_id", "typed", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    contact_id: int = Field(foreign_key="contact.id")
    values: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    typed: bool = False
    offered: bool = False
    at: datetime = Field(sa_type=Instant, index=True)


class Conflict(Row, table=True):
    """A check that found another partner's deal. ``reported``: the managers were told of the partner's checks."""

    __tablename__ = "deal_conflict"
    __table_args__ = (Index("ix_deal_conflict_partner", "partner_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    partner_id: int = Field(foreign_key="partner.id")
    contact_id: int = Field(foreign_key="contact.id")
    at: datetime = Field(sa_type=Instant)
    verdict: str
    reported: bool = False
