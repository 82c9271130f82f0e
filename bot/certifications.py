"""Certification programmes and certificates from CSV files."""

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from sqlmodel import Session, select

from bot.people import Address, Line, Name, each, stated, upsert
from handlers.hours import zone_of
from handlers.partners import store
from handlers.partners.models import Certificate, Contact, Hush, Programme
from indexer.sources.reading import Problem
from knowledge.store import Counts

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIER = re.compile(r"\s*(?P<tier>[^;,|:=]*[^;,|:=\s\d])\s*[:=]?\s*(?P<number>\d{1,4})\s*")
FIRST, LAST = date(1970, 1, 1), date(2200, 12, 31)


def _day(value: object) -> object:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f'"{value}" is no date; write it like 2027-03-31')
    if not FIRST <= day <= LAST:
        raise ValueError(f"{value} is not between {FIRST} and {LAST}")
    return day


def _web(value: str) -> str:
    try:
        good = not value or (urlsplit(value).scheme in ("https", "http") and bool(urlsplit(value).hostname))
    except ValueError:
        good = False
    if not good or re.search(r"\s", value):
        raise ValueError(f'"{value}" is no address; write it like https://example.com/renew')
    return value


def _tiers(value: object) -> object:
    """ "Gold 3; Silver 2": how many certified people a partner of each tier needs."""
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[;,|]", value) if part.strip()]
    found = [_TIER.fullmatch(part) for part in parts]
    if wrong := [part.strip() for part, rule in zip(parts, found, strict=True) if rule is None]:
        raise ValueError(f'"{wrong[0]}" is no rule; write tiers and people, like Gold 3; Silver 2')
    return {" ".join(rule["tier"].split()): int(rule["number"]) for rule in found if rule}


Day = Annotated[date, BeforeValidator(_day)]
Web = Annotated[str, Field(max_length=2_000), AfterValidator(_web)]


class ProgrammeLine(Line):
    name: Annotated[Name, Field(max_length=120)]
    validity_months: int | None = Field(default=None, ge=1, le=1_200)
    course: str = Field(default="", max_length=200)
    course_url: Web = ""
    tiers: Annotated[dict[str, int], BeforeValidator(_tiers)] = Field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name.casefold()


class CertificateLine(Line):
    email: Address
    certification: Annotated[Name, Field(max_length=120)]
    issued_on: Day
    expires_on: Day | None = None
    renewal_url: Web = ""
    external_id: str | None = Field(default=None, max_length=200)

    @property
    def key(self) -> str:
        return self.external_id or f"{self.email} {self.issued_on} {self.certification.casefold()}"

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "CertificateLine":
        if self.expires_on is not None and self.expires_on < self.issued_on:
            raise ValueError(f"expires_on: {self.expires_on} is before issued_on, {self.issued_on}")
        return self


def import_programmes(session: Session, path: Path) -> tuple[Counts, list[Problem]]:
    known = {programme.key: programme for programme in store.programmes(session)}

    def put(line: ProgrammeLine, columns: frozenset[str], counts: Counts) -> None:
        fields = line.model_dump() | {"key": line.key}
        said = stated(fields, columns | {"key"})
        known[line.key] = upsert(session, known.get(line.key), Programme(**fields), said, counts)

    return each(path, ProgrammeLine, put)


def import_certifications(session: Session, path: Path, now: datetime) -> tuple[Counts, list[Problem]]:
    """``now`` decides what comes next for a certificate that is new, and for one whose renewal is not confirmed."""
    held = _Held(session, now)
    result = each(path, CertificateLine, held.put)
    held.settle()
    return result


