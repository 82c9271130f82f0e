"""Opening a ticket, in every way there is."""

import re

import pytest
from sqlmodel import select

from handlers import codes
from handlers.errors import FormError
from handlers.partners import store as partners
from handlers.tickets.models import Ticket
from handlers.tickets.store import tickets as store
from handlers.turn import Link
from tests.handlers.tickets.people import (
    ADMIN,
    DEVON,
    INGRID,
    SSO,
    ZOE,
    desk,
    events,
    labels,
    opened,
    said,
    thread,
    ticket,
)  # fmt: skip


def test_the_command_opens_a_dialog_and_what_is_sent_becomes_a_ticket(talk, database):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    assert [field.label for field in zoe.form.inputs] == ["Subject", "What happened", "Severity", "Product"]
    severity, product = zoe.form.inputs[2:]
    assert (severity.kind, severity.value) == ("choice", "normal")
    assert not product.required
    card = zoe.sends(**SSO)
    code = card.title.split(" ")[0]
    assert re.fullmatch(r"T-[2-9A-Z]{4}", code)
    assert f"Your ticket {code} is open" in card.plain()
    shown = desk(zoe, code).plain()
    for part in ("SSO login fails", "Since Monday nobody", "Zoë Marchbanks", ZOE, "Kestrel & Rowe IT", "Normal"):
        assert part in shown
    assert labels(desk(zoe, code)) == ["Take", "Assign", "Ask", "Resolve", "Set severity"]
    assert events(database, code) == ["opened"]


def test_the_command_fills_in_the_subject(talk):
    zoe = talk(ZOE)
    zoe.commands("ticket", "Backups fail at night")
    assert [field.value for field in zoe.form.inputs][:2] == ["Backups fail at night", ""]


def test_from_an_answer_the_question_and_what_was_shown_go_along(talk):
    zoe = talk(ZOE)
    zoe.says("What discount do Gold partners get on new business?")
    card = zoe.says("How do I reset multi-factor authentication?")
    zoe.presses(card, "Open a ticket")
    subject, text, _, _ = (field.value for field in zoe.form.inputs)
    assert subject == "How do I reset multi-factor authentication?"
    for part in ("How do I reset multi-factor", "press Reset sign-in", "What discount do Gold", "Partner discounts"):
        assert part in text.replace("*", "")
    code = zoe.sends(what_happened="I changed this.").title.split(" ")[0]
    assert "I changed this." in desk(zoe, code).plain()
    assert "Get support" in desk(zoe, code).plain()


def test_from_an_abstention(talk):
    zoe = talk(ZOE)
    card = zoe.says("What's a good name for a cat?")
    assert labels(card)[-2:] == ["Ask a person", "Open a ticket"]
    zoe.presses(card, "Open a ticket")
    assert "I don't know" in zoe.form.inputs[1].value


def test_a_long_conversation_fits_the_field(talk):
    zoe = talk(ZOE)
    for number in range(25):
        card = zoe.says(f"What's a good name for a cat? {number} {'word ' * 300}")
    zoe.presses(card, "Open a ticket")
    assert 500 < len(zoe.form.inputs[1].value) <= 3_000
    zoe.sends()


def test_nobody_makes_a_ticket_of_anothers_question(talk):
    card = talk(ZOE).says("What's a good name for a cat?")
    devon = talk(DEVON)
    assert "not yours" in devon.presses_raw("tickets.from_answer", devon.button(card, "Open a").value).plain()
    assert devon.form is None


def test_in_a_channel_others_questions_stay_out_of_the_transcript(talk):
    zoe = talk(ZOE, conversation="C1", private=False)
    zoe.says("What's a good name for a dog?")
    card = zoe.says("What's a good name for a cat?")
    devon = talk(DEVON, conversation="C1", private=False)
    devon.presses(card, "Open a ticket")
    assert "cat" in devon.form.inputs[1].value
    assert "dog" not in devon.form.inputs[1].value


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("open a ticket", ""),
        ("Please create a support ticket!", ""),
        ("I need help with SSO login failing, open a ticket", "SSO login failing"),
        ("open a ticket about the broken export", "the broken export"),
        ("Can you open a ticket for me? The VPN is down.", "The VPN is down"),
        ("Bitte öffne ein Ticket wegen SSO", "SSO"),
    ],
)
def test_words_offer_the_dialog_filled_in(talk, words, subject):
    zoe = talk(ZOE)
    card = zoe.says(words)
    assert zoe.form is None
    zoe.presses(card, "Open a ticket")
    assert zoe.form.inputs[0].value == subject
    opened_as = zoe.sends(**{**SSO, "subject": subject or "Something"})
    assert "is open" in opened_as.plain()
    assert "already" in zoe.presses(card, "Open a ticket").plain()


