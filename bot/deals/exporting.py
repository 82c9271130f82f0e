"""All deals, for a spreadsheet or another program."""

import json
from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from bot.deals.rows import COLUMNS
from handlers.deals.models import amounts
from handlers.deals.models.deal import Deal
from handlers.partners.models import Contact, Partner
from handlers.sheets import line

AT_ONCE = 500  # rows that are read together


def export_deals(session: Session, *, as_json: bool) -> Iterator[str]:
    """Piece by piece, with the columns that an import takes."""
    joined = select(Deal, Partner.name, Contact.email).join(Partner, col(Deal.partner_id) == col(Partner.id))
    found = joined.join(Contact, col(Deal.entered_by) == col(Contact.id)).order_by(col(Deal.id))
    rows = (_row(deal, partner, email) for deal, partner, email in session.exec(found).yield_per(AT_ONCE))
    return _json(rows) if as_json else _csv(rows)


def _row(deal: Deal, partner: str, email: str) -> dict[str, str]:
    own = {name: getattr(deal, name) for name in COLUMNS if hasattr(deal, name)}
    found = own | {"partner": partner, "entered_by": email, "domain": deal.host, "value": amounts.plain(deal.value)}
    return {name: _text(found[name]) for name in COLUMNS}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _csv(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    yield line(list(COLUMNS))
    for row in rows:
        yield line(list(row.values()))


def _json(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {json.dumps(row, ensure_ascii=False)}"
    yield "\n]\n"
