"""Where somebody is told things: in words, by command, by button."""

import pytest
from sqlmodel import select

from handlers.partners.models import Contact
from handlers.preferences.dialog import hears

GOLD = "zoe.marchbanks@kestrelrowe.example"


def chosen(database):
    with database.read() as look:
        return look.exec(select(Contact.notify_on).where(Contact.email == GOLD)).one()


@pytest.fixture
def zoe(talk):
    return talk(GOLD, policy={"platforms": ("slack", "teams")})


def test_a_button_chooses_and_another_takes_it_back(zoe, database):
    card = zoe.commands("notices", "")
    assert "where you wrote to me last" in card.plain()
    zoe.presses(card, "In Microsoft Teams")
    assert chosen(database) == "teams"
    zoe.presses(zoe.rewritten(), "Where I wrote last")
    assert chosen(database) == ""


@pytest.mark.parametrize("words", ["send my notices to Teams", "Notify me in Microsoft Teams!", "notices in teams"])
def test_words_choose(zoe, database, words):
    assert "Microsoft Teams" in zoe.says(words).plain()
    assert chosen(database) == "teams"


def test_a_platform_that_is_not_there_is_not_chosen(zoe, database):
    assert "cannot write to people there" in zoe.says("send my reminders to the browser").plain()
    zoe.presses_raw("preferences.notify", "fax")
    assert chosen(database) == ""


@pytest.mark.parametrize("words", ["How do I send reminders to Teams customers?", "news", "my certificate?", ""])
def test_other_words_are_not_meant(words):
    assert hears(words) is None
