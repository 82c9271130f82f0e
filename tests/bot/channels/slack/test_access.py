"""Getting in at Slack's wire: by a request and an approval, by a code; from our workspace and from others."""

from datetime import UTC, datetime
from itertools import count

import pytest
from sqlmodel import col, select

from handlers.access import store
from handlers.access.models import VALID, AccessRequest, new_code
from handlers.partners.models import ChatIdentity, Contact
from tests.block_kit import problems, written
from tests.bot.channels.slack.conftest import MANAGERS, TECHNOLOGY
from tests.fake_slack import TEAM
from tests.slack_requests import button, press, press_ephemeral, press_home, submission
from tests.wire import until

MANAGER = "ingrid.solvang@halden.example"
DISCOUNT = "What discount do Gold partners get on new business?"
OTHER = "T0OTHER"
REFUSAL = "I don't know you yet"
ABROAD = {"team": OTHER, "user_team": OTHER, "source_team": OTHER}
_numbers = count(1)


def entry(**changed):
    number = next(_numbers)
    return {
        "company": f"Kestrel {number} <!here>",
        "name": "Noor Vanterpool",
        "email": f"noor{number}@kestrelrowe.example",
        "why": "I have taken over the account & <@U1> knows me.",
        **changed,
    }


def opened(stage, before):
    until(lambda: len(stage.slack.modals) > before)
    stage.quiet()
    view = stage.slack.modals[-1]
    assert problems(view, "modal") == []
    return view


def pressed(stage, user, label, shown, team=TEAM):
    """Press what opens a dialog; returns the dialog."""
    before = len(stage.slack.modals)
    stage.presses(user, label, shown, team=team)
    return opened(stage, before)


def labels(view):
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def sends(stage, user, view, values, team=TEAM):
    sent = stage.payload(submission(user, view, values, team=team))
    assert sent.status_code == 200
    stage.quiet()
    return sent.json() if sent.content else {}


def chosen(view, **different):
    """What an Approve dialog sends: every select as it stands, or with the option of this label."""
    values = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "static_select":
            wanted = different.get(block["block_id"])
            options = {option["text"]["text"]: option for option in element["options"]}
            values[block["block_id"]] = options[wanted] if wanted else element.get("initial_option")
    return values


def selects(stage, user, view, values):
    body = submission(user, view, {})
    body["view"]["state"]["values"] = {
        name: {name: {"type": "static_select", "selected_option": option}} for name, option in values.items()
    }
    sent = stage.payload(body)
    assert sent.status_code == 200
    stage.quiet()
    return sent.json() if sent.content else {}


def asks(stage, user, values, team=TEAM):
    """Write, press, send; returns the card in the managers' channel."""
    stage.says(user, "hello", **(ABROAD if team == OTHER else {}))
    view = pressed(stage, user, "Request access", stage.answer(user), team)
    assert sends(stage, user, view, values, team) == {}
    (card,) = [shown for shown in stage.slack.posted(MANAGERS) if values["email"] in written(shown)]
    return card


def asked(stage, email):
    return stage.rows(AccessRequest, col(AccessRequest.email) == email)


def code_for(stage, email):
    with stage.database.session() as session:
        contact = session.exec(select(Contact).where(Contact.email == email)).one()
        code, _ = store.invite(session, contact, datetime.now(UTC), VALID)
        session.commit()
    return code


def active(stage, email, value):
    with stage.database.session() as session:
        session.exec(select(Contact).where(Contact.email == email)).one().active = value
        session.commit()


@pytest.mark.parametrize("team", [TEAM, OTHER], ids=["home", "elsewhere"])
def test_from_the_refusal_to_the_first_answer(stage, team):
    newcomer = stage.somebody("mallory@elsewhere.example", team_id=team)
    ingrid, values = stage.somebody(MANAGER), entry()
    card = asks(stage, newcomer, values, team)
    for part in ("Noor Vanterpool", values["company"], values["email"], values["why"], "not confirmed"):
        assert part in written(card)
    assert "passed it on" in written(stage.answer(newcomer, 2))
    view = pressed(stage, ingrid, "Approve", card)
    assert labels(view) == ["Partner", "Role"]
    assert chosen(view)["partner"]["text"]["text"] == "Kestrel & Rowe IT"
    assert values["email"] in view["blocks"][0]["text"]["text"]
    assert selects(stage, ingrid, view, chosen(view, role="Partner admin")) == {}
    (card,) = [shown for shown in stage.slack.posted(MANAGERS) if values["email"] in written(shown)]
    assert "Ingrid Solvang approved on" in written(card)
    assert "Approve" not in [part["text"] for part in card["blocks"] if part["type"] == "actions"]
    assert "Welcome, Noor Vanterpool" in written(stage.answer(newcomer, 3))
    stage.says(newcomer, DISCOUNT, **(ABROAD if team == OTHER else {}))
    assert "25 %" in written(stage.answer(newcomer, 4))
    (identity,) = stage.rows(ChatIdentity, col(ChatIdentity.user) == newcomer)
    assert (identity.team, identity.granted, identity.email) == (TEAM, True, values["email"])


