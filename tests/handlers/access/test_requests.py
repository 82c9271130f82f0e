"""Somebody unknown asks to be let in, and managers decide; on both databases."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from bot.calls import EventKey
from bot.people import import_partners
from handlers.access.models import AccessRequest
from handlers.errors import FormError
from handlers.notices.models import Delivery, Operation
from handlers.partners.models import ChatIdentity, Contact

MANAGER = "ingrid.solvang@halden.example"
OTHER_MANAGER = "amara.nwosu@halden.example"
OPERATOR = "rafael.quintanar@halden.example"
OWNER = "zoe.verhaegen@halden.example"
GOLD = "zoe.marchbanks@kestrelrowe.example"
ENTRY = {
    "company": "Kestrel and Rowe IT",
    "name": "Noor Vanterpool",
    "email": "noor.vanterpool@kestrelrowe.example",
    "why": "I have taken over from Zoë in the sales team.",
}
DISCOUNT = "What discount do Gold partners get on new business?"


@pytest.fixture
def stranger(talk):
    return talk("U-noor", unknown=True)


@pytest.fixture
def manager(talk):
    return talk(MANAGER)


def asks(stranger, **changed):
    """Write, press, fill in, send; returns the card that the managers got."""
    stranger.presses(stranger.says("hello"), "Request access")
    stranger.sends(**(ENTRY | changed))
    return stranger.managers()[-1]


def approves(manager, card, **changed):
    manager.presses(card, "Approve", where="managers")
    return manager.sends(**changed)


def rows(database, model):
    with database.read() as look:
        return look.exec(select(model).order_by(model.id)).all()


def test_a_stranger_reads_what_to_do_and_nothing_of_what_there_is(stranger):
    for card in (stranger.says(DISCOUNT), stranger.commands("portal", DISCOUNT), stranger.home()):
        assert "I don't know you yet" in card.plain()
        assert "invite code" in card.plain()
        assert "channel manager" in card.plain()
        assert "%" not in card.plain()
        assert [button.label for button in card.buttons] == ["Request access"]
        assert card.buttons[0].opens_form


def test_strangers_who_press_send_and_close_what_is_not_theirs_learn_nothing(stranger, talk):
    shown = talk(GOLD).says(DISCOUNT)
    token = shown.buttons[0].value
    for action in ("answers.person", "access.approve", "access.decline", "access.reason", "gone.action"):
        assert "I don't know you yet" in stranger.presses_raw(action, token).plain()
    for form in ("answers.comment", "access.approve", "access.decline", "gone.form"):
        assert "I don't know you yet" in stranger.submits(form, token, partner="id:1", role="partner_admin").plain()
    assert stranger.calls("tickets.open", "words").title == "I don't know you yet"


def test_the_form_asks_four_things_and_knows_the_confirmed_address(talk):
    somebody = talk("mallory@elsewhere.example")
    somebody.presses(somebody.says("hi"), "Request access")
    fields = {field.label: field for field in somebody.form.inputs}
    assert list(fields) == ["Company", "Name", "Work e-mail", "Why"]
    assert fields["Why"].kind == "paragraph"
    assert fields["Work e-mail"].value == "mallory@elsewhere.example"
    unknown = talk("U-2", unknown=True)
    unknown.presses(unknown.says("hi"), "Request access")
    assert [field.value for field in unknown.form.inputs] == ["", "", "", ""]


def test_a_request_is_approved_and_the_person_gets_in(stranger, manager, database):
    card = asks(stranger)
    assert "passed it on" in stranger.told()[-1].plain()
    for part in (*ENTRY.values(), "not confirmed", "U-noor"):
        assert part in card.plain()
    assert [button.label for button in card.buttons] == ["Approve", "Decline", "Decline with a reason"]
    approves(manager, card, role="partner_admin")
    decided = manager.managers()[-1]
    assert not decided.buttons
    assert "Ingrid Solvang approved on" in decided.plain()
    assert "Partner admin at Kestrel & Rowe IT" in decided.plain()
    assert "UTC" in decided.plain()
    assert "Welcome, Noor Vanterpool" in stranger.told()[-1].plain()
    assert "25 %" in stranger.says(DISCOUNT).plain()
    contact = next(row for row in rows(database, Contact) if row.email == ENTRY["email"])
    assert (contact.name, contact.role, contact.active) == ("Noor Vanterpool", "partner_admin", True)


def test_the_likely_partner_is_preselected_by_address_or_by_name(stranger, talk, manager):
    manager.presses(asks(stranger), "Approve", where="managers")
    partner, role = manager.form.inputs
    assert (partner.label, role.label) == ("Partner", "Role")
    assert next(option.label for option in partner.options if option.value == partner.value) == "Kestrel & Rowe IT"
    assert [option.value for option in role.options] == ["partner_user", "partner_admin"]
    assert ENTRY["email"] in manager.form.note
    assert ENTRY["name"] in manager.form.note
    for company, likely in (("Hanabishi Systems Ltd", "Hanabishi Systems"), ("Nobody Inc", None), ("日本", None)):
        other = talk(f"U-{company}", unknown=True)
        manager.presses(asks(other, company=company, email="a@nowhere.example"), "Approve", where="managers")
        partner = manager.form.inputs[0]
        labels = {option.value: option.label for option in partner.options}
        assert labels.get(partner.value) == likely


def test_a_partner_has_to_be_chosen_and_only_partners_roles_can_be(stranger, manager, database):
    card = asks(stranger)
    manager.presses(card, "Approve", where="managers")
    before = len(rows(database, Contact))
    for wrong, field in (
        ({"partner": ""}, "partner"),
        ({"partner": "id:999999"}, "partner"),
        ({"partner": "Nobody Inc"}, "partner"),
        ({"partner": "id:٣"}, "partner"),
        ({"partner": "x" * 5_000}, "partner"),
        ({"role": "operator"}, "role"),
        ({"role": "channel_manager"}, "role"),
        ({"role": ""}, "role"),
    ):
        manager.presses(card, "Approve", where="managers")
        with pytest.raises(FormError) as error:
            manager.sends(**wrong)
        assert list(error.value.fields) == [field]
    assert len(rows(database, Contact)) == before
    assert rows(database, AccessRequest)[0].state == "open"


def test_with_more_than_a_hundred_partners_the_name_is_typed(stranger, manager, database, tmp_path):
    file = tmp_path / "many.csv"
    lines = "".join(f"Partner {number:03} GmbH,reseller,Gold,EMEA\n" for number in range(120))
    file.write_text("name,type,tier,region\n" + lines)
    with database.session() as session:
        import_partners(session, file)
        session.commit()
    card = asks(stranger)
    manager.presses(card, "Approve", where="managers")
    partner = manager.form.inputs[0]
    assert (partner.kind, partner.value) == ("line", "Kestrel & Rowe IT")
    with pytest.raises(FormError, match="Did you mean Partner 007 GmbH") as error:
        manager.sends(partner="Partner 007 Gmbhh")
    assert list(error.value.fields) == ["partner"]
    manager.presses(card, "Approve", where="managers")
    manager.sends(partner="  partner 007   GMBH ")
    assert "at Partner 007 GmbH" in manager.managers()[-1].plain()


def test_declined_with_one_press_or_with_a_reason(stranger, talk, manager):
    manager.presses(asks(stranger), "Decline", where="managers")
    assert "Ingrid Solvang declined on" in manager.managers()[-1].plain()
    assert not manager.managers()[-1].buttons
    told = stranger.told()[-1].plain()
    assert "could not let you in" in told
    assert "Ingrid" not in told
    other = talk("U-other", unknown=True)
    manager.presses(asks(other, email="o@x.example"), "Decline with", where="managers")
    manager.sends(reason="We don't know this company yet; call us.")
    assert "call us" in manager.managers()[-1].plain()
    assert "call us" in other.told()[-1].plain()
    assert "I don't know you yet" in other.says("and now?").plain()


def test_who_was_declined_may_ask_again_after_a_day(stranger, manager):
    manager.presses(asks(stranger), "Decline", where="managers")
    shown = stranger.says("again")
    assert "You can ask again from" in stranger.presses(shown, "Request access").plain()
    assert stranger.form is None
    with pytest.raises(FormError, match="You can ask again from"):
        stranger.submits("access.request", "", **ENTRY)
    stranger.now += timedelta(days=1, minutes=1)
    stranger.presses(shown, "Request access")
    stranger.sends(**ENTRY)
    assert len(stranger.managers()) == 2


def test_asking_twice_says_that_it_is_waiting(stranger, database):
    asks(stranger)
    card = stranger.presses(stranger.says("hello?"), "Request access")
    assert "is waiting" in card.plain()
    assert stranger.form is None
    assert "is waiting" in stranger.submits("access.request", "", **ENTRY).plain()
    assert len(rows(database, AccessRequest)) == len(stranger.managers()) == 1


def test_a_second_decision_changes_nothing_and_says_who_decided(stranger, talk, manager, database):
    card = asks(stranger)
    amara = talk(OTHER_MANAGER)
    amara.presses(card, "Approve", where="managers")
    manager.presses(card, "Decline", where="managers")
    told = amara.sends()
    assert "Ingrid Solvang declined this request on" in amara.heard[-1].card["body"][0]["text"], told
    for label in ("Approve", "Decline", "Decline with"):
        amara.presses(card, label, where="managers")
        assert amara.form is None
        assert "Nothing was changed" in amara.heard[-1].card["body"][0]["text"]
        assert [row.operation for row in amara.heard] == [Operation.whisper]
    assert [row.state for row in rows(database, AccessRequest)] == ["declined"]
    assert ENTRY["email"] not in {row.email for row in rows(database, Contact)}
    assert len(stranger.told()) == 3  # the refusal, the thanks, the answer


def test_only_channel_managers_and_operators_decide(stranger, talk, database):
    card = asks(stranger)
    token = card.buttons[0].value
    for email in (OWNER, GOLD):
        person = talk(email)
        for action in ("access.approve", "access.decline", "access.reason"):
            assert "Only channel managers and operators" in person.presses_raw(action, token).plain()
            assert person.form is None
        assert "Only channel" in person.submits("access.approve", token, partner="id:1", role="partner_user").plain()
        assert "Only channel" in person.submits("access.decline", token, reason="no").plain()
    assert rows(database, AccessRequest)[0].state == "open"
    operator = talk(OPERATOR)
    approves(operator, card)
    assert rows(database, AccessRequest)[0].state == "approved"


def test_a_token_that_does_not_exist_is_not_found(manager):
    for value in ("", "x", "0" * 16, "x" * 500):
        assert "I don't find this request" in manager.presses_raw("access.approve", value).plain()


def test_an_approval_links_to_a_contact_only_if_everything_fits(stranger, talk, manager, database):
    card = asks(stranger, email=GOLD.upper())
    assert "Zoë Marchbanks" in card.plain()
    assert "Approve only if you are sure" in card.plain()
    manager.presses(card, "Approve", where="managers")
    opened = manager.form
    for wrong, field in (({"partner": "Hanabishi Systems"}, "partner"), ({"role": "partner_admin"}, "role")):
        manager.form = opened
        with pytest.raises(FormError) as error:
            manager.sends(**wrong)
        assert list(error.value.fields) == [field]
    manager.form = opened
    manager.sends()
    assert "Welcome, Zoë Marchbanks" in stranger.told()[-1].plain()
    zoe = [row for row in rows(database, Contact) if row.email == GOLD]
    assert [(row.name, row.role) for row in zoe] == [("Zoë Marchbanks", "partner_user")]
    vendor = talk("U-vendor", unknown=True)
    card = asks(vendor, email=OPERATOR)
    with pytest.raises(FormError):
        approves(manager, card, partner="Hanabishi Systems")
    assert "I don't know you yet" in vendor.says("hi").plain()


def test_a_deactivated_contact_is_not_let_in_by_an_approval(stranger, manager, database):
    with database.session() as session:
        session.exec(select(Contact).where(Contact.email == GOLD)).one().active = False
        session.commit()
    card = asks(stranger, email=GOLD)
    assert "deactivated" in card.plain()
    with pytest.raises(FormError, match="deactivated"):
        approves(manager, card)
    assert "I don't know you yet" in stranger.says("hi").plain()


def test_without_a_managers_channel_the_request_is_kept_and_passed_on_when_there_is_one(talk, database):
    alone = talk("U-noor", unknown=True, desk=False)
    alone.presses(alone.says("hi"), "Request access")
    alone.sends(**ENTRY)
    assert "channel manager" in alone.told()[-1].plain()
    assert "passed it on" not in alone.told()[-1].plain()
    assert alone.managers() == []
    assert len(rows(database, AccessRequest)) == 1
    later = talk("U-noor", unknown=True)
    later.presses(later.says("hi again"), "Request access")
    assert len(later.managers()) == 1


def test_a_flood_of_guests_does_not_reach_the_managers(talk, database):
    for number in range(30):
        guest = talk(f"U-{number}", unknown=True)
        guest.submits("access.request", "", **ENTRY)
    late = talk("U-late", unknown=True)
    with pytest.raises(FormError, match="in an hour"):
        late.submits("access.request", "", **ENTRY)
    assert len(late.managers()) == 30
    late.now += timedelta(hours=1, minutes=1)
    late.submits("access.request", "", **ENTRY)
    assert len(late.managers()) == 31


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"company": ""}, "company", "fill this in"),
        ({"name": " \u200b\u200f\u2060 "}, "name", "fill this in"),
        ({"name": "x" * 101}, "name", "at most 100 characters; these are 101"),
        ({"why": "y" * 100_000}, "why", "at most 1000"),
        ({"email": "noor"}, "email", "not an e-mail address"),
        ({"email": "noor@kestrel"}, "email", "not an e-mail address"),
        ({"email": "two@a.example, three@b.example"}, "email", "not an e-mail address"),
        ({"email": "x" * 300 + "@a.example"}, "email", "at most 254"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(stranger, database, wrong, field, said):
    stranger.presses(stranger.says("hello"), "Request access")
    with pytest.raises(FormError) as error:
        stranger.sends(**(ENTRY | wrong))
    assert list(error.value.fields) == [field]
    assert said in error.value.fields[field]
    assert rows(database, AccessRequest) == []


def test_everything_missing_is_said_at_once(stranger):
    with pytest.raises(FormError) as error:
        stranger.submits("access.request", "")
    assert set(error.value.fields) == {"company", "name", "email", "why"}


def test_names_of_every_script_arrive_as_they_were_written(stranger, manager, database):
    entry = {
        "company": "شركة  النجمة\n(دبي) <!channel>",
        "name": "ليلى\u202e حدّادين",
        "email": "Layla@NAJMA.example",
        "why": "東京 🙂 & <@U1> *bold*",
    }
    card = asks(stranger, **entry)
    assert "شركة النجمة (دبي) <!channel>" in card.plain()
    assert "東京 🙂 & <@U1> *bold*" in card.plain()
    assert "\u202e" not in card.plain()
    approves(manager, card, partner="Nusarasa Services")
    assert "ليلى حدّادين" in stranger.told()[-1].plain()
    assert "layla@najma.example" in {row.email for row in rows(database, Contact)}


def test_who_asked_in_a_channel_is_answered_directly(talk, manager):
    stranger = talk("U-noor", unknown=True, conversation="C1", private=False)
    refused = stranger.says("hello")
    assert [row.operation for row in stranger.heard] == [Operation.whisper]
    stranger.presses(refused, "Request access")
    stranger.sends(**ENTRY)
    assert {row.operation for row in stranger.heard if row.conversation == "C1"} == {Operation.whisper}
    manager.presses(manager.managers()[-1], "Decline", where="managers")
    assert "could not let you in" in stranger.told()[-1].plain()


def at_once(*does):
    """All of these in the same instant; what each comes to."""
    together, said = Barrier(len(does)), []

    def one(do):
        together.wait()
        said.append(do())

    threads = [Thread(target=one, args=(do,)) for do in does]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_many_decisions_in_one_instant_decide_once(stranger, talk, database):
    token = asks(stranger).buttons[0].value
    people = [talk(email) for email in (MANAGER, OTHER_MANAGER, OPERATOR) * 4]
    approved = [lambda one=one: one.submits("access.approve", token, partner="Mirasol Sistemas", role="partner_user")
                for one in people[:6]]  # fmt: skip
    declined = [lambda one=one: one.presses_raw("access.decline", token) for one in people[6:]]
    said = at_once(*approved, *declined)
    assert sum("Nothing was changed" in card.plain() for card in said) == len(people) - 1
    (request,) = rows(database, AccessRequest)
    made = [row for row in rows(database, Contact) if row.email == ENTRY["email"]]
    assert len(made) == (request.state == "approved")
    assert len(stranger.told()) == 3


def test_one_person_asking_in_many_windows_at_once_asks_once(talk, database):
    same = [talk("U-noor", unknown=True) for _ in range(8)]
    at_once(*(lambda one=one: one.submits("access.request", "", **ENTRY) for one in same))
    assert len(rows(database, AccessRequest)) == len(same[0].managers()) == 1


def test_the_same_request_delivered_again_has_no_second_effect(stranger, database):
    for _ in range(3):
        event = EventKey("test", "T1", "view:1")
        stranger.portal.submit(stranger.caller, stranger.place, "access.request", "", ENTRY, event)
    assert len(rows(database, AccessRequest)) == 1
    assert len(rows(database, Delivery)) == 2


def test_what_managers_say_under_a_request_is_no_question(stranger, manager):
    card = asks(stranger)
    manager.replies(card, "Do we know them?", where="managers")
    assert manager.heard == []


def test_who_was_let_in_meanwhile_is_told_so(stranger, manager, talk):
    refused = stranger.says("hi")
    approves(manager, asks(stranger))
    assert "in already" in stranger.presses(refused, "Request access").plain()
    assert "in already" in stranger.submits("access.request", "", **ENTRY).plain()


def test_a_grant_ends_when_the_platform_vouches_for_somebody_else(stranger, manager, talk, database):
    approves(manager, asks(stranger))
    stranger.says("hi")
    devon = "devon.achterberg@quillstack.example"
    same_user = talk(devon)
    same_user.caller = type(same_user.caller)("test", "T1", "U-noor", devon)
    same_user.says("hello")
    (identity,) = [row for row in rows(database, ChatIdentity) if row.user == "U-noor"]
    assert (identity.email, identity.granted) == (devon, False)
    assert "I don't know you yet" in stranger.says("hi").plain()
