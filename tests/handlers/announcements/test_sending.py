"""From the first word to the readers: who writes, whom it reaches, who is left out and why."""

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.announcements.models.announcement import Announcement
from handlers.errors import FormError
from handlers.partners import store as partners
from handlers.ui import Card
from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    INGRID,
    LAYLA,
    NOW,
    OPERATOR,
    OWNER,
    TEXT,
    ZOE,
    by,
    counts,
    labels,
    one,
    rows,
    said,
    seen,
    sent,
    written,
)

BETO, DEVON = "beto.carranza@mirasol.example", "devon.achterberg@quillstack.example"


@pytest.fixture
def ingrid(talk):
    return by(talk, INGRID)


def test_from_the_command_over_the_preview_to_the_readers(talk, ingrid, database):
    seen(talk, ZOE, ADMIN)
    ingrid.commands("announce", "")
    assert ingrid.form.title == "Write an announcement"
    ingrid.sends(**TEXT)
    assert ingrid.form.title == "Who gets it, and when"
    control = ingrid.sends(**GOLD)
    code = control.title.split(":")[0]
    assert "2 people of an audience of 3" in control.plain() and "no chat identity: 1" in control.plain()
    assert labels(control)[0] == "Send"
    assert rows(database, code) == []
    ingrid.presses(control, "Send")
    assert f"{code} is going out to 2 people" in said(ingrid.told())
    ingrid.ticks(NOW)
    got = talk(ZOE).told()[-1]
    assert got.title == "Backup 9 is out" and "Faster" in got.plain()
    assert talk(LAYLA).told() == []
    found = counts(database, code)
    assert (found.sent, found.left_out, found.audience) == (2, {"no chat identity": 1}, 3)
    assert one(database, code).state == "sending"
    ingrid.ticks(NOW + timedelta(seconds=11))
    assert one(database, code).state == "sent"
    assert "Sent: 2" in said(ingrid.told()) and "Left out: 1" in said(ingrid.told())


@pytest.mark.parametrize("who", [ZOE, ADMIN, OWNER])
def test_nobody_else_writes_one(talk, database, who):
    person = talk(who)
    for act in (
        lambda: person.commands("announce", "Free beer"),
        lambda: person.says("announce: free beer"),
        lambda: person.presses_raw("announcements.begin", ""),
        lambda: person.calls("announcements.of_message", "Free beer"),
        lambda: person.submits("announcements.text", "", **TEXT),
        lambda: person.says("announcements") if who == OWNER else person.commands("announce", "list"),
    ):
        act()
        assert person.form is None
    assert "Only channel managers" in person.commands("announce", "").plain()
    with database.read() as look:
        assert look.exec(select(Announcement)).all() == []


def test_a_manager_reaches_only_those_in_their_charge_and_an_operator_everybody(talk, ingrid, database):
    seen(talk, ZOE, BETO)
    code = written(ingrid, {"types": "reseller"})
    left = ingrid.presses_raw("announcements.left", f"{code}:0").plain()
    assert "Beto Carranza Núñez (beto.carranza@mirasol.example), Mirasol Sistemas: other manager's partner" in left
    ingrid.says(f"send {code}")
    ingrid.ticks(NOW)
    assert [row.conversation for row in rows(database, code)] == [f"D-{ZOE}"]
    operator = by(talk, OPERATOR)
    other = sent(operator, {"types": "reseller"}, kind="urgent")
    assert {row.conversation for row in rows(database, other)} == {f"D-{ZOE}", f"D-{BETO}"}


def test_another_manager_sees_it_and_decides_nothing(talk, ingrid, database):
    seen(talk, ZOE)
    code = sent(ingrid, GOLD)
    amara = by(talk, AMARA)
    assert code in amara.says(code).title
    for act in ("pause", "cancel", "recall", "retry", "remind", "edit"):
        assert "Only its author or an operator" in amara.presses_raw(f"announcements.{act}", code).plain()
    for act in ("send", "test", "write", "choose", "discard"):
        assert "Only its author" in amara.presses_raw(f"announcements.{act}", code).plain()
    assert one(database, code).state == "sending"


