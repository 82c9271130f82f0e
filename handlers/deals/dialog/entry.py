"""What somebody entered, checked: everything that is wrong with it is said at once, each under its field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from handlers.cite import shortened
from handlers.deals.models import countries, domains
from handlers.deals.models.amounts import plain, understood
from handlers.deals.models.deal import Customer
from handlers.deals.models.names import Name
from handlers.deals.models.states import STAGES
from handlers.deals.views.forms import LONGEST, LONGEST_NOTE
from handlers.errors import FormError
from handlers.feature import Typed
from handlers.turn import Turn

T = TypeVar("T")
MISSING = "Please fill this in."
FURTHEST = timedelta(days=3_660)
_ADDRESS = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]+")


class Entry(Typed):
    """As it was typed. What it means depends on who typed it, so it is checked with the turn at hand."""

    customer: str = ""
    domain: str = ""
    country: str = ""
    contact_name: str = ""
    contact_email: str = ""
    product: str = ""
    value: str = ""
    currency: str = ""
    expected_close: str = ""
    stage: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """``interpreted``: the value was not in plain digits, so that the person should see what it was taken for."""

    customer: str
    host: str
    country: str
    contact_name: str
    contact_email: str
    product: str
    value: Decimal
    interpreted: bool
    currency: str
    expected_close: date
    stage: str
    note: str

    def identity(self, own: str) -> Customer:
        """``own``: the address of who entered it; a contact with them is no contact at the customer."""
        mail = domains.of_address(self.contact_email)
        mail = "" if mail == domains.of_address(own) else mail
        return Customer.of(self.customer, domains.registrable(self.host), mail)


def checked(entry: Entry, turn: Turn) -> Entered:
    """Raises FormError."""
    errors: dict[str, str] = {}

    def take(name: str, check: Callable[[str], T], otherwise: T) -> T:
        try:
            return check(getattr(entry, name))
        except ValueError as error:
            errors[name] = str(error)
            return otherwise

    amount = take("value", lambda text: understood(_given(text), turn.who.language), None)
    entered = Entered(
        customer=take("customer", _customer, ""),
        host=take("domain", _host, ""),
        country=take("country", lambda text: countries.understood(text, turn.who.language), ""),
        contact_name=take("contact_name", _person, ""),
        contact_email=take("contact_email", _address, ""),
        product=take("product", lambda text: _product(text, turn.policy.products), ""),
        value=amount.value if amount else Decimal(),
        interpreted=bool(amount and amount.interpreted),
        currency=take("currency", lambda text: _currency(text, turn.policy.currencies), ""),
        expected_close=take("expected_close", lambda text: _close(text, turn.today), turn.today),
        stage=take("stage", _stage, ""),
        note=take("note", _note, ""),
    )
    if amount and entered.currency and amount.currencies and entered.currency not in amount.currencies:
        errors["value"] = _other_currency(amount.currencies, entered.currency, turn.policy.currencies)
    if errors:
        raise FormError(**errors)
    return entered


def _other_currency(meant: frozenset[str], chosen: str, taken: tuple[str, ...]) -> str:
    if meant.isdisjoint(taken):
        return f"Deals are registered in {', '.join(taken)} here. Write the value in one of these."
    return f"The sign in the value is not that of {chosen}. Choose the currency that is meant."


def shown_again(entry: Entry, entered: Entered) -> Mapping[str, str]:
    """What was typed, with the value as it was understood."""
    return entry.model_dump() | {"value": plain(entered.value)}


def _given(text: str) -> str:
    if not text:
        raise ValueError(MISSING)
    return text


def _bounded(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"This is too long: write at most {longest} letters.")
    return text


def _customer(text: str) -> str:
    name = " ".join(_bounded(_given(text), LONGEST["customer"]).split())
    if not Name.of(name).latin and not Name.of(name).native:
        raise ValueError("Write the customer's name in letters.")
    return name


def _host(text: str) -> str:
    domains.registrable(_bounded(_given(text), LONGEST["domain"]))
    return domains.written(text)


def _person(text: str) -> str:
    name = " ".join(_bounded(_given(text), LONGEST["contact_name"]).split())
    if not any(letter.isalpha() for letter in name):
        raise ValueError("Write the name of the person you talk to at the customer.")
    return name


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(_bounded(_given(text), LONGEST["contact_email"])):
        raise ValueError("This is no e-mail address. Write it like jane@acme.com.")
    return text


def _product(text: str, products: tuple[str, ...]) -> str:
    if products and text and text not in {shortened(product, 75) for product in products}:
        raise ValueError("Choose one of the products in the list.")
    return " ".join(_bounded(text, LONGEST["product"]).split())


def _currency(text: str, currencies: tuple[str, ...]) -> str:
    if _given(text) not in currencies:
        raise ValueError("Choose one of the currencies in the list.")
    return text


def _close(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(_given(text))
    except ValueError:
        raise ValueError(MISSING if not text else "Write the day like 2027-03-31.") from None
    if day < today:
        raise ValueError("This day is in the past. Write when you expect to close the deal, today or later.")
    if day - today > FURTHEST:
        raise ValueError("This day is more than ten years away. Write when you expect to close the deal.")
    return day


def _stage(text: str) -> str:
    if text and text not in STAGES:
        raise ValueError("Choose one of the stages in the list.")
    return text


def _note(text: str) -> str:
    return _bounded(text, LONGEST_NOTE)
