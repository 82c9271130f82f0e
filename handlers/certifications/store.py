"""Every query about certificates that is not asked elsewhere. Nothing here commits."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, case, delete, select
from sqlmodel import Session, col, func

from handlers.certifications.models import COPIED_FROM, SOON, Copy, Held, Reminder, Standing, Told
from handlers.partners import store as partners
from handlers.partners.models import Certificate, Contact, Partner, Programme, Role
from knowledge.base import Row, insert_into

AHEAD = timedelta(hours=15)  # in which it may be tomorrow somewhere
IN_ONE_STATEMENT = 500  # ids; databases bound the number of parameters
SHOWN_AFTER = timedelta(days=90)  # for so long a lapsed certificate is listed


class Due(NamedTuple):
    contact_id: int
    partner_id: int | None
    time_zone: str
    active: bool
    on: date


WHO = (col(Contact.id), col(Contact.partner_id), col(Contact.time_zone), col(Contact.active))


def due(session: Session, now: datetime) -> list[Due]:
    """Whose day may have come, the partners one after the other, and of each person the earliest day."""
    found = session.execute(
        select(*WHO, func.min(col(Certificate.remind_on)))
        .join(Certificate, col(Certificate.contact_id) == col(Contact.id))
        .where(col(Certificate.remind_on) <= (now + AHEAD).date())
        .group_by(*WHO)
    )
    return sorted((Due(*row) for row in found.all()), key=lambda one: (one.partner_id or 0, one.contact_id))


def waiting(session: Session, contact_ids: Sequence[int]) -> list[Held]:
    """All certificates of these people of which they may be reminded. Locked."""
    held: list[Held] = []
    for start in range(0, len(contact_ids), IN_ONE_STATEMENT):
        some = contact_ids[start : start + IN_ONE_STATEMENT]
        of_them = _held().where(col(Contact.id).in_(some), col(Certificate.current))
        locked = of_them.order_by(col(Contact.id), col(Certificate.expires_on)).with_for_update(of=Certificate)
        held.extend(Held(*row) for row in session.execute(locked).all())
    return held


def let_go(session: Session, held: Iterable[Held]) -> None:
    """Nothing that becomes of these certificates is stored."""
    for one in held:
        session.expunge(one.certificate)


def heard(session: Session, contact_ids: Sequence[int]) -> dict[int | None, list[Reminder]]:
    """By certificate, what these people have heard although its mark has not moved past it: somebody tried it out."""
    known: dict[int | None, list[Reminder]] = {}
    for start in range(0, len(contact_ids), IN_ONE_STATEMENT):
        some = col(Certificate.contact_id).in_(contact_ids[start : start + IN_ONE_STATEMENT])
        joined = select(Reminder).join(Certificate, col(Reminder.certificate_id) == col(Certificate.id))
        for row in session.scalars(joined.where(some, col(Reminder.day) >= col(Certificate.remind_on))):
            known.setdefault(row.certificate_id, []).append(row)
    return known


def tell(session: Session, told: Iterable[Told]) -> None:
    rows = [{"certificate_id": one.held.certificate.id, "day": one.day, "told_on": one.today} for one in told]
    _insert_new(session, Reminder, rows)


def reminded(session: Session, contact_id: int, day: date) -> list[Held]:
    """What somebody was reminded of on a day. Locked."""
    ids = select(col(Reminder.certificate_id)).where(col(Reminder.told_on) == day)
    of_them = _held().where(col(Contact.id) == contact_id, col(Certificate.id).in_(ids), col(Certificate.current))
    locked = of_them.order_by(col(Certificate.expires_on), col(Certificate.id)).with_for_update(of=Certificate)
    return [Held(*row) for row in session.execute(locked).all()]


def last_reminded(session: Session, contact_id: int) -> date | None:
    of_them = select(func.max(col(Reminder.told_on))).join(
        Certificate, col(Reminder.certificate_id) == col(Certificate.id)
    )
    return session.scalar(of_them.where(col(Certificate.contact_id) == contact_id, col(Certificate.current)))


def of_contact(session: Session, contact_id: int) -> list[Held]:
    own = _held().where(col(Certificate.contact_id) == contact_id, col(Certificate.current))
    return [Held(*row) for row in session.execute(own.order_by(col(Certificate.expires_on))).all()]


def of_partner(session: Session, partner_id: int, today: date, start: int, limit: int) -> list[Held]:
    team = _held().where(
        col(Contact.partner_id) == partner_id,
        col(Contact.active),
        col(Certificate.current),
        col(Certificate.expires_on) >= today - SHOWN_AFTER,
    )
    page = team.order_by(col(Certificate.expires_on), col(Certificate.id)).offset(start).limit(limit)
    return [Held(*row) for row in session.execute(page).all()]


def _held() -> Select[Certificate, Programme, Contact, Partner]:
    return (
        select(Certificate, Programme, Contact, Partner)
        .join(Programme, col(Certificate.programme_id) == col(Programme.id))
        .join(Contact, col(Certificate.contact_id) == col(Contact.id))
        .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
    )


def with_people(session: Session, held: Iterable[Held], today: date) -> list[Held]:
    """The same, with everybody who is certified where a tier hangs on it; each team is read once."""
    known: dict[tuple[int, int], Sequence[date]] = {}
    found: list[Held] = []
    for one in held:
        until: Sequence[date] = ()
        if one.partner and one.partner.id and one.programme.id and one.programme.needed(one.partner.tier):
            pair = (one.partner.id, one.programme.id)
            if pair not in known:
                known[pair] = partners.certified_until(session, *pair, today)
            until = known[pair]
        found.append(Held(one.certificate, one.programme, one.contact, one.partner, until))
    return found


def admins(session: Session, partner_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """The active admins of these partners."""
    found: dict[int, list[Contact]] = {}
    ids = sorted(set(partner_ids))
    for start in range(0, len(ids), IN_ONE_STATEMENT):
        some = col(Contact.partner_id).in_(ids[start : start + IN_ONE_STATEMENT])
        are = (some, col(Contact.role) == Role.partner_admin, col(Contact.active))
        for admin in session.scalars(select(Contact).where(*are).order_by(col(Contact.email))):
            assert admin.partner_id is not None
            found.setdefault(admin.partner_id, []).append(admin)
    return found


def to_be_copied(session: Session, pairs: Iterable[tuple[int | None, int | None]]) -> None:
    _insert_new(session, Copy, [{"admin_id": admin_id, "certificate_id": number} for admin_id, number in pairs])


def _insert_new(session: Session, table: type[Row], rows: Sequence[dict[str, Any]]) -> None:
    """But for those that are there."""
    if rows:
        once = insert_into(table, session.connection().dialect.name).on_conflict_do_nothing()
        session.execute(once, rows)


def copied(session: Session) -> list[Contact]:
    """Who is still to hear of something."""
    waiting = select(col(Copy.admin_id)).distinct()
    return list(session.scalars(select(Contact).where(col(Contact.id).in_(waiting)).order_by(col(Contact.id))))


def take_copies(session: Session, admin: Contact) -> list[Held]:
    """What this admin is to hear of; from here on they have. Nothing that has been renewed since, or where they are no
    admin of that partner any more."""
    gone = delete(Copy).where(col(Copy.admin_id) == admin.id).returning(col(Copy.certificate_id))
    ids = list(session.scalars(gone))
    if admin.role != Role.partner_admin or not admin.active:
        return []
    held: list[Held] = []
    for start in range(0, len(ids), IN_ONE_STATEMENT):
        some = col(Certificate.id).in_(ids[start : start + IN_ONE_STATEMENT])
        of_team = _held().where(some, col(Certificate.current), col(Contact.partner_id) == admin.partner_id)
        held.extend(Held(*row) for row in session.execute(of_team).all())
    return sorted(held, key=lambda one: (one.certificate.expires_on, one.certificate.id or 0))


def managers(session: Session) -> list[Contact]:
    """Everybody of the vendor's who is in charge of a partner."""
    in_charge = (col(Contact.email).in_(select(col(Partner.manager_email))), col(Contact.partner_id).is_(None))
    return list(session.scalars(select(Contact).where(*in_charge, col(Contact.active)).order_by(col(Contact.email))))


