"""What a partner's people do with their deals, and who hears of it."""

import pytest
from sqlmodel import select

from handlers.deals.models.deal import Deal, DealCollaborator
from handlers.errors import FormError
from handlers.partners.models import Contact
from tests.handlers.deals.deal import (
    BETO,
    IDRIS,
    INGRID,
    JUERGEN,
    LAYLA,
    NORDFELL,
    VALDEMORA,
    XIMENA,
    at,
    later,
    registers,
)


def deal(database) -> Deal:
    with database.read() as session:
        return session.exec(select(Deal)).one()


def card_of(person, code):
    person.commands("deals", code)
    return person.told()[-1]


def contact(database, email) -> Contact:
    with database.read() as session:
        return session.exec(select(Contact).where(Contact.email == email)).one()


def shares(person, database, code, email):
    return person.submits("deals.sharing", code, colleague=str(contact(database, email).id))


def test_moving_the_stage_rewrites_both_cards(zoe, code, database):
    zoe.presses(zoe.told()[0], "Move stage")
    zoe.sends(stage="Proposal")
    assert deal(database).stage == "Proposal"
    assert "Proposal" in zoe.told()[0].plain()
    assert "Moved by Zoë Marchbanks: to Proposal" in zoe.told()[0].plain()
    assert "Zoë Marchbanks moved the deal to Proposal." in zoe.managers()[0].plain()
    with pytest.raises(FormError, match="already"):
        zoe.submits("deals.staging", code, stage="Proposal")
    with pytest.raises(FormError, match="in the list"):
        zoe.submits("deals.staging", code, stage="Nowhere")


def test_a_note_is_kept_in_the_history(zoe, code):
    zoe.submits("deals.noting", code, note="They want a demo.")
    assert "Note by Zoë Marchbanks: They want a demo." in zoe.told()[0].plain()
    with pytest.raises(FormError):
        zoe.submits("deals.noting", code, note="   ")


def test_a_colleague_works_on_it_and_hears_of_changes(talk, zoe, ingrid, code, database):
    layla = at(talk(LAYLA))
    layla.says("hi")
    assert "no such deal" in layla.commands("deals", code).plain()
    zoe.presses(zoe.told()[0], "Add collaborator")
    assert {option.label for option in zoe.form.inputs[0].options} == {"Idris Fairweather", "ليلى حدّادين"}
    shares(zoe, database, code, LAYLA)
    assert "shared your deal with a colleague" in layla.told()[-1].plain()
    before = len(zoe.told())
    layla.submits("deals.noting", code, note="I know them.")
    assert "I know them." in zoe.told()[-1].plain()
    assert len(zoe.told()) == before + 1
    assert "I know them." not in layla.told()[-1].plain() or "Note by" in layla.told()[-1].plain()
    ingrid.presses_raw("deals.approve", code)
    assert "approved your deal" in layla.told()[-1].plain()
    with pytest.raises(FormError, match="already"):
        shares(zoe, database, code, LAYLA)


def test_one_of_more_colleagues_than_a_list_holds_is_named_by_their_address(zoe, code, database):
    partner = contact(database, LAYLA).partner_id
    with database.session() as session:
        people = (f"aa{number}@kestrelrowe.example" for number in range(120))
        session.add_all(Contact(email=one, name=one, partner_id=partner, role="partner_user") for one in people)
        session.commit()
    zoe.presses(zoe.told()[0], "Add collaborator")
    assert (zoe.form.inputs[0].kind, zoe.form.inputs[0].help) == ("line", "Their e-mail address.")
    for nobody in (BETO, "nobody@kestrelrowe.example", "@"):
        with pytest.raises(FormError, match="one of your colleagues"):
            zoe.sends(colleague=nobody)
    zoe.sends(colleague=f" {LAYLA.upper()} ")
    with database.read() as session:
        assert session.exec(select(DealCollaborator.contact_id)).all() == [contact(database, LAYLA).id]


