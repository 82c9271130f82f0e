"""Registering a deal: by command, by button, by words; what is wrong with it, and what becomes of it."""

import pytest
from sqlmodel import select

from handlers.deals.models.deal import Deal
from handlers.deals.models.draft import Draft
from handlers.errors import FormError
from tests.handlers.deals.deal import BETO, INGRID, NOON, NORDFELL, OWNER, VALDEMORA, ZOE, at, code_of, later, registers


def stored(database) -> list[Deal]:
    with database.read() as session:
        return list(session.exec(select(Deal)))


def test_a_deal_is_registered_and_everybody_hears_of_it_once(zoe, database):
    zoe.commands("deal", "")
    labels = [field.label for field in zoe.form.inputs]
    assert labels == [
        "Customer",
        "Domain",
        "Country",
        "Contact name",
        "Contact e-mail",
        "Product",
        "Value",
        "Currency",
        "Expected close",
        "Stage",
        "Note",
    ]
    optional = {field.label for field in zoe.form.inputs if not field.required}
    assert optional == {"Country", "Product", "Stage", "Note"}
    assert next(field.value for field in zoe.form.inputs if field.name == "currency") == "EUR"
    zoe.sends(**NORDFELL, country="Norway", stage="Demo", note="Met at a fair.\nThey like it.")
    code = code_of(zoe)
    (confirmation,) = zoe.told()
    for part in ("Check: clear", "Norway", "EUR 50,000", "30 Jun 2027", "Demo", "They like it", "due by 5 Mar 2027"):
        assert part in confirmation.plain()
    (desk,) = zoe.managers()
    assert desk.title == f"{code}: Nordfell Bank ASA"
    for part in ("Kestrel & Rowe IT (Gold EMEA reseller)", ZOE, "Kari Nord", "nordfell.example", "No similar", "CET"):
        assert part in desk.plain()
    assert [button.label for button in desk.buttons] == [
        "Approve",
        "Reject",
        "Ask for information",
        "Mark as duplicate",
    ]
    (deal,) = stored(database)
    assert (deal.state, deal.verdict, deal.code, deal.country) == ("submitted", "clear", code, "NO")


def test_plain_digits_are_saved_at_once_and_others_are_shown_first(zoe, database):
    zoe.submits("deals.register", "", **(NORDFELL | {"value": "1.234,50", "note": "kept"}))
    assert stored(database) == []
    form = zoe.form
    assert "1,234.50 EUR" in form.note
    values = {field.name: field.value for field in form.inputs}
    assert (values["value"], values["note"], values["expected_close"]) == ("1234.50", "kept", "2027-06-30")
    zoe.sends()
    (deal,) = stored(database)
    assert str(deal.value) == "1234.5"


def test_a_currency_that_the_programme_does_not_take_is_not_taken_for_another(zoe):
    zoe.presses(zoe.says("register a deal for Nordwind, CHF 80'000"), "Register")
    values = {field.name: field.value for field in zoe.form.inputs}
    assert (values["value"], values["currency"]) == ("80000 CHF", "EUR")
    with pytest.raises(FormError, match="in EUR, USD, GBP here"):
        zoe.sends(**{name: value for name, value in NORDFELL.items() if name not in ("value", "currency")})


