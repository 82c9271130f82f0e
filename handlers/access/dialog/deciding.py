"""Managers decide who is let in, as whom."""

import difflib
import re
from collections.abc import Sequence
from typing import Annotated, Literal

from rapidfuzz import fuzz, process, utils
from sqlmodel import Session

from handlers.access import store, views
from handlers.access.dialog.requesting import at_most, warning
from handlers.access.models import AccessRequest, RequestState
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.feature import Typed
from handlers.partners import store as partners
from handlers.partners.models import Contact, Partner, Role
from handlers.turn import Follow, Open, Outcome, Rewrite, Tell, Turn
from handlers.ui import MAX_OPTIONS

DECIDE = (Role.channel_manager, Role.operator)
ALIKE = 80.0  # of 100


class Approval(Typed):
    """``partner``: an id where it was chosen, a name where it was typed."""

    partner: Annotated[str, at_most(200)]
    role: Literal["partner_user", "partner_admin"]


class Reason(Typed):
    reason: Annotated[str, at_most(views.REASON)]


def among_themselves(turn: Turn, _: str) -> Sequence[Outcome]:
    """What is said under a request is said to colleagues."""
    turn.kind = "access"
    return []


def choose(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "access", "opened"
    request = _open(turn, turn.look, token)
    listed = store.partners(turn.look, MAX_OPTIONS + 1)
    likely = _likely(turn.look, request)
    shown = listed if len(listed) <= MAX_OPTIONS else []
    return [Open(views.approve_form(request, shown, likely, warning(store.holder(turn.look, request.email))))]


def approve(turn: Turn, token: str, entry: Approval) -> Sequence[Outcome]:
    turn.kind, turn.result = "access", "approved"
    request = _held(turn, token)
    partner = _partner(turn.session, entry.partner)
    contact = _contact(turn, request, partner, entry.role)
    assert contact.id is not None
    partners.grant(turn.session, request.chat, contact, turn.now)
    request.contact_id = contact.id
    return [
        _decide(turn, request, RequestState.approved, contact, partner),
        Tell(contact.id, views.welcome(contact.name, partner.name)),
    ]


def decline(turn: Turn, token: str) -> Sequence[Outcome]:
    return _decline(turn, token, "")


def ask_reason(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "access", "opened"
    return [Open(views.decline_form(_open(turn, turn.look, token)))]


def decline_with(turn: Turn, token: str, entry: Reason) -> Sequence[Outcome]:
    return _decline(turn, token, entry.reason)


def _decline(turn: Turn, token: str, reason: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "access", "declined"
    request = _held(turn, token)
    request.reason = reason
    rewritten = _decide(turn, request, RequestState.declined)
    return [rewritten, Follow(request.answer, views.declined(request))]


def _decide(
    turn: Turn,
    request: AccessRequest,
    state: RequestState,
    contact: Contact | None = None,
    partner: Partner | None = None,
) -> Rewrite:
    request.state, request.decided_by, request.decided_at = state, turn.who.contact_id, turn.now
    turn.session.add(request)
    by = partners.by_id(turn.session, turn.who.contact_id)
    return Rewrite(request.subject, views.decided(request, by, contact, partner))


def _held(turn: Turn, token: str) -> AccessRequest:
    """The request as it is now, for this turn alone."""
    _may(turn)
    store.one_by_one(turn.session)
    return store.locked(turn.session, _open(turn, turn.session, token))


def _open(turn: Turn, session: Session, token: str) -> AccessRequest:
    """Raises PortalError unless there is something to decide, and NotAllowed for those who may not."""
    _may(turn)
    request = store.by_token(session, token)
    if request is None:
        raise NotAllowed("I don't find this request. Nothing was changed.")
    if request.state != RequestState.open:
        turn.result = "again"
        by = partners.by_id(session, request.decided_by) if request.decided_by else None
        raise PortalError(views.taken(by, request))
    return request


def _may(turn: Turn) -> None:
    if turn.who.role not in DECIDE:
        raise NotAllowed("Only channel managers and operators decide who is let in. Nothing was changed.")


def _likely(look: Session, request: AccessRequest) -> Partner | None:
    """By the addresses of a partner's people, else by the company's name."""
    found = store.partner_of_domain(look, request.email.rpartition("@")[2])
    if found is not None:
        return partners.partner_by_id(look, found)
    named = partners.partners_by_name(look)
    best = process.extractOne(
        request.company, list(named), scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE
    )
    return named[best[0]] if best else None


def _partner(session: Session, said: str) -> Partner:
    """By id, as it was chosen, else by name, as it was typed."""
    chosen = re.fullmatch("id:([0-9]{1,9})", said)
    if chosen and (found := partners.partner_by_id(session, int(chosen[1]))):
        return found
    named = partners.partners_by_name(session)
    folded = " ".join(said.split()).casefold()
    if folded in named:
        return named[folded]
    near = difflib.get_close_matches(folded, named, n=1)
    hint = f" Did you mean {named[near[0]].name}?" if near else " Import it first, or look how it is written."
    raise FormError(partner=f"There is no partner of this name.{hint}")


def _contact(turn: Turn, request: AccessRequest, partner: Partner, role: str) -> Contact:
    """A new contact, or the one with this address if it is just this one: nobody is changed by an approval."""
    there = store.holder(turn.session, request.email)
    if there is None:
        made = Contact(email=request.email, name=request.name, partner_id=partner.id, role=role)
        turn.session.add(made)
        turn.session.flush()
        return made
    if not there.active:
        raise FormError(
            partner="The contact with this address was deactivated. An operator can undo that with "
            "`portal contacts activate`."
        )
    if there.partner_id != partner.id:
        raise FormError(partner="The contact with this address belongs elsewhere. Choose their partner, or decline.")
    if there.role != role:
        raise FormError(role="The contact with this address has another role. Choose that one, or decline.")
    return there