def test_somebody_from_elsewhere_gets_in_by_a_code_and_by_nothing_less(stage):
    external = stage.somebody(TECHNOLOGY, team_id=OTHER)
    stage.says(external, DISCOUNT, **ABROAD)
    assert REFUSAL in written(stage.answer(external))
    stage.says(external, f"My code is {new_code()}", **ABROAD)
    assert "does not work" in written(stage.answer(external, 2))
    stage.says(external, f"My code is {code_for(stage, TECHNOLOGY).lower()}", **ABROAD)
    assert "Welcome, Devon Achterberg" in written(stage.answer(external, 3))
    channel = stage.channel()
    stage.mentions(external, channel, DISCOUNT, **ABROAD)
    assert REFUSAL not in written(stage.answer(channel))
    stage.opens_home(external)
    assert REFUSAL not in written(stage.slack.homes[external])


def test_the_dialog_says_what_is_wrong_and_keeps_what_was_typed(lite):
    newcomer = lite.somebody("mallory@elsewhere.example")
    lite.says(newcomer, "hello")
    view = pressed(lite, newcomer, "Request access", lite.answer(newcomer))
    assert labels(view) == ["Company", "Name", "Work e-mail", "Why"]
    by_id = {block["block_id"]: block for block in view["blocks"]}
    assert by_id["email"]["element"]["initial_value"] == "mallory@elsewhere.example"
    assert by_id["why"]["element"]["multiline"] is True
    wrong = sends(lite, newcomer, view, entry(email="nobody at all", name=None))
    assert wrong["response_action"] == "errors"
    assert set(wrong["errors"]) == {"email", "name"}
    assert asked(lite, "nobody at all") == []


def test_the_same_submission_sent_five_times_asks_once(stage):
    newcomer, values = stage.somebody("mallory@elsewhere.example"), entry()
    stage.says(newcomer, "hello")
    view = pressed(stage, newcomer, "Request access", stage.answer(newcomer))
    sent = submission(newcomer, view, values)
    for _ in range(5):
        assert stage.payload(sent).status_code == 200
    stage.quiet()
    assert len(asked(stage, values["email"])) == 1
    assert len([shown for shown in stage.slack.posted(MANAGERS) if values["email"] in written(shown)]) == 1
    stage.answer(newcomer, 2)


def test_a_confirmed_address_is_said_to_be_so(lite):
    newcomer = lite.somebody("noor@confirmed.example")
    card = asks(lite, newcomer, entry(email="Noor@confirmed.example") | {"email": "noor@confirmed.example"})
    assert "confirmed by the platform" in written(card)


def test_declined_in_one_press_and_told_where_they_asked(stage):
    newcomer, ingrid, values = stage.somebody("mallory@elsewhere.example"), stage.somebody(MANAGER), entry()
    card = asks(stage, newcomer, values)
    stage.presses(ingrid, "Decline", card)
    told = stage.answer(newcomer, 3)
    assert "could not let you in" in written(told)
    assert told["thread_ts"] == stage.slack.posted(told["channel"])[1]["ts"]
    shown = next(shown for shown in stage.slack.posted(MANAGERS) if values["email"] in written(shown))
    assert "Ingrid Solvang declined on" in written(shown)
    stage.payload(
        press(
            stage.slack,
            ingrid,
            {"action_id": "access.approve#x", "value": asked(stage, values["email"])[0].token},
            shown,
        )
    )
    stage.quiet()
    assert "Nothing was changed" in written(stage.slack.whispered(MANAGERS)[-1])


def test_declined_with_a_reason(lite):
    newcomer, ingrid, values = lite.somebody("mallory@elsewhere.example"), lite.somebody(MANAGER), entry()
    card = asks(lite, newcomer, values)
    view = pressed(lite, ingrid, "Decline with", card)
    assert labels(view) == ["Reason"]
    sends(lite, ingrid, view, {"reason": "Please ask through <!channel> Kestrel."})
    assert "through <!channel> Kestrel" in written(lite.answer(newcomer, 3))


def test_the_longest_answers_that_fit_are_taken_and_shown(lite):
    newcomer, ingrid = lite.somebody("mallory@elsewhere.example"), lite.somebody(MANAGER)
    values = {
        "company": "W" * 100,
        "name": "&" * 100,
        "email": f"{'m' * 120}@{'n' * 125}.example",
        "why": "<مرحبا&🙂>\n" * 100,
    }
    card = asks(lite, newcomer, values)
    view = pressed(lite, ingrid, "Decline with", card)
    sends(lite, ingrid, view, {"reason": "<&>" * 333})
    assert "<&>" * 333 in written(lite.answer(newcomer, 3))
    assert REFUSAL not in written(lite.answer(newcomer, 3))


