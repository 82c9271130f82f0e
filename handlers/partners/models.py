"""Partners, their people, and who they are in each chat."""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from knowledge.audience import VENDOR, Reader
from knowledge.base import Instant, Row


class PartnerType(StrEnum):
    reseller = "reseller"
    technology = "technology"
    service = "service"


class Role(StrEnum):
    partner_user = "partner_user"
    partner_admin = "partner_admin"
    channel_manager = "channel_manager"
    content_owner = "content_owner"
    operator = "operator"

    @property
    def of_vendor(self) -> bool:
        return self in (Role.channel_manager, Role.content_owner, Role.operator)


class Partner(Row, table=True):
    """``manager_email`` may name somebody who is not imported yet."""

    __tablename__ = "partner"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    type: str
    tier: str
    region: str
    manager_email: str | None = None


class Contact(Row, table=True):
    """A person. ``email`` is lower case. The vendor's own people have no partner. ``notify_on``: the platform on which
    they want to be told things, "" for the one where they were last seen."""

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    partner_id: int | None = Field(default=None, foreign_key="partner.id", index=True)
    role: str
    language: str = "en"
    time_zone: str = "UTC"
    active: bool = True
    notify_on: str = Field(default="", sa_column_kwargs={"server_default": ""})

    def reader(self, partner: Partner | None) -> Reader:
        if partner is None:
            return VENDOR._replace(role=self.role)
        return Reader(type=partner.type, tier=partner.tier, region=partner.region, role=self.role)


class ChatIdentity(Row, table=True):
    """A contact as one chat platform knows them. ``seen_at``: when they last wrote or pressed there; ``direct``: their
    conversation with the assistant alone, where it is known. ``granted``: an invitation or a manager's approval says
    who they are, so that the platform need not vouch for their address. ``away``: they have removed the assistant
    there, so that nothing is sent to them unasked."""

    __tablename__ = "chat_identity"
    __table_args__ = (UniqueConstraint("platform", "team", "user"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    team: str
    user: str
    contact_id: int = Field(foreign_key="contact.id", index=True)
    email: str
    direct: str = Field(default="", sa_column_kwargs={"server_default": ""})
    granted: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    away: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    seen_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=Instant)