def test_every_condition_narrows_the_audience(talk, ingrid, database):
    seen(talk, ZOE, ADMIN, LAYLA)
    for whom, who in (
        ({"partners": "Kestrel & Rowe IT", "roles": "partner_admin"}, {ADMIN}),
        ({"partners": "Kestrel & Rowe IT", "languages": "ar"}, {LAYLA}),
        ({"tiers": "Gold\nSilver", "regions": "EMEA", "types": "reseller", "languages": "en"}, {ZOE, ADMIN}),
        ({"listed": f"email,name\n{ZOE.upper()},Zoe\nnobody@nowhere.example,No"}, {ZOE}),
    ):
        code = sent(ingrid, whom, kind="urgent")
        assert {row.conversation for row in rows(database, code)} == {f"D-{email}" for email in who}, whom


def test_the_preview_says_for_whom_it_is(talk, ingrid):
    code = written(ingrid, GOLD | {"partners": "Kestrel & Rowe IT", "roles": "partner_admin", "listed": ADMIN})
    assert (
        "Audience: Resellers; Gold; Partner admins; of Kestrel & Rowe IT; a list of addresses"
        in ingrid.says(code).plain()
    )
    assert "Audience: All partners' people" in said([ingrid.says(written(ingrid))])
    shown = ingrid.says(written(ingrid, {"languages": "ar\nja", "listed": "x@nowhere.example"})).plain()
    assert "Audience: language ar or ja; a list" in shown and "0 people: nobody is all of that" in shown


def test_strangers_on_a_list_are_named(ingrid):
    ingrid.commands("announce", "")
    ingrid.sends(**TEXT)
    shown = ingrid.sends(listed="nobody@nowhere.example; zoe.marchbanks@kestrelrowe.example").plain()
    assert "1 of the list is no contact of a partner: nobody@nowhere.example" in shown
    many = "\ufeffname;email\n" + "".join(f"P {n};p{n:04}@nowhere.example\n" for n in range(3_000))
    shown = written(ingrid, {"listed": many}) and ingrid.heard[-1].card["body"]
    none, banner = (part["text"] for part in shown if part["kind"] == "banner")
    assert none.endswith("nobody is of its audience. Change the audience.")
    assert banner.startswith("3,000 of the list are no contacts of a partner: p0000@") and banner.endswith(
        " and 2,990 more"
    )


def test_an_empty_audience_is_not_sent(talk, ingrid, database):
    code = written(ingrid, {"languages": "ja"})
    shown = Card.model_validate(ingrid.heard[-1].card)
    assert f"Nobody would get {code}: everybody of its audience is left out. Change the audience." in shown.plain()
    assert "Takes" not in shown.plain() and "Send" not in [button.label for button in shown.buttons]
    assert "Nobody would get" in ingrid.presses_raw("announcements.send", code).plain()
    assert one(database, code).state == "draft"


def test_sending_twice_sends_once(talk, ingrid, database):
    seen(talk, ZOE)
    code = written(ingrid, GOLD)
    ingrid.presses_raw("announcements.send", code)
    assert "another state" in ingrid.presses_raw("announcements.send", code).plain()
    ingrid.ticks(NOW)
    ingrid.ticks(NOW)
    assert len(rows(database, code)) == 1


def test_one_in_a_fortnight_unless_it_is_urgent(talk, ingrid, database):
    seen(talk, ZOE)
    sent(ingrid, GOLD)
    again = written(ingrid, GOLD)
    assert "everybody of its audience is left out" in Card.model_validate(ingrid.heard[-1].card).plain()
    assert "Nobody would get" in ingrid.presses_raw("announcements.send", again).plain()
    assert "already had one this fortnight" in ingrid.presses_raw("announcements.left", f"{again}:0").plain()
    assert counts(database, sent(ingrid, GOLD, kind="urgent")).sent == 1
    ingrid.now = NOW + timedelta(days=14, hours=1)
    assert counts(database, sent(ingrid, GOLD)).sent == 1


def test_what_a_person_mutes_they_do_not_get_unless_it_is_urgent(talk, ingrid, database):
    zoe = talk(ZOE)
    assert "Unmute product updates" in labels(zoe.says("mute product updates"))
    code = written(ingrid, GOLD)
    assert "has muted this topic" in ingrid.presses_raw("announcements.left", f"{code}:0").plain()
    assert counts(database, sent(ingrid, GOLD, kind="urgent")).sent == 1
    zoe.presses(zoe.says("topics"), "Unmute")
    assert counts(database, sent(ingrid, GOLD)).sent == 1


@pytest.mark.parametrize("topic", ["urgent", "certifications", "everything"])
def test_what_must_reach_people_cannot_be_muted(talk, topic):
    assert "always reach you" in talk(ZOE).says(f"mute {topic}").plain()


