"""What can be done by writing it, and what colleagues may say to each other without being answered."""

import pytest
from sqlmodel import select

from handlers.deals.dialog.typed import hears
from handlers.deals.models.deal import Deal
from tests.handlers.deals.deal import XIMENA, at, registers


def deal(database) -> Deal:
    with database.read() as session:
        return session.exec(select(Deal)).one()


def test_a_deal_is_approved_moved_noted_and_won_in_words(zoe, ingrid, database):
    code = registers(zoe)
    ingrid.says(f"Approve {code.lower()}.")
    assert deal(database).state == "approved"
    zoe.says(f"move {code} to proof of  concept")
    assert deal(database).stage == "Proof of concept"
    assert "in this stage already" in zoe.says(f"move {code} to Proof of concept").plain()
    zoe.says(f"Add a note to {code.replace('-', ' ')}: They liked it.\nVery much.")
    assert "They liked it. Very much." in zoe.told()[0].plain()
    assert "is approved already" in ingrid.says(f"approve {code}").plain()
    zoe.says(f"mark {code} as won!")
    assert deal(database).state == "won"


def test_words_give_nobody_a_right(talk, zoe, ingrid, database):
    code = registers(zoe)
    ximena = at(talk(XIMENA))
    assert "Only a channel manager" in zoe.says(f"approve {code}").plain()
    for words in ("{} is won", "move {} to Demo", "note to {}: x"):
        assert ximena.says(words.format(code)) == ximena.says(words.format("D-2C3D"))
    assert deal(database).state == "submitted"


@pytest.mark.parametrize(
    "words",
    [
        "was D-4XQ9 approved?",
        "approve D-4XQ9?",
        "did you approve D-4XQ9",
        "approve D-4XQ9 if they answer",
        "don't approve D-4XQ9",
        "D-4XQ9 will be won",
        "is D-4XQ9 won",
        "move D-4XQ9 to the moon",
        "approve d nothing",
        "a note on D-4XQ9 would be nice",
        "note on D-4XQ9:   ",
    ],
)
def test_a_question_or_a_remark_does_nothing(words):
    assert hears(words) is None


def test_colleagues_speak_under_their_card_without_being_answered(zoe, ingrid, database):
    code = registers(zoe)
    (desk,) = zoe.managers()
    ingrid.replies(desk, "Do we know them? What discount do they get?", where="managers")
    assert ingrid.heard == []
    ingrid.replies(desk, f"approve {code}", where="managers")
    assert deal(database).state == "approved"
