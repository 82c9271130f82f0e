"""Whatever statement a turn dies at, nothing of it has happened; the next try does all of it, once. And: the same thing
many times in one instant happens once."""

import threading
from contextlib import suppress

from sqlmodel import select

from handlers.errors import PortalError
from handlers.notices.models import Delivery
from handlers.tickets.models import Ticket, TicketDraft, TicketEvent, TicketMessage
from tests.dying import until_it_lives
from tests.handlers.tickets.people import ADMIN, INGRID, SSO, ZOE, events, messages, opened


def state(database):
    with database.read() as look:
        tickets = [(row.code, row.state, row.assignee_id) for row in look.exec(select(Ticket))]
        drafts = [(row.token, row.code) for row in look.exec(select(TicketDraft))]
        tables = (TicketEvent, TicketMessage, Delivery)
        return tickets, drafts, [len(look.exec(select(table)).all()) for table in tables]


def acts(talk):
    """What changes something, made ready to be done."""
    zoe, ingrid = talk(ZOE), talk(INGRID)
    zoe.commands("ticket", "")
    form = zoe.form
    yield lambda: zoe.portal.submit(zoe.caller, zoe.place, form.name, form.context, SSO)
    code = opened(zoe)
    yield lambda: ingrid.portal.press(ingrid.caller, ingrid.place, "tickets.take", code)
    yield lambda: ingrid.portal.submit(ingrid.caller, ingrid.place, "tickets.ask", code, {"question": "Which?"})
    yield lambda: zoe.portal.submit(zoe.caller, zoe.place, "tickets.reply", code, {"text": "This one."})
    yield lambda: ingrid.portal.press(ingrid.caller, ingrid.place, "tickets.resolve", code)


def test_a_turn_that_dies_anywhere_has_done_nothing(talk, database):
    for act in acts(talk):
        before = state(database)
        assert until_it_lives(database, act, state) >= 4
        assert state(database) != before


def at_once(*acts, times=6):
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        for _ in range(times):
            with suppress(PortalError):
                act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_fifty_equal_submissions_open_one_ticket(talk, database):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    form = zoe.form
    at_once(*[lambda: zoe.portal.submit(zoe.caller, zoe.place, form.name, form.context, SSO)] * 8)
    with database.read() as look:
        assert len(look.exec(select(Ticket)).all()) == 1


def test_one_note_is_sent_once_and_one_rating_kept_once(talk, database):
    zoe, ingrid, admin = talk(ZOE), talk(INGRID), talk(ADMIN)
    code = opened(zoe)
    ingrid.replies(next(iter(ingrid.support())), "a note", where="support")
    token = messages(database, code)[0].token
    at_once(*[lambda: ingrid.portal.press(ingrid.caller, ingrid.place, "tickets.send_note", token)] * 8)
    assert events(database, code).count("replied") == 1
    ingrid.presses_raw("tickets.resolve", code)
    rates = [
        lambda person=person, name=name: person.portal.press(person.caller, person.place, f"tickets.{name}", code)
        for person in (zoe, admin)
        for name in ("good", "bad")
    ]
    at_once(*rates)
    assert events(database, code).count("rated") == 1
