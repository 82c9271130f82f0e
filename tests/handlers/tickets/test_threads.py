"""Words in the two threads of a ticket: what is carried over, what is not, and what becomes of changes."""

import pytest

from handlers.turn import Link
from tests.handlers.tickets.people import (
    ADMIN,
    COLLEAGUE,
    DEVON,
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


@pytest.mark.parametrize("who", [COLLEAGUE, DEVON])
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
    admin.presses(card, "Reply")
    admin.sends(text="And by the dialog.")
    assert "And by the dialog." in said(ingrid.support())


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
    from handlers.partners import store as partners

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
