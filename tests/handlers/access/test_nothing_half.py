"""Whatever statement a turn dies at, nothing of it has happened; the next try does all of it, once."""

from sqlmodel import select

from handlers.access.models import AccessRequest, Invite
from handlers.notices.models import Delivery
from handlers.partners.models import ChatIdentity, Contact
from tests.dying import until_it_lives
from tests.handlers.access.test_codes import invited, rows
from tests.handlers.access.test_requests import ENTRY, MANAGER

PARTNER = {"partner": "Mirasol Sistemas", "role": "partner_user"}


def state(database):
    with database.read() as look:
        requests = [(row.state, row.decided_by, row.contact_id) for row in look.exec(select(AccessRequest))]
        codes = [(row.used_at, row.voided_at) for row in look.exec(select(Invite))]
        people = [(row.user, row.contact_id, row.granted) for row in look.exec(select(ChatIdentity))]
        counts = [len(look.exec(select(table)).all()) for table in (Contact, Delivery)]
    return requests, codes, people, counts


def submits(talk, form, context, values):
    """The turn alone, without the delivery of what it wrote."""
    return lambda: talk.portal.submit(talk.caller, talk.place, form, context, values)


def acts(talk, database):
    """Each of the four ways to change something, made ready to be done."""
    asker, manager, other = talk("U-noor", unknown=True), talk(MANAGER), talk("U-other", unknown=True)
    yield submits(asker, "access.request", "", ENTRY)
    token = rows(database, AccessRequest)[0].token
    yield lambda: manager.portal.press(manager.caller, manager.place, "access.decline", token)
    other.submits("access.request", "", **ENTRY)
    token = rows(database, AccessRequest)[-1].token
    yield submits(manager, "access.approve", token, PARTNER)
    third = talk("U-third", unknown=True)
    third.submits("access.request", "", **ENTRY | {"email": "third@x.example"})
    code = invited(database, third)
    yield lambda: third.portal.say(third.caller, third.place, code)


def test_a_turn_that_dies_anywhere_has_done_nothing(talk, database):
    for act in acts(talk, database):
        before = state(database)
        assert until_it_lives(database, act, state) >= 4
        assert state(database) != before