@pytest.mark.parametrize("email", [BETO, INGRID])
def test_only_people_of_the_same_partner_are_added(zoe, code, database, email):
    with pytest.raises(FormError, match="one of your colleagues"):
        shares(zoe, database, code, email)
    for nobody in ("0", "999999", "x", "9" * 30, "-1"):
        with pytest.raises(FormError, match="one of your colleagues"):
            zoe.submits("deals.sharing", code, colleague=nobody)
    with database.read() as session:
        assert session.exec(select(DealCollaborator)).all() == []


def test_who_has_left_the_partner_neither_sees_nor_hears(talk, zoe, ingrid, code, database):
    layla = at(talk(LAYLA))
    layla.says("hi")
    shares(zoe, database, code, LAYLA)
    told = len(layla.told())
    with database.session() as session:
        moved = session.exec(select(Contact).where(Contact.email == LAYLA)).one()
        moved.partner_id = contact(database, XIMENA).partner_id
        session.add(moved)
        session.commit()
    ingrid.presses_raw("deals.approve", code)
    assert len(layla.told()) == told
    assert "no such deal" in layla.commands("deals", code).plain()


def test_won_lost_and_withdrawn(talk, zoe, ingrid, approved, database):
    zoe.presses(card_of(zoe, approved), "Won")
    assert deal(database).state == "won"
    assert "marked your deal as won" not in zoe.told()[-1].plain()
    said = zoe.presses_raw("deals.won", approved).plain()
    assert said.startswith(f"{approved} is won already, by Zoë Marchbanks on 3 Mar 2027")
    assert "is won already" in zoe.submits("deals.withdrawal", approved).plain()


def test_a_lost_deal_has_a_reason(zoe, approved, database):
    zoe.presses(card_of(zoe, approved), "Lost")
    assert zoe.form.inputs[0].options[0].label == "Price"
    with pytest.raises(FormError):
        zoe.sends(reason="")
    zoe.submits("deals.loss", approved, reason="price", explanation="We were 5 % above.")
    assert (deal(database).state, deal(database).reason) == ("lost", "Price: We were 5 % above.")


def test_withdrawing_is_asked_about_first(zoe, code, database):
    zoe.presses(zoe.told()[0], "Withdraw")
    assert "cannot be undone" in zoe.form.note
    assert deal(database).state == "submitted"
    zoe.sends(reason="Wrong customer.")
    assert deal(database).state == "withdrawn"
    assert "withdrew the deal" in zoe.managers()[0].plain()
    assert zoe.managers()[0].buttons == ()


def test_an_undecided_deal_is_neither_won_nor_lost(zoe, code, database):
    assert "waiting for a decision" in zoe.presses_raw("deals.won", code).plain()
    assert "waiting for a decision" in zoe.submits("deals.loss", code, reason="price").plain()
    assert deal(database).state == "submitted"


def test_an_extension_is_asked_for_once_and_managers_decide(zoe, ingrid, approved, database):
    until = deal(database).protected_until
    first = card_of(zoe, approved)
    assert len(first.buttons) == 6
    zoe.presses(first, "More")
    more = zoe.rewritten()
    labels = [button.label for button in (*first.buttons, *more.buttons)]
    assert labels == [
        "Move stage",
        "Add note",
        "Won",
        "Lost",
        "Ask for an extension",
        "More",
        "Add collaborator",
        "Withdraw",
        "Back",
    ]
    zoe.presses(first, "Ask for an extension")
    zoe.sends(reason="The board meets in July.")
    asked = zoe.managers()[-1]
    assert "The board meets in July." in asked.plain()
    assert "can be asked for once, and it was" in zoe.submits("deals.extension", approved, reason="again").plain()
    ingrid.presses(asked, "Extend", where="managers")
    assert (deal(database).protected_until - until).days == 60
    assert "Extended by Ingrid Solvang" in zoe.managers()[-1].plain()
    assert "extended the protection of your deal until 31 Jul 2027" in zoe.told()[-1].plain()
    assert "was granted already, by Ingrid Solvang" in ingrid.presses_raw("deals.grant", approved).plain()
    assert "can be asked for once" in zoe.submits("deals.extension", approved, reason="again").plain()
    assert (deal(database).protected_until - until).days == 60