class _Held:
    """Certificates as they are stored, and what a file says of them."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._contacts = store.contacts_by_email(session)
        self._zones = {contact.id: contact.time_zone for contact in self._contacts.values()}
        self._programmes = {programme.key: programme for programme in store.programmes(session)}
        self._of = defaultdict[tuple[int, int], list[Certificate]](list)
        self._by_id = dict[str, Certificate]()
        self._touched = set[tuple[int, int]]()
        self._stated = set[int]()
        for certificate in session.exec(select(Certificate)):
            self._keep(certificate)

    def put(self, line: CertificateLine, columns: frozenset[str], counts: Counts) -> None:
        contact = self._contacts.get(line.email)
        if contact is None or contact.id is None:
            raise ValueError(f'email: there is no contact "{line.email}"; import the contacts first')
        known = self._programmes.get(line.certification.casefold())
        found = self._stored(line, contact.id, known)
        if id(found) in self._stated:
            raise ValueError("this file states the same certificate in an earlier line")
        as_before = found.expires_on if found and "expires_on" not in columns else None
        expires_on = line.expires_on or as_before or _end_of_validity(line, known)
        programme = known or self._unknown(line.certification)
        assert programme.id is not None
        belongs = {"contact_id": contact.id, "programme_id": programme.id, "expires_on": expires_on}
        fields = line.model_dump(exclude={"email", "certification", "expires_on"}) | belongs
        before = (found.contact_id, found.programme_id, found.expires_on) if found else None
        if found:
            self._drop(found)
        said = stated(fields, columns) | belongs
        kept = upsert(self._session, found, Certificate(**fields), said, counts)
        self._keep(kept)
        self._stated.add(id(kept))
        self._touched.add((contact.id, programme.id))
        if before:
            self._touched.add(before[:2])
        if before != (contact.id, programme.id, expires_on) or kept.hush == Hush.renewed:
            kept.schedule(self._today(contact))

    def settle(self) -> None:
        """Of several certificates from one programme the one that ends last counts; of the others nobody hears."""
        for pair in self._touched:
            newest = max(self._of[pair], key=lambda one: (one.expires_on, one.issued_on), default=None)
            for certificate in self._of[pair]:
                was, certificate.current = certificate.current, certificate is newest
                if not certificate.current:
                    certificate.silence(Hush.none)
                elif not was:
                    zone = self._zones[certificate.contact_id]
                    certificate.schedule(self._now.astimezone(zone_of(zone)).date())

    def _unknown(self, name: str) -> Programme:
        programme = self._programmes[name.casefold()] = Programme(key=name.casefold(), name=name)
        self._session.add(programme)
        self._session.flush()
        return programme

    def _stored(self, line: CertificateLine, contact_id: int, programme: Programme | None) -> Certificate | None:
        of_programme = self._of[contact_id, programme.id] if programme and programme.id else ()
        same = (one for one in of_programme if one.issued_on == line.issued_on)
        alike = next(same, None)
        named = self._by_id.get(line.external_id) if line.external_id else None
        if named and alike and named is not alike:
            raise ValueError(f"there is another certificate of that day, {alike.external_id or 'without external_id'}")
        return named or alike

    def _keep(self, certificate: Certificate) -> None:
        self._of[certificate.contact_id, certificate.programme_id].append(certificate)
        if certificate.external_id:
            self._by_id[certificate.external_id] = certificate

    def _drop(self, certificate: Certificate) -> None:
        self._of[certificate.contact_id, certificate.programme_id].remove(certificate)
        if certificate.external_id:
            self._by_id.pop(certificate.external_id, None)

    def _today(self, contact: Contact) -> date:
        return self._now.astimezone(zone_of(contact.time_zone)).date()


def _end_of_validity(line: CertificateLine, programme: Programme | None) -> date:
    if programme is None or programme.validity_months is None:
        raise ValueError(f"expires_on: is empty, and nothing says how long {line.certification} is valid")
    return _later(line.issued_on, programme.validity_months)


def _later(day: date, months: int) -> date:
    """The same day some months later; where that month is too short for it, its last one."""
    months += day.year * 12 + day.month - 1
    first = date(months // 12, months % 12 + 1, 1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