def test_a_test_goes_to_the_author_alone(talk, ingrid, database):
    seen(talk, ZOE)
    code = written(ingrid, GOLD)
    ingrid.presses_raw("announcements.test", code)
    assert any(card.title == TEXT["title"] for card in ingrid.told())
    assert TEXT["title"] not in said(talk(ZOE).told())
    assert one(database, code).state == "draft"


def test_words_begin_a_draft_and_its_button_opens_the_dialog(talk, ingrid):
    card = ingrid.says("announce: Summer fair\nCome on *Friday*.")
    ingrid.presses(card, "Write it")
    title, message = ingrid.form.inputs[:2]
    assert (title.value, message.value) == ("Summer fair", "Come on *Friday*.")
    ingrid.presses(card, "Discard")
    assert "no such announcement" in ingrid.presses_raw("announcements.write", card.buttons[0].value).plain()


@pytest.mark.parametrize(
    "words",
    [
        *("write an announcement", "New announcement", "please make an announcement", "schedule an announcement"),
        *("publish an announcement about the fair", "broadcast: All is well.", "Can you announce that it is out?"),
        *("send a message to all partners: All is well.", "could you write an announcement?"),
    ],
)
def test_wishing_for_one(ingrid, words):
    assert "Write it" in labels(ingrid.says(words))


@pytest.mark.parametrize(
    ("to", "whom", "chosen"),
    [
        ("Kestrel & Rowe IT", "of Kestrel & Rowe IT", {"partners": "Kestrel & Rowe IT"}),
        (
            "all gold resellers in EMEA",
            "Resellers; Gold; EMEA",
            {"types": "reseller", "tiers": "Gold", "regions": "EMEA"},
        ),
        ("our partner admins", "Partner admins", {"roles": "partner_admin"}),
        ("all partners", "All partners' people", {}),
        ("everybody but Gold", "All partners' people", {}),
    ],
)
def test_whom_it_is_said_to_stands_in_the_second_dialog(ingrid, to, whom, chosen):
    offered = ingrid.says(f"announce to {to}: At 10:00 we stop: all of us")
    assert f"Audience: {whom}. Look at that again" in offered.plain()
    assert "\nAt 10:00 we stop: all of us\n" in offered.plain()
    ingrid.presses(offered, "Write it")
    ingrid.sends(message="Hello", title="Hi")
    filled = {one.name: one.value for one in ingrid.form.inputs if one.kind == "choices" and one.value}
    assert filled == chosen


def test_a_time_of_day_is_nobody(ingrid):
    offered = ingrid.says("announce to everybody that at 10:00 we stop")
    assert "to everybody that at 10:00 we stop" in offered.plain() and "Audience" not in offered.plain()


@pytest.mark.parametrize(
    "words",
    [
        "Do you announce releases?",
        "Broadcast storms?",
        "When was the new tier announced?",
        "How do announcements work?",
        "announcer fees",
    ],
)
def test_questions_stay_questions(ingrid, words):
    assert "Write it" not in labels(ingrid.says(words))


def test_the_shortcut_fills_the_dialog(ingrid):
    ingrid.calls("announcements.of_message", "Maintenance on Sunday\nFrom 2 to 5.")
    assert [field.value for field in ingrid.form.inputs[:2]] == ["Maintenance on Sunday", "From 2 to 5."]


def test_a_dialog_that_is_closed_is_kept(talk, ingrid):
    ingrid.commands("announce", "")
    card = ingrid.closes(title="Half", message="")
    ingrid.presses(card, "Go on")
    assert ingrid.form.inputs[0].value == "Half"
    ingrid.sends(message="Whole.")
    card = ingrid.closes()
    assert "is kept as the draft" in card.plain()


@pytest.mark.parametrize("typed", [{"title": "", "message": ""}, {"title": "New", "link": "nonsense"}, {}])
def test_a_draft_is_not_spoilt_by_closing_its_dialog(talk, ingrid, database, typed):
    seen(talk, ZOE)
    code = written(ingrid, GOLD)
    ingrid.presses_raw("announcements.write", code)
    ingrid.closes(**typed)
    what = one(database, code)
    assert (what.title, what.message[:10]) == (typed.get("title") or TEXT["title"], TEXT["message"][:10])
    if "link" in typed:
        for action in ("announcements.send", "announcements.test"):
            assert "half written" in ingrid.presses_raw(action, code).plain()
        assert "Write it" in labels(ingrid.says(code))
    assert one(database, code).state == "draft"


