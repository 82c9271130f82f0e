"""Who may see a deal, and who may do what to it. Whether it can happen as the deal stands, the deal knows itself."""

from handlers.deals.models.deal import Deal
from handlers.deals.models.states import DECISIONS, Act
from handlers.partners.models import Role
from handlers.turn import Person

DECIDERS = frozenset({Role.channel_manager, Role.operator})


def manages(who: Person) -> bool:
    return who.role in DECIDERS


def sees(deal: Deal, who: Person, collaborates: bool) -> bool:
    if manages(who):
        return True
    if who.partner_id is None or deal.partner_id != who.partner_id:
        return False
    return who.role == Role.partner_admin or deal.entered_by == who.contact_id or collaborates


def concerns(deal: Deal, who: Person) -> bool:
    """Whether it is a deal of their own entry or partner, so that others must decide about it."""
    return deal.entered_by == who.contact_id or (who.partner_id is not None and who.partner_id == deal.partner_id)


def may(act: Act, deal: Deal, who: Person, collaborates: bool) -> bool:
    if act in DECISIONS:
        return manages(who) and not concerns(deal, who)
    own = who.partner_id is not None and who.partner_id == deal.partner_id
    return own and act != Act.expired and sees(deal, who, collaborates)
