"""Deals at Slack's wire: from the command to the managers' decision, as one sees it in Slack."""

import re
from datetime import date, timedelta

import pytest

from tests.block_kit import buttons, problems, written
from tests.bot.channels.slack.conftest import GOLD, MANAGERS
from tests.slack_requests import button, command, press, submission
from tests.wire import direct, until

OTHER, INGRID, AMARA = "ximena.tolosa@mirasol.example", "ingrid.solvang@halden.example", "amara.nwosu@halden.example"
LABELS = [
    "Customer", "Domain", "Country", "Contact name", "Contact e-mail", "Product", "Value", "Currency", "Expected close",
    "Stage", "Note",
]  # fmt: skip
OPTIONAL = {"Country", "Product", "Stage", "Note"}


def opens(stage, body):
    before = len(stage.slack.modals)
    assert (stage.form(body) if "command" in body else stage.payload(body)).status_code == 200
    until(lambda: len(stage.slack.modals) > before)
    view = stage.slack.modals[-1]
    assert problems(view, "modal") == []
    return view


def deal_form(stage, user, words=""):
    return opens(stage, command(stage.slack, user, direct(user), words) | {"command": "/deal"})


def sends(stage, user, view, **given):
    """Fill in by label, as a person does, and send; returns what Slack is told."""
    made, state = submission(user, view, {}), {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, label = block["element"], block["label"]["text"].lower().replace(" ", "_").replace("-", "_")
            state[block["block_id"]] = {element["action_id"]: _value(element, given.get(label))}
    made["view"]["state"]["values"] = state
    answer = stage.payload(made)
    assert answer.status_code == 200
    stage.tasks_done()
    stage.quiet()
    return answer.json() if answer.text else {}


def _value(element, given):
    kind = element["type"]
    if kind == "static_select":
        chosen = given or (element.get("initial_option") or {}).get("value")
        return {"type": kind, "selected_option": {"value": chosen} if chosen else None}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given or element.get("initial_date")}
    return {"type": kind, "value": given if given is not None else element.get("initial_value")}


def customer(name, **more):
    close = (date.today() + timedelta(days=90)).isoformat()
    domain = f"{name.lower()}.example"
    values = {"customer": f"{name} Ltd", "domain": domain, "contact_name": "Rua Tamm", "value": "5000"}
    return values | {"contact_e_mail": f"rua@{domain}", "expected_close": close} | more


def confirmation(stage, user):
    """The newest message about a deal in somebody's direct messages, and its number."""
    shown = stage.slack.posted(direct(user))[-1]
    return shown, re.search(r"D-[0-9A-Z]{4}", written(shown))[0]


def desk_card(stage, code):
    return next(shown for shown in stage.slack.posted(MANAGERS) if written(shown).startswith(code))


def presses(stage, user, label, shown):
    assert stage.payload(press(stage.slack, user, button(shown, label), shown)).status_code == 200
    stage.tasks_done()
    stage.quiet()


def registered(stage, user, name, **more):
    assert sends(stage, user, deal_form(stage, user), **customer(name, **more)) == {}
    shown, code = confirmation(stage, user)
    return shown, code, desk_card(stage, code)


def test_the_form_has_its_labels_and_says_what_is_optional(lite):
    view = deal_form(lite, lite.somebody())
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert [block["label"]["text"] for block in inputs] == LABELS
    assert {block["label"]["text"] for block in inputs if block["optional"]} == OPTIONAL
    (currency,) = [block for block in inputs if block["label"]["text"] == "Currency"]
    assert currency["element"]["initial_option"]["value"] == "EUR"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("domain", "acme.example/about", "domain"), ("contact_e_mail", "nobody", "e-mail"), ("value", "0", "0"),
        ("value", "about 5k", "number"), ("expected_close", "2020-01-01", "past"), ("customer", "", ""),
    ],
)  # fmt: skip
def test_a_mistake_stands_under_its_field(lite, field, typed, said):
    zoe = lite.somebody()
    view = deal_form(lite, zoe)
    answer = sends(lite, zoe, view, **customer("Mistake", **{field: typed}))
    assert answer["response_action"] == "errors"
    (block,) = answer["errors"]
    labels = {shown["block_id"]: shown["label"]["text"] for shown in view["blocks"] if shown["type"] == "input"}
    assert labels[block].lower().replace(" ", "_").replace("-", "_") == field
    assert said in answer["errors"][block]
    assert not lite.slack.posted(direct(zoe))


def test_a_value_in_ones_own_notation_is_shown_back_once(lite):
    zoe = lite.somebody()
    asked = sends(lite, zoe, deal_form(lite, zoe), **customer("Notation", value="5k"))
    assert asked["response_action"] == "update"
    view = asked["view"]
    assert problems(view, "modal") == []
    assert "5,000" in str(view["blocks"][0])
    assert sends(lite, zoe, view) == {}
    shown, _ = confirmation(lite, zoe)
    assert "EUR 5,000" in written(shown)


