"""A deal, what happened to it, who works on it, and the keys by which similar ones are found."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, Dialect, Index, Text, TypeDecorator, text
from sqlmodel import Field

from handlers.deals.models import domains
from handlers.deals.models.names import SAME, SIMILAR, Name, similarity
from handlers.deals.models.states import AFTER, LIVE, Act, Extension, State, Verdict
from knowledge.base import Instant, Row


class Money(TypeDecorator[Decimal]):
    """Kept in hundredths, so that sums are exact on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / 100


class Customer(NamedTuple):
    """Who a customer is, as far as it can be compared. ``mail`` is the domain of the contact's address, "" where that
    says nothing."""

    domain: str
    mail: str
    skeleton: str
    name: Name

    @classmethod
    def of(cls, name: str, domain: str, mail: str) -> "Customer":
        """``domain`` and ``mail`` as they can be registered."""
        return cls(domain, mail if mail != domain else "", domains.skeleton(domain), Name.of(name))

    @property
    def exact(self) -> frozenset[str]:
        """Keys that only the same customer has, or one that looks the same."""
        own = {f"d:{domain}" for domain in (self.domain, self.mail) if domain}
        return frozenset(own | {f"s:{self.skeleton}"} | {self.name.full})

    def likeness(self, other: "Customer") -> Verdict:
        """``protected`` for the same customer, ``review`` for a similar one."""
        mine, theirs = ({one.domain, one.mail} - {""} for one in (self, other))
        alike = similarity(self.name, other.name)
        if mine & theirs or alike >= SAME:
            return Verdict.protected
        return Verdict.review if alike >= SIMILAR or self.skeleton == other.skeleton else Verdict.clear


class Deal(Row, table=True):
    """``host`` is the domain as it was typed, ``domain`` the part that can be registered; ``mail_domain`` to ``native``
    are what is compared. ``alert_at``, ``remind_at`` and ``nudge_at`` are when the clock next says something about the
    decision, the protection and the silence of the partner, None where it never will. ``clock_left``: seconds of
    business time that were left for the decision when the partner was asked something. ``changed_at``: when the partner
    last did something about it."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("ix_deal_partner", "partner_id", "state", "protected_until"),
        Index("ix_deal_state", "state", "protected_until"),
        Index("ix_deal_entered", "entered_by", "state"),
        Index(
            "ix_deal_alert",
            "alert_at",
            sqlite_where=text("state = 'submitted'"),
            postgresql_where=text("state = 'submitted'"),
        ),
        Index(
            "ix_deal_nudge",
            "nudge_at",
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
        Index(
            "ix_deal_remind",
            "remind_at",
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    partner_id: int = Field(foreign_key="partner.id")
    entered_by: int = Field(foreign_key="contact.id")
    customer: str
    host: str
    domain: str = Field(index=True)
    mail_domain: str = ""
    skeleton: str = ""
    latin: str = ""
    native: str = ""
    country: str = ""
    contact_name: str
    contact_email: str
    product: str = ""
    value: Decimal = Field(sa_type=Money)
    currency: str
    expected_close: date
    stage: str = ""
    note: str = Field(default="", sa_type=Text)
    state: str = State.submitted
    verdict: str = Verdict.clear
    submitted_at: datetime = Field(sa_type=Instant)
    alert_at: datetime | None = Field(default=None, sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    clock_left: int | None = None
    question: str = Field(default="", sa_type=Text)
    decided_by: int | None = Field(default=None, foreign_key="contact.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", sa_type=Text)
    duplicate_of: int | None = Field(default=None, foreign_key="deal.id")
    protected_until: datetime | None = Field(default=None, sa_type=Instant)
    remind_at: datetime | None = Field(default=None, sa_type=Instant)
    extension: str = Extension.none
    changed_at: datetime = Field(sa_type=Instant)
    nudge_at: datetime | None = Field(default=None, sa_type=Instant)

    def may(self, act: Act) -> bool:
        """Whether this can happen to the deal as it stands; who may do it is another question."""
        if act == Act.extension_asked and self.extension != Extension.none:
            return False
        if act in (Act.extended, Act.extension_declined) and self.extension != Extension.asked:
            return False
        return self.state in AFTER.get(act, {})

    def enter(self, act: Act) -> None:
        self.state = AFTER[act][State(self.state)]

    @property
    def live(self) -> bool:
        return self.state in LIVE

    def protected(self, now: datetime) -> bool:
        return self.state == State.approved and self.protected_until is not None and self.protected_until > now

    @property
    def identity(self) -> Customer:
        return Customer(self.domain, self.mail_domain, self.skeleton, Name(self.latin, self.native))


class DealKey(Row, table=True):
    """Only live deals have any."""

    __tablename__ = "deal_key"

    key: str = Field(primary_key=True)
    deal_id: int = Field(primary_key=True, foreign_key="deal.id", index=True)


class DealEvent(Row, table=True):
    """``contact_id`` is None where the clock did it. ``internal`` is for the vendor's people only."""

    __tablename__ = "deal_event"

    id: int | None = Field(default=None, primary_key=True)
    deal_id: int = Field(foreign_key="deal.id", index=True)
    at: datetime = Field(sa_type=Instant)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    act: str
    state: str
    said: str = Field(default="", sa_type=Text)
    internal: str = Field(default="", sa_type=Text)


class DealCollaborator(Row, table=True):
    __tablename__ = "deal_collaborator"

    deal_id: int = Field(primary_key=True, foreign_key="deal.id")
    contact_id: int = Field(primary_key=True, foreign_key="contact.id", index=True)
