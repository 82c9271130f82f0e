"""Amounts as people type them, each in the notation of their language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deals.models.amounts import MOST, in_words, plain, understood


@pytest.mark.parametrize("typed", ["50000", "50000.00", " 50000 ", "1234.5", "1234.50"])
def test_plain_digits_need_no_interpretation(typed):
    assert not understood(typed, "de").interpreted


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("5k", "en", "5000"),
        ("1.2m", "en", "1200000"),
        ("1,2 Mio.", "de", "1200000"),
        ("1,5m", "en", "1500000"),
        ("1,500k", "en", "1500000"),
        ("1.500k", "de", "1500000"),
        ("50,000", "en", "50000"),
        ("50,000", "de", "50000"),
        ("50.000", "en", "50000"),
        ("50.000", "de", "50000"),
        ("1.234,50", "de", "1234.50"),
        ("1.234,50", "en", "1234.50"),
        ("1,234.50", "de", "1234.50"),
        ("1'234'567.50", "de-CH", "1234567.50"),
        ("12,34,567", "en-IN", "1234567"),
        ("€ 5.000", "en", "5000"),
        ("5.000,- €", "de", "5000"),
        ("5 000", "fr", "5000"),
        ("10 000,50", "sv", "10000.50"),
        ("USD 5,000", "en", "5000"),
        ("£12.5k", "en", "12500"),
        ("٥٬٠٠٠", "ar", "5000"),
        ("５００００", "ja", "50000"),
        ("5k", "no such language", "5000"),
        ("120 TEUR", "de", "120000"),
        ("1,5 T€", "de", "1500"),
        ("50 Tsd. Euro", "de", "50000"),
        ("5 lakh INR", "en", "500000"),
        ("1.2 crore", "en-IN", "12000000"),
        ("500万円", "ja", "5000000"),
        ("3億円", "ja", "300000000"),
    ],
)
def test_other_notations_are_understood_and_said_to_be(typed, language, meant):
    amount = understood(typed, language)
    assert (amount.plain, amount.interpreted) == (meant, True)
    assert not understood(amount.plain, language).interpreted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "more than 0"),
        ("0.00", "more than 0"),
        ("0k", "more than 0"),
        ("-5", "more than 0"),
        ("about 5k", "exact number"),
        ("five", "exact number"),
        ("NaN", "exact number"),
        ("Infinity", "exact number"),
        ("5k-10k", "one number"),
        ("1e5", "one number"),
        ("1.23.4", "one number"),
        ("5$€", "one number"),
        ("5 zzz", "exact number"),
        ("", "one number"),
        ("1000000000001", "more than a deal"),
        ("9bn bn", "exact number"),
        ("9" * 100_000, "one number"),
        ("1.234m5", "one number"),
    ],
)
def test_what_is_no_amount_gets_a_sentence(typed, said):
    with pytest.raises(ValueError, match=said):
        understood(typed, "en")


def test_a_sign_says_which_currencies_can_be_meant():
    assert understood("€5k", "en").currencies == {"EUR"}
    assert {"USD", "CAD"} <= understood("$5k", "en").currencies
    assert understood("5000 chf", "en").currencies == {"CHF"}
    assert not understood("5000", "en").currencies


@given(st.text(max_size=80), st.sampled_from(["en", "de", "ar", "xx"]))
def test_any_text_is_an_amount_or_refused(typed, language):
    try:
        amount = understood(typed, language)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert 0 < amount.value <= MOST


@given(st.decimals(Decimal("0.01"), MOST, places=2), st.sampled_from(["en", "de", "es", "ar", "ja", "sv", "de-CH"]))
def test_what_is_shown_in_a_notation_is_understood_in_it(value, language):
    assert understood(in_words(value, language), language).value == value
    assert understood(plain(value), language).value == value
