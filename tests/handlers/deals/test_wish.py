"""Words that are a wish to register a deal, and those that are a question about it."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deals.dialog import days, wish
from handlers.deals.dialog.said import understood

TODAY = date(2027, 3, 10)
NOTHING: dict[str, str] = {}

SAID = {
    "register a deal": NOTHING,
    "Register a deal!": NOTHING,
    "I'd like to register a deal": NOTHING,
    "protect my opportunity": NOTHING,
    "register a deal for my customer": NOTHING,
    "please protect my deal with Acme": {"customer": "Acme"},
    "new deal: Acme": {"customer": "Acme"},
    "hey, register a deal for acme": {"customer": "acme"},
    "Deal registration for Nordfell Bank": {"customer": "Nordfell Bank"},
    "I need to log a deal for the Nordfell Bank": {"customer": "Nordfell Bank"},
    "register a deal for 3M, 50k": {"customer": "3M", "value": "50000"},
    "register a 50k deal with Acme": {"customer": "Acme", "value": "50000"},
    "register a deal of 50k for Acme": {"customer": "Acme", "value": "50000"},
    "register a deal for Acme 50000": {"customer": "Acme", "value": "50000"},
    "I want to register a deal for a client, 20k": {"value": "20000"},
    "register a deal for acme.com": {"domain": "acme.com"},
    "register a deal for April Foods, 10k": {"customer": "April Foods", "value": "10000"},
    "Could you register a deal for Acme, 50k?": {"customer": "Acme", "value": "50000"},
    "register a deal for Studio 54, $20k by end of Q3": {
        "customer": "Studio 54",
        "value": "20000",
        "currency": "USD",
        "expected_close": "2027-09-30",
    },
    "register a deal for Acme, 50k, closing in March": {
        "customer": "Acme",
        "value": "50000",
        "expected_close": "2027-03-31",
    },
    "I want to register an opportunity with Müller GmbH (mueller.de) worth €12,500 by 15 December": {
        "customer": "Müller GmbH",
        "domain": "mueller.de",
        "value": "12500",
        "currency": "EUR",
        "expected_close": "2027-12-15",
    },
    "new deal: Acme, Vault, $5k, Q3": {
        "customer": "Acme",
        "product": "Vault",
        "value": "5000",
        "currency": "USD",
        "expected_close": "2027-09-30",
    },
    "Register a deal for Nordfell ASA (nordfell.example), contact Kari Nord <kari@nordfell.example>": {
        "customer": "Nordfell ASA",
        "domain": "nordfell.example",
        "contact_name": "Kari Nord",
        "contact_email": "kari@nordfell.example",
    },
    "register a deal with 3M worth 100K": {"customer": "3M", "value": "100000"},
    "register a deal for Acme with 50 k, closing tomorrow": {
        "customer": "Acme",
        "value": "50000",
        "expected_close": "2027-03-11",
    },
    "hey can you register a deal for Globex? 30k, closes mid April": {
        "customer": "Globex",
        "value": "30000",
        "expected_close": "2027-04-15",
    },
    "log a new opportunity with Initech (initech.io) for 45,000 USD, closing on March 15th, 2028": {
        "customer": "Initech",
        "domain": "initech.io",
        "value": "45000",
        "currency": "USD",
        "expected_close": "2028-03-15",
    },
    "register a deal for Acme in Germany, 50k": {"customer": "Acme", "country": "Germany", "value": "50000"},
    "register deal: Nordwind AG, nordwind.ch, CHF 80'000, Switzerland, 3/15/2028": {
        "customer": "Nordwind AG",
        "domain": "nordwind.ch",
        "value": "80000",
        "currency": "CHF",
        "country": "Switzerland",
        "expected_close": "2028-03-15",
    },
    "register a deal for Acme GmbH & Co. KG, 120 TEUR": {
        "customer": "Acme GmbH & Co. KG",
        "value": "120000",
        "currency": "EUR",
    },
    "register a deal with Café Olé S.A. de C.V., 1.5m. Thanks": {
        "customer": "Café Olé S.A. de C.V.",
        "value": "1500000",
    },
    "register a deal for 株式会社アクメ、500万円": {
        "customer": "株式会社アクメ",
        "value": "5000000",
        "currency": "JPY",
    },
    "I have a new opportunity: Acme, 50k": {"customer": "Acme", "value": "50000"},
    "deal for Acme, 50k": {"customer": "Acme", "value": "50000"},
    "register acme.com": {"domain": "acme.com"},
    "register a deal for Banco del Chile, 50k": {"customer": "Banco del Chile", "value": "50000"},
    "deal registrieren für Acme": {"customer": "Acme"},
    "Neuer Deal: Müller": {"customer": "Müller"},
    "Ich möchte einen Deal für Müller GmbH registrieren, 50k": {"customer": "Müller GmbH", "value": "50000"},
    "quiero registrar una oportunidad con Acme": {"customer": "Acme"},
    "enregistrer une affaire pour Acme": {"customer": "Acme"},
    "register a deal for 日本システム, 5,000,000 JPY": {
        "customer": "日本システム",
        "value": "5000000",
        "currency": "JPY",
    },
}


@pytest.mark.parametrize("text", SAID)
def test_a_wish_and_what_was_said_with_it(text):
    said = wish.register(text)
    assert said is not None
    assert understood(said, TODAY, "en", ("Vault", "Lens")) == SAID[text]


@pytest.mark.parametrize(
    "text",
    """How do I register a deal?