@pytest.mark.parametrize(
    "words", ["How do I open a ticket?", "What happens when I open a ticket?", "Where can I open a support ticket?"]
)
def test_a_question_is_no_wish(talk, words):
    assert not talk(ZOE).says(words).title.startswith("A ticket")


def test_words_name_severity_and_product(talk):
    zoe = talk(ZOE, policy={"products": ("Lens", "Vault")})
    zoe.presses(zoe.says("open a critical ticket: Vault backups fail"), "Open a ticket")
    assert [field.value for field in zoe.form.inputs] == [
        "Vault backups fail",
        "Vault backups fail",
        "critical",
        "Vault",
    ]
    assert zoe.form.inputs[3].kind == "choice"


def test_the_shortcut_fills_in_the_message(talk):
    zoe = talk(ZOE)
    zoe.calls("tickets.open", "It broke.\nAll of it. 💥 مرحبا")
    assert [field.value for field in zoe.form.inputs][:2] == ["It broke.", "It broke.\nAll of it. 💥 مرحبا"]
    zoe.calls("tickets.open", "x" * 40_000)
    zoe.sends()
    zoe.calls("tickets.open", "")
    assert zoe.form.inputs[0].value == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", ""),
        ("subject", "   "),
        ("subject", "x" * 151),
        ("subject", "\u200b\u202e"),
        ("what_happened", ""),
        ("what_happened", "x" * 3_001),
        ("severity", "enormous"),
        ("product", "x" * 76),
    ],
)
def test_what_is_wrong_is_said_under_its_field(talk, database, field, value):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    with pytest.raises(FormError) as caught:
        zoe.sends(**{**SSO, field: value})
    assert set(caught.value.fields) == {field}
    assert zoe.support() == []
    assert zoe.sends(**SSO).plain()


def test_a_product_that_there_is_not(talk):
    zoe = talk(ZOE, policy={"products": ("Lens", "Vault")})
    zoe.commands("ticket", "")
    with pytest.raises(FormError) as caught:
        zoe.sends(**SSO, product="Nothing")
    assert set(caught.value.fields) == {"product"}
    assert "Lens" in zoe.sends(**SSO, product="lens").plain()


def test_a_dialog_that_is_sent_twice_opens_one_ticket(talk, database):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    form = zoe.form
    zoe.sends(**SSO)
    zoe.form = form
    assert "already" in zoe.sends(**SSO).plain()
    with database.read() as look:
        assert len(look.exec(select(Ticket)).all()) == 1


def test_another_persons_draft_is_not_continued(talk):
    zoe, devon = talk(ZOE), talk(DEVON)
    card = zoe.says("I need help with CANARY failing, open a ticket")
    answer = devon.presses_raw("tickets.continue", zoe.button(card, "Open").value)
    assert devon.form is None
    assert "CANARY" not in answer.plain()


def test_what_was_left_is_kept_and_offered_once(talk):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    zoe.closes(subject="Half a ticket", what_happened="")
    offer = zoe.told()[-1]
    assert labels(offer) == ["Continue", "Discard"]
    zoe.presses(offer, "Continue")
    assert zoe.form.inputs[0].value == "Half a ticket"
    before = len(zoe.told())
    zoe.closes(subject="Half a ticket", what_happened="now more")
    assert len(zoe.told()) == before
    zoe.presses(offer, "Continue")
    assert zoe.form.inputs[1].value == "now more"
    zoe.sends()
    assert "Opened as T-" in said(zoe.told())


@pytest.mark.parametrize(("words", "begins"), [("open a ticket: Vault hangs", "Vault hangs\n"), ("open a ticket", "")])
def test_files_that_come_with_the_wish_stand_in_the_dialog_as_links(talk, words, begins):
    zoe = talk(ZOE)
    card = zoe.says(words, links=[Link("log.txt", "https://files.example/log.txt")])
    zoe.presses(card, "Open a ticket")
    assert zoe.form.inputs[1].value == f"{begins}log.txt: https://files.example/log.txt"


