"""What can happen to a deal, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    submitted = "submitted"
    needs_information = "needs_information"
    approved = "approved"
    rejected = "rejected"
    duplicate = "duplicate"
    withdrawn = "withdrawn"
    expired = "expired"
    won = "won"
    lost = "lost"


class Act(StrEnum):
    """Everything that changes a deal; the name is also the webhook's, "deal.approved". Imports are told to nobody."""

    registered = "registered"
    approved = "approved"
    rejected = "rejected"
    asked = "asked"
    answered = "answered"
    duplicate = "duplicate"
    withdrawn = "withdrawn"
    won = "won"
    lost = "lost"
    expired = "expired"
    moved = "moved"
    noted = "noted"
    shared = "shared"
    extension_asked = "extension_asked"
    extended = "extended"
    extension_declined = "extension_declined"
    imported = "imported"


LIVE = frozenset({State.submitted, State.needs_information, State.approved})
UNDECIDED = frozenset({State.submitted, State.needs_information})

MANY = 200  # nobody needs to know how many more deals a partner has in a state

DECISIONS = frozenset({Act.approved, Act.rejected, Act.asked, Act.duplicate, Act.extended, Act.extension_declined})
"""Those of a channel manager. The clock's is ``expired``; all others are the partner's."""

S = State
AFTER: Mapping[Act, Mapping[State, State]] = {
    Act.approved: dict.fromkeys(UNDECIDED, S.approved),
    Act.rejected: dict.fromkeys(UNDECIDED, S.rejected),
    Act.duplicate: dict.fromkeys(UNDECIDED, S.duplicate),
    Act.asked: {S.submitted: S.needs_information},
    Act.answered: {S.needs_information: S.submitted},
    Act.withdrawn: dict.fromkeys(LIVE, S.withdrawn),
    Act.won: {S.approved: S.won, S.expired: S.won},
    Act.lost: {S.approved: S.lost, S.expired: S.lost},
    Act.expired: {S.approved: S.expired},
    Act.moved: {state: state for state in LIVE},
    Act.noted: {state: state for state in (*LIVE, S.expired)},
    Act.shared: {state: state for state in LIVE},
    Act.extension_asked: {S.approved: S.approved},
    Act.extended: {S.approved: S.approved},
    Act.extension_declined: {S.approved: S.approved},
}


class Verdict(StrEnum):
    """All that a partner ever learns of other partners' deals."""

    clear = "clear"
    review = "review"
    protected = "protected"


class Extension(StrEnum):
    none = ""
    asked = "asked"
    granted = "granted"
    declined = "declined"


STAGES = ("Qualified", "Demo", "Proof of concept", "Proposal", "Negotiation", "Verbal agreement")
REASONS = {
    "protected": "Already protected",
    "renewal": "Existing customer, renewal",
    "inactive": "No active opportunity",
    "minimum": "Below the minimum",
    "tender": "Tender published",
    "other": "Another reason",
}
"""Why a deal is rejected, as the partner reads it."""

LOST_BECAUSE = {
    "price": "Price",
    "competitor": "A competitor",
    "no_decision": "No decision, or no budget",
    "feature": "A feature was missing",
    "other": "Another reason",
}
