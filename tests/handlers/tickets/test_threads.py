"""Words in the two threads of a ticket: what is carried over, what is not, and what becomes of changes."""

import pytest

from handlers.partners import store as partners
from handlers.turn import Link
from tests.handlers.tickets.people import (
    ADMIN,
    COLLEAGUE,
    DEVON,
    FOREIGN_ADMIN,
    INGRID,
    ZOE,
    desk,
    events,
    labels,
    messages,
    opened,
    said,
    thread,
    ticket,
)  # fmt: skip


def note(person, code, words, **different):
    return person.replies(desk(person, code), words, where="support", **different)


def resolve(person, code):
    person.presses_raw("tickets.resolve", code)


@pytest.mark.parametrize("mark", ["reply: ", "Reply:", "REPLY：", "  reply :  ", "*reply:* "])
def test_what_is_marked_goes_to_the_partner(talk, database, mark):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    note(ingrid, code, f"{mark}Please try again.")
    assert zoe.told()[-1].plain() == "Ingrid Solvang wrote:\nPlease try again."
    assert "✓ Sent to Zoë Marchbanks" in said(ingrid.support())
    row = ticket(database, code)
    assert row.first_replied_at
    assert row.state == "in_progress"


def test_all_else_is_a_note_that_one_press_sends_once(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    before = len(zoe.told())
    note(ingrid, code, "They never read this: SECRET")
    card = ingrid.support()[-1]
    assert labels(card) == ["Send to partner"]
    assert len(zoe.told()) == before
    assert ticket(database, code).first_replied_at is None
    ingrid.presses(card, "Send", where="support")
    assert "SECRET" in zoe.told()[-1].plain()
    assert "sent this note" in ingrid.support()[-1].plain()
    token = ingrid.button(card, "Send").value
    assert "sent already" in ingrid.presses_raw("tickets.send_note", token).plain()
    assert said(zoe.told()).count("SECRET") == 1


def test_a_partner_sends_no_note(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    token = ingrid.button(note(ingrid, code, "SECRET") and ingrid.support()[-1], "Send").value
    for person in (zoe, talk(DEVON)):
        assert "no such ticket" in person.presses_raw("tickets.send_note", token).plain()
    assert "SECRET" not in said(zoe.told())


def test_what_the_partner_writes_comes_to_the_team(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    files = [Link("log.txt", "https://files.example/log.txt")]
    zoe.replies(thread(zoe, code), "How do I reset MFA?", links=files)
    card = next(card for card in ingrid.support() if "How do I reset MFA?" in card.plain())
    assert "Zoë Marchbanks wrote" in card.plain()
    assert [element.url for element in card.body if getattr(element, "url", None)] == ["https://files.example/log.txt"]
    assert zoe.told()[-1].plain() == "✓ The partner team has it."
    before = len(zoe.told())
    zoe.replies(thread(zoe, code), "And more.")
    assert len(zoe.told()) == before
    assert "And more." in said(ingrid.support())


def test_files_alone_travel_and_nothing_at_all_does_not(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    note(ingrid, code, "reply:", links=[Link("fix.zip", "https://files.example/fix.zip")])
    assert "fix.zip" in zoe.told()[-1].plain()
    assert "no words" in note(ingrid, code, "reply:   ").plain() or "no words" in said(ingrid.support())
    zoe.replies(thread(zoe, code), "")
    assert "no words" in zoe.told()[-1].plain()


def test_what_is_too_long_is_said_to_be(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    zoe.replies(thread(zoe, code), "x" * 8_000)
    assert "x" * 2_900 in said(ingrid.support())
    zoe.replies(thread(zoe, code), "x" * 8_001)
    assert "longer than 8,000" in zoe.told()[-1].plain()


@pytest.mark.parametrize("who", [COLLEAGUE, DEVON, FOREIGN_ADMIN])
def test_others_post_nothing_into_a_thread_that_is_not_theirs(talk, database, who):
    zoe, other = talk(ZOE), talk(who)
    code = opened(zoe)
    other.replies(thread(zoe, code), "CANARY", where=zoe.place.conversation)
    other.replies(desk(zoe, code), "CANARY", where="support")
    assert messages(database, code) == []
    assert "CANARY" not in said([*zoe.told(), *zoe.support()])


def test_an_administrator_takes_part_and_the_opener_reads_it(talk):
    zoe, admin, ingrid = talk(ZOE), talk(ADMIN), talk(INGRID)
    code = opened(zoe)
    card = admin.commands("ticket", code)
    admin.replies(card, "I am here too.")
    assert "Idris Fairweather wrote" in said(ingrid.support())
    assert "I am here too." in zoe.told()[-1].plain()
    admin.presses(card, "Write to the team")
    admin.sends(text="And by the dialog.")
    assert "And by the dialog." in said(ingrid.support())


def test_who_joined_in_hears_what_follows(talk, database):
    zoe, admin, ingrid = talk(ZOE), talk(ADMIN), talk(INGRID)
    code = opened(zoe)
    note(ingrid, code, "reply: BEFORE")
    assert "BEFORE" not in said(admin.told()), "who has not joined in is not disturbed"
    card = admin.commands("ticket", code)
    admin.replies(card, "I am here too.", message="a1")
    heard = len(admin.told())
    note(ingrid, code, "reply: Try agan", message="v1")
    assert "✓ Sent to Zoë Marchbanks, Idris Fairweather." in said(ingrid.support())
    assert [person.told()[-1].plain() for person in (zoe, admin)] == ["Ingrid Solvang wrote:\nTry agan"] * 2
    row = next(row for row in ingrid.heard if row.conversation == admin.place.conversation and row.thread)
    assert row.thread == admin._message_of(card, admin.place.conversation), "in the thread where they joined"
    ingrid.edits("v1", "reply: Try again", where="support")
    assert "agan" not in said([*zoe.told(), *admin.told()])
    zoe.replies(thread(zoe, code), "Still broken", message="z1")
    assert admin.told()[-1].plain() == "Zoë Marchbanks wrote:\nStill broken"
    zoe.edits("z1", None)
    assert "Still broken" not in said(admin.told())
    resolve(ingrid, code)
    assert f"has resolved {code}" in admin.told()[-1].plain()
    assert len(admin.told()) == heard + 3
    assert "How was the help" not in said(admin.told()), "who opened it is asked"
    admin.replies(card, "It is back.")
    assert ticket(database, code).state == "open"
    assert "It is back." in said(zoe.told())


def test_who_joined_in_without_a_message_of_their_own_gets_one(talk):
    """The card was a whisper in a channel, so that there is no thread to follow."""
    zoe, admin, ingrid = talk(ZOE), talk(ADMIN, conversation="C1", private=False, whisper=True), talk(INGRID)
    code = opened(zoe)
    admin.presses_raw("tickets.reply", code)
    admin.sends(text="I am here too.")
    note(ingrid, code, "reply: First")
    note(ingrid, code, "reply: Second")
    first, second = admin.told(ADMIN)
    assert (first.title, first.plain().endswith("First")) == (f"{code} · SSO login fails", True)
    assert second.plain() == "Ingrid Solvang wrote:\nSecond"
    talk(ADMIN).replies(first, "I read it.")
    assert "I read it." in said(ingrid.support())


def test_who_may_not_see_it_any_more_hears_nothing_more(talk, database):
    zoe, admin, ingrid = talk(ZOE), talk(ADMIN), talk(INGRID)
    code = opened(zoe)
    admin.replies(admin.commands("ticket", code), "I am here too.")
    with database.session() as session:
        partners.by_email(session, ADMIN)[0].role = "partner_user"
        session.commit()
    note(ingrid, code, "reply: SECRET")
    assert "SECRET" not in said(admin.told())


def test_an_administrator_is_answered_when_the_opener_has_left(talk, database):
    zoe, admin, ingrid = talk(ZOE), talk(ADMIN), talk(INGRID)
    code = opened(zoe)
    admin.replies(admin.commands("ticket", code), "I look after this now.")
    with database.session() as session:
        partners.by_email(session, ZOE)[0].active = False
        session.commit()
    note(ingrid, code, "reply: For you then")
    assert "For you then" in said(admin.told())
    assert "For you then" not in said(zoe.told())


def test_the_confirmation_tells_how_the_ticket_stands(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    assert f"Your ticket {code} is open." in thread(zoe, code).plain()
    ingrid.presses(desk(ingrid, code), "Take", where="support")
    assert "is in progress.\n" in thread(zoe, code).plain()
    assert "Looked after by: Ingrid Solvang" in thread(zoe, code).plain()
    ingrid.submits("tickets.severity", code, severity="high")
    assert "Severity: High" in thread(zoe, code).plain()
    ingrid.submits("tickets.ask", code, question="Which one?")
    assert "is waiting for you." in thread(zoe, code).plain()
    zoe.replies(thread(zoe, code), "The second one.")
    assert "is in progress." in thread(zoe, code).plain()
    resolve(ingrid, code)
    assert "is resolved." in thread(zoe, code).plain()
    zoe.replies(thread(zoe, code), "It is back.")
    assert "is in progress." in thread(zoe, code).plain()
    assert len([card for card in zoe.told() if card.title.startswith(code)]) == 1


def test_edits_travel(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    zoe.replies(thread(zoe, code), "It is brokn", message="e1")
    zoe.edits("e1", "It is broken")
    assert "It is broken\nEdited." in said(ingrid.support())
    assert "brokn" not in said(ingrid.support())
    note(ingrid, code, "reply: Try agan", message="e2")
    ingrid.edits("e2", "reply: Try again", where="support")
    assert "Try again" in zoe.told()[-1].plain()
    assert "agan" not in said(zoe.told())
    before = events(database, code)
    ingrid.edits("e2", "reply: Try again", where="support")
    assert events(database, code) == before


def test_an_edited_note_stays_inside_and_what_is_sent_is_what_it_says_then(talk):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    note(ingrid, code, "INSIDE", message="n1")
    card = ingrid.support()[-1]
    ingrid.edits("n1", "reply: better", where="support")
    assert "better" not in said(zoe.told())
    ingrid.presses(card, "Send", where="support")
    assert zoe.told()[-1].plain().endswith("better")
    assert "INSIDE" not in said(zoe.told())
    ingrid.edits("n1", "better still", where="support")
    assert "better still" in zoe.told()[-1].plain()


def test_deletions_travel(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    zoe.replies(thread(zoe, code), "PASSWORD", message="d1")
    zoe.edits("d1", None)
    assert "PASSWORD" not in said(ingrid.support())
    assert "The message was deleted" in said(ingrid.support())
    note(ingrid, code, "reply: WRONG", message="d2")
    ingrid.edits("d2", None, where="support")
    assert "WRONG" not in said(zoe.told())
    note(ingrid, code, "SECRET", message="d3")
    token = ingrid.button(ingrid.support()[-1], "Send").value
    ingrid.edits("d3", None, where="support")
    assert "deleted" in ingrid.presses_raw("tickets.send_note", token).plain()
    assert not [message.text for message in messages(database, code) if message.text]


def test_nobody_edits_what_another_wrote(talk):
    zoe, devon = talk(ZOE), talk(DEVON)
    code = opened(zoe)
    zoe.replies(thread(zoe, code), "Mine", message="m-of-zoe")
    devon.edits("m-of-zoe", "CANARY", where=zoe.place.conversation)
    devon.edits("m-of-zoe", None, where=zoe.place.conversation)
    assert "CANARY" not in said(zoe.support())
    assert "Mine" in said(zoe.support())


@pytest.mark.parametrize("words", ["thanks!", "danke, klappt", "👍", ":tada:", "great, works now", "Thanks Ingrid!"])
def test_thanks_do_not_reopen(talk, database, words):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    resolve(ingrid, code)
    zoe.replies(thread(zoe, code), words)
    assert ticket(database, code).state == "resolved"
    assert words in said(ingrid.support())


@pytest.mark.parametrize(
    "words",
    ["thanks, but it still fails", "It is back.", "works?", "لا يعمل", "まだ動きません", "geht immer noch nicht"],
)
def test_a_real_reply_reopens(talk, database, words):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    resolve(ingrid, code)
    zoe.replies(thread(zoe, code), words)
    assert ticket(database, code).state == "open"
    assert "opened" in zoe.told()[-1].plain()
    assert labels(desk(ingrid, code))[0] == "Take"


def test_thanks_are_no_answer_to_a_question(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    ingrid.submits("tickets.ask", code, question="Which one?")
    zoe.replies(thread(zoe, code), "ok, thanks")
    assert ticket(database, code).state == "waiting"


def test_who_has_no_access_any_more_is_told_nothing(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    with database.session() as session:
        partners.by_email(session, ZOE)[0].active = False
        session.commit()
    before = len(zoe.told())
    note(ingrid, code, "reply: SECRET")
    ingrid.presses_raw("tickets.resolve", code)
    assert len(zoe.told()) == before
    assert "no access any more" in said(ingrid.support())


def test_satisfaction_is_kept_once(talk, database):
    zoe, ingrid = talk(ZOE), talk(INGRID)
    code = opened(zoe)
    assert "open again" in zoe.presses_raw("tickets.good", code).plain()
    resolve(ingrid, code)
    card = zoe.told()[-1]
    zoe.presses(card, "Not good")
    assert "Thank you" in zoe.told()[-1].plain()
    assert "it was not good" in said(ingrid.support())
    assert "already" in zoe.presses_raw("tickets.good", code).plain()
    assert ticket(database, code).satisfaction == "bad"
    assert "no such ticket" in talk(DEVON).presses_raw("tickets.good", code).plain()
