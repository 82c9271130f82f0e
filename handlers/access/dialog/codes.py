"""Invite codes: whoever types one that is good becomes the contact whom it was made for."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.access import store, views
from handlers.access.models import Invite, WrongCode, code_in, codes_in, means_a_code
from handlers.feature import Handler
from handlers.partners import store as partners
from handlers.partners.models import Contact
from handlers.turn import Guest, Outcome, Rewrite, Say, Turn

HOUR = timedelta(hours=1)
TRIES = 5  # wrong codes of one chat user in an hour, after which none is taken for an hour
TRIES_OF_ALL = 500  # of everybody in an hour


def heard(words: str) -> Handler | None:
    return known if code_in(words) else None


def known(turn: Turn, words: str) -> Sequence[Outcome]:
    """A code is nothing to search for, and nothing for others to read."""
    turn.kind, turn.result = "access", "known"
    if not turn.place.private:
        turn.result = "code_in_channel"
        return _leaked(turn, words)
    return [Say(views.KNOWN, to="asker")]


def guest_says(guest: Guest, words: str) -> Sequence[Outcome]:
    code = code_in(words)
    if code is None and not means_a_code(words):
        return [Say(views.refusal(), to="asker")]
    if not guest.place.private:
        guest.result = "code_in_channel"
        return _leaked(guest, words)
    return _try(guest, code)


def _leaked(turn: Turn | Guest, words: str) -> Sequence[Outcome]:
    """Whoever reads along could use it, so nobody can from now on. Who wrote it hears the same of a good code as of a
    wrong one."""
    store.one_by_one(turn.session)
    holders = store.leaked(turn.session, codes_in(words), turn.now)
    return [
        Say(views.NOT_HERE, to="asker"),
        *(Say(views.leaked(contact), to="managers") for contact in holders),
    ]


def overheard(words: str) -> bool:
    """Words that were not meant for us, but have a code in them."""
    return code_in(words) is not None


def _try(guest: Guest, code: str | None) -> Sequence[Outcome]:
    store.one_by_one(guest.session)
    guest.result = "wrong_code"
    if _shut(guest):
        return [Say(views.NO_SUCH_CODE, to="asker")]
    found = store.invited(guest.session, code, guest.now) if code else None
    if found is None:
        platform, team, user = guest.chat
        guest.session.add(WrongCode(platform=platform, team=team, user=user, at=guest.now))
        return [Say(views.NO_SUCH_CODE, to="asker")]
    return _let_in(guest, *found)


def _let_in(guest: Guest, invite: Invite, contact: Contact) -> Sequence[Outcome]:
    assert contact.id is not None
    guest.result = "let_in"
    invite.use(guest.chat, guest.now)
    guest.session.add(invite)
    partners.grant(guest.session, guest.chat, contact, guest.now)
    partner = partners.partner_by_id(guest.session, contact.partner_id) if contact.partner_id else None
    outcomes: list[Outcome] = [Say(views.welcome(contact.name, partner.name if partner else ""), to="asker")]
    if request := store.settle(guest.session, guest.chat, contact.id, guest.now):
        outcomes.append(Rewrite(request.subject, views.decided(request, None, contact, partner)))
    return outcomes


def _shut(guest: Guest) -> bool:
    """After too many wrong codes none is taken for an hour, not even a good one."""
    if store.wrong_since(guest.session, guest.now - HOUR) >= TRIES_OF_ALL:
        return True
    wrong = store.wrong_codes(guest.session, guest.chat, TRIES)
    return len(wrong) == TRIES and guest.now - wrong[0] < HOUR and wrong[0] - wrong[-1] <= HOUR
