"""Getting in on the page, where the person "visitor" is somebody unknown."""

import json
from datetime import UTC, datetime

from sqlmodel import select

from handlers.access import store
from handlers.access.models import VALID, Invite
from handlers.partners.models import Contact
from tests.bot.channels.web import test_routes as routes

VISITOR = "visitor"
VALUES = {"company": "Quillstack", "name": "نور", "email": "noor@quillstack.example", "why": "<b>New</b> & here"}


def buttons(message):
    parts = [part for part in message["card"]["body"] if part["kind"] == "buttons"]
    return {button["label"]: button for part in parts for button in part["buttons"]}


def presses(page, person, message, label, place="chat"):
    button = buttons(message)[label]
    found = page.post(
        "press", person, place=place, message=message["id"], action=button["action"], value=button["value"]
    )
    assert found.status_code == 200, found.text
    return found.json()


def asks(page):
    form = presses(page, VISITOR, page.ask(VISITOR, "hello"), "Request access")["form"]
    assert [field["label"] for field in form["inputs"]] == ["Company", "Name", "Work e-mail", "Why"]
    return page.post("submit", VISITOR, form=form["name"], context=form["context"], values=VALUES)


def invited(database):
    with database.session() as session:
        contact = session.exec(select(Contact).where(Contact.email == routes.DEVON)).one()
        code, _ = store.invite(session, contact, datetime.now(UTC), VALID)
        session.commit()
    return code


def test_a_visitor_asks_is_approved_and_gets_in(page):
    sent = asks(page)
    assert sent.status_code == 200
    assert "passed it on" in json.dumps(sent.json()["messages"][-1])
    (card,) = page.messages(routes.INGRID, "managers")
    assert VALUES["why"] in json.dumps(card)
    form = presses(page, routes.INGRID, card, "Approve", "managers")["form"]
    values = {field["name"]: field["value"] for field in form["inputs"]}
    labels = {option["value"]: option["label"] for option in form["inputs"][0]["options"]}
    assert labels[values["partner"]] == "Quillstack Labs"
    sent = page.post(
        "submit", routes.INGRID, place="managers", form=form["name"], context=form["context"], values=values
    )
    assert sent.status_code == 200
    (card,) = page.messages(routes.INGRID, "managers")
    assert "Ingrid Solvang approved on" in json.dumps(card)
    assert not buttons(card)
    assert "Welcome, نور" in page.messages(VISITOR)[-1]["card"]["title"]
    assert page.ask(VISITOR)["card"]["title"] == "I don't know."


def test_a_visitor_is_declined_kindly(page):
    asks(page)
    (card,) = page.messages(routes.INGRID, "managers")
    presses(page, routes.INGRID, card, "Decline", "managers")
    assert "could not let you in" in json.dumps(page.messages(VISITOR)[-1])
    assert "don't know you yet" in page.ask(VISITOR)["card"]["title"]


def test_a_content_owner_sees_the_channel_and_decides_nothing(page):
    asks(page)
    (card,) = page.messages("zoe.verhaegen@halden.example", "managers")
    shown = presses(page, "zoe.verhaegen@halden.example", card, "Decline", "managers")
    assert shown["form"] is None
    assert "Only channel managers" in json.dumps(shown["messages"])
    assert buttons(page.messages(routes.INGRID, "managers")[0])


def test_what_is_wrong_stands_under_its_field(page, database):
    for values, field in (
        (VALUES | {"email": "noor"}, "email"),
        (VALUES | {"why": " "}, "why"),
        (VALUES | {"name": "x" * 50_000}, "name"),
        ({name: value for name, value in VALUES.items() if name != "company"}, "company"),
    ):
        sent = page.post("submit", VISITOR, form="access.request", values=values)
        assert sent.status_code == 422
        assert list(sent.json()["errors"]) == [field]
    assert page.messages(routes.INGRID, "managers") == []


def test_fields_that_no_form_has_are_refused_in_a_sentence(page):
    asks(page)
    (card,) = page.messages(routes.INGRID, "managers")
    token = buttons(card)["Decline"]["value"]
    for extra in ("self", "cls", "fields", "__class__", "", "x" * 1_000):
        sent = page.post(
            "submit", routes.INGRID, place="managers", form="access.decline", context=token,
            values={"reason": "no", extra: "x"},
        )  # fmt: skip
        assert sent.status_code == 422
        assert list(sent.json()["errors"]) == [extra]
    assert buttons(page.messages(routes.INGRID, "managers")[0])


def test_a_visitor_gets_in_by_a_code_once(page, database):
    code = invited(database)
    assert page.ask(VISITOR, f"hi, {code.lower()}")["card"]["title"] == "Welcome, Devon Achterberg"
    assert "I know you already" in json.dumps(page.ask(VISITOR, code))
    with database.session() as session:
        assert session.exec(select(Invite)).one().used_at is not None
        session.exec(select(Contact).where(Contact.email == routes.DEVON)).one().active = False
        session.commit()
    assert "don't know you yet" in page.ask(VISITOR)["card"]["title"]
    assert page.ask(VISITOR, code)["card"]["title"] == "This code does not work"
