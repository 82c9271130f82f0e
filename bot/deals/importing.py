"""Deals from a file: good rows go in, bad ones are reported by line."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bot.deals.rows import COLUMNS, DealLine
from handlers.deals.models import domains, names, times
from handlers.deals.models.deal import Customer, Deal
from handlers.deals.models.states import LIVE, Act, State
from handlers.deals.store import changes, deals
from handlers.errors import PortalError
from handlers.partners import store as partners
from handlers.partners.models import Contact, Partner
from handlers.sheets import unquoted
from indexer.sources.reading import Problem, Reading
from indexer.sources.table import read_table
from knowledge.base import alone
from knowledge.store import Counts

AT_ONCE = 500  # rows that are written together


def import_deals(session: Session, path: Path, now: datetime) -> tuple[Counts, list[Problem]]:
    """What is imported is told to nobody, and is not checked for similar customers: it was decided elsewhere. One
    customer is still protected for one partner only."""
    if not path.is_file():
        raise PortalError(f"There is no file {path}.")
    alone(session, "deals")
    counts, reading, seen = Counts(), Reading(), dict[str, int]()
    store = _Store(session, now, counts)
    needed = [name for name, field in DealLine.model_fields.items() if field.is_required()]
    for number, values, _ in read_table(path, reading, needed, ",".join(COLUMNS)):
        try:
            line = DealLine.model_validate({name: unquoted(value) for name, value in values.items()})
            key = store.key(line)
            if key in seen:
                raise ValueError(f"is in this file already, in line {seen[key]}")
            store.put(line, key)
            seen[key] = number
        except ValidationError as error:
            reading.refuse(path.name, number, "; ".join(_reason(problem) for problem in error.errors()), None)
        except ValueError as error:
            reading.refuse(path.name, number, str(error), None)
    store.write()
    return counts, reading.problems


class _Store:
    """The stored deals by what finds them again; fresh ones wait, so that many are written at once."""

    def __init__(self, session: Session, now: datetime, counts: Counts) -> None:
        self._session = session
        self._now = now
        self._counts = counts
        self._partners = partners.partners_by_name(session)
        self._contacts = partners.contacts_by_email(session)
        self._known: dict[str, int] = {}
        self._codes: set[str] = set()
        self._holders: dict[str, int] = {}
        self._zones: dict[int, str] = {}
        self._waiting: list[Deal] = []
        for deal_id, code, partner_id, domain, latin, product, state, until in _found(session):
            self._codes.add(code)
            self._known[code] = self._known[_same(partner_id, domain, latin, product)] = deal_id
            if state == State.approved and until and until > now:
                self._holders[domain] = partner_id

    def key(self, line: DealLine) -> str:
        if line.code:
            return line.code
        return _same(self._partner(line).id, domains.registrable(line.domain), _latin(line), line.product)

    def put(self, line: DealLine, key: str) -> None:
        partner, who = self._partner(line), self._contact(line)
        fields = self._fields(line, partner, who)
        protects = line.state == State.approved and _until(line) > self._now
        holder = self._holders.get(fields["domain"])
        if protects and holder not in (None, partner.id):
            raise ValueError("domain: another partner is protected for this customer")
        found = self._known.get(key)
        if found is None:
            self._add(line, Deal(code=line.code or self._code(), **fields))
        else:
            self._change(self._session.get_one(Deal, found), fields)
        if protects:
            self._holders[fields["domain"]] = fields["partner_id"]

    def _partner(self, line: DealLine) -> Partner:
        partner = self._partners.get(" ".join(line.partner.split()).casefold())
        if partner is None:
            raise ValueError(f'partner: there is no "{line.partner}"; import the partners first')
        return partner

    def _contact(self, line: DealLine) -> Contact:
        contact = self._contacts.get(line.entered_by)
        if contact is None or contact.partner_id != self._partner(line).id:
            raise ValueError(
                f'entered_by: "{line.entered_by}" is no contact of this partner; import the contacts first'
            )
        return contact

    def _fields(self, line: DealLine, partner: Partner, who: Contact) -> dict[str, Any]:
        mail = domains.of_address(line.contact_email)
        own = domains.of_address(line.entered_by)
        customer = Customer.of(line.customer, domains.registrable(line.domain), "" if mail == own else mail)
        kept = line.model_dump(exclude={"code", "partner", "entered_by", "domain", "submitted_at", "protected_until"})
        until = _until(line) if line.state == State.approved else line.protected_until
        return (
            kept
            | {
                "state": str(line.state),
                "partner_id": partner.id,
                "entered_by": who.id,
                "host": line.domain,
                "domain": customer.domain,
                "mail_domain": customer.mail,
                "skeleton": customer.skeleton,
                "latin": customer.name.latin,
                "native": customer.name.native,
                "protected_until": until,
            }
            | ({"submitted_at": line.submitted_at} if line.submitted_at else {})
        )

    def _add(self, line: DealLine, deal: Deal) -> None:
        deal.submitted_at = deal.changed_at = line.submitted_at or self._now
        self._clock(deal)
        self._codes.add(deal.code)
        self._waiting.append(deal)
        self._counts.added += 1
        if len(self._waiting) >= AT_ONCE:
            self.write()

    def _change(self, deal: Deal, fields: dict[str, Any]) -> None:
        if all(getattr(deal, name) == value for name, value in fields.items()):
            self._counts.unchanged += 1
            return
        before = deal.state
        deal.sqlmodel_update(fields)
        if deal.state != before or deal.protected_until:
            self._clock(deal)
        self._session.add(deal)
        self._session.flush()
        deals.put_keys(self._session, deal)
        deals.log(self._session, deal, Act.imported, None, self._now)
        self._counts.changed += 1

    def _clock(self, deal: Deal) -> None:
        """What the clock will say of a deal in this state, from now on."""
        if deal.state == State.submitted:
            deal.alert_at, deal.due_at = times.decision(self._now, self._zone(deal.partner_id))
        if deal.state == State.approved and deal.protected_until:
            times.protect(deal, self._now, deal.protected_until)
        times.settle(deal)

    def _zone(self, partner_id: int) -> str:
        if partner_id not in self._zones:
            partner = partners.partner_by_id(self._session, partner_id)
            self._zones[partner_id] = changes.zone(self._session, partner) if partner else "UTC"
        return self._zones[partner_id]

    def _code(self) -> str:
        return deals.free_code(lambda code: code in self._codes)

    def write(self) -> None:
        """Deals first, since their keys and events need their numbers. What is written is kept at once: a long file
        must not hold up everybody else, and a second import goes on where a first one was cut off."""
        self._session.add_all(self._waiting)
        self._session.flush()
        deals.put_all_keys(self._session, self._waiting)
        for deal in self._waiting:
            deals.log(self._session, deal, Act.imported, None, self._now)
        self._session.commit()
        self._session.expunge_all()
        self._waiting.clear()
        alone(self._session, "deals")


def _found(session: Session) -> list[tuple[Any, ...]]:
    """Live deals last, so that one of them is found before a closed one for the same customer."""
    known = (Deal.id, Deal.code, Deal.partner_id, Deal.domain, Deal.latin, Deal.product, Deal.state)
    rows = columns(*map(col, known), col(Deal.protected_until))
    found = session.execute(rows.order_by(col(Deal.state).in_(sorted(LIVE)), col(Deal.id)))
    return [tuple(row) for row in found]


def _same(partner_id: int | None, domain: str, latin: str, product: str) -> str:
    return f"{partner_id}:{domain}:{latin}:{product.casefold()}"


def _latin(line: DealLine) -> str:
    return names.Name.of(line.customer).latin


def _until(line: DealLine) -> datetime:
    if line.protected_until is None:
        raise ValueError("protected_until: an approved deal has a day until which it is protected")
    return line.protected_until


def _reason(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{where}: {said}" if where else said
