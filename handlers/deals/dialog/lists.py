"""The pipeline, one deal of it, and the deals' part of the Home."""

from collections.abc import Sequence

from handlers.deals.dialog.access import code_of, seen
from handlers.deals.models import rules
from handlers.deals.models.states import DECISIONS
from handlers.deals.store import changes, lists
from handlers.deals.store.lists import Chosen
from handlers.deals.views import cards
from handlers.deals.views import lists as views
from handlers.errors import NotAllowed
from handlers.turn import Outcome, Replace, Say, Turn
from handlers.ui import Card, Element, number

FOR_OTHERS = "Deals are for partners and their channel managers. Ask me about the programme instead."


def command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/deals, /deals open, /deals Kestrel, /deals D-4XQ9."""
    if code_of(words):
        return show(turn, words)
    return pipeline(turn, words)


def pipeline(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "listed"
    return [Say(_page(turn, 0, " ".join(words.split())[:200]), to="asker")]


def about(turn: Turn, customer: str) -> Sequence[Outcome]:
    """The deal with this customer, where it is one alone; a closed one where none is open."""
    for words in (customer, f"all {customer}"):
        found = lists.page(turn.look, turn.who, Chosen.by(words), turn.now, 0, 2)
        if found:
            return show(turn, found[0][0].code) if len(found) == 1 else pipeline(turn, words)
    return pipeline(turn, customer)


def page(turn: Turn, value: str) -> Sequence[Outcome]:
    """``value`` is "page:words"."""
    turn.kind = "listed"
    start, _, words = value.partition(":")
    return [Say(_page(turn, number(start), words), to="asker")]


def _page(turn: Turn, start: int, words: str) -> Card:
    if not _has_deals(turn):
        raise NotAllowed(FOR_OTHERS)
    chosen, vendor = Chosen.by(words), rules.manages(turn.who)
    totals = lists.totals(turn.look, turn.who, chosen, turn.now)
    deals = lists.page(turn.look, turn.who, chosen, turn.now, start * views.PAGE, views.PAGE + 1)
    turn.result = "list" if deals else "empty"
    return views.pipeline(totals, deals, start, words, turn.now, turn.who.time_zone, vendor)


def show(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "shown", "deal"
    return [Say(_card(turn, code, more=False), to="asker")]


def more(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "shown", "deal"
    card = _card(turn, code, more=True)
    return [Replace(card) if turn.pressed is not None and turn.place.message else Say(card, to="asker")]


def _card(turn: Turn, code: str, *, more: bool) -> Card:
    deal = seen(turn, code)
    whole = changes.whole(turn.look, deal)
    if not rules.manages(turn.who):
        return cards.card(whole, turn.now, turn.who.time_zone, more)
    decides = all(rules.may(act, deal, turn.who, False) for act in DECISIONS)
    return cards.for_managers(whole, turn.now, turn.who.time_zone, decides)


def home(turn: Turn) -> Sequence[Element]:
    return views.home(turn.who.partner_id is not None) if _has_deals(turn) else ()


def _has_deals(turn: Turn) -> bool:
    return turn.who.partner_id is not None or rules.manages(turn.who)
