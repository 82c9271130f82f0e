"""What people say to a reminder, by pressing and by writing."""

from datetime import date

import pytest

from handlers.certifications.dialog.until import until
from handlers.errors import FormError, PortalError
from handlers.partners.models import Hush
from tests.handlers.certifications.held import (
    AMARA,
    BETO,
    DAY,
    IDRIS,
    INGRID,
    LAYLA,
    ZOE,
    at,
    bring,
    certificates,
    held,
    news,
    texts,
    ticks,
)  # fmt: skip

ENDS = date(2027, 7, 15)
MONTH_BEFORE = at(ENDS - 30 * DAY)


@pytest.fixture
def reminded(zoe, database, tmp_path):
    """Zoë, who has just been reminded."""
    bring(database, tmp_path, held(ZOE, ENDS, more="https://halden.example/vca,C-1"))
    ticks(zoe, MONTH_BEFORE)
    zoe.now = MONTH_BEFORE
    return zoe


@pytest.fixture
def of_several(zoe, database, tmp_path):
    bring(database, tmp_path, *(held(ZOE, ENDS, name) for name in ("Lens", "Relay", "بنية 設計")))
    ticks(zoe, MONTH_BEFORE)
    zoe.now = MONTH_BEFORE
    return zoe


def state(database, email=ZOE):
    return [(row.hush, row.remind_on) for row in certificates(database, email)]


@pytest.mark.parametrize(("label", "days"), [("Remind me tomorrow", 1), ("In a week", 7)])
def test_later_is_later_and_nothing_before(reminded, database, label, days):
    (card,) = news(reminded)
    reminded.presses(card, label)
    day = MONTH_BEFORE.date() + days * DAY
    assert f"I remind you on {day.day} Jun 2027, and not before." in reminded.rewritten().plain()
    assert state(database) == [(Hush.snoozed, day)]
    ticks(reminded, *(at(day - DAY * left) for left in range(1, days)))
    assert len(news(reminded)) == 1
    ticks(reminded, at(day))
    assert len(news(reminded)) == 2
    assert state(database) == [(Hush.none, ENDS - 14 * DAY)]


def test_until_a_date(reminded, database):
    (card,) = news(reminded)
    reminded.presses(card, "On a date")
    assert [field.kind for field in reminded.form.inputs] == ["date"]
    said = reminded.sends(day="2027-07-13").plain()
    assert "I remind you on 13 Jul 2027, and not before." in said
    ticks(reminded, *(at(ENDS - left * DAY) for left in (14, 7, 3)))
    assert len(news(reminded)) == 1
    ticks(reminded, at(date(2027, 7, 13)))
    assert news(reminded)[-1].title == "Your certificate expires in 2 days"
    assert state(database) == [(Hush.none, ENDS - DAY)]


@pytest.mark.parametrize("day", ["2027-06-15", "2027-06-14", "2028-07-01", "soon", ""])
def test_a_date_that_cannot_be_is_told_under_its_field(reminded, database, day):
    reminded.presses(news(reminded)[0], "On a date")
    with pytest.raises(FormError) as told:
        reminded.sends(day=day)
    assert set(told.value.fields) == {"day"}
    assert state(database)[0][0] == Hush.none


def test_until_after_its_end_is_said(reminded):
    reminded.presses(news(reminded)[0], "On a date")
    assert "By then it has lapsed: it ends on 15 Jul 2027" in reminded.sends(day="2027-08-01").plain()


def test_i_have_renewed_is_quiet_until_an_import_knows(reminded, database, tmp_path):
    reminded.presses(news(reminded)[0], "I've renewed")
    assert "I stay quiet about Vault Administrator until the next import confirms it" in reminded.rewritten().plain()
    ticks(reminded, *(at(ENDS - left * DAY) for left in (14, 7, 1, 0)))
    assert len(news(reminded)) == 1
    assert "you renewed it; not confirmed yet" in reminded.says("my certifications").plain()
    renewal = f"{ZOE},Vault Administrator,2027-06-10,2029-06-10,,C-2"
    bring(database, tmp_path, held(ZOE, ENDS, more="https://halden.example/vca,C-1"), renewal, now=at(ENDS))
    ticks(reminded, at(ENDS + 30 * DAY), at(ENDS + 33 * DAY))
    assert len(news(reminded)) == 1
    assert "10 Jun 2029" in reminded.says("my certifications").plain()


