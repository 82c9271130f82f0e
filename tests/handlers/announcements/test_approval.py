"""A second manager's word: for what goes to many, and for other words of what they have approved."""

from datetime import timedelta

import pytest

from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    INGRID,
    NOW,
    OPERATOR,
    TEXT,
    ZOE,
    by,
    labels,
    one,
    rows,
    said,
    seen,
    written,
)

NEW = {"title": "Backup 9.1 is out", "message": "Even **faster**.", "link": ""}


@pytest.fixture
def ingrid(talk):
    """A manager of whom two readers are too many."""
    seen(talk, ZOE, ADMIN)
    return by(talk, INGRID, policy={"approval_over": 1})


def approved(talk, ingrid):
    """It is out as a second manager has approved it."""
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    by(talk, AMARA).says(f"approve {code}")
    ingrid.ticks(NOW)
    return code


def edits(ingrid, code, **words):
    return ingrid.submits("announcements.correction", code, **(NEW | words))


def got(talk, email=ZOE):
    return talk(email).told()[-1]


def test_above_the_limit_another_manager_approves(talk, ingrid, database):
    code = written(ingrid, GOLD, acknowledge="yes", expires="2027-03-31")
    ingrid.says(f"send {code}")
    request = ingrid.managers()[-1]
    assert code in request.title and "Faster" in request.plain()
    assert "to 2 people (Resellers; Gold)" in request.plain()
    assert "asked to acknowledge it. It expires after 31 Mar 2027 (Europe/Oslo)." in request.plain()
    assert one(database, code).state == "asked"
    assert "Nobody approves their own" in ingrid.presses_raw("announcements.approve", code).plain()
    ingrid.ticks(NOW)
    assert rows(database, code) == []
    assert "Only channel managers" in talk(ZOE).presses_raw("announcements.approve", code).plain()
    amara = by(talk, AMARA)
    amara.presses(request, "Approve", where="managers")
    assert "Amara Nwosu-Lind approved" in said(amara.managers()[-1:])
    assert "waits for your approval any more" in amara.presses_raw("announcements.approve", code).plain()
    amara.ticks(NOW)
    assert len(rows(database, code)) == 2


def test_what_is_declined_is_a_draft_again(talk, ingrid, database):
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    amara = by(talk, AMARA)
    amara.presses(ingrid.managers()[-1], "Decline", where="managers")
    assert amara.form.title == "Decline"
    amara.says(f"decline {code}: The date is wrong.")
    assert one(database, code).state == "draft"
    assert "The date is wrong." in said(ingrid.told())
    ingrid.presses_raw("announcements.write", code)
    assert ingrid.form.inputs[0].value == TEXT["title"]


def test_what_was_declined_and_is_sent_after_all_has_its_card(talk, ingrid, database):
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    by(talk, AMARA).says(f"decline {code}: too many")
    assert [labels(card) for card in ingrid.told() if "Status: Draft" in card.plain()] == [[]]
    ingrid.presses_raw("announcements.choose", code)
    ingrid.sends(listed=ZOE, timing="at", day="2027-03-05", time="9:00")
    ingrid.says(f"send {code}")
    (card,) = (card for card in ingrid.told() if "Status:" in card.plain())
    assert "Scheduled: Fri 5 Mar 2027, 09:00" in card.plain() and "Cancel what is not sent" in labels(card)


def test_what_was_declined_and_discarded_has_no_card(talk, ingrid, database):
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    by(talk, AMARA).says(f"decline {code}: too many")
    ingrid.says(f"discard {code}")
    assert not [card for card in ingrid.told() if "Status:" in card.plain()]


def test_other_words_wait_for_a_second_manager_again(talk, ingrid, database):
    code = approved(talk, ingrid)
    ingrid.presses(ingrid.says(f"edit {code}"), "Edit")
    assert "second manager has to approve" in ingrid.form.note
    assert "has been asked" in edits(ingrid, code).plain()
    request = ingrid.managers()[-1]
    assert "Even **faster**" in request.plain() and "2 people" in request.plain()
    ingrid.ticks(NOW)
    assert got(talk).title == TEXT["title"]
    assert "Edit: Waiting for a second manager" in said(ingrid.told())
    assert "Nobody approves their own" in ingrid.says(f"approve {code}").plain()
    assert "Only channel managers" in talk(ZOE).presses_raw("announcements.approve", f"{code}:2").plain()
    amara = by(talk, AMARA)
    amara.presses(request, "Approve the change", where="managers")
    ingrid.ticks(NOW)
    assert all(NEW["title"] in said(talk(email).told()) for email in (ZOE, ADMIN))
    assert len(rows(database, code)) == 2
    assert "approved the new words" in said(ingrid.told()) and "approved the new words" in said(ingrid.managers())
    assert "any more" in amara.presses_raw("announcements.approve", f"{code}:2").plain()


def test_declined_words_change_nothing(talk, ingrid, database):
    code = approved(talk, ingrid)
    edits(ingrid, code)
    by(talk, AMARA).says(f"decline {code}: Not tested.")
    ingrid.ticks(NOW)
    assert got(talk).title == TEXT["title"]
    assert "Not tested." in said(ingrid.told())
    assert one(database, code).proposed is None


