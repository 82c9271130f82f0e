"""A deal with all that a card may show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.deals.models.amounts import plain
from handlers.deals.models.deal import Deal, DealEvent
from handlers.partners.models import Contact, Partner


@dataclass(frozen=True, slots=True)
class Whole:
    """``history``: events, oldest first, each with the name of who did it, "" for the clock. ``decider``: who decided
    last, if anybody did. ``original``: the deal that this one is a duplicate of."""

    deal: Deal
    partner: Partner
    entered_by: Contact
    decider: Contact | None = None
    original: Deal | None = None
    people: Sequence[Contact] = ()
    history: Sequence[tuple[DealEvent, str]] = field(default=())

    def payload(self) -> Mapping[str, Any]:
        """What the vendor's own systems are told: nothing of any other partner."""
        deal = self.deal
        own = self.original if self.original and self.original.partner_id == deal.partner_id else None
        return {
            "deal": deal.code,
            "state": deal.state,
            "partner": self.partner.name,
            "entered_by": self.entered_by.email,
            "customer": deal.customer,
            "domain": deal.host,
            "country": deal.country,
            "contact_name": deal.contact_name,
            "contact_email": deal.contact_email,
            "product": deal.product,
            "value": plain(deal.value),
            "currency": deal.currency,
            "expected_close": deal.expected_close.isoformat(),
            "stage": deal.stage,
            "protected_until": deal.protected_until.isoformat() if deal.protected_until else None,
            "decided_at": deal.decided_at.isoformat() if deal.decided_at else None,
            "reason": deal.reason,
            "duplicate_of": own.code if own else None,
        }