def test_a_renewal_that_is_not_confirmed_is_reminded_of_again(reminded, database, tmp_path):
    reminded.presses(news(reminded)[0], "I've renewed")
    bring(database, tmp_path, held(ZOE, ENDS, more="https://halden.example/vca,C-1"), now=at(ENDS - 20 * DAY))
    ticks(reminded, at(ENDS - 14 * DAY))
    assert len(news(reminded)) == 2


def test_not_mine_tells_the_manager_once_and_is_quiet(reminded, there, database):
    there(INGRID)
    (card,) = news(reminded)
    reminded.presses(card, "Not mine")
    assert "I stay quiet about Vault Administrator" in reminded.rewritten().plain()
    told = [card for card in reminded.told(INGRID) if card.title == "A certificate of somebody else"]
    assert len(told) == 1
    for words in ("Zoë Marchbanks", ZOE, "Kestrel & Rowe IT", "Vault Administrator", "C-1"):
        assert words in told[0].plain()
    reminded.presses_raw("certifications.not_mine", card.buttons[0].value)
    assert texts(reminded.told(INGRID)).count("A certificate of somebody else") == 1
    ticks(reminded, *(at(ENDS - left * DAY) for left in (14, 7, 1, 0)))
    assert len(news(reminded)) == 1


def test_pressed_twice_it_is_the_same(reminded, database):
    (card,) = news(reminded)
    reminded.presses(card, "In a week")
    before = state(database)
    reminded.presses_raw("certifications.week", card.buttons[0].value)
    assert state(database) == before


def test_of_several_one_is_asked_which(of_several, database):
    (card,) = news(of_several)
    of_several.presses(card, "I've renewed")
    (field,) = of_several.form.inputs
    lens = next(option.value for option in field.options if option.label.startswith("Lens"))
    assert len(field.options) == 3
    assert "quiet about Lens" in of_several.sends(which=lens).plain()
    assert sorted(hush for hush, _ in state(database)) == ["", "", "renewed"]
    of_several.presses(card, "Not mine")
    with pytest.raises(FormError):
        of_several.sends(which="")
    with pytest.raises(FormError):
        of_several.sends(which="999999\n' OR 1=1")
    of_several.presses(card, "In a week")
    assert sorted(hush for hush, _ in state(database)) == ["renewed", "snoozed", "snoozed"], "what was said stays said"
    of_several.says("not mine")
    assert sorted(hush for hush, _ in state(database)) == ["not_theirs", "not_theirs", "renewed"]
    of_several.presses(card, "In a week")
    assert {hush for hush, _ in state(database)} == {Hush.snoozed}, "unless all was answered, since minds change"


@pytest.mark.parametrize(
    "action", ["renewed", "not_mine", "tomorrow", "week", "until", "which_renewed", "which_not_mine"]
)
def test_somebody_elses_reminder_is_nobody_elses_to_answer(reminded, there, database, action):
    value = news(reminded)[0].buttons[0].value
    before = state(database)
    for email in (LAYLA, IDRIS, BETO, INGRID, AMARA):
        other = there(email)
        assert "somebody else" in other.presses_raw(f"certifications.{action}", value).plain()
        assert other.form is None
    assert state(database) == before


@pytest.mark.parametrize("value", ["", "x", ":", "1:", "{id}:2027-01-01", "{id}:tomorrow", "{id}:9999-99-99"])
def test_a_button_of_nothing_does_nothing(reminded, database, value):
    mine = news(reminded)[0].buttons[0].value.partition(":")[0]
    before = state(database)
    assert (
        "“My certifications” shows" in reminded.presses_raw("certifications.week", value.replace("{id}", mine)).plain()
    )
    assert state(database) == before


