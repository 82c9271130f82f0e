"""Partners, their people, who they are in each chat, and what they are certified in."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import JSON, Column, Index, UniqueConstraint
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


REMINDED = (90, 60, 30, 14, 7, 1, 0, -30)
"""Days before a certificate ends on which its holder hears of it; the last one is a month too late."""


class Programme(Row, table=True):
    """What people can be certified in. ``key`` is its name in small letters. ``course`` is what renews a certificate.
    ``tiers``: how many certified people a partner of each tier needs."""

    __tablename__ = "certification_programme"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    validity_months: int | None = None
    course: str = ""
    course_url: str = ""
    tiers: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))

    def needed(self, tier: str) -> int:
        """How many certified people a partner of this tier needs; 0 where nothing is said about it."""
        return next((number for name, number in self.tiers.items() if name.casefold() == tier.casefold()), 0)

    def enough_for(self, people: int) -> str:
        """The highest tier that so many certified people are enough for, "" where they are for none."""
        reached = [(number, name) for name, number in self.tiers.items() if number <= people]
        return max(reached)[1] if reached else ""


class Hush(StrEnum):
    """Why the holder of a certificate is not reminded as usual: they asked for it, or said what is to be checked."""

    none = ""
    snoozed = "snoozed"
    renewed = "renewed"
    not_theirs = "not_theirs"


class Certificate(Row, table=True):
    """Valid on its last day, too. ``current``: of all that somebody has got from one programme, the one that ends last.
    ``remind_on`` is the next day, where the holder is, on which they hear of it (None: on none)."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("contact_id", "programme_id", "issued_on"),
        Index("ix_certificate_remind_on", "remind_on"),
        Index("ix_certificate_expires_on", "expires_on"),
        Index("ix_certificate_programme_id", "programme_id", "contact_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id")
    programme_id: int = Field(foreign_key="certification_programme.id")
    issued_on: date
    expires_on: date
    renewal_url: str = ""
    external_id: str | None = Field(default=None, unique=True)
    current: bool = True
    remind_on: date | None = None
    hush: str = Hush.none

    def days_left(self, today: date) -> int:
        return (self.expires_on - today).days

    def schedule(self, today: date) -> None:
        """Remind at the next of the days that are laid down, from ``today`` on, and of nothing before."""
        self.hush = Hush.none
        self.remind_on = next((day for day in self.laid_down() if day >= today), None)

    def laid_down(self) -> list[date]:
        return [self.expires_on - timedelta(days=before) for before in REMINDED]

    def silence(self, why: Hush, until: date | None = None) -> None:
        self.hush, self.remind_on = why, until
