"""Many people in the same instant, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from bot.workers import TURNS_AT_ONCE
from handlers.deals.models.deal import Deal, DealEvent
from handlers.errors import FormError
from handlers.notices.models import Delivery
from tests.handlers.deals.deal import AMARA, BETO, IDRIS, INGRID, NORDFELL, XIMENA, ZOE, at, registers
from tests.talk import MANAGERS, Talk

MANY = 50


def at_once(*each: Callable[[], object]) -> list[object]:
    """Run them all in the same instant, in as many threads as a process has; what came of each, or its FormError."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except FormError as error:
            return error

    with ThreadPoolExecutor(TURNS_AT_ONCE) as threads:
        return list(threads.map(run, each))


def press(person: Talk, action: str, code: str) -> Callable[[], object]:
    return lambda: person.portal.press(person.caller, person.place, action, code)


def submit(person: Talk, form: str, context: str, **values: str) -> Callable[[], object]:
    return lambda: person.portal.submit(person.caller, person.place, form, context, values)


def events(database, act: str) -> int:
    with database.read() as session:
        return len(session.exec(select(DealEvent).where(DealEvent.act == act)).all())


def test_fifty_approvals_at_once_decide_once(talk, database):
    zoe, ingrid, amara = at(talk(ZOE)), at(talk(INGRID)), at(talk(AMARA))
    code = registers(zoe)
    at_once(*(press((ingrid, amara)[number % 2], "deals.approve", code) for number in range(MANY)))
    assert events(database, "approved") == 1
    told = [row for row in deliveries(database, f"D-{ZOE}") if "approved your deal" in str(row.card)]
    assert len(told) == 1
    said = [row for who in (INGRID, AMARA) for row in deliveries(database, f"D-{who}")]
    assert sum("Nothing was changed" in str(row.card) for row in said) == MANY - 1


def deliveries(database, conversation: str) -> list[Delivery]:
    with database.read() as session:
        return list(session.exec(select(Delivery).where(Delivery.conversation == conversation)))


def test_approvals_and_rejections_at_once_decide_once(talk, database):
    zoe, ingrid, amara = at(talk(ZOE)), at(talk(INGRID)), at(talk(AMARA))
    code = registers(zoe)
    each = [press(ingrid, "deals.approve", code), submit(amara, "deals.rejection", code, reason="other")]
    at_once(*(each * 6), submit(zoe, "deals.withdrawal", code))
    assert events(database, "approved") + events(database, "rejected") <= 1
    with database.read() as session:
        state = session.exec(select(Deal.state)).one()
        acts = Counter(session.exec(select(DealEvent.act)).all())
    assert acts[state] == 1


def test_fifty_equal_submissions_register_once(talk, database):
    zoe, idris = at(talk(ZOE)), at(talk(IDRIS))
    each = [submit((zoe, idris)[number % 2], "deals.register", "", **NORDFELL) for number in range(MANY)]
    results = at_once(*each)
    assert sum(isinstance(result, FormError) for result in results) == MANY - 1
    with database.read() as session:
        assert len(session.exec(select(Deal)).all()) == 1
    assert len(deliveries(database, MANAGERS[1])) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_partners_in_the_same_instant_exactly_one_is_first(talk, database, attempt):
    people = [at(talk(email)) for email in (ZOE, XIMENA)]
    at_once(*(submit(person, "deals.register", "", **NORDFELL) for person in people))
    with database.read() as session:
        assert sorted(session.exec(select(Deal.verdict)).all()) == ["clear", "review"]


def test_two_deals_for_one_customer_are_not_both_approved(talk, database):
    zoe, ximena, ingrid, amara = (at(talk(email)) for email in (ZOE, XIMENA, INGRID, AMARA))
    codes = [registers(zoe), registers(ximena)]
    each = [press(person, "deals.approve", code) for person in (ingrid, amara) for code in codes]
    at_once(*(each * 3))
    with database.read() as session:
        assert sorted(session.exec(select(Deal.state)).all()) == ["approved", "submitted"]


def test_conflicts_are_counted_whoever_runs_into_them_at_once(talk, database):
    zoe, ingrid = at(talk(ZOE)), at(talk(INGRID))
    ingrid.presses_raw("deals.approve", registers(zoe))
    people = [at(talk(email)) for email in (XIMENA, BETO)]
    results = at_once(*(submit(people[number % 2], "deals.register", "", **NORDFELL) for number in range(12)))
    said = Counter(str(result).partition(" until")[0] for result in results)
    assert said["This customer is protected"] == 5
    zoe.ticks(zoe.now)
    assert len([row for row in deliveries(database, MANAGERS[1]) if "Many conflicts" in str(row.card)]) == 1


def test_an_extension_is_granted_once(talk, database):
    zoe, ingrid, amara = at(talk(ZOE)), at(talk(INGRID)), at(talk(AMARA))
    code = registers(zoe)
    ingrid.presses_raw("deals.approve", code)
    at_once(*(submit(zoe, "deals.extension", code, reason="More time.") for _ in range(5)))
    at_once(*(press(person, "deals.grant", code) for person in (ingrid, amara) for _ in range(5)))
    assert (events(database, "extension_asked"), events(database, "extended")) == (1, 1)
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
    assert (deal.protected_until - zoe.now).days == 150