def test_an_extension_can_be_declined(zoe, ingrid, approved, database):
    until = deal(database).protected_until
    assert "Nobody has asked" in ingrid.presses_raw("deals.grant", approved).plain()
    zoe.submits("deals.extension", approved, reason="More time.")
    ingrid.presses(zoe.managers()[-1], "Decline", where="managers")
    ingrid.sends(explanation="No activity.")
    assert deal(database).protected_until == until
    assert "No activity." in zoe.told()[-1].plain()
    assert "Declined by Ingrid Solvang" in zoe.managers()[-1].plain()
    assert "was declined already" in ingrid.presses_raw("deals.grant", approved).plain()


def test_what_has_ended_is_not_extended(zoe, ingrid, approved):
    zoe.submits("deals.extension", approved, reason="More time.")
    assert "has ended" in later(ingrid, days=91).presses_raw("deals.grant", approved).plain()


FORMS = {
    "staging": {"stage": "Demo"},
    "noting": {"note": "n"},
    "sharing": {"colleague": "1"},
    "extension": {"reason": "r"},
    "withdrawal": {},
    "loss": {"reason": "price"},
    "reply": {"answer": "a"},
}
ACTIONS = ("show", "more", "answer", "stage", "note", "share", "extend", "withdraw", "won", "lost")


@pytest.mark.parametrize("email", [XIMENA, BETO, JUERGEN, LAYLA])
def test_another_partners_deal_and_one_that_is_not_there_are_answered_alike(talk, zoe, approved, database, email):
    person = at(talk(email))
    unknown = "D-2C3D" if approved != "D-2C3D" else "D-2C3F"
    for action in ACTIONS:
        theirs = person.presses_raw(f"deals.{action}", approved)
        assert theirs == person.presses_raw(f"deals.{action}", unknown)
        assert "no such deal for you" in theirs.plain()
        assert person.form is None
    for form, entry in FORMS.items():
        theirs = person.submits(f"deals.{form}", approved, **entry)
        assert theirs == person.submits(f"deals.{form}", unknown, **entry)
    for words in ("{}", "what about deal {}?"):
        assert person.says(words.format(approved)) == person.says(words.format(unknown))
    assert person.commands("deals", approved) == person.commands("deals", unknown)
    assert deal(database).state == "approved"
    assert "no deals for" in person.commands("deals", "Nordfell").plain()


def test_managers_do_not_do_the_partners_work(ingrid, approved, database):
    for form, entry in FORMS.items():
        if form not in ("reply",):
            assert "own people do this" in ingrid.submits(f"deals.{form}", approved, **entry).plain()
    assert "own people do this" in ingrid.presses_raw("deals.won", approved).plain()
    assert deal(database).state == "approved"


def test_an_admin_works_on_every_deal_of_the_partner(talk, zoe, approved, database):
    idris = at(talk(IDRIS))
    idris.presses_raw("deals.won", approved)
    assert deal(database).state == "won"
    assert "Idris Fairweather marked your deal as won." in zoe.told()[-1].plain()


