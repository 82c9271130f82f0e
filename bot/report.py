"""`portal report`: what stands in the store, for a spreadsheet or another program."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.channels.text import clean
from handlers.hours import zone_of
from handlers.partners.models import Certificate, Contact, Partner, Programme
from handlers.sheets import line

AT_ONCE = 500  # rows that are read together
COLUMNS = (
    "partner,tier,manager_email,name,email,certification,issued_on,expires_on,days_left,state,answer,next_reminder,"
    "renewal_url,external_id"
).split(",")


def certifications(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Of everybody who is active, what they hold of each programme; the nearest end first. Days are counted where the
    holder is."""
    joined = (
        select(Certificate, Programme.name, Contact, Partner)
        .join(Programme, col(Certificate.programme_id) == col(Programme.id))
        .join(Contact, col(Certificate.contact_id) == col(Contact.id))
        .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
        .where(col(Certificate.current), col(Contact.active))
        .order_by(col(Certificate.expires_on), Contact.email, Programme.key)
    )
    for certificate, programme, contact, partner in session.exec(joined).yield_per(AT_ONCE):
        today = now.astimezone(zone_of(contact.time_zone)).date()
        days, reminded = certificate.days_left(today), certificate.remind_on
        yield {
            "partner": partner.name if partner else "",
            "tier": partner.tier if partner else "",
            "manager_email": (partner.manager_email if partner else None) or "",
            "name": contact.name,
            "email": contact.email,
            "certification": programme,
            "issued_on": certificate.issued_on.isoformat(),
            "expires_on": certificate.expires_on.isoformat(),
            "days_left": days,
            "state": "lapsed" if days < 0 else "expiring" if days <= 90 else "valid",
            "answer": certificate.hush,
            "next_reminder": reminded.isoformat() if reminded else "",
            "renewal_url": certificate.renewal_url,
            "external_id": certificate.external_id or "",
        }


def as_json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {json.dumps(row, ensure_ascii=False)}"
    yield "\n]\n"


def as_csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield line(COLUMNS)
    for row in rows:
        yield line(list(row.values()))


def as_lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """For a person at a terminal."""
    empty = True
    for row in rows:
        empty = False
        whose = f"{row['name']} ({row['partner']})" if row["partner"] else row["name"]
        what = clean(f"{row['certification']}  {whose}")
        yield f"{row['expires_on']}  {row['days_left']:>5} days  {row['state']:<8}  {what}\n"
    if empty:
        yield "There are no certificates.\n"