def standings(
    session: Session, manager: str | None, today: date, start: int = 0, limit: int | None = None
) -> list[Standing]:
    """Partners in the charge of ``manager`` (None: all of them) with certificates that end within 90 days or have
    lapsed in the last 90, the nearest first."""
    ends = col(Certificate.expires_on)
    ahead = ends >= today
    counted = (
        select(
            col(Partner.name),
            func.sum(case((ahead & (ends <= today + timedelta(days=COPIED_FROM)), 1), else_=0)),
            func.sum(case((ahead, 1), else_=0)),
            func.sum(case((ahead, 0), else_=1)),
            func.min(case((ahead, ends))),
        )
        .join(Contact, col(Contact.partner_id) == col(Partner.id))
        .join(Certificate, col(Certificate.contact_id) == col(Contact.id))
        .where(
            col(Contact.active),
            col(Certificate.current),
            ends >= today - SHOWN_AFTER,
            ends <= today + timedelta(days=SOON),
            *(() if manager is None else (col(Partner.manager_email) == manager,)),
        )
        .group_by(col(Partner.id), col(Partner.name))
        .order_by(func.min(ends), col(Partner.name))
    )
    return [Standing(*row) for row in session.execute(counted.offset(start).limit(limit)).all()]


def partner_named(session: Session, name: str) -> Partner | None:
    """The partner that is called so, or the only one whose name contains these words."""
    known = partners.partners_by_name(session)
    folded = " ".join(name.split()).casefold()
    if folded in known:
        return known[folded]
    alike = [partner for key, partner in known.items() if folded and folded in key]
    return alike[0] if len(alike) == 1 else None
