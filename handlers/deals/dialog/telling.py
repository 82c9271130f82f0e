"""Who hears what of a deal: its people, the managers' channel, the vendor's own systems."""

from collections.abc import Sequence

from handlers.deals.models.states import Act
from handlers.deals.models.whole import Whole
from handlers.deals.store import alike, changes, deals
from handlers.deals.store.alike import Match
from handlers.deals.views import cards, desk
from handlers.notices import store as notices
from handlers.partners import store as partners
from handlers.turn import Emit, Outcome, Replace, Rewrite, Say, Tell, Turn
from handlers.ui import Card, Element


def emit(whole: Whole, act: Act) -> Emit:
    return Emit(f"deal.{act}", whole.payload())


def own(whole: Whole) -> str:
    """The subject of the partner's card."""
    return f"deal:{whole.deal.code}"


def desk_of(whole: Whole) -> str:
    """The subject of the managers' card."""
    return f"deal-desk:{whole.deal.code}"


def desk_card(turn: Turn, whole: Whole, note: Sequence[Element] = (), similar: Sequence[Match] | None = None) -> Card:
    """``similar``: where it is known already what is alike."""
    deal = whole.deal
    found = alike.matches(turn.session, deal.identity) if similar is None else similar
    others = [match for match in found if match.deal.id != deal.id]
    names = partners.names_of(turn.session, {match.deal.partner_id for match in others})
    shown = [(match.deal, names[match.deal.partner_id], match.likeness) for match in others]
    zone = changes.zone(turn.session, whole.partner)
    return desk.desk(whole, shown, deals.counts(turn.session, deal.partner_id), turn.now, zone, note)


def to_managers(turn: Turn, whole: Whole, card: Card, about: str) -> Sequence[Outcome]:
    """To their channel; where they have none, to the manager who is in charge of the partner."""
    if turn.policy.has_managers_channel:
        return [Say(card, to="managers", subject=about)]
    manager = partners.manager_of(turn.session, whole.partner)
    return [Tell(manager.id, card, subject=about)] if manager and manager.id else []


def rewritten(turn: Turn, whole: Whole, note: Sequence[Element] | None) -> Sequence[Outcome]:
    """The partner's card and, with a ``note`` on what happened, the managers' one say how the deal stands now."""
    card = cards.card(whole, turn.now, whole.entered_by.time_zone)
    outcomes: list[Outcome] = [Rewrite(own(whole), card)]
    if note is not None:
        outcomes.append(Rewrite(desk_of(whole), desk_card(turn, whole, note)))
    return outcomes


def in_place(turn: Turn, about: str, card: Card) -> Sequence[Outcome]:
    """What was pressed becomes this card, unless it is rewritten by its subject anyway; who pressed nothing gets it
    as an answer."""
    if turn.pressed is None or not turn.place.message:
        return [Say(card, to="asker")]
    root = notices.root(turn.session, about)
    return [] if root and root.platform_id == turn.place.message else [Replace(card)]


def told(turn: Turn, whole: Whole, card: Card) -> Sequence[Outcome]:
    """Everybody who works on the deal, but not who did it."""
    concerned = changes.people(turn.session, whole.deal)
    return [Tell(person.id, card) for person in concerned if person.id and person.id != turn.who.contact_id]