def test_everybody_sees_what_is_theirs(talk, zoe, ingrid, code, database):
    layla, idris, ximena = at(talk(LAYLA)), at(talk(IDRIS)), at(talk(XIMENA))
    other = registers(layla, **VALDEMORA)
    third = registers(ximena, customer="Third", domain="third.example", contact_email="a@third.example")

    def listed(person, words=""):
        said = person.commands("deals", words).plain()
        return [each for each in (code, other, third) if each in said]

    assert listed(zoe) == [code]
    assert listed(layla) == [other]
    assert listed(idris) == [code, other]
    assert listed(ximena) == [third]
    assert listed(ingrid) == [code, other, third]
    assert listed(ingrid, "Kestrel") == [code, other]
    assert listed(ingrid, "open mirasol") == [third]
    assert listed(ingrid, "Valdemora") == [other]
    assert listed(ingrid, "approved") == []
    ingrid.presses_raw("deals.approve", code)
    assert listed(ingrid, "approved") == [code]
    assert listed(ingrid, "waiting") == [other, third]
    shares(zoe, database, code, LAYLA)
    assert listed(layla) == [code, other]
    zoe.presses_raw("deals.won", code)
    assert listed(zoe) == []
    assert listed(zoe, "won") == [code]
    assert listed(zoe, "all") == [code]


def test_the_pipeline_has_totals_by_stage_and_currency_and_what_expires_first(talk, zoe, ingrid):
    entries = [
        ("A", "Demo", "EUR", "1000", 0),
        ("B", "Demo", "USD", "500", 2),
        ("C", "Proposal", "EUR", "2500.50", 1),
        ("D", "", "EUR", "10", None),
    ]
    codes = {}
    for name, stage, currency, value, approved in entries:
        fields = {"customer": f"Customer {name} Ltd {name * 5}", "domain": f"customer-{name}.example".lower()}
        codes[name] = registers(
            zoe,
            **fields,
            stage=stage,
            currency=currency,
            value=value,
            contact_email=f"x@customer-{name}.example".lower(),
        )
        if approved is not None:
            at(ingrid)
            later(ingrid, days=approved).presses_raw("deals.approve", codes[name])
    said = zoe.commands("deals", "").plain()
    assert "Demo: 2 deals · EUR 1,000 · USD 500" in said
    assert "Proposal: 1 deal · EUR 2,500.50" in said
    assert "No stage yet: 1 deal · EUR 10" in said
    places = [said.index(codes[name]) for name in ("A", "C", "B", "D")]
    assert places == sorted(places)


def test_a_long_list_has_pages(zoe):
    for number in range(7):
        name = f"{chr(97 + number) * 6}.example"
        registers(zoe, customer=name, domain=name, contact_email=f"x@{name}")
    first = zoe.commands("deals", "")
    assert first.title == "7 deals"
    assert [button.label for button in first.buttons] == ["Show"] * 5 + ["More"]
    zoe.presses(first, "More")
    assert len(zoe.told()[-1].buttons) == 2
    assert zoe.presses_raw("deals.list", "99999999:").plain()
    assert zoe.presses_raw("deals.list", "-1:x" + "y" * 400).plain()


@pytest.mark.parametrize("words", ["my deals", "show my pipeline", "Deals", "meine Deals"])
def test_words_lead_to_the_pipeline(zoe, code, words):
    assert zoe.says(words).title == "1 deal"


def test_words_lead_to_a_deal(zoe, code):
    assert zoe.says(f"what about deal {code.lower().replace('-', '')}?").title == f"{code}: Nordfell Bank ASA"
    assert code in zoe.says("what about my deal with Nordfell?").plain()


def test_without_deals_the_list_says_how_to_begin(zoe):
    card = zoe.says("my deals")
    assert "no open deals yet" in card.plain()
    assert [button.label for button in card.buttons] == ["Register a deal"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; drop table deal; --", "x" * 5_000, "🙂", "日本"])
def test_any_filter_is_taken(talk, zoe, ingrid, code, words):
    assert "no deals for" in zoe.commands("deals", words).plain()
    assert "no deals for" in ingrid.commands("deals", words).plain()


def test_the_day_is_shown_where_the_person_is(talk, database):
    sota = at(talk("sota.namioka@hanabishi.example"))
    registers(sota, **NORDFELL)
    assert "JST" in sota.told()[0].plain()