def test_the_next_dialog_begins_with_what_was_left_unless_it_is_about_something_else(talk):
    zoe, devon = talk(ZOE), talk(DEVON)
    zoe.commands("ticket", "")
    zoe.closes(subject="Half a ticket", what_happened="")
    begun = {}
    for words in ("", "  ", "Another matter"):
        zoe.commands("ticket", words)
        begun[words] = zoe.form.inputs[0].value
    assert begun == {"": "Half a ticket", "  ": "Half a ticket", "Another matter": "Another matter"}
    assert "Half a ticket" in zoe.says("open a ticket").plain()
    assert "Half a ticket" not in zoe.says("open a ticket: the exam page is empty").plain()
    devon.commands("ticket", "")
    assert devon.form.inputs[0].value == ""
    zoe.commands("ticket", "")
    zoe.sends(what_happened="now whole")
    zoe.commands("ticket", "")
    assert zoe.form.inputs[0].value == ""


def test_what_was_left_empty_is_not_offered_and_what_is_discarded_is_gone(talk):
    zoe = talk(ZOE)
    zoe.commands("ticket", "")
    zoe.closes()
    assert zoe.told() == []
    zoe.commands("ticket", "Something")
    zoe.closes()
    offer = zoe.told()[-1]
    zoe.presses(offer, "Discard")
    assert "Discarded" in zoe.rewritten().plain()
    assert "not there any more" in zoe.presses_raw("tickets.continue", zoe.button(offer, "Continue").value).plain()


def test_the_product_or_the_category_decides_the_channel(talk):
    routes = {"Lens": "lens", "Get support": "help"}
    zoe = talk(ZOE, routes=routes)
    assert opened(zoe, product="lens") in said(zoe.shown("lens"))
    zoe.presses(zoe.says("How do I reset multi-factor authentication?"), "Open a ticket")
    code = zoe.sends(product="Vault").title.split(" ")[0]
    assert code in said(zoe.shown("help"))
    assert opened(zoe, product="Vault") in said(zoe.support())


def test_a_channel_of_its_own_is_enough_for_a_ticket(talk):
    talk(INGRID, desk=False).says("hello")
    zoe = talk(ZOE, routes={"Lens": "lens"}, desk=False)
    code = opened(zoe, product="Lens")
    assert code in said(zoe.shown("lens"))
    assert "The partner team has it." in thread(zoe, code).plain()
    assert code not in said(zoe.told(INGRID))
    other = opened(zoe, product="Vault")
    assert other in said(zoe.told(INGRID)), "and the manager gets what has none"


def test_a_ticket_that_reaches_nobody_says_so(talk, database):
    with database.session() as session:
        partners.by_email(session, INGRID)[0].active = False
        session.commit()
    zoe = talk(ZOE, desk=False)
    card = thread(zoe, opened(zoe))
    assert "no support channel" in card.plain()
    assert "The partner team has it" not in card.plain()


def test_without_a_channel_the_ticket_is_kept_and_the_manager_gets_it(talk, database):
    talk(INGRID, desk=False).says("hello")
    zoe = talk(ZOE, desk=False)
    code = opened(zoe)
    assert "The partner team has it." in zoe.told()[-1].plain()
    assert ticket(database, code).state == "open"
    assert code in said(zoe.told(INGRID))
    ingrid = talk(INGRID, desk=False)
    card = next(card for card in ingrid.told() if card.title.startswith(code))
    ingrid.replies(card, "reply: hello")
    assert "hello" in said(zoe.told())


def test_numbers_are_tried_again_when_taken(talk, database):
    code = opened(talk(ZOE))
    numbers = iter([code, code, "T-2222"])
    with database.session() as session:
        at = ticket(database, code).opened_at
        row = Ticket(contact_id=1, subject="x", text="x", opened_at=at, last_word_at=at)
        store.add(session, row, lambda prefix, longer: next(numbers))
        session.commit()
    assert row.code == "T-2222"
    assert codes.understood("T", row.code)


def test_the_home_has_one_button(talk):
    zoe = talk(ZOE)
    button = zoe.button(zoe.home(), "Open a ticket")
    assert button.opens_form
    zoe.presses_raw(button.action, button.value)
    assert zoe.form.title == "Open a ticket"


def test_huge_and_foreign_texts(talk, database):
    zoe = talk(ADMIN)
    code = opened(zoe, subject="مرحبا " * 20, what_happened="霧下\u202e " * 700)
    assert code in said(zoe.support())
    assert ticket(database, code).subject.startswith("مرحبا")