def test_a_dialog_that_was_open_while_another_decided_changes_nothing(stage):
    newcomer, values = stage.somebody("mallory@elsewhere.example"), entry()
    ingrid, amara = stage.somebody(MANAGER), stage.somebody("amara.nwosu@halden.example")
    card = asks(stage, newcomer, values)
    view = pressed(stage, ingrid, "Approve", card)
    stage.presses(amara, "Decline", card)
    stage.quiet()
    selects(stage, ingrid, view, chosen(view))
    assert "Amara Nwosu-Lind declined this request" in written(stage.slack.whispered(MANAGERS)[-1])
    assert [row.state for row in asked(stage, values["email"])] == ["declined"]
    stage.says(newcomer, DISCOUNT)
    assert REFUSAL in written(stage.answer(newcomer, 4))


def test_on_the_home_and_in_a_channel_the_button_is_there_too(stage):
    newcomer, channel, values = stage.somebody("mallory@elsewhere.example"), stage.channel(), entry()
    stage.opens_home(newcomer)
    assert "invite code" in written(stage.slack.homes[newcomer])
    before = len(stage.slack.modals)
    sent = press_home(stage.slack, newcomer, button(stage.slack.homes[newcomer], "Request access"))
    assert stage.payload(sent).status_code == 200
    opened(stage, before)
    stage.mentions(newcomer, channel, DISCOUNT)
    refused = stage.whisper(channel)
    before = len(stage.slack.modals)
    sent = press_ephemeral(stage.slack, newcomer, button(refused, "Request access"), channel)
    assert stage.payload(sent).status_code == 200
    sends(stage, newcomer, opened(stage, before), values)
    assert len(asked(stage, values["email"])) == 1
    assert not stage.slack.posted(channel)
    assert "passed it on" in written(stage.answer(newcomer))


@pytest.mark.parametrize("aloud", ["mentions", "mutters"])
def test_a_code_in_a_channel_is_void_and_they_alone_are_told(lite, aloud):
    """Whether or not the assistant is mentioned with it."""
    external, channel = lite.somebody("x@elsewhere.example", team_id=OTHER), lite.channel()
    code = code_for(lite, TECHNOLOGY)
    if aloud == "mentions":
        lite.mentions(external, channel, code, **ABROAD)
    else:
        lite.says(external, f"here is the code: {code}", channel, **ABROAD)
    assert "works no more" in written(lite.whisper(channel))
    assert not lite.slack.posted(channel)
    assert lite.rows(ChatIdentity, col(ChatIdentity.user) == external) == []
    url = lite.commands(external, code, channel, team=OTHER)["response_url"]
    assert "does not work" in written(lite.response(url))


def test_by_command_a_code_is_read_by_nobody_else(lite):
    external, channel = lite.somebody("x@elsewhere.example", team_id=OTHER), lite.channel()
    url = lite.commands(external, code_for(lite, TECHNOLOGY), channel, team=OTHER)["response_url"]
    assert "Welcome" in written(lite.response(url))


def test_who_is_deactivated_is_out_with_the_next_message_although_slack_is_remembered(stage):
    email = "beto.carranza@mirasol.example"
    beto, by_code = stage.somebody(email), stage.somebody("b@elsewhere.example", team_id=OTHER)
    stage.says(by_code, code_for(stage, email), **ABROAD)
    stage.answer(by_code)
    stage.says(beto, "How do I register a deal?")
    shown = stage.answer(beto)
    active(stage, email, False)
    try:
        stage.says(beto, DISCOUNT)
        assert REFUSAL in written(stage.answer(beto, 2))
        stage.presses(beto, "Helpful", shown)
        assert REFUSAL in written(stage.answer(beto, 3))
        view = {"type": "modal", "callback_id": "answers.comment", "private_metadata": "{}", "blocks": []}
        sends(stage, beto, view, {"comment": "still here"})
        assert REFUSAL in written(stage.answer(beto, 4))
        stage.opens_home(beto)
        assert REFUSAL in written(stage.slack.homes[beto])
        stage.says(by_code, DISCOUNT, **ABROAD)
        assert REFUSAL in written(stage.answer(by_code, 2))
    finally:
        active(stage, email, True)


def test_a_guest_of_the_home_workspace_needs_no_approval(lite):
    guest = lite.somebody(TECHNOLOGY, is_restricted=True)
    lite.says(guest, DISCOUNT)
    assert REFUSAL not in written(lite.answer(guest))
