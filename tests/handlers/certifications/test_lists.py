"""Certificates in lists: whose somebody sees, and by which words."""

from datetime import date

import pytest

from handlers.certifications.dialog.said import hears
from handlers.partners.models import Partner
from handlers.ui import Markdown, Picture
from tests.handlers.certifications.held import (
    AMARA,
    BETO,
    DAY,
    ENTERED,
    IDRIS,
    INGRID,
    LAYLA,
    RAFAEL,
    ZOE,
    bring,
    held,
)  # fmt: skip

TODAY = ENTERED.date()


@pytest.fixture
def filled(there, database, tmp_path):
    bring(
        database, tmp_path, held(ZOE, TODAY + 20 * DAY), held(ZOE, TODAY + 400 * DAY, "Lens | *Engineer*"),
        held(LAYLA, TODAY - 3 * DAY, "Relay"), held(BETO, TODAY + 50 * DAY, "Relay"),
    )  # fmt: skip

    def open_as(email):
        person = there(email)
        person.now = ENTERED
        return person

    return open_as


@pytest.mark.parametrize(
    "words",
    ["my certifications", "My certificates?", "show me my certs", "which certificates expire", "certifications",
     "Which of my certificates expire soon?" , "which certificates expire this month", "my certification",
     "When does my certificate expire?", "when do my certifications run out", "what certifications do I have",
     "expiring certificates", "zeig mir meine Zertifikate", "certification status", "any expiring certs?",
     "are my certificates still valid?", "how many days left on my certifications",
     "show our team's certifications", "who on my team is certified?", "whose certifications expire next month?",
     "which certificates of my team are expiring", "expiring certifications by partner", "expiring by partner",
     "Which partners have expiring certifications?", "my certs, please", "do I have any certificates?",
     "show certs for my team", "team's certificates", "who's certified?"],
)  # fmt: skip
def test_a_wish_to_see_them_is_understood(words):
    assert hears(words)


@pytest.mark.parametrize(
    "words",
    ["My certificate expires next month, what do I have to do?", "How do I renew?", "How do I renew my certification?",
     "which certifications are there", "what happens if my certification lapses", "how long is a certificate valid",
     "I want to get certified", "certification overview", "do certificates expire", "who issues certificates for SSO",
     "certificate error when installing the agent", "remind me of the price list",
     "remind me how to renew", "my certificate was rejected", "renew my certificate",
     "our SSL certificates expire every 90 days, how do I rotate them?", "", "a" * 5_000],
)  # fmt: skip
def test_a_question_is_left_to_search(words):
    assert hears(words) is None


def test_a_question_about_certificates_is_answered(filled):
    card = filled(ZOE).says("How do I renew my certification?")
    assert "delta exam" in card.plain() or "Renew" in card.plain()
    assert not any(isinstance(element, Picture) for element in card.body)


def test_ones_own_are_listed_with_what_is_left_and_a_picture(filled):
    card = filled(ZOE).says("my certifications")
    assert card.title == "Your certifications: 2"
    assert "Expires in 20 days, on 24 Jan 2027" in card.plain()
    assert "Relay" not in card.plain()
    (picture,) = card.pictures
    assert picture.alt == "Validity that is left: Vault Administrator: 20 days left; Lens | *Engineer*: 400 days left"
    assert "1 of 3 required for Gold; without it you fall to Registered" in card.plain()


@pytest.mark.parametrize("how", ["command", "button", "words"])
def test_words_command_and_button_say_the_same(filled, how):
    zoe = filled(ZOE)
    acts = {
        "command": lambda: zoe.commands("certifications", ""),
        "button": lambda: zoe.presses(zoe.home(), "My certifications"),
        "words": lambda: zoe.says("my certificates"),
    }
    assert acts[how]().title == "Your certifications: 2"


def test_the_home_shows_what_ends_next(filled):
    assert "• Vault Administrator: 20 days left" in filled(ZOE).home().plain()
    assert "Your certifications" not in filled(AMARA).home().plain()


def test_who_has_none_is_told_where_they_come_from(filled):
    card = filled("sota.namioka@hanabishi.example").says("my certifications")
    assert "I know of no certificates of yours" in card.plain()