def test_a_value_is_read_in_the_persons_own_notation(talk, database):
    anneliese = at(talk("anneliese.wuest@tannhofer.example"))
    anneliese.submits("deals.register", "", **(NORDFELL | {"value": "50.000"}))
    assert "50.000 EUR (50000)" in anneliese.form.note


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("customer", "", "fill this in"),
        ("customer", "🙂🙂", "in letters"),
        ("customer", "x" * 201, "at most 200"),
        ("domain", "", "fill this in"),
        ("domain", "nordfell.example/about", "without anything behind it"),
        ("domain", "https://nordfell.example", "without https://"),
        ("domain", "kari@nordfell.example", "behind its @"),
        ("domain", "gmail.com", "mail service"),
        ("domain", "co.uk", "share this ending"),
        ("country", "Atlantis", "no country"),
        ("contact_name", "", "fill this in"),
        ("contact_name", "1234", "name of the person"),
        ("contact_email", "kari", "no e-mail address"),
        ("contact_email", "kari@nordfell", "no e-mail address"),
        ("value", "0", "more than 0"),
        ("value", "-1", "more than 0"),
        ("value", "about 5k", "exact number"),
        ("value", "9999999999999", "more than a deal"),
        ("value", "$500", "not that of EUR"),
        ("value", "500 CHF", "in EUR, USD, GBP here"),
        ("currency", "DOGE", "in the list"),
        ("expected_close", "", "fill this in"),
        ("expected_close", "2027-03-02", "in the past"),
        ("expected_close", "someday", "like 2027-03-31"),
        ("expected_close", "2099-01-01", "ten years"),
        ("stage", "Lost in space", "in the list"),
        ("note", "x" * 2_001, "at most 2000"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(zoe, database, field, typed, said):
    with pytest.raises(FormError) as refused:
        zoe.submits("deals.register", "", **(NORDFELL | {field: typed}))
    assert list(refused.value.fields) == [field]
    assert said in refused.value.fields[field]
    assert stored(database) == []
    assert zoe.managers() == []


def test_everything_that_is_wrong_is_said_at_once(zoe):
    with pytest.raises(FormError) as refused:
        zoe.submits("deals.register", "", customer="Nordfell", value="0", contact_email="kari")
    assert set(refused.value.fields) == {
        "domain",
        "contact_name",
        "contact_email",
        "value",
        "currency",
        "expected_close",
    }


def test_the_day_is_that_of_the_person(talk):
    grace = at(talk("grace.tamihana@hanabishi.example"))  # in Auckland it is 1:00 on the next day
    with pytest.raises(FormError, match="in the past"):
        grace.submits("deals.register", "", **(NORDFELL | {"expected_close": NOON.date().isoformat()}))


def test_products_of_the_programme_are_a_choice(talk, database):
    zoe = at(talk(ZOE, policy={"products": ("Vault", "Lens")}))
    zoe.commands("deal", "")
    product = next(field for field in zoe.form.inputs if field.name == "product")
    assert [option.label for option in product.options] == ["Vault", "Lens"]
    with pytest.raises(FormError, match="products in the list"):
        zoe.sends(**NORDFELL, product="Relay")
    zoe.commands("deal", "")
    zoe.sends(**NORDFELL, product="Vault")
    assert [deal.product for deal in stored(database)] == ["Vault"]


def test_a_wish_in_words_opens_a_form_with_what_was_said(zoe, database):
    card = zoe.says("register a deal for Acme, 50k, closing in March")
    assert card.title == "Register a deal"
    for part in ("Acme", "50000", "2027-03-31"):
        assert part in card.plain()
    zoe.presses(card, "Register a deal")
    values = {field.name: field.value for field in zoe.form.inputs}
    assert (values["customer"], values["value"], values["expected_close"]) == ("Acme", "50000", "2027-03-31")
    zoe.sends(domain="acme.example", contact_name="Jane Doe", contact_email="jane@acme.example")
    assert [deal.customer for deal in stored(database)] == ["Acme"]
    with database.read() as session:
        assert session.exec(select(Draft)).all() == []
    assert "not there any more" in zoe.presses(card, "Register a deal").plain()


def test_words_behind_the_command_are_filled_in(zoe):
    zoe.commands("deal", "Acme, 50k")
    values = {field.name: field.value for field in zoe.form.inputs}
    assert (values["customer"], values["value"]) == ("Acme", "50000")


def test_a_question_is_answered_and_no_form_is_offered(zoe):
    assert zoe.says("How do I register a deal?").title == "Register a deal"
    assert "protected for 90 days" in zoe.told()[-1].plain()


def test_in_a_channel_a_wish_is_answered_to_the_person_alone(talk):
    zoe = at(talk(ZOE, conversation="C1", thread="1.1", private=False))
    zoe.says("register a deal for Acme")
    assert [row.operation for row in zoe.heard] == ["whisper"]


def test_a_closed_dialog_is_kept_and_offered_once(zoe, database):
    zoe.commands("deal", "")
    zoe.closes(customer="Nordfell Bank", value="about 5k", currency="EUR")
    (offer,) = zoe.told()
    assert "Nordfell Bank" in offer.plain()
    assert [button.label for button in offer.buttons] == ["Continue", "Discard"]
    zoe.presses(offer, "Continue")
    values = {field.name: field.value for field in zoe.form.inputs}
    assert (values["customer"], values["value"]) == ("Nordfell Bank", "about 5k")
    zoe.closes(customer="Nordfell Bank ASA", value="5000")
    assert len(zoe.told()) == 1
    zoe.commands("deal", "")
    assert {field.name: field.value for field in zoe.form.inputs}["customer"] == "Nordfell Bank ASA"
    zoe.sends(**NORDFELL)
    zoe.commands("deal", "")
    assert {field.name: field.value for field in zoe.form.inputs}["customer"] == ""


def test_a_draft_can_be_thrown_away(zoe):
    zoe.commands("deal", "")
    zoe.closes(customer="Nordfell Bank")
    (offer,) = zoe.told()
    zoe.presses(offer, "Discard")
    assert "The draft is gone" in zoe.rewritten().plain()
    assert "nothing to discard" in zoe.presses_raw("deals.discard", zoe.button(offer, "Discard").value).plain()
    zoe.commands("deal", "")
    assert {field.name: field.value for field in zoe.form.inputs}["customer"] == ""


def test_an_untouched_dialog_leaves_nothing(zoe, database):
    zoe.commands("deal", "")
    zoe.closes(currency="EUR", note="   ")
    assert zoe.told() == []
    with database.read() as session:
        assert session.exec(select(Draft)).all() == []


def test_nobody_has_anybody_elses_draft(talk, zoe):
    zoe.commands("deal", "")
    zoe.closes(customer="Nordfell Bank")
    token = zoe.button(zoe.told()[0], "Continue").value
    beto = at(talk(BETO))
    assert "not there any more" in beto.presses_raw("deals.form", token).plain()
    assert beto.form is None
    assert "nothing to discard" in beto.presses_raw("deals.discard", token).plain()
    beto.submits("deals.register", token, **VALDEMORA)
    assert {field.name: field.value for field in reopened(zoe).inputs}["customer"] == "Nordfell Bank"


def reopened(person):
    person.commands("deal", "")
    return person.form


def test_an_old_draft_is_forgotten(zoe, database):
    zoe.commands("deal", "")
    zoe.closes(customer="Nordfell Bank")
    zoe.ticks(later(zoe, days=31).now)
    with database.read() as session:
        assert session.exec(select(Draft)).all() == []


@pytest.mark.parametrize("email", [INGRID, OWNER])
def test_the_vendors_people_register_nothing(talk, database, email):
    person = at(talk(email))
    assert "registered by partners" in person.commands("deal", "").plain()
    assert person.form is None
    assert "registered by partners" in person.submits("deals.register", "", **NORDFELL).plain()
    assert stored(database) == []


@pytest.mark.parametrize(
    "name", ["日本システム株式会社", "شركة القمر", "Ромашка ООО", "O'Brien & Søn <b>", "x" * 200, "=1+1", "<!channel>"]
)
def test_names_of_every_script_go_through_as_they_are(zoe, database, name):
    code = registers(zoe, customer=name)
    assert [deal.customer for deal in stored(database)] == [name]
    assert code in zoe.managers()[0].title
    assert name[:100] in zoe.managers()[0].plain()


def test_without_a_managers_channel_the_manager_in_charge_is_told(talk):
    zoe = at(talk(ZOE, desk=False))
    ingrid = at(talk(INGRID, desk=False))
    ingrid.says("hi")
    registers(zoe)
    assert zoe.managers() == []
    assert "Approve" in [button.label for button in ingrid.told()[-1].buttons]


def test_the_home_has_both_buttons(talk, zoe):
    labels = [button.label for button in zoe.home().buttons]
    assert {"Register a deal", "My deals"} <= set(labels)
    zoe.presses(zoe.home(), "Register a deal")
    assert zoe.form.name == "deals.register"
    assert "Deals" in [button.label for button in talk(INGRID).home().buttons]
    assert "Deals" not in [button.label for button in talk(OWNER).home().buttons]