what is deal registration
can I register a deal for a public customer?
Can I register a deal from Slack
register a deal?
register a deal for a public customer
do I need to register a deal for renewals?
can you register a deal for renewals?
can you register deals?
deal registration
deal registration rejected
deal registration for public sector
deal registration for acme
my deal registration was rejected, why
I want to register a deal but the form shows an error
I don't want to register a deal
how to register a deal
why should I register a deal for Acme
What happens after I register a deal for Acme?
when I register a deal for Acme what happens
I have a new opportunity, where do I log it?
what do I need before I can submit a deal registration
new deal registration rules
new opportunity for partners to earn more
I registered a deal for Acme
register deals
register for a webinar
register a device
protect my data
the deal with Acme
log a support case
who approves a deal
how long is my deal protected
create a deal room
add a note to deal D-4XQ9
I have a new opportunity
the deal for Acme is 50k
register at portal.example
deal for 2 partners""".splitlines(),
)
def test_a_question_is_no_wish(text):
    assert wish.register(text) is None


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("my deals", ""),
        ("Deals?", ""),
        ("show my pipeline", ""),
        ("what are my deals", ""),
        ("what's in my pipeline?", ""),
        ("meine deals", ""),
        ("open deals", "open"),
        ("my approved deals", "approved"),
        ("all deals from Kestrel", "Kestrel"),
        ("show open deals of Kestrel & Rowe?", "open Kestrel & Rowe"),
        ("deals of Tannhofer", "Tannhofer"),
        ("deals expiring soon?", "expiring"),
        ("which of my deals expire this month?", "expiring"),
        ("my deals won", "won"),
        ("what is a deal", None),
        ("deals for public sector", None),
        ("deals that expire soon", None),
        ("how do deals work", None),
        ("good deals", None),
        ("deals of all sizes", None),
    ],
)
def test_who_asks_for_deals_gets_a_list(text, chosen):
    assert wish.listing(text) == chosen


def test_a_short_message_with_a_code_is_about_that_deal():
    assert wish.one("what about deal d4xq9?") == "D-4XQ9"
    assert wish.one("D-4XQ9 " + "and a long story " * 10) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("closing in March", date(2027, 3, 31)),
        ("closing in February", date(2028, 2, 29)),
        ("by 15 December", date(2027, 12, 15)),
        ("on the 5th of March", date(2028, 3, 5)),
        ("by December 15th, 2028", date(2028, 12, 15)),
        ("closing 2027-03-31", date(2027, 3, 31)),
        ("am 31.12.2027", date(2027, 12, 31)),
        ("in 3 weeks", date(2027, 3, 31)),
        ("in 2 months", date(2027, 5, 10)),
        ("next month", date(2027, 4, 30)),
        ("next quarter", date(2027, 6, 30)),
        ("this week", date(2027, 3, 12)),
        ("by the end of the year", date(2027, 12, 31)),
        ("Q1", date(2027, 3, 31)),
        ("in Sept", date(2027, 9, 30)),
        ("Abschluss im März", date(2027, 3, 31)),
        ("mitte April", date(2027, 4, 15)),
        ("in early May", date(2027, 5, 10)),
        ("closing tomorrow", date(2027, 3, 11)),
        ("3/15/2027", date(2027, 3, 15)),
        ("15/3/2027", date(2027, 3, 15)),
        ("12/11/2027", date(2027, 11, 12)),
        ("by 31 February", None),
        ("by 2020-01-01", None),
        ("in march 2026", None),
        ("March Industries", None),
        ("I may register", None),
        ("closing in 500 months", None),
    ],
)
def test_a_day_in_words(text, day):
    found = days.find(text, TODAY, "de")
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("language", "day"), [("en", None), ("en-US", date(2027, 12, 11)), ("en-GB", date(2027, 11, 12))]
)
def test_what_those_who_write_english_write_in_both_ways_is_left_open(language, day):
    found = days.find("12/11/2027", TODAY, language)
    assert (found.day if found else None) == day


@given(st.text(max_size=300), st.sampled_from(["en", "de", "ja", "ar", "xx"]))
def test_any_words_are_taken(text, language):
    wish.register(text)
    wish.listing(text)
    understood("for " + text, TODAY, language, ("Vault",))


@pytest.mark.parametrize("piece", ["a.", "1 ", "(a-", "for ", "contact ", "$ ", "1,", "a", "a@", "my ", "hey ", "new "])
def test_no_words_take_long(piece):
    text = ("register a deal for " + piece * 1_000)[: wish.LONGEST]
    began = process_time()
    wish.register(text)
    understood(text, TODAY, "en", ())
    assert process_time() - began < 0.5
