"""Partners and contacts from CSV files: good rows go in, bad ones are reported by line."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import Session

from handlers.errors import PortalError
from handlers.partners import store
from handlers.partners.models import Certificate, Contact, Partner, PartnerType, Programme, Role
from indexer.sources.reading import Problem, Reading
from indexer.sources.table import read_table
from knowledge.store import Counts

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

R = TypeVar("R", Partner, Contact, Programme, Certificate)
L = TypeVar("L", bound="Line")
Import = Callable[[Session, datetime], tuple[Counts, list[Problem]]]
"""What a command does with its file at a certain time."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f'"{value}" is no e-mail address')
    return value.casefold()


@cache
def _zones() -> frozenset[str]:
    """Asking costs a walk through the zone files, too much for every row."""
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError(f'"{value}" is no time zone; write one like Europe/Berlin')
    return value


def _folded(value: str) -> str:
    return value.casefold()


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f'"{value}" is no language; write one like en or pt-BR')
    return value


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(lambda value: " ".join(value.split()))]


class Line(BaseModel):
    """A row of a file. Two rows of one file with the same ``key`` are about the same."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    @property
    def key(self) -> str:
        raise NotImplementedError


class PartnerLine(Line):
    name: Name
    type: Annotated[PartnerType, BeforeValidator(_folded)]
    tier: str = Field(min_length=1, max_length=100)
    region: str = Field(min_length=1, max_length=100)
    manager_email: Address | None = None

    @property
    def key(self) -> str:
        return self.name.casefold()


class ContactLine(Line):
    email: Address
    name: Name
    partner: str = ""
    role: Annotated[Role, BeforeValidator(_folded)]
    language: Annotated[str, AfterValidator(_language)] = "en"
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @property
    def key(self) -> str:
        return self.email

    @model_validator(mode="after")
    def _role_fits_partner(self) -> "ContactLine":
        if self.role.of_vendor and self.partner:
            raise ValueError(f"the role {self.role} belongs to the vendor: leave partner empty")
        if not self.role.of_vendor and not self.partner:
            raise ValueError(f"the role {self.role} needs a partner")
        return self


def import_partners(session: Session, path: Path) -> tuple[Counts, list[Problem]]:
    known = store.partners_by_name(session)

    def put(line: PartnerLine, columns: frozenset[str], counts: Counts) -> None:
        fields, key = line.model_dump() | {"type": str(line.type)}, line.key
        known[key] = upsert(session, known.get(key), Partner(**fields), stated(fields, columns), counts)

    return each(path, PartnerLine, put)


def import_contacts(session: Session, path: Path) -> tuple[Counts, list[Problem]]:
    known = store.contacts_by_email(session)
    partners = store.partners_by_name(session)

    def put(line: ContactLine, columns: frozenset[str], counts: Counts) -> None:
        partner = partners.get(" ".join(line.partner.split()).casefold()) if line.partner else None
        if line.partner and partner is None:
            raise ValueError(f'partner: there is no "{line.partner}"; import the partners first')
        belongs = {"role": str(line.role), "partner_id": partner.id if partner else None}
        fields = line.model_dump(exclude={"partner"}) | belongs
        said = stated(fields, columns) | belongs
        known[line.email] = upsert(session, known.get(line.email), Contact(**fields), said, counts)

    return each(path, ContactLine, put)


def stated(fields: dict[str, object], columns: frozenset[str]) -> dict[str, object]:
    """A blank cell is a statement; a column that is not in the file says nothing about what is stored."""
    return {name: value for name, value in fields.items() if name in columns}


def upsert(session: Session, stored: R | None, fresh: R, fields: dict[str, object], counts: Counts) -> R:
    """``fields`` are those that a stored row takes over."""
    if stored is None:
        session.add(fresh)
        counts.added += 1
        return fresh
    if any(getattr(stored, name) != value for name, value in fields.items()):
        stored.sqlmodel_update(fields)
        counts.changed += 1
    else:
        counts.unchanged += 1
    return stored


def each(path: Path, shape: type[L], put: Callable[[L, frozenset[str], Counts], None]) -> tuple[Counts, list[Problem]]:
    if not path.is_file():
        raise PortalError(f"There is no file {path}.")
    counts, reading, seen = Counts(), Reading(), dict[str, int]()
    needed = [name for name, field in shape.model_fields.items() if field.is_required()]
    for number, values, columns in read_table(path, reading, needed, ",".join(shape.model_fields)):
        try:
            line = shape.model_validate(values)
            if line.key in seen:
                raise ValueError(f"is in this file already, in line {seen[line.key]}")
            put(line, columns, counts)
            seen[line.key] = number
        except ValidationError as error:
            reading.refuse(path.name, number, "; ".join(_reason(problem) for problem in error.errors()), None)
        except ValueError as error:
            reading.refuse(path.name, number, str(error), None)
    return counts, reading.problems


def _reason(problem: "ErrorDetails") -> str:
    longer = f"is longer than {problem.get('ctx', {}).get('max_length')} characters"
    said = {
        "missing": "is empty",
        "enum": f'"{problem["input"]}" is not {problem.get("ctx", {}).get("expected", "known")}',
        "string_too_long": longer,
        "too_long": longer,
    }.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {said}" if where else said