def test_many_are_listed_page_by_page(there, database, tmp_path):
    bring(database, tmp_path, *(held(ZOE, TODAY + number * DAY, f"Course {number:02}") for number in range(1, 16)))
    zoe = there(ZOE)
    zoe.now = ENTERED
    card, seen = zoe.says("my certifications"), []
    while True:
        seen += [element.text for element in card.body if getattr(element, "style", "") == "strong"]
        if not card.buttons:
            break
        card = zoe.presses(card, card.buttons[0].label)
    assert seen == [f"Course {number:02}" for number in range(1, 16)]


def table(card):
    return "\n".join(element.text for element in card.body if isinstance(element, Markdown))


def test_an_admin_sees_the_team_as_a_table(filled):
    idris = filled(IDRIS)
    for card in (
        idris.says("our certifications"),
        idris.says("my certifications"),
        idris.commands("certifications", "team"),
    ):
        assert card.title == "Certifications of Kestrel & Rowe IT"
        lines = table(card).splitlines()
        assert lines[0] == "| Who | Certification | Until |"
        assert lines[2] == "| ليلى حدّادين | Relay | 1 Jan 2027, lapsed 3 days ago |"
        assert r"Lens \| \*Engineer\*" in lines[4]
        assert "Beto" not in table(card)


@pytest.mark.parametrize(
    "words", ["show certs for my team", "certifications on our team", "who on my team is certified"]
)
def test_a_team_is_no_partners_name(filled, words):
    assert filled(IDRIS).says(words).title == "Certifications of Kestrel & Rowe IT"


@pytest.mark.parametrize("email", [ZOE, BETO, LAYLA])
def test_others_do_not_see_a_team(filled, email):
    person = filled(email)
    for card in (
        person.presses_raw("certifications.team", "0"),
        person.presses_raw("certifications.team", "0:1"),
        person.says("certifications of Kestrel & Rowe IT"),
        person.presses_raw("certifications.partners", "0"),
    ):
        assert "shown to" in card.plain()


def test_an_admin_sees_no_other_partners_team(filled):
    for value in ("0:2", "0:3", "0:99999", "0:x", "9999999999999:2"):
        assert "Beto" not in filled(IDRIS).presses_raw("certifications.team", value).plain()


def test_managers_see_their_partners_and_operators_all(filled):
    ingrid, amara, rafael = filled(INGRID), filled(AMARA), filled(RAFAEL)
    assert r"| Kestrel \& Rowe IT | 1 | 1 | 1 | 24 Jan 2027 |" in table(ingrid.says("my certifications"))
    assert "Mirasol" not in table(ingrid.says("certifications by partner"))
    assert "| Mirasol Sistemas | 0 | 1 | 0 | 23 Feb 2027 |" in table(amara.commands("certifications", ""))
    both = table(rafael.commands("certifications", "partners"))
    assert "Mirasol" in both
    assert "Kestrel" in both
    assert "Zoë Marchbanks" in table(ingrid.says("certifications of kestrel"))
    assert "shown to" in amara.says("certifications of Kestrel & Rowe IT").plain()
    assert "no partner called “Nowhere”" in amara.says("certifications of Nowhere").plain()


def test_the_team_of_the_two_thousandth_partner_is_shown_as_any(filled, database):
    with database.session() as session:
        partner = {"type": "reseller", "tier": "Gold", "region": "EMEA", "manager_email": INGRID}
        session.add(Partner(id=2_000, name="Tavish", **partner))
        session.commit()
    assert filled(INGRID).says("certifications of Tavish").title == "Certifications of Tavish"


def test_five_thousand_certificates_of_a_team_are_turned_over_page_by_page(there, database, tmp_path):
    bring(
        database, tmp_path, *(held(LAYLA, TODAY + (number % 900) * DAY, f"Course {number}") for number in range(5_000))
    )
    idris = there(IDRIS)
    idris.now = ENTERED
    first = idris.says("our certifications")
    second = idris.presses(first, "More")
    assert len(table(first).splitlines()) == len(table(second).splitlines()) == 17
    assert not set(table(first).splitlines()[2:]) & set(table(second).splitlines()[2:])
    assert "none, or no more" in idris.presses_raw("certifications.team", "900").plain()


def test_in_a_channel_only_the_asker_sees_them(talk, database, tmp_path):
    bring(database, tmp_path, held(ZOE, date(2027, 3, 1)))
    zoe = talk(ZOE, conversation="C1", private=False)
    zoe.says("my certifications")
    assert [row.operation for row in zoe.heard] == ["whisper"]
