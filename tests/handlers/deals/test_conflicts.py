"""What the check for conflicts finds, what a partner learns of it, and that nobody can find out by trying."""

import pytest
from sqlmodel import select

from handlers.deals.models.deal import Deal
from handlers.deals.models.draft import Conflict
from handlers.errors import FormError
from tests.handlers.deals.deal import (
    AMARA,
    BETO,
    IDRIS,
    INGRID,
    JUERGEN,
    LAYLA,
    NORDFELL,
    VALDEMORA,
    XIMENA,
    ZOE,
    at,
    code_of,
    later,
    registers,
)


@pytest.fixture
def ximena(talk):
    return at(talk(XIMENA))


def approves(manager, code):
    manager.presses_raw("deals.approve", code)


def refused(person, **changed) -> str:
    with pytest.raises(FormError) as error:
        person.submits("deals.register", "", **(NORDFELL | changed))
    (said,) = error.value.fields.values()
    return said


NOTHING_SHARED = {
    "customer": "Something Else",
    "domain": "something-else.example",
    "contact_email": "a@something-else.example",
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"customer": "Bank Nordfell"},
        {"customer": "Nordfel Bank"},
        {"domain": "nordfell-group.example", "contact_email": "k@nordfell-group.example"},  # the name alone
        {"customer": "Something Else"},  # the domain alone
        {"customer": "Something Else", "domain": "WWW.shop.Nordfell.example."},
        NOTHING_SHARED | {"contact_email": "kari@mail.nordfell.example"},
        NOTHING_SHARED | {"domain": "nordfell.example"},
    ],
)
def test_a_protected_customer_is_refused_with_a_month_and_no_more(ximena, approved, database, changed):
    assert refused(ximena, **changed) == "This customer is protected until June 2027."
    with database.read() as session:
        assert len(session.exec(select(Deal)).all()) == 1
    assert ximena.told() == []


@pytest.mark.parametrize(
    "changed",
    [
        NOTHING_SHARED | {"customer": "Nordfell Banking"},
        NOTHING_SHARED | {"domain": "n0rdfell.example"},
        NOTHING_SHARED | {"domain": "nord-fell.example"},
        NOTHING_SHARED | {"domain": "nordfell.test"},
        NOTHING_SHARED | {"domain": "nоrdfell.example"},  # a Cyrillic letter
    ],
)
def test_what_is_similar_is_registered_and_needs_review(talk, ximena, approved, changed):
    ximena.submits("deals.register", "", **(NORDFELL | changed))
    code = code_of(ximena)
    said = ximena.told()[-1].plain()
    assert "Check: needs review" in said
    assert "Kestrel" not in said
    assert approved not in said
    desk = ximena.managers()[-1].plain()
    assert f"{approved} of Kestrel & Rowe IT" in desk
    assert "protected until 1 Jun 2027" in desk
    assert code in desk


def test_what_nobody_has_decided_about_needs_review(zoe, ximena):
    first = registers(zoe)
    second = registers(ximena)
    assert "Check: clear" in zoe.told()[0].plain()
    assert "Check: needs review" in ximena.told()[-1].plain()
    assert first not in ximena.told()[-1].plain()
    assert f"{first} of Kestrel & Rowe IT" in ximena.managers()[-1].plain()
    assert second not in zoe.told()[0].plain()


@pytest.mark.parametrize(
    "changed",
    [
        NOTHING_SHARED,
        NOTHING_SHARED | {"contact_email": "kari@gmail.com"},
        NOTHING_SHARED | {"customer": "Nordea Bank"},
    ],
)
def test_other_customers_are_clear(talk, ximena, zoe, changed):
    registers(zoe, contact_email="nordfell@gmail.com")
    approves(at(talk(INGRID)), code_of(zoe))
    registers(ximena, **(NOTHING_SHARED | changed))
    assert "Check: clear" in ximena.told()[-1].plain()


def test_only_live_deals_count(talk, zoe, ximena):
    code = registers(zoe)
    zoe.submits("deals.withdrawal", code)
    registers(ximena)
    assert "Check: clear" in ximena.told()[-1].plain()


def test_a_protection_that_is_over_counts_no_more_even_before_the_clock_has_said_so(ximena, approved):
    later(ximena, days=91)
    ximena.submits("deals.register", "", **(NORDFELL | {"expected_close": "2027-12-31"}))
    assert "Check: clear" in ximena.told()[-1].plain()


def test_the_same_partner_is_told_which_deal_it_is_if_they_may_see_it(talk, zoe, approved):
    assert approved in refused(zoe, customer="NORDFELL BANK")
    assert approved in refused(at(talk(IDRIS)))
    said = refused(at(talk(LAYLA)))
    assert approved not in said
    assert "collaborator" in said


def test_a_partners_own_address_as_contact_says_nothing_about_the_customer(zoe, ximena):
    registers(zoe, contact_email=ZOE)
    registers(zoe, **VALDEMORA | {"contact_email": ZOE})
    assert "Check: clear" in zoe.told()[-1].plain()


def test_after_five_conflicts_in_an_hour_checks_are_slowed_and_the_managers_told_once(talk, ximena, approved, database):
    for _ in range(5):
        assert "protected until" in refused(ximena)
    beto = at(talk(BETO))
    for person in (ximena, beto):  # the partner, not the person; and for what would be free as well
        said = refused(person, **VALDEMORA)
        assert "checks are slowed" in said
        assert "Nothing was checked" in said
    ximena.ticks(ximena.now)
    told = [card for card in ximena.managers() if "Many conflicts" in card.title]
    assert len(told) == 1
    assert "Mirasol Sistemas" in told[0].plain()
    with database.read() as session:
        assert len(session.exec(select(Conflict)).all()) == 5
    later(ximena, minutes=61)
    registers(ximena, **VALDEMORA)
    assert len([card for card in ximena.managers() if "Many conflicts" in card.title]) == 1


def test_slowing_one_partner_slows_nobody_else(talk, ximena, approved):
    for _ in range(6):
        refused(ximena)
    juergen = at(talk(JUERGEN))
    assert "protected until" in refused(juergen)
    registers(juergen, **VALDEMORA)


def test_ones_own_customer_is_no_conflict(zoe, approved, database):
    for _ in range(8):
        assert approved in refused(zoe)
    with database.read() as session:
        assert session.exec(select(Conflict)).all() == []


def test_nothing_of_the_other_partner_is_in_what_the_second_one_gets(talk, zoe, ximena):
    registers(zoe, customer="Canary Nordfell Bank", note="canary-note", contact_name="Canary Kari")
    ximena.submits("deals.register", "", **(NORDFELL | {"customer": "Other"}))
    code = code_of(ximena)
    at(talk(AMARA)).presses_raw("deals.approve", code)
    ximena.commands("deals", "")
    ximena.commands("deals", code)
    said = "\n".join(card.plain() for card in ximena.told()).casefold()
    assert "canary" not in said
    assert "kestrel" not in said
