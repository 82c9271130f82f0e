"""Until an announcement begins, its author changes whom it goes to and when."""

from datetime import datetime, timedelta

import pytest

from handlers.errors import FormError
from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    INGRID,
    LAYLA,
    NOW,
    ZOE,
    by,
    labels,
    one,
    rows,
    said,
    seen,
    written,
)

THURSDAY = {"timing": "at", "day": "2027-03-04", "time": "9 am"}
BUTTON = "Change the audience or time"


@pytest.fixture
def few(talk):
    """A manager who needs approval for more than one person."""
    seen(talk, ZOE, ADMIN)
    return by(talk, INGRID, policy={"approval_over": 1})


def scheduled(manager, whom=GOLD):
    code = written(manager, whom | THURSDAY)
    manager.says(f"send {code}")
    return code


def changes(manager, code, **values):
    manager.presses(manager.says(f"reschedule {code}"), BUTTON)
    assert manager.form.submit == "Change it"
    return manager.sends(**values).plain()


def test_another_time_and_the_exact_number_once_more(talk, ingrid, database):
    code = scheduled(ingrid)
    answer = changes(ingrid, code, day="2027-03-05", time="10:30")
    assert f"{code} is scheduled for 2 people: Fri 5 Mar 2027, 10:30" in answer
    assert "10:30" in said(ingrid.told())
    ingrid.ticks(NOW + timedelta(days=1))
    assert rows(database, code) == []
    ingrid.ticks(NOW + timedelta(days=2))
    assert len(rows(database, code)) == 2


def test_another_audience(talk, ingrid, database):
    seen(talk, LAYLA)
    code = scheduled(ingrid)
    assert "is scheduled for 1 person" in changes(ingrid, code, listed=ZOE)
    assert "a list of addresses" in ingrid.says(code).plain()
    ingrid.ticks(NOW + timedelta(days=1))
    assert [row.conversation for row in rows(database, code)] == [f"D-{ZOE}"]


def test_sent_at_once_after_all(talk, ingrid, database):
    code = scheduled(ingrid)
    assert f"{code} is going out to 2 people" in changes(ingrid, code, timing="now")
    ingrid.ticks(NOW)
    assert len(rows(database, code)) == 2


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"day": "2027-03-01"}, "in the past"),
        ({"listed": "nobody@nowhere.example"}, "nobody is of its audience"),
    ],
)
def test_what_cannot_be_changes_nothing(talk, ingrid, database, values, why):
    code = scheduled(ingrid)
    before = one(database, code)
    try:
        assert why in changes(ingrid, code, **values)
    except FormError as error:
        assert why in str(error)
    after = one(database, code)
    assert (after.state, after.at, after.audience) == (before.state, before.at, before.audience)


def test_another_audience_above_the_bound_is_approved_anew_and_another_time_is_not(talk, few, database):
    code = scheduled(few)
    amara = talk(AMARA)
    amara.now = NOW
    amara.says(f"approve {code}")
    assert "is scheduled for 2 people" in changes(few, code, time="11:00")
    assert one(database, code).state == "scheduled"
    asked = changes(few, code, tiers="Gold\nSilver")
    assert "A second manager has to approve it" in asked and "2 people" in asked
    assert (one(database, code).state, one(database, code).approved_by) == ("asked", None)
    few.ticks(NOW + timedelta(days=1))
    assert rows(database, code) == []
    amara.says(f"approve {code}")
    assert one(database, code).state == "scheduled"


def test_what_waits_for_approval_is_asked_anew_or_needs_none_any_more(talk, few, database):
    code = scheduled(few)
    assert one(database, code).state == "asked"
    first = one(database, code).requests
    assert "has to approve it" in changes(few, code, time="11:00")
    assert (one(database, code).requests, one(database, code).state) == (first + 1, "asked")
    assert "is scheduled for 1 person" in changes(few, code, listed=ZOE)
    assert one(database, code).state == "scheduled"
    assert "any more" in talk(AMARA).says(f"approve {code}").plain()
    assert all("Approve" not in labels(card) for card in few.managers())


def test_nobody_changes_what_has_begun_and_nobody_else_does(talk, ingrid, database):
    code = scheduled(ingrid)
    amara = talk(AMARA)
    assert BUTTON not in labels(amara.says(code))
    assert "Only its author" in amara.presses_raw("announcements.choose", code).plain()
    assert "Only its author" in amara.submits("announcements.audience", code, timing="now").plain()
    ingrid.presses(ingrid.says(code), BUTTON)
    ingrid.portal.tick("announcements.writing", NOW + timedelta(days=1))
    assert "another state" in ingrid.sends(timing="now").plain()
    assert BUTTON not in labels(ingrid.says(code))


def test_a_dialog_that_is_closed_leaves_it_as_it_is(talk, ingrid, database):
    code = scheduled(ingrid)
    ingrid.presses(ingrid.says(code), BUTTON)
    ingrid.closes(listed=ZOE)
    assert "draft" not in said(ingrid.told()[-1:])
    assert one(database, code).starts_at == datetime.fromisoformat("2027-03-04T08:00+00:00")


def test_for_whom_the_time_has_passed_already_is_told_beforehand(talk, ingrid):
    """Noon: it is one in the afternoon in Oslo and Berlin, and three in Dubai."""
    seen(talk, LAYLA)
    ingrid.now = NOW.replace(hour=12)
    of_the_day = GOLD | {"timing": "local", "day": "2027-03-03"}
    passed = "Where 1 person of these are, that time has passed: they get it at once."
    assert passed in ingrid.says(written(ingrid, of_the_day | {"time": "15:00"})).plain()
    assert "has passed" not in ingrid.says(written(ingrid, of_the_day | {"time": "17:00"})).plain()
