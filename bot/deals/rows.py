"""A deal as a line of a file."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from babel.numbers import is_currency
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bot.people import Address, Name
from handlers.deals.models import amounts, countries, domains, names
from handlers.deals.models.states import State
from handlers.deals.views.forms import LONGEST, LONGEST_NOTE

COLUMNS = (
    "code,partner,entered_by,customer,domain,country,contact_name,contact_email,product,value,currency,expected_close,"
    "stage,note,state,submitted_at,protected_until,reason"
).split(",")


def _folded(value: object) -> object:
    return value.strip().casefold().replace(" ", "_") if isinstance(value, str) else value


def _domain(value: str) -> str:
    domains.registrable(value)
    return domains.written(value)


def _plain_value(value: str) -> Decimal:
    amount = amounts.understood(value, "en")
    if amount.interpreted:
        raise ValueError("write the value in plain digits, such as 50000 or 1234.50")
    return amount.value


def _code(value: str) -> str:
    if value and not re.fullmatch(r"D-[2-9CDFHJKMNPQRTWXY]{4,8}", value):
        raise ValueError(f'"{value}" is no number of a deal; write one like D-4XQ9, or leave it empty')
    return value


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{value}" is no day; write one like 2027-03-31') from None
    return value


def _moment(value: object) -> object:
    """A day is its beginning in UTC; an instant has its offset."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{value}" is no time; write one like 2027-03-31 or 2027-03-31T09:00+01:00') from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


Moment = Annotated[datetime, BeforeValidator(_moment)]


class DealLine(BaseModel):
    """One row. ``code`` finds a deal that is there; without it the partner's deal for the same customer is."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    code: Annotated[str, AfterValidator(_code)] = ""
    partner: str
    entered_by: Address
    customer: Annotated[Name, Field(max_length=LONGEST["customer"])]
    domain: Annotated[str, AfterValidator(_domain)]
    country: Annotated[str, AfterValidator(lambda value: countries.understood(value, "en"))] = ""
    contact_name: Name
    contact_email: Address
    product: str = Field(default="", max_length=LONGEST["product"])
    value: Annotated[Decimal, BeforeValidator(_plain_value)]
    currency: str
    expected_close: Annotated[date, BeforeValidator(_day)]
    stage: str = Field(default="", max_length=75)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    state: Annotated[State, BeforeValidator(_folded)] = State.submitted
    submitted_at: Moment | None = None
    protected_until: Moment | None = None
    reason: str = Field(default="", max_length=LONGEST_NOTE)

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        if not is_currency(value.upper()):
            raise ValueError(f'"{value}" is no currency; write its three letters, such as EUR')
        return value.upper()

    @field_validator("customer")
    @classmethod
    def _named(cls, value: str) -> str:
        if not any(names.Name.of(value)):
            raise ValueError("write the customer's name in letters")
        return value
