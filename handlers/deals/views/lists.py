"""The pipeline, what a draft is offered with, and the deals' part of the Home."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from handlers.cite import shortened
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import STAGES
from handlers.deals.views.wording import NO_STAGE, detail, line, money
from handlers.ui import Button, Buttons, Card, Element, Facts, Item, Text

PAGE = 5  # deals on a card; the sixth button leads on
ROWS = 9
SAID = {
    "customer": "Customer",
    "domain": "Domain",
    "contact_name": "Contact name",
    "contact_email": "Contact e-mail",
    "product": "Product",
    "value": "Value",
    "currency": "Currency",
    "expected_close": "Expected close",
}
ONE_PARTNER = "Deals are registered by partners. You see theirs with /deals."


def pipeline(
    totals: Sequence[tuple[str, str, int, Decimal]],
    deals: Sequence[tuple[Deal, str]],
    page: int,
    words: str,
    now: datetime,
    zone: str,
    vendor: bool,
) -> Card:
    """``totals``: stage, currency, how many, how much. ``deals``: those of this page and one more if there are more."""
    count = sum(number for _, _, number, _ in totals)
    shown = deals[:PAGE]
    if not shown:
        return _nothing(words, vendor)
    more = len(deals) > PAGE
    buttons = (Buttons(buttons=(Button(label="More", action="deals.list", value=f"{page + 1}:{words}"[:500]),)),)
    return Card(
        title=_title(count, words),
        body=(
            *((_totals(totals),) if not page else ()),
            *(_item(deal, partner if vendor else "", now, zone) for deal, partner in shown),
            *(buttons if more else ()),
        ),
    )


def _title(count: int, words: str) -> str:
    chosen = f" for “{shortened(words, 60)}”" if words else ""
    return f"{count} deal{'' if count == 1 else 's'}{chosen}"


def _item(deal: Deal, partner: str, now: datetime, zone: str) -> Item:
    button = Button(label="Show", action="deals.show", value=deal.code)
    return Item(text=line(deal, partner), detail=detail(deal, now, zone), button=button)


def _nothing(words: str, vendor: bool) -> Card:
    if words:
        text = f"There are no deals for “{shortened(words, 60)}” that you can see. Write /deals for all open ones."
        return Card(body=(Text(text=text),))
    if vendor:
        return Card(body=(Text(text="There are no open deals. /deals all lists the closed ones as well."),))
    text = "You have no open deals yet. Register one, and it is protected once a channel manager has approved it."
    return Card(body=(Text(text=text), Buttons(buttons=(register_button(),))))


def _totals(totals: Sequence[tuple[str, str, int, Decimal]]) -> Facts:
    stages = sorted({stage for stage, _, _, _ in totals}, key=_order)
    rows = [(stage or NO_STAGE, _sum([total for total in totals if total[0] == stage])) for stage in stages[:ROWS]]
    if len(stages) > ROWS:
        rows.append(("Other stages", _sum([total for total in totals if total[0] in stages[ROWS:]])))
    return Facts(rows=tuple((shortened(stage), text) for stage, text in rows))


def _order(stage: str) -> tuple[int, str]:
    return (STAGES.index(stage) if stage in STAGES else -1 if not stage else len(STAGES), stage)


def _sum(totals: Sequence[tuple[str, str, int, Decimal]]) -> str:
    number = sum(total[2] for total in totals)
    by_currency: dict[str, Decimal] = {}
    for _, currency, _, value in sorted(totals, key=lambda total: total[1]):
        by_currency[currency] = by_currency.get(currency, Decimal()) + value
    amounts = " · ".join(money(value, currency) for currency, value in by_currency.items())
    return shortened(f"{number} deal{'' if number == 1 else 's'} · {amounts}", 600)


def register_button(token: str = "", label: str = "Register a deal") -> Button:
    return Button(label=label, action="deals.form", value=token, style="primary", opens_form=True)


def offer(values: Mapping[str, str], token: str) -> Card:
    """Words cannot open a dialog: this card's button does."""
    rows = _rows(values)
    understood: tuple[Element, ...] = (Text(text="This is what I understood:"), *rows) if rows else ()
    closing = "Open the form, check it and add the rest." if rows else "Open the form and fill it in."
    return Card(
        title="Register a deal", body=(*understood, Text(text=closing), Buttons(buttons=(register_button(token),)))
    )


def _rows(values: Mapping[str, str]) -> tuple[Facts, ...]:
    rows = tuple((label, shortened(values[name], 300)) for name, label in SAID.items() if values.get(name))
    return (Facts(rows=rows),) if rows else ()


def kept(customer: str, token: str) -> Card:
    """A dialog was closed before it was sent."""
    whom = f" for {shortened(customer, 80)}" if customer else ""
    return _unsent(token, Text(text=f"I kept what you entered{whom}. Go on with it now, or later with /deal."))


def left(begun: str, values: Mapping[str, str], token: str) -> Card:
    """A dialog was left on another platform; ``begun`` says so."""
    return _unsent(token, Text(text=begun), *_rows(values))


def _unsent(token: str, *body: Element) -> Card:
    discard = Button(label="Discard", action="deals.discard", value=token)
    buttons = Buttons(buttons=(register_button(token, "Continue"), discard))
    return Card(title="Your deal is not registered yet", body=(*body, buttons))


def note(text: str) -> Card:
    return Card(body=(Text(text=text),))


def home(partner: bool) -> tuple[Element, ...]:
    mine = Button(label="My deals" if partner else "Deals", action="deals.list", value="0:")
    return (Buttons(buttons=(register_button(), mine) if partner else (mine,)),)