def test_a_deal_from_the_command_to_the_approval(stage):
    zoe, ingrid = stage.somebody(), stage.somebody(INGRID)
    shown, code, card = registered(stage, zoe, "Approval")
    assert f"Registered under the number {code}" in written(shown)
    assert "Kestrel & Rowe IT" in written(card)
    presses(stage, ingrid, "Approve", card)
    assert "Approved by Ingrid Solvang" in written(desk_card(stage, code))
    assert not {"Approve", "Reject"} & {part["text"]["text"] for part in buttons(desk_card(stage, code))}
    told = [written(message) for message in stage.slack.posted(direct(zoe))]
    assert sum("approved your deal" in text for text in told) == 1
    assert any("Approved by Ingrid Solvang. Protected until" in text for text in told)


def test_a_second_press_by_somebody_with_the_old_card_changes_nothing(lite):
    zoe, ingrid, amara = lite.somebody(), lite.somebody(INGRID), lite.somebody(AMARA)
    _, code, card = registered(lite, zoe, "Twice")
    old = {**card, "blocks": list(card["blocks"])}
    presses(lite, ingrid, "Approve", card)
    presses(lite, amara, "Approve", old)
    assert "approved already, by Ingrid Solvang" in written(lite.slack.whispered(MANAGERS)[-1])
    assert "Approved by Ingrid Solvang" in written(desk_card(lite, code))


def test_a_partner_cannot_decide(lite):
    zoe = lite.somebody()
    _, code, card = registered(lite, zoe, "Mine")
    presses(lite, zoe, "Approve", card)
    assert "Approved" not in written(desk_card(lite, code))


def test_a_rejection_asks_for_its_reason_and_tells_it(lite):
    zoe, ingrid = lite.somebody(), lite.somebody(INGRID)
    _, code, card = registered(lite, zoe, "Rejected")
    view = opens(lite, press(lite.slack, ingrid, button(card, "Reject"), card))
    (reason, *_) = [block["element"] for block in view["blocks"] if block["element"]["type"] == "static_select"]
    chosen = reason["options"][0]["value"]
    texts = [block for block in view["blocks"] if block["element"]["type"] == "plain_text_input"]
    made = submission(ingrid, view, {})
    made["view"]["state"]["values"] = {
        block["block_id"]: {
            block["element"]["action_id"]: _value(block["element"], chosen if block not in texts else "No.")
        }
        for block in view["blocks"]
    }
    assert lite.payload(made).status_code == 200
    lite.tasks_done()
    lite.quiet()
    assert "Rejected by Ingrid Solvang" in written(desk_card(lite, code))
    assert any("No." in written(message) for message in lite.slack.posted(direct(zoe)))


def test_the_other_partner_learns_nothing_of_whom_it_conflicts_with(lite):
    zoe, ximena, ingrid = lite.somebody(), lite.somebody(OTHER), lite.somebody(INGRID)
    _, code, card = registered(lite, zoe, "Conflict")
    assert sends(lite, ximena, deal_form(lite, ximena), **customer("Conflict", customer="CONFLICT Inc.")) == {}
    shown, other = confirmation(lite, ximena)
    assert "review" in written(shown)
    presses(lite, ingrid, "Approve", desk_card(lite, code))
    answer = sends(lite, ximena, deal_form(lite, ximena), **customer("Conflict", domain="sub.conflict.example"))
    seen = str(lite.slack.posted(direct(ximena))) + str(answer)
    assert other in seen
    for secret in (code, "Kestrel", "Marchbanks", "kestrelrowe"):
        assert secret not in seen
    assert card


def test_a_wish_in_words_offers_a_form_with_what_was_said(lite):
    zoe = lite.somebody(GOLD)
    lite.says(zoe, "register a deal for Wishes, 50k, closing in March")
    shown = lite.answer(zoe)
    view = opens(lite, press(lite.slack, zoe, button(shown, "Register a deal"), shown))
    initial = {block["label"]["text"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert initial["Customer"]["initial_value"] == "Wishes"
    assert initial["Expected close"]["initial_date"].endswith("-03-31")


def test_a_closed_dialog_is_kept_and_offered_once(lite):
    zoe = lite.somebody()
    view = deal_form(lite, zoe)
    closed = submission(zoe, view, {"customer": "Half Way"}) | {"type": "view_closed", "is_cleared": False}
    assert lite.payload(closed).status_code == 200
    offer = lite.answer(zoe)
    assert "Half Way" in written(offer)
    again = opens(lite, press(lite.slack, zoe, button(offer, "Continue"), offer))
    assert again["blocks"][0]["element"]["initial_value"] == "Half Way"
