"""Invite codes: whoever types a good one is let in, once; on both databases."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from handlers.access import store
from handlers.access.models import VALID, Invite, WrongCode, code_in, digest, means_a_code, new_code
from handlers.notices.models import Delivery, InboxEvent, Operation
from handlers.partners.models import ChatIdentity, Contact
from handlers.questions.models import Question

GOLD = "zoe.marchbanks@kestrelrowe.example"
MANAGER = "ingrid.solvang@halden.example"
DISCOUNT = "What discount do Gold partners get on new business?"
WRONG = "This code does not work"


@pytest.fixture
def stranger(talk):
    return talk("U-noor", unknown=True)


def invited(database, talk, email=GOLD):
    with database.session() as session:
        contact = session.exec(select(Contact).where(Contact.email == email)).one()
        code, _ = store.invite(session, contact, talk.now, VALID)
        session.commit()
    return code


def rows(database, model):
    with database.read() as look:
        return look.exec(select(model)).all()


def active(database, email, value):
    with database.session() as session:
        session.exec(select(Contact).where(Contact.email == email)).one().active = value
        session.commit()


# How codes are written


def test_codes_are_random_and_have_no_look_alikes():
    codes = {new_code() for _ in range(2_000)}
    letters = Counter("".join(code.removeprefix("INV-").replace("-", "") for code in codes))
    assert len(codes) == 2_000
    assert len(letters) ** 16 > 2**60
    assert not set(letters) & set("01OILSBGZUV5")
    assert max(letters.values()) < 1.2 * min(letters.values())


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "  {}\n",
        "Hello, my code is {}, thank you!",
        "{} thanks a lot",
        "code:{}.",
        "`{}`",
        "«{}»",
    ],
)
def test_a_code_is_understood_alone_and_in_a_sentence(written):
    code = new_code()
    plain = code.removeprefix("INV-").replace("-", "")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for spelt in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), code.replace("-", "–"), wide):
        assert code_in(written.format(spelt)) == plain, spelt
        assert digest(code) == digest(spelt)


@pytest.mark.parametrize(
    "words",
    [
        "Where is invoice 2024 0012 from last week?",
        "invoice that they have lost",
        "INV-2024-0012",
        "invite my colleague",
        "I was invited by 4 of your 2024 managers",
        "",
        "inv",
        "x" * 100_000,
        "INV-" * 50_000,
        "inv " + "7k2m " * 50_000,
    ],
)
def test_what_is_no_code_is_none(words):
    assert code_in(words) is None or words.startswith("inv 7k2m")


def test_a_slip_of_the_finger_is_taken_for_a_code_but_invoices_are_not():
    for words in ("INV-7K2M-4XQ9-HT3C-NW8", "inv-AAAA-BBBB-CCCC", "my code: inv 7K2M 4XQ9 HT3C", "INV7K2M4XQ9HT3CNW8A"):
        assert means_a_code(words)
    for words in ("where is invoice 2024 0012", "Invest 1000 2000", "inviting them from 2024", "hello", "inv"):
        assert not means_a_code(words)


# Getting in


def test_a_code_lets_in_whoever_types_it(stranger, database):
    code = invited(database, stranger)
    card = stranger.says(f"hi, I was given {code.lower().replace('-', ' ')} by Ingrid")
    assert "Welcome, Zoë Marchbanks" in card.plain()
    assert "Kestrel & Rowe IT" in card.plain()
    assert "25 %" in stranger.says(DISCOUNT).plain()
    (identity,) = rows(database, ChatIdentity)
    assert (identity.user, identity.email, identity.granted) == ("U-noor", GOLD, True)


def test_only_the_hash_of_a_code_is_stored(stranger, database):
    code = invited(database, stranger)
    stranger.says(code)
    (kept,) = rows(database, Invite)
    assert kept.digest == digest(code)
    everything = repr([rows(database, model) for model in (Invite, ChatIdentity, Delivery, InboxEvent, WrongCode)])
    assert code not in everything
    assert code.replace("-", "")[3:] not in everything


def test_a_managers_code_makes_a_manager(stranger, database):
    assert stranger.says(invited(database, stranger, MANAGER)).body[0].text == "You're in."


def test_a_code_works_by_command_where_nobody_reads_along(talk, database):
    stranger = talk("U-noor", unknown=True, conversation="C1", whisper=True)
    assert "Welcome" in stranger.commands("portal", invited(database, stranger)).plain()
    assert [row.operation for row in stranger.heard] == [Operation.whisper]


def test_a_code_that_others_can_read_lets_nobody_in_any_more(talk, database):
    aloud = talk("U-noor", unknown=True, conversation="C1", private=False)
    code = invited(database, aloud)
    answers = [aloud.says(f"hello, my code is {said}") for said in (code, code, new_code())]
    assert "works no more" in answers[0].plain()
    assert len(set(answers)) == 1, "so that nobody learns which codes are good"
    assert all(row.operation == Operation.whisper or row.conversation == "managers" for row in aloud.heard)
    assert rows(database, ChatIdentity) == rows(database, WrongCode) == []
    assert WRONG in talk("U-thief", unknown=True).says(code).plain()
    (told,) = aloud.managers()
    assert f"portal invite {GOLD}" in told.plain()
    assert code not in told.plain()
    assert "Welcome" in talk("U-noor", unknown=True).says(invited(database, aloud)).plain()


def test_all_codes_of_a_message_are_void_whoever_wrote_it(talk, database):
    aloud = talk(GOLD, conversation="C1", private=False)
    codes = [invited(database, aloud, email) for email in (GOLD, "devon.achterberg@quillstack.example")]
    assert "works no more" in aloud.says("Here they are: " + " and ".join(codes)).plain()
    for number, code in enumerate(codes):
        assert WRONG in talk(f"U-{number}", unknown=True).says(code).plain()
    assert len(aloud.managers()) == 2


def test_wrong_used_expired_void_and_foreign_codes_get_one_answer(talk, database):
    stranger = talk("U-1", unknown=True)
    used, expired = invited(database, stranger), invited(database, stranger, "harumi.kirishita@hanabishi.example")
    void = invited(database, stranger, MANAGER)
    invited(database, stranger, MANAGER)
    left = invited(database, stranger, "devon.achterberg@quillstack.example")
    active(database, "devon.achterberg@quillstack.example", False)
    stranger.says(used)
    late = talk("U-2", unknown=True)
    late.now += VALID
    cards = {late.says(expired)}
    for number, code in enumerate((used, void, left, new_code(), "INV-7K2M-4XQ9-HT3C-NW8", "inv-AAAA-BBBB-CCCC")):
        cards.add(talk(f"U-other{number}", unknown=True).says(code))
    assert len(cards) == 1
    assert WRONG in cards.pop().plain()
    assert [row.user for row in rows(database, ChatIdentity)] == ["U-1"]


def test_a_code_works_until_its_last_minute(stranger, database):
    code = invited(database, stranger)
    stranger.now += VALID - timedelta(minutes=1)
    assert "Welcome" in stranger.says(code).plain()


def test_after_five_wrong_codes_a_right_one_is_refused_for_an_hour(stranger, talk, database):
    code = invited(database, stranger)
    wrong = [stranger.says(new_code()) for _ in range(5)]
    assert stranger.says(code) == wrong[0]
    stranger.now += timedelta(minutes=59)
    assert stranger.says(code) == wrong[0]
    assert len(rows(database, WrongCode)) == 5
    assert "Welcome" in talk("U-neighbour", unknown=True).says(invited(database, stranger)).plain()
    stranger.now += timedelta(minutes=2)
    assert "Welcome" in stranger.says(invited(database, stranger)).plain()


def test_wrong_codes_of_different_hours_do_not_add_up(stranger, database):
    for _ in range(5):
        stranger.says(new_code())
        stranger.now += timedelta(minutes=20)
    assert "Welcome" in stranger.says(invited(database, stranger)).plain()


def test_many_wrong_codes_of_many_people_close_the_door_for_all(stranger, database):
    with database.session() as session:
        for number in range(500):
            session.add(WrongCode(platform="test", team="T1", user=f"U{number}", at=stranger.now))
        session.commit()
    code = invited(database, stranger)
    assert WRONG in stranger.says(code).plain()
    stranger.now += timedelta(hours=1, minutes=1)
    assert "Welcome" in stranger.says(code).plain()


def test_a_message_full_of_codes_is_one_try(stranger, database):
    stranger.says(" ".join(new_code() for _ in range(100)))
    assert len(rows(database, WrongCode)) == 1


def test_two_people_with_one_code_in_one_instant_one_gets_in(talk, database):
    people = [talk(f"U-{number}", unknown=True) for number in range(8)]
    code = invited(database, people[0])
    together, said = Barrier(len(people)), []

    def types(person):
        together.wait()
        said.append(person.says(code).title)

    threads = [Thread(target=types, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(said) == {"Welcome, Zoë Marchbanks": 1, "This code does not work": 7}
    assert len(rows(database, ChatIdentity)) == 1


def test_a_code_ends_a_request_that_is_waiting(stranger, talk, database):
    entry = {"company": "X", "name": "Noor", "email": "noor@x.example", "why": "Work."}
    stranger.submits("access.request", "", **entry)
    card = stranger.managers()[-1]
    stranger.says(invited(database, stranger))
    assert "Came in by an invite code" in stranger.managers()[-1].plain()
    assert not stranger.managers()[-1].buttons
    manager = talk(MANAGER)
    manager.presses_raw("access.decline", card.buttons[0].value)
    assert "was settled on" in manager.heard[-1].card["body"][0]["text"]
    assert "25 %" in stranger.says(DISCOUNT).plain()


# Those who are known, and those who have left


def test_a_contact_who_types_a_code_is_told_kindly(talk, database):
    zoe = talk(GOLD)
    code = invited(database, zoe, MANAGER)
    assert "I know you already" in zoe.says(f"my code is {code}").plain()
    assert rows(database, Invite)[0].voided_at is None, "said to me alone, it is as good as before"
    aloud = talk(GOLD, conversation="C1", private=False)
    aloud.says(code)
    assert [row.operation for row in aloud.heard if row.conversation != "managers"] == [Operation.whisper]
    assert rows(database, Question) == []
    assert rows(database, Invite)[0].used_at is None


def test_a_contact_who_asks_about_an_invoice_gets_a_search(talk, database):
    talk(GOLD).says("Where is invoice INV-2024-0012?")
    assert len(rows(database, Question)) == 1


def test_a_deactivated_contact_is_out_at_once(talk, stranger, database):
    stranger.says(invited(database, stranger))
    zoe = talk(GOLD)
    known = [zoe, stranger]
    shown = [person.says(DISCOUNT) for person in known]
    for person, card in zip(known, shown, strict=True):
        person.presses(card, "Not helpful")
        person.presses_raw("answers.comment", card.buttons[0].value)
    active(database, GOLD, False)
    for person, card in zip(known, shown, strict=True):
        token = card.buttons[0].value
        for refused in (
            person.says(DISCOUNT),
            person.commands("portal", DISCOUNT),
            person.presses_raw("answers.helpful", token),
            person.submits("answers.comment", token, comment="one more thing"),
            person.home(),
            person.says(new_code()),
        ):
            assert refused.title in ("I don't know you yet", WRONG)
            assert "25 %" not in refused.plain()
    active(database, GOLD, True)
    for person in known:
        assert "25 %" in person.says(DISCOUNT).plain()