def test_lines_need_no_room_of_their_own(ingrid, database):
    ingrid.commands("announce", "")
    lines = "\n".join(["abcd efgh"] * 300)
    ingrid.sends(**(TEXT | {"message": lines}))
    ingrid.presses_raw("announcements.write", ingrid.form.context)
    assert next(field.value for field in ingrid.form.inputs if field.name == "message") == lines


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"title": " "}, "title"),
        ({"message": "\u200b"}, "message"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"kind": "spam"}, "kind"),
        ({"expires": "2020-01-01"}, "expires"),
        ({"expires": "soon"}, "expires"),
        ({"message": "x" * 3_001}, "message"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(ingrid, wrong, where):
    ingrid.commands("announce", "")
    with pytest.raises(FormError) as told:
        ingrid.sends(**(TEXT | wrong))
    assert set(told.value.fields) == {where}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"timing": "at"}, {"day", "time"}),
        ({"timing": "at", "day": "2027-03-03", "time": "9:00"}, {"time"}),
        ({"timing": "at", "day": "2027-03-04", "time": "25:00"}, {"time"}),
        ({"partners": "Nobody Ltd"}, {"partners"}),
        ({"listed": "no addresses"}, {"listed"}),
        ({"timing": "whenever"}, {"timing", "day", "time"}),
    ],
)
def test_what_is_wrong_with_the_audience_is_said_as_well(ingrid, wrong, where):
    ingrid.commands("announce", "")
    ingrid.sends(**TEXT)
    with pytest.raises(FormError) as told:
        ingrid.sends(**wrong)
    assert set(told.value.fields) == where


def test_the_inactive_are_left_out(talk, ingrid, database):
    seen(talk, ZOE, ADMIN)
    with database.session() as session:
        contact, _ = partners.by_email(session, ADMIN)
        contact.active = False
        session.add(contact)
        session.commit()
    code = sent(ingrid, GOLD)
    assert [row.conversation for row in rows(database, code)] == [f"D-{ZOE}"]
    assert "inactive" in ingrid.presses_raw("announcements.left", f"{code}:0").plain()


def test_unicode_and_right_to_left_come_through(talk, ingrid):
    seen(talk, ZOE)
    title, message = "إعلان 🎉 公告", "مرحبا **بكم** \u202eevil\u202c <@U1> <!channel> & <b>"
    sent(ingrid, GOLD, title=title, message=message)
    got = talk(ZOE).told()[-1]
    assert got.title == title and "مرحبا" in got.plain()


def test_a_preview_is_a_sample_and_what_is_sent_is_none(talk, ingrid):
    seen(talk, ZOE)
    code = written(ingrid, GOLD)
    sample, control = (Card.model_validate(row.card) for row in ingrid.heard)
    assert (sample.sample, control.sample, sample.title) == (True, False, TEXT["title"])
    ingrid.presses_raw("announcements.test", code)
    ingrid.presses_raw("announcements.send", code)
    ingrid.ticks(NOW)
    for who in (ingrid, talk(ZOE)):
        mine = [card for card in who.told() if card.title == TEXT["title"] and not card.sample]
        assert [card.body for card in mine] == [sample.body]


def test_a_text_that_is_too_long_to_begin_with_is_cut_where_one_can_see_it(ingrid):
    ingrid.calls("announcements.of_message", "Long\n" + "x" * 4_000)
    message = next(field.value for field in ingrid.form.inputs if field.name == "message")
    assert len(message) == 3_000
    assert message.endswith("x […]")
    assert "is left out" in ingrid.form.note


def test_a_text_that_is_shown_again_has_as_much_room_as_before(ingrid):
    code = written(ingrid, GOLD, message="\n".join(["line"] * 400))
    ingrid.presses_raw("announcements.write", code)
    message = next(field.value for field in ingrid.form.inputs if field.name == "message")
    assert ingrid.sends(message=message + "x" * 900).title == f"{code}: preview"


def test_another_manager_looks_and_has_no_buttons_that_refuse(talk, ingrid):
    seen(talk, ZOE)
    code, amara = written(ingrid, GOLD), talk(AMARA)
    assert labels(amara.says(code)) == ["Who is left out"]
    ingrid.presses_raw("announcements.send", code)
    ingrid.ticks(NOW)
    assert labels(amara.says(code)) == ["Results"]
    assert "Recall" in labels(ingrid.says(code))
