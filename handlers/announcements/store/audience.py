"""Who is meant by an audience, and who of them is left out: one query, however many they are."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, select
from sqlmodel import Session, col

from handlers.announcements.models.announcement import Announcement, Listed, Mute
from handlers.announcements.models.audience import Reason
from handlers.announcements.models.counts import Left
from handlers.notices.models import Delivery, DeliveryState, Operation
from handlers.notices.store import OPEN
from handlers.partners import store as partners
from handlers.partners.models import ChatIdentity, Contact, Partner, Role
from handlers.turn import Policy

RARELY = timedelta(days=14)
COUNTED = (*OPEN, DeliveryState.sent, DeliveryState.removed)


def chosen(announcement: Announcement, author: Contact, policy: Policy, now: datetime) -> Select[int, str]:
    """Everybody of the audience, with the reason why they are left out, "" if they are not."""
    reason = case(
        (col(Contact.active).is_(False), literal(Reason.inactive.value)),
        (_of_others(author), literal(Reason.other_manager.value)),
        (_muted(announcement), literal(Reason.muted.value)),
        (_recent(announcement, now), literal(Reason.recent.value)),
        (_unreachable(policy), literal(Reason.unreachable.value)),
        else_=literal(""),
    )
    return (
        select(col(Contact.id).label("contact_id"), reason.label("reason"))
        .join(Partner, col(Contact.partner_id) == col(Partner.id))
        .where(meant(announcement, now.date()))
    )


def meant(announcement: Announcement, today: date) -> ColumnElement[bool]:
    """Whether a partner's contact is of the audience."""
    whom = announcement.whom
    wanted: list[ColumnElement[bool]] = [col(Contact.partner_id).is_not(None)]
    for column, values in (
        (col(Partner.type), whom.types),
        (col(Partner.tier), whom.tiers),
        (col(Partner.region), whom.regions),
        (col(Contact.language), whom.languages),
        (col(Contact.role), whom.roles),
    ):
        if values:
            wanted.append(column.in_(values))
    if whom.certified:
        wanted.append(col(Contact.id).in_(partners.certified(whom.certified, today)))
    if whom.not_certified:
        wanted.append(col(Contact.id).not_in(partners.certified(whom.not_certified, today)))
    if whom.partners:
        wanted.append(col(Partner.id).in_(whom.partners))
    if whom.listed:
        wanted.append(
            col(Contact.email).in_(select(col(Listed.email)).where(col(Listed.announcement_id) == announcement.id))
        )
    return and_(*wanted)


def _of_others(author: Contact) -> ColumnElement[bool]:
    if author.role == Role.operator:
        return false()
    return func.lower(func.coalesce(col(Partner.manager_email), "")) != author.email


def _muted(announcement: Announcement) -> ColumnElement[bool]:
    if announcement.urgent:
        return false()
    return col(Contact.id).in_(select(col(Mute.contact_id)).where(col(Mute.topic) == announcement.kind))


def _recent(announcement: Announcement, now: datetime) -> ColumnElement[bool]:
    """Nobody gets more than one in a fortnight, unless it is urgent; what never reached them does not count."""
    if announcement.urgent:
        return false()
    others = select(col(Announcement.code)).where(
        col(Announcement.begun_at) > now - RARELY,
        col(Announcement.kind) != "urgent",
        col(Announcement.code) != announcement.code,
    )
    had = select(col(Delivery.contact_id)).where(
        col(Delivery.campaign).in_(others),
        col(Delivery.state).in_(COUNTED),
        col(Delivery.operation) == Operation.post,
        col(Delivery.contact_id).is_not(None),
    )
    return col(Contact.id).in_(had)


def _unreachable(policy: Policy) -> ColumnElement[bool]:
    """Whoever was never seen is looked up by address where the platform can do that, when the message goes out."""
    if policy.finds_people:
        return false()
    return col(Contact.id).not_in(_seen(policy))


def _seen(policy: Policy) -> Select[int]:
    there = col(ChatIdentity.platform).in_(policy.platforms)
    return select(col(ChatIdentity.contact_id)).where(there, ~col(ChatIdentity.away))


def numbers(session: Session, everybody: Select[int, str]) -> dict[str, int]:
    """How many by reason."""
    of = everybody.subquery()
    rows = session.execute(select(of.c.reason, func.count()).group_by(of.c.reason))
    return dict(rows.all())


def zones(session: Session, everybody: Select[int, str]) -> dict[str, int]:
    """How many of those who get it are in each time zone."""
    of = everybody.subquery()
    rows = session.execute(
        select(col(Contact.time_zone), func.count())
        .join(of, of.c.contact_id == col(Contact.id))
        .where(of.c.reason == "")
        .group_by(col(Contact.time_zone))
    )
    return dict(rows.all())


def never_seen(session: Session, everybody: Select[int, str], policy: Policy) -> int:
    """How many of those who get it have not written to the assistant yet."""
    of = everybody.subquery()
    fresh = select(func.count()).select_from(of).where(of.c.reason == "", of.c.contact_id.not_in(_seen(policy)))
    return session.execute(fresh).scalar_one() or 0


def left_out(session: Session, everybody: Select[int, str], start: int, length: int) -> list[Left]:
    """By reason and name."""
    of = everybody.subquery()
    rows = session.execute(
        select(col(Contact.name), col(Contact.email), col(Partner.name), of.c.reason)
        .join(of, of.c.contact_id == col(Contact.id))
        .join(Partner, col(Contact.partner_id) == col(Partner.id))
        .where(of.c.reason != "")
        .order_by(of.c.reason, col(Partner.name), col(Contact.name), col(Contact.id))
        .offset(start)
        .limit(length)
    )
    return [Left(*row) for row in rows]


def choices(session: Session) -> dict[str, Sequence[str]]:
    """What there is to choose an audience from."""
    columns = {"tiers": col(Partner.tier), "regions": col(Partner.region), "languages": col(Contact.language)}
    found = dict[str, Sequence[str]]()
    for name, column in columns.items():
        values = session.execute(select(column).where(column != "").distinct().order_by(column).limit(100))
        found[name] = [value for (value,) in values]
    found["certifications"] = [programme.name for programme in partners.programmes(session)]
    return found