@pytest.mark.parametrize(
    ("words", "hush", "day"),
    [("snooze 1 day", Hush.snoozed, MONTH_BEFORE.date() + DAY),
     ("Remind me tomorrow.", Hush.snoozed, MONTH_BEFORE.date() + DAY),
     ("snooze my certificates for a week", Hush.snoozed, MONTH_BEFORE.date() + 7 * DAY),
     ("snooze 3 days", Hush.snoozed, MONTH_BEFORE.date() + 3 * DAY),
     ("remind me again in two weeks", Hush.snoozed, MONTH_BEFORE.date() + 14 * DAY),
     ("snooze until next week", Hush.snoozed, MONTH_BEFORE.date() + 7 * DAY),
     ("snooze ten days, please", Hush.snoozed, MONTH_BEFORE.date() + 10 * DAY),
     ("Snooze it 2w", Hush.snoozed, MONTH_BEFORE.date() + 14 * DAY), ("that's not mine", Hush.not_theirs, None),
     ("these aren't mine!", Hush.not_theirs, None), ("Renewed it yesterday", Hush.renewed, None),
     ("I renewed it", Hush.renewed, None), ("Not mine.", Hush.not_theirs, None),
     ("snooze until 2027-07-01", Hush.snoozed, date(2027, 7, 1)), ("I’ve renewed my certificate!", Hush.renewed, None),
     ("That's not my certificate", Hush.not_theirs, None)],
)  # fmt: skip
def test_everything_can_be_written_instead(reminded, database, words, hush, day):
    reminded.says(words)
    assert state(database) == [(hush, day)]


def test_words_under_an_older_reminder_are_about_that_one(there, database, tmp_path):
    zoe = there(ZOE)
    bring(database, tmp_path, held(ZOE, ENDS, "Lens"), held(ZOE, ENDS + 8 * DAY, "Relay"))
    ticks(zoe, MONTH_BEFORE, MONTH_BEFORE + 8 * DAY)
    older, newer = news(zoe)
    assert ("Lens" in older.plain(), "Relay" in newer.plain()) == (True, True)
    zoe.now = MONTH_BEFORE + 8 * DAY
    assert "quiet about Lens" in zoe.replies(older, "I've renewed").plain()
    assert "quiet about Relay" in zoe.says("I've renewed").plain()


def test_one_of_several_is_called_by_its_name(of_several, database):
    assert "quiet about Lens" in of_several.says("I've renewed my lens certificate").plain()
    assert "quiet about بنية 設計" in of_several.says("The بنية certification isn't mine").plain()
    assert sorted(hush for hush, _ in state(database)) == ["", "not_theirs", "renewed"]
    assert "quiet about Relay" in of_several.says("That's not my Relay certificate!").plain()
    assert "None of them is called “TLS”. What I reminded you of is" in of_several.says("renewed my TLS cert").plain()


def test_words_without_a_reminder_are_told_so(there, database):
    assert "no reminder of mine" in there(BETO).says("snooze 1 week").plain()
    assert "no reminder of mine" in there(BETO).says("I've renewed").plain()


def test_a_date_that_is_written_and_cannot_be_is_told(reminded):
    assert "from tomorrow on" in reminded.says("snooze until 2027-01-01").plain()
    assert "is no day" in reminded.says("snooze until 2027-02-31").plain()
    for words in ("snooze", "snooze until the exam", "remind me later", "Please snooze 999999 days"):
        assert "Write until when: “snooze 3 days”" in reminded.says(words).plain()


def test_the_day_that_is_told_is_one_on_which_somebody_is_written_to(reminded):
    assert "I remind you on 28 Jun 2027" in reminded.says("snooze until 2027-06-26").plain(), "a Saturday"


MONDAY = date(2027, 6, 14)


@pytest.mark.parametrize(
    ("words", "day"),
    [("tomorrow", date(2027, 6, 15)), ("3 days", date(2027, 6, 17)), ("1w", date(2027, 6, 21)),
     ("a month", date(2027, 7, 14)), ("Friday", date(2027, 6, 18)), ("next monday", date(2027, 6, 21)),
     ("thu", date(2027, 6, 17)), ("1 August", date(2027, 8, 1)), ("the 3rd of May", date(2028, 5, 3)),
     ("14 June", date(2028, 6, 14)), ("Sept 5, 2027", date(2027, 9, 5)), ("July", date(2027, 7, 1)),
     ("29 February", date(2028, 2, 29)), ("31.12.2027", date(2027, 12, 31)), ("2027-07-01", date(2027, 7, 1))],
)  # fmt: skip
def test_a_day_is_said_as_people_say_it(words, day):
    assert until(words)(MONDAY) == day


@pytest.mark.parametrize("words", ["", "the price list", "12", "08/07/2027", "mayday", "9999 weeks", "Friday at 9"])
def test_words_that_mean_no_day_are_none(words):
    assert until(words) is None


@pytest.mark.parametrize("words", ["30 February", "31.06.2027", "2027-13-01", "0 May", "1.1.0000"])
def test_a_day_that_there_is_not_is_said_to_be_none(words):
    with pytest.raises(PortalError, match="is no day"):
        until(words)(MONDAY)
