"""What channel managers decide, once and for all, and never about their own."""

import pytest
from sqlmodel import select, update

from handlers.deals.models.deal import Deal, DealEvent
from handlers.errors import FormError
from handlers.partners.models import Contact, Partner
from tests.handlers.deals.deal import (
    AMARA,
    IDRIS,
    INGRID,
    NOON,
    NORDFELL,
    OPERATOR,
    OWNER,
    XIMENA,
    ZOE,
    at,
    later,
    registers,
)

DESK = "managers"


@pytest.fixture
def amara(talk):
    return at(talk(AMARA))


def state(database, code) -> str:
    with database.read() as session:
        return session.exec(select(Deal.state).where(Deal.code == code)).one()


def test_one_press_approves_and_the_card_says_who_and_when(zoe, ingrid, amara, code, database):
    (desk,) = zoe.managers()
    ingrid.presses(desk, "Approve", where=DESK)
    assert state(database, code) == "approved"
    (decided,) = zoe.managers()
    assert "Approved by Ingrid Solvang, 3 Mar 2027, 13:00 CET. Protected until 1 Jun 2027." in decided.plain()
    assert decided.buttons == ()
    assert "Nordfell Bank ASA" in decided.plain()
    own, news = zoe.told()
    assert "Approved by Ingrid Solvang. Protected until 1 Jun 2027" in own.plain()
    assert "Ingrid Solvang approved your deal. It is protected until 1 Jun 2027." in news.plain()
    said = amara.presses_raw("deals.approve", code).plain()
    assert said == f"{code} is approved already, by Ingrid Solvang on 3 Mar 2027, 06:00 CST. Nothing was changed."
    assert [card.plain() for card in zoe.managers()] == [decided.plain()]
    assert len(zoe.told()) == 2
    with database.read() as session:
        assert [event.act for event in session.exec(select(DealEvent))] == ["registered", "approved"]


def test_protection_is_as_long_as_the_tiers(talk, zoe, code, database):
    ingrid = at(talk(INGRID, policy={"protection_days": {"gold": 120}}))
    ingrid.presses_raw("deals.approve", code)
    with database.read() as session:
        assert (session.exec(select(Deal.protected_until)).one() - NOON).days == 120


def test_protection_starts_at_approval(zoe, ingrid, code, database):
    later(ingrid, days=20).presses_raw("deals.approve", code)
    with database.read() as session:
        assert (session.exec(select(Deal.protected_until)).one() - ingrid.now).days == 90


def test_a_rejection_has_a_reason_and_words(zoe, ingrid, code, database):
    ingrid.presses(zoe.managers()[0], "Reject", where=DESK)
    assert [field.label for field in ingrid.form.inputs] == ["Reason", "Explanation"]
    with pytest.raises(FormError):
        ingrid.sends(reason="")
    with pytest.raises(FormError):
        ingrid.submits("deals.rejection", code, reason="just so")
    ingrid.submits("deals.rejection", code, reason="renewal", explanation="They renew in May.\nQuote it.")
    assert state(database, code) == "rejected"
    (decided,) = zoe.managers()
    assert "Rejected by Ingrid Solvang, 3 Mar 2027, 13:00 CET: Existing customer, renewal" in decided.plain()
    assert "They renew in May." in zoe.told()[-1].plain()
    assert "closed" in zoe.told()[0].plain()


def test_a_question_stops_the_clock_until_it_is_answered(zoe, ingrid, code, database):
    later(ingrid, hours=3)
    ingrid.presses(zoe.managers()[0], "Ask for information", where=DESK)
    ingrid.sends(question="Who is the decision maker?")
    assert state(database, code) == "needs_information"
    assert "Ingrid Solvang asked the partner" in zoe.managers()[0].plain()
    assert "Ask for information" not in [button.label for button in zoe.managers()[0].buttons]
    own, news = zoe.told()
    for card in (own, news):
        assert "Who is the decision maker?" in card.plain()
        assert card.buttons[0].label == "Answer"
    later(zoe, days=9)
    zoe.presses(news, "Answer")
    assert zoe.form.note == "Who is the decision maker?"
    zoe.sends(answer="Kari Nord herself.")
    assert state(database, code) == "submitted"
    (desk,) = zoe.managers()
    for part in ("Who is the decision maker?", "Zoë Marchbanks answered", "Kari Nord herself.", "Decision due"):
        assert part in desk.plain()
    assert [button.label for button in desk.buttons][:2] == ["Approve", "Reject"]
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
    # Asked at 16:00 in Oslo, with 13 of 16 business hours left; answered on Friday the 12th at 13:00.
    assert deal.due_at.isoformat() == "2027-03-16T09:00:00+00:00"
    assert "waiting for a decision" in zoe.submits("deals.reply", code, answer="again").plain()


def test_an_unanswered_question_does_not_keep_a_manager_from_deciding(zoe, ingrid, code, database):
    ingrid.submits("deals.question", code, question="Who?")
    ingrid.presses(zoe.managers()[0], "Approve", where=DESK)
    assert state(database, code) == "approved"


def test_a_duplicate_of_the_partners_own_deal_is_named_to_them(talk, zoe, ingrid, code, database):
    second = registers(zoe, customer="Other", domain="other.example", contact_email="a@other.example")
    ingrid.presses_raw("deals.duplicate", second)
    with pytest.raises(FormError, match="no deal with this number"):
        ingrid.sends(original="D-0000")
    with pytest.raises(FormError, match="the same deal"):
        ingrid.submits("deals.duplication", second, original=second.lower())
    ingrid.submits("deals.duplication", second, original=code.lower().replace("-", ""))
    assert state(database, second) == "duplicate"
    assert f"Marked as a duplicate of {code} by Ingrid Solvang" in zoe.managers()[-1].plain()
    assert code in zoe.told()[-1].plain()


