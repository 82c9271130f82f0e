"""What the team does with a ticket, and who may not."""

import threading

import pytest

from handlers.errors import FormError
from tests.handlers.tickets.people import (
    AMARA,
    COLLEAGUE,
    DEVON,
    INGRID,
    OPERATOR,
    ZOE,
    desk,
    events,
    labels,
    opened,
    said,
    thread,
    ticket,
)  # fmt: skip

TEAM_ACTIONS = ("take", "assign", "ask", "resolve", "reopen", "severity", "article")


def at_desk(person, code, label):
    return person.presses(desk(person, code), label, where="support")


def number(person, name):
    """What stands for somebody in the open dialog."""
    (field,) = person.form.inputs
    return next(option.value for option in field.options if option.label == name)


def test_take_rewrites_the_card_and_tells_the_partner(talk, database):
    zoe, ingrid, amara = talk(ZOE), talk(INGRID), talk(AMARA)
    code = opened(zoe)
    at_desk(ingrid, code, "Take")
    assert "Assigned to: Ingrid Solvang" in desk(ingrid, code).plain()
    assert "State: in progress" in desk(ingrid, code).plain()
    assert "Take" not in labels(desk(ingrid, code))
    assert f"Ingrid Solvang looks after {code}" in zoe.told()[-1].plain()
    assert "looks after" in amara.presses_raw("tickets.take", code).plain()
    assert "You have taken" in ingrid.presses_raw("tickets.take", code).plain()
    assert events(database, code) == ["opened", "taken"]


def test_resolve_is_one_press_and_the_second_changes_nothing(talk, database):
    zoe, ingrid, amara = talk(ZOE), talk(INGRID), talk(AMARA)
    code = opened(zoe)
    at_desk(ingrid, code, "Resolve")
    assert labels(desk(ingrid, code)) == ["Reopen", "Draft an article"]
    assert f"Ingrid Solvang has resolved {code}" in said(zoe.told())
    assert labels(zoe.told()[-1]) == ["Good", "Not good"]
    before = len(zoe.told())
    assert "resolved already. Nothing was changed" in amara.presses_raw("tickets.resolve", code).plain()
    assert len(zoe.told()) == before
    assert events(database, code) == ["opened", "resolved"]
    for action in ("tickets.take", "tickets.assign", "tickets.ask", "tickets.severity"):
        assert "Reopen first" in ingrid.presses_raw(action, code).plain()


def test_reopen_and_ask_how_it_was_only_once(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    assert "open already" in ingrid.presses_raw("tickets.reopen", code).plain()
    at_desk(ingrid, code, "Take")
    at_desk(ingrid, code, "Resolve")
    at_desk(ingrid, code, "Reopen")
    assert ticket(database, code).state == "in_progress"
    assert "again" in zoe.told()[-1].plain()
    at_desk(ingrid, code, "Resolve")
    assert said(zoe.told()).count("How was the help") == 1


def test_assign_tells_who_it_is_given_to(talk, database):
    zoe, ingrid, amara = talk(ZOE), talk(INGRID), talk(AMARA)
    amara.says("hello")
    code = opened(zoe)
    at_desk(ingrid, code, "Assign")
    people = [option.label for option in ingrid.form.inputs[0].options]
    assert {"Ingrid Solvang", "Amara Nwosu-Lind", "Zoë Verhaegen", "Rafael Quintanar"} == set(people)
    form = ingrid.form
    ingrid.sends(person=number(ingrid, "Amara Nwosu-Lind"))
    assert "given this ticket to you" in said(amara.told())
    assert "Amara Nwosu-Lind looks after it" in zoe.told()[-1].plain()
    ingrid.form = form
    for person in (number(ingrid, "Amara Nwosu-Lind"), "1", "x", "99999"):
        with pytest.raises(FormError):
            ingrid.submits("tickets.assign", code, person=person)
    assert events(database, code) == ["opened", "assigned"]


def test_ask_waits_for_the_partner_and_their_answer_goes_on(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    at_desk(ingrid, code, "Ask")
    with pytest.raises(FormError):
        ingrid.sends(question="  ")
    ingrid.sends(question="Which browser is it?")
    assert "Which browser is it?" in zoe.told()[-1].plain()
    row = ticket(database, code)
    assert (row.state, bool(row.first_replied_at), bool(row.paused_at)) == ("waiting", True, True)
    zoe.replies(thread(zoe, code), "The newest one.")
    row = ticket(database, code)
    assert (row.state, row.paused_at) == ("in_progress", None)
    assert "The newest one." in said(ingrid.support())


def test_set_severity_moves_the_targets(talk, database):
    zoe, ingrid = talk(ZOE), talk(OPERATOR)
    code = opened(zoe)
    due = ticket(database, code).resolve_due
    at_desk(ingrid, code, "Set severity")
    with pytest.raises(FormError):
        ingrid.sends(severity="normal")
    ingrid.sends(severity="critical")
    assert ticket(database, code).resolve_due < due
    assert "Critical" in zoe.told()[-1].plain()
    assert "Severity: Critical" in desk(ingrid, code).plain()


@pytest.mark.parametrize("who", [ZOE, COLLEAGUE, DEVON])
def test_partners_press_no_button_of_the_team(talk, database, who):
    code = opened(talk(ZOE))
    person = talk(who)
    for action in TEAM_ACTIONS:
        assert "Only the partner team" in person.presses_raw(f"tickets.{action}", code).plain()
        assert person.form is None
    for form, values in (
        ("ask", {"question": "x"}),
        ("assign", {"person": "1"}),
        ("severity", {"severity": "low"}),
        ("article", {"title": "x", "text": "x"}),
    ):
        assert "Only the partner team" in person.submits(f"tickets.{form}", code, **values).plain()
    assert events(database, code) == ["opened"]


def test_buttons_with_numbers_that_there_are_not(talk):
    ingrid = talk(INGRID)
    for value in ("", "T-2222", "x" * 500, "T-2222' OR 1=1", "霧"):
        for action in ("take", "resolve", "show", "reopen", "escalate", "reply", "good"):
            assert "no such ticket" in ingrid.presses_raw(f"tickets.{action}", value).plain()


def test_nobody_is_told_what_they_did_themselves(talk):
    ingrid = talk(INGRID)
    code = opened(ingrid)
    before = len(ingrid.told())
    at_desk(ingrid, code, "Take")
    at_desk(ingrid, code, "Resolve")
    assert len(ingrid.told()) == before


def test_the_teams_card_elsewhere_changes_with_the_press(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    mine = ingrid.commands("ticket", code)
    ingrid.presses(mine, "Take")
    assert "Assigned to: Ingrid Solvang" in ingrid.told()[-1].plain()
    assert "Assigned to: Ingrid Solvang" in desk(ingrid, code).plain()


@pytest.mark.parametrize("action", ["take", "resolve"])
def test_fifty_presses_in_one_instant_count_once(talk, database, action):
    code = opened(talk(ZOE))
    people = [talk(email) for email in (INGRID, AMARA, OPERATOR)]
    start = threading.Barrier(8)

    def press(person):
        start.wait()
        for _ in range(6):
            person.presses_raw(f"tickets.{action}", code)

    threads = [threading.Thread(target=press, args=(people[number % 3],)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(events(database, code)) == 2
