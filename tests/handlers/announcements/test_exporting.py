"""Everybody of an announcement as a file in the chat: for whom, with what, and that it adds up."""

import csv
import io
from collections import Counter

import pytest
from sqlmodel import update

from bot import documents
from handlers.announcements.dialog.exporting import everybody
from handlers.announcements.store import announcements
from handlers.errors import NotAllowed
from handlers.partners.models import Contact
from handlers.ui import Card
from tests.handlers.announcements.people import (
    ADMIN,
    AMARA,
    GOLD,
    INGRID,
    OPERATOR,
    ZOE,
    counts,
    labels,
    sent,
    written,
)
from tests.handlers.announcements.test_going import out


def document(card):
    (found,) = card.documents
    return found


def read(database, found):
    text = documents.content(database, found).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def contact(database, email, **values):
    with database.session() as session:
        session.execute(update(Contact).where(Contact.email == email).values(**values))
        session.commit()


def test_from_the_results_to_a_file_whose_states_add_up(talk, ingrid, database):
    code = sent(ingrid, {}, acknowledge="yes")
    zoe = talk(ZOE)
    zoe.presses(zoe.told()[-1], "Acknowledge")
    card = ingrid.presses(ingrid.says(f"results of {code}"), "CSV")
    assert document(card).name == f"{code}.csv"
    rows = read(database, document(card))
    found = counts(database, code)
    assert Counter(row["state"] for row in rows) == {"sent": found.sent, "left out": sum(found.left_out.values())}
    assert len({row["email"] for row in rows}) == len(rows) == found.audience == 16
    assert [row["email"] for row in rows if row["acknowledged_at"]] == [ZOE]
    assert next(row["name"] for row in rows if row["email"] == ZOE) == "Zoë Marchbanks"


@pytest.mark.parametrize("words", ["csv of {}", "CSV {}", "export {}", "please export announcement {}"])
def test_in_words(ingrid, words):
    code = sent(ingrid, GOLD)
    assert document(ingrid.says(words.format(code))).value == code


def test_while_it_goes_out_it_says_what_the_card_says(ingrid, database):
    code = out(ingrid)
    with database.read() as look:
        text = "".join(everybody(look, announcements.by_code(look, code)))
    assert Counter(row["state"] for row in csv.DictReader(io.StringIO(text))) == {"waiting": 2, "left out": 1}
    assert counts(database, code).waiting == 2


def test_it_is_for_its_author_and_for_operators(talk, ingrid):
    code = sent(ingrid, GOLD)
    amara, operator, zoe = talk(AMARA), talk(OPERATOR), talk(ZOE)
    assert "CSV" not in labels(amara.says(f"results of {code}"))
    assert "Only its author or an operator" in amara.presses_raw("announcements.csv", code).plain()
    assert "Only channel managers" in zoe.presses_raw("announcements.csv", code).plain()
    assert document(operator.presses(operator.says(f"results of {code}"), "CSV")).value == code


def test_what_nobody_was_sent_has_no_file(ingrid):
    code = written(ingrid, GOLD)
    assert "Nobody was sent" in ingrid.says(f"csv of {code}").plain()


@pytest.mark.parametrize("change", [{"active": False}, {"role": "content_owner"}])
def test_whoever_may_not_any_more_gets_nothing(ingrid, database, change):
    found = document(ingrid.says(f"csv of {sent(ingrid, GOLD)}"))
    contact(database, INGRID, **change)
    with pytest.raises(NotAllowed):
        documents.content(database, found)


def test_nothing_in_it_is_a_formula(ingrid, database):
    contact(database, ZOE, name='=HYPERLINK("http://x","y")')
    contact(database, ADMIN, name="@SUM(1)\n-2")
    names = {row["name"] for row in read(database, document(ingrid.says(f"csv of {sent(ingrid, GOLD)}")))}
    assert {'\'=HYPERLINK("http://x","y")', "'@SUM(1)\n-2"} < names


def test_a_document_is_that_of_its_message(ingrid, database):
    card = ingrid.says(f"csv of {sent(ingrid, GOLD)}")
    message = ingrid.heard[-1]
    assert documents.of_message(database, "test", message.conversation, message.platform_id) == document(card)
    for conversation, of in ((f"D-{ZOE}", message.platform_id), (message.conversation, "m0"), ("", "")):
        with pytest.raises(documents.PortalError):
            documents.of_message(database, "test", conversation, of)
    assert Card.model_validate(message.card).plain().count("portal announcements export") == 1