def test_nobody_approves_words_that_they_did_not_see(talk, ingrid, database):
    code = approved(talk, ingrid)
    edits(ingrid, code)
    first = ingrid.managers()[-1]
    edits(ingrid, code, message="And cheaper.")
    assert "changed since" in said(ingrid.managers())
    amara = by(talk, AMARA)
    value = next(button.value for button in first.buttons)
    assert "nothing was decided" in amara.presses_raw("announcements.approve", value).plain()
    assert "nothing was decided" in amara.presses_raw("announcements.decline", value).plain()
    amara.presses(amara.says(code), "Approve the change")
    assert one(database, code).message == "And cheaper."
    assert "approved the new words" in said(ingrid.managers())


def test_what_is_asked_can_be_edited_and_is_asked_anew(talk, ingrid, database):
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    old = ingrid.managers()[-1].buttons[0].value
    edits(ingrid, code)
    assert "Even **faster**" in ingrid.managers()[-1].plain()
    amara = by(talk, AMARA)
    assert "nothing was decided" in amara.presses_raw("announcements.approve", old).plain()
    amara.presses(ingrid.managers()[-1], "Approve and send", where="managers")
    ingrid.ticks(NOW)
    assert got(talk).title == NEW["title"]


def test_what_is_scheduled_goes_out_as_approved_until_more_is(talk, ingrid, database):
    code = written(ingrid, GOLD | {"timing": "at", "day": "2027-03-04", "time": "9:00"})
    ingrid.says(f"send {code}")
    amara = by(talk, AMARA)
    amara.says(f"approve {code}")
    edits(ingrid, code)
    assert one(database, code).title == TEXT["title"]
    amara.says(f"approve {code}")
    assert (one(database, code).title, rows(database, code)) == (NEW["title"], [])


@pytest.mark.parametrize("end", ["recall", "cancel"])
def test_what_has_ended_waits_for_nobody(talk, ingrid, database, end):
    code = written(ingrid, GOLD) if end == "cancel" else approved(talk, ingrid)
    if end == "cancel":
        ingrid.says(f"send {code}")
    else:
        edits(ingrid, code)
    ingrid.says(f"{end} {code}")
    assert f"has {end}" in said(ingrid.managers()[-1:]) and labels(ingrid.managers()[-1]) == []
    assert "any more" in by(talk, AMARA).says(f"approve {code}").plain()
    assert one(database, code).proposed is None


def test_an_operator_is_the_second_person(talk, ingrid, database):
    code = approved(talk, ingrid)
    edits(by(talk, OPERATOR), code)
    ingrid.ticks(NOW)
    assert got(talk).title == NEW["title"]


def test_without_a_channel_every_other_manager_is_asked(talk, ingrid, database):
    ingrid = by(talk, INGRID, policy={"approval_over": 1}, desk=False)
    seen(talk, AMARA, OPERATOR)
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    for email in (AMARA, OPERATOR):
        assert "Approve and send" in labels(talk(email).told()[-1])
    assert "Approve and send" not in said(ingrid.told())
    amara = by(talk, AMARA, desk=False)
    amara.presses(amara.told()[-1], "Approve")
    assert one(database, code).state == "scheduled"
    operator = by(talk, OPERATOR, desk=False)
    for email in (AMARA, OPERATOR):
        decided = talk(email).told()[-1]
        assert "Amara Nwosu-Lind approved" in decided.plain() and labels(decided) == []
    assert "any more" in operator.presses_raw("announcements.approve", code).plain()


def test_without_a_channel_all_read_that_nobody_has_to_decide_any_more(talk, ingrid, database):
    ingrid = by(talk, INGRID, policy={"approval_over": 1}, desk=False)
    seen(talk, AMARA, OPERATOR)
    code = written(ingrid, GOLD)
    ingrid.says(f"send {code}")
    ingrid.says(f"cancel {code}")
    for email in (AMARA, OPERATOR):
        assert "Its author has cancelled" in talk(email).told()[-1].plain()


def test_the_same_words_ask_nobody(talk, ingrid, database):
    code = approved(talk, ingrid)
    before = len(ingrid.managers())
    assert "says this already" in edits(ingrid, code, **{name: TEXT.get(name, "") for name in NEW}).plain()
    assert len(ingrid.managers()) == before


def test_what_expires_while_it_waits_for_approval_asks_nobody_any_more(talk, ingrid, database):
    code = written(ingrid, GOLD, expires="2027-03-03")
    ingrid.says(f"send {code}")
    ingrid.ticks(NOW)
    assert "Approve and send" in labels(ingrid.managers()[-1])
    ingrid.ticks(NOW + timedelta(days=1))
    assert one(database, code).state == "cancelled"
    assert "has expired" in ingrid.managers()[-1].plain() and not labels(ingrid.managers()[-1])
    assert "Status: Cancelled" in said(ingrid.told())
    assert "any more" in by(talk, AMARA).says(f"approve {code}").plain()