def test_a_duplicate_of_another_partners_deal_is_not_named(talk, ingrid, zoe, code):
    ximena = at(talk(XIMENA))
    second = registers(ximena)
    ingrid.submits("deals.duplication", second, original=code)
    assert code in zoe.managers()[-1].plain()
    ximena.commands("deals", second)
    assert not any(code in card.plain() for card in ximena.told())
    ingrid.commands("deals", second)
    assert code in ingrid.told()[-1].plain()


def test_two_partners_are_not_protected_for_one_customer(talk, zoe, ingrid, amara, code, database):
    ximena = at(talk(XIMENA))
    second = registers(ximena)
    ingrid.presses_raw("deals.approve", code)
    said = amara.presses_raw("deals.approve", second).plain()
    assert f"{code} of Kestrel & Rowe IT is approved for this customer already" in said
    assert state(database, second) == "submitted"


@pytest.mark.parametrize("email", [ZOE, IDRIS, XIMENA, OWNER])
def test_nobody_but_a_manager_decides(talk, zoe, code, database, email):
    person = at(talk(email))
    for action in ("approve", "reject", "ask", "duplicate"):
        assert "Only a channel manager" in person.presses_raw(f"deals.{action}", code).plain()
        assert person.form is None
    for form, entry in (
        ("rejection", {"reason": "other"}),
        ("question", {"question": "?"}),
        ("duplication", {"original": code}),
        ("declining", {"explanation": "no"}),
    ):
        try:
            said = person.submits(f"deals.{form}", code, **entry).plain()
        except FormError as error:
            said = str(error)
        assert "Only a channel manager" in said
    assert "Only a channel manager" in person.presses_raw("deals.approve", "D-0000").plain()
    assert state(database, code) == "submitted"


def test_an_operator_decides_as_well(talk, code, database):
    at(talk(OPERATOR)).presses_raw("deals.approve", code)
    assert state(database, code) == "approved"


@pytest.mark.parametrize("own_entry", [True, False])
def test_nobody_decides_about_their_own(talk, zoe, code, database, own_entry):
    with database.session() as session:
        who = session.exec(select(Contact).where(Contact.email == (ZOE if own_entry else INGRID))).one()
        partner = session.exec(select(Partner.id).where(Partner.name == "Kestrel & Rowe IT")).one()
        change = {"role": "channel_manager", "partner_id": None if own_entry else partner}
        session.execute(update(Contact).where(Contact.id == who.id).values(**change))
        session.commit()
    manager = at(talk(who.email))
    for action in ("approve", "reject", "ask", "duplicate"):
        assert "Nobody decides about a deal of their own" in manager.presses_raw(f"deals.{action}", code).plain()
    manager.commands("deals", code)
    assert "Approve" not in [button.label for button in manager.told()[-1].buttons]
    assert state(database, code) == "submitted"


def test_a_manager_decides_from_their_own_list_too(zoe, ingrid, code, database):
    ingrid.commands("deals", "waiting")
    ingrid.presses(ingrid.told()[-1], "Show")
    card = ingrid.told()[-1]
    ingrid.presses(card, "Approve")
    assert state(database, code) == "approved"
    assert "Approved by Ingrid Solvang" in ingrid.rewritten().plain()
    assert "Approved by Ingrid Solvang" in zoe.managers()[0].plain()


def test_the_partners_history_is_on_the_card(zoe, ingrid, code):
    ingrid.presses_raw("deals.approve", code)
    zoe.presses_raw("deals.won", code)
    second = registers(zoe, customer="Other", domain="other.example", contact_email="a@other.example")
    ingrid.submits("deals.rejection", second, reason="inactive")
    registers(zoe, customer="Third", domain="third.example", contact_email="a@third.example")
    assert "so far: 1 won, 1 rejected; no other waiting" in zoe.managers()[-1].plain()


def test_hostile_words_stay_words(zoe, ingrid, code):
    ingrid.submits("deals.question", code, question="<!channel> <@U1> *bold* & <script>")
    assert "<!channel> <@U1> *bold* & <script>" in zoe.told()[-1].plain()
    zoe.submits("deals.reply", code, answer="```x``` <!here>")
    assert "```x``` <!here>" in zoe.managers()[0].plain()


def test_long_words_are_refused_under_their_field(zoe, ingrid, code):
    with pytest.raises(FormError) as error:
        ingrid.submits("deals.question", code, question="x" * 2_001)
    assert list(error.value.fields) == ["question"]
    ingrid.submits("deals.rejection", code, reason="other", explanation="y" * 2_000)
    assert "y" * 2_000 in zoe.told()[-1].plain()


def test_a_manager_of_no_channel_approves_in_direct_messages(talk, database):
    zoe, ingrid = at(talk(ZOE, desk=False)), at(talk(INGRID, desk=False))
    ingrid.says("hi")
    code = registers(zoe, **NORDFELL)
    ingrid.presses(ingrid.told()[-1], "Approve")
    assert "Approved by Ingrid Solvang" in ingrid.told()[-1].plain()
    assert state(database, code) == "approved"
