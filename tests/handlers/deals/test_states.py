"""Random people do random things with deals: no deal ever gets where the table of its states does not lead."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from handlers.deals.models.deal import Deal, DealEvent, DealKey
from handlers.errors import FormError
from handlers.partners.models import Contact
from tests.handlers.deals.deal import AMARA, IDRIS, INGRID, LAYLA, NOON, OPERATOR, OWNER, XIMENA, ZOE, at, registers
from tests.talk import Talk

OPEN = {"submitted", "needs_information", "approved"}
LEADS = {
    # what is done, from where, where to; written down again, so that the table of the program is checked and not used
    "approved": ({"submitted", "needs_information"}, "approved"),
    "rejected": ({"submitted", "needs_information"}, "rejected"),
    "duplicate": ({"submitted", "needs_information"}, "duplicate"),
    "asked": ({"submitted"}, "needs_information"),
    "answered": ({"needs_information"}, "submitted"),
    "withdrawn": (OPEN, "withdrawn"),
    "won": ({"approved", "expired"}, "won"),
    "lost": ({"approved", "expired"}, "lost"),
    "expired": ({"approved"}, "expired"),
    "extension_asked": ({"approved"}, "approved"),
    "extended": ({"approved"}, "approved"),
    "extension_declined": ({"approved"}, "approved"),
    "moved": (OPEN, ""),
    "noted": (OPEN | {"expired"}, ""),
    "shared": (OPEN, ""),
}
DECISIONS = {"approved", "rejected", "duplicate", "asked", "extended", "extension_declined"}
MANAGERS = {INGRID, AMARA, OPERATOR}
PARTNER = {ZOE, IDRIS, LAYLA}
PEOPLE = (ZOE, IDRIS, LAYLA, XIMENA, INGRID, AMARA, OPERATOR, OWNER)

OTHER: list[str] = []  # another deal, to be a duplicate of
Doing = Callable[[Talk, str], object]
DOINGS: dict[str, Doing] = {
    "approve": lambda who, code: who.presses_raw("deals.approve", code),
    "reject": lambda who, code: who.submits("deals.rejection", code, reason="other"),
    "ask": lambda who, code: who.submits("deals.question", code, question="Who?"),
    "duplicate": lambda who, code: who.submits("deals.duplication", code, original=OTHER[0]),
    "grant": lambda who, code: who.presses_raw("deals.grant", code),
    "decline": lambda who, code: who.submits("deals.declining", code, explanation="No."),
    "answer": lambda who, code: who.submits("deals.reply", code, answer="She."),
    "move": lambda who, code: who.submits("deals.staging", code, stage="Demo"),
    "note": lambda who, code: who.submits("deals.noting", code, note="A note."),
    "share": lambda who, code: who.submits("deals.sharing", code, colleague="3"),
    "extend": lambda who, code: who.submits("deals.extension", code, reason="Time."),
    "withdraw": lambda who, code: who.submits("deals.withdrawal", code),
    "won": lambda who, code: who.presses_raw("deals.won", code),
    "lose": lambda who, code: who.submits("deals.loss", code, reason="price"),
    "show": lambda who, code: who.presses_raw("deals.show", code),
    "wait": lambda who, code: who.ticks(who.now),
}
DECIDE = ("approve", "reject", "ask", "duplicate", "grant", "decline")
WORK = ("answer", "move", "note", "share", "extend", "withdraw", "won", "lose")
DAYS = st.sampled_from([0, 0, 0, 0, 1, 5, 40])
STEPS = st.lists(
    st.one_of(  # most things are tried by who may do them, or nothing would ever get far
        st.tuples(st.sampled_from(sorted(MANAGERS)), st.sampled_from(DECIDE), DAYS),
        st.tuples(st.sampled_from(sorted(PARTNER)), st.sampled_from(WORK), DAYS),
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(DOINGS)), DAYS),
    ),
    min_size=5,
    max_size=25,
)
APPROVE, EXTEND = (INGRID, "approve", 0), (ZOE, "extend", 1)
FIRST = st.sampled_from([[], [APPROVE], [(AMARA, "ask", 0)], [APPROVE, EXTEND]])
numbers = count()


def test_no_deal_gets_where_it_must_not(talk, database):
    people = {email: talk(email) for email in PEOPLE}
    with database.read() as session:
        emails = {contact.id: contact.email for contact in session.exec(select(Contact))}

    OTHER[:] = [registers(at(people[XIMENA]))]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FIRST, STEPS)
    def random_people(first, steps):
        name = "".join(chr(97 + int(digit)) * 3 for digit in str(1_000 + next(numbers)))
        start = NOON + timedelta(days=400 * next(numbers))
        close = (start + timedelta(days=300)).date().isoformat()
        code = registers(
            at(people[ZOE], start),
            customer=name,
            domain=f"{name}.example",
            contact_email=f"a@{name}.example",
            expected_close=close,
        )
        now = start
        for email, doing, days in [*first, *steps]:
            now += timedelta(days=days)
            before = _deal(database, code)
            with suppress(FormError):
                DOINGS[doing](at(people[email], now), code)
            _check(database, code, before, email)
        _check_story(database, code, emails)

    random_people()


def _deal(database, code) -> Deal:
    with database.read() as session:
        return session.exec(select(Deal).where(Deal.code == code)).one()


def _check(database, code: str, before: Deal, email: str) -> None:
    """Nobody changes anything who may not."""
    after = _deal(database, code)
    if after.state != before.state or after.protected_until != before.protected_until:
        assert email in MANAGERS | PARTNER or after.state == "expired"
    if after.state == "approved":
        assert after.protected_until is not None
        assert after.alert_at is None
    if after.state not in OPEN:
        assert (after.alert_at, after.remind_at, after.nudge_at) == (None, None, None)
    with database.read() as session:
        found = session.exec(select(DealKey).where(DealKey.deal_id == after.id)).all()
    assert bool(found) == (after.state in OPEN)


def _check_story(database, code: str, emails: dict[int, str]) -> None:
    """The history tells how the deal got where it stands, and every step of it was allowed to who took it."""
    deal = _deal(database, code)
    with database.read() as session:
        events = session.exec(select(DealEvent).where(DealEvent.deal_id == deal.id).order_by(DealEvent.id)).all()
    assert (events[0].act, events[0].state) == ("registered", "submitted")
    assert events[-1].state == deal.state
    for before, event in pairwise(events):
        sources, target = LEADS[event.act]
        assert before.state in sources
        assert event.state == (target or before.state)
        who = emails.get(event.contact_id, "")
        assert who in (MANAGERS if event.act in DECISIONS else {""} if event.act == "expired" else PARTNER)
    acts = [event.act for event in events]
    assert all(acts.count(once) <= 1 for once in ("approved", "extension_asked", "extended", "expired", "won", "lost"))
    shared = acts.index("shared") if "shared" in acts else len(acts)
    assert all(emails.get(event.contact_id) != LAYLA for event in events[:shared])
