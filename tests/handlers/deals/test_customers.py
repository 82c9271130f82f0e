"""Names and domains: which ones are those of one customer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.deals.models import domains
from handlers.deals.models.names import SAME, SIMILAR, Name, similarity


def alike(one: str, other: str) -> float:
    left, right = Name.of(one), Name.of(other)
    score = similarity(left, right)
    assert score == pytest.approx(similarity(right, left))
    if score >= SIMILAR:
        assert left.parts() & right.parts(), "they would not be found"
    return score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordfell Bank ASA", "NORDFELL BANK"),
        ("Nordfell Bank", "Bank, Nordfell"),
        ("Nordfell Bank", "Nordfel Bank"),
        ("Müller GmbH & Co. KG", "Mueller"),
        ("Société Générale S.A.", "societe generale"),
        ("Łódź Foods Sp. z o.o.", "Lodz Foods"),
        ("Kestrel & Rowe", "Kestrel and Rowe Ltd."),
        ("Kestrel & Rowe", "KestrelRowe"),
        ("E.ON SE", "EON"),
        ("The Orchard Company", "Orchard Inc"),
        ("日本システム株式会社", "株式会社日本システム"),
        ("شركة القمر ذ.م.م", "القمر"),
        ("ООО Ромашка", "Ромашка"),
        ("Ромашка", "Romashka"),
        ("A" * 200, "A" * 199),
        ("Ｎｏｒｄｆｅｌｌ", "Nordfell"),
        ("Nord\u200bfell", "Nordfell"),
        ("GmbH", "gmbh"),
    ],
)
def test_one_customer_by_name(one, other):
    assert alike(one, other) >= SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordfell Bank", "Nordfell Banking"),
        ("Nordfell", "Nordfels"),
        ("Mordfell", "Nordfell"),
        ("Hoshikawa Logistics", "Hosikawa Logistic"),
        ("Nordfel Bnak", "Nordfell Bank"),
    ],
)
def test_similar_names(one, other):
    assert SIMILAR <= alike(one, other) < SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordfell Bank", "Valdemora Clinic"),
        ("Nordfell Bank", "Nordea Bank"),
        ("李明", "黎明"),
        ("Studio 54", "Studio 55"),
        ("IBM", "IBN"),
        ("GmbH", "AG"),
        ("🙂", "🙂"),
        ("", ""),
    ],
)
def test_other_customers(one, other):
    assert alike(one, other) < SIMILAR


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "!!!", "\u202e\u2066", "&", "。"])
def test_without_letters_there_is_no_name(text):
    assert Name.of(text) == ("", "")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(one, other):
    assert 0 <= alike(one, other) <= 1
    assert all(len(key) < 250 for key in Name.of(one).parts())


@pytest.mark.parametrize(
    ("typed", "owned"),
    [
        ("acme.com", "acme.com"),
        (" WWW.Acme.COM. ", "acme.com"),
        ("acme.com/", "acme.com"),
        ("shop.emea.acme.co.uk", "acme.co.uk"),
        ("nordfell.example", "nordfell.example"),
        ("mail.nordfell.example", "nordfell.example"),
        ("müller.de", "xn--mller-kva.de"),
        ("XN--MLLER-KVA.de", "xn--mller-kva.de"),
        ("acme.github.io", "acme.github.io"),
        ("github.io", "github.io"),
        ("日本.jp", "xn--wgv71a.jp"),
        ("ａｃｍｅ。com", "acme.com"),
        ("🙂.la", "xn--938h.la"),
    ],
)
def test_the_part_of_a_domain_that_somebody_owns(typed, owned):
    assert domains.registrable(typed) == owned
    assert domains.registrable(owned) == owned


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://acme.com", domains.NO_LINK),
        ("acme.com/about", domains.NO_PATH),
        ("acme.com?x=1", domains.NO_PATH),
        ("acme.com:8080", domains.NO_PATH),
        ("joe@acme.com", domains.NO_ADDRESS),
        ("acme", domains.NO_DOT),
        ("acme.com, acme.de", domains.ONE_ONLY),
        ("Acme Ltd", domains.ONE_ONLY),
        ("10.0.0.1", domains.MACHINE),
        ("[::1]", domains.MACHINE),
        ("co.uk", domains.SHARED),
        ("gmail.com", domains.MAIL),
        ("yahoo.co.uk", domains.MAIL),
        ("ac_me.com", domains.NO_DOMAIN),
        ("acme..com", domains.NO_DOMAIN),
        ("-acme.com", domains.NO_DOMAIN),
        ("acme.123", domains.NO_DOMAIN),
        ("\u202eacme.com", domains.NO_DOMAIN),
        ("a" * 64 + ".com", domains.NO_DOMAIN),
        ("a." * 5_000 + "com", domains.NO_DOMAIN),
    ],
)
def test_what_is_no_domain_gets_a_sentence_that_helps(typed, said):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        domains.registrable(typed)
    assert str(caught.value) == said


@given(st.text(max_size=300))
def test_any_text_is_a_domain_or_refused(typed):
    try:
        owned = domains.registrable(typed)
    except ValueError:
        return
    assert owned.isascii()
    assert domains.registrable(owned) == owned
    assert domains.skeleton(owned) is not None


@pytest.mark.parametrize(
    "twin", ["acme.de", "ac-me.com", "acrne.com", "аcme.com", "acmé.com", "ACME.example", "аcmе.com"]
)
def test_domains_that_look_alike(twin):
    assert domains.skeleton(domains.registrable(twin)) == domains.skeleton("acme.com")


def test_digits_that_look_like_letters():
    assert domains.skeleton("g00gle.com") == domains.skeleton("google.com")
    assert domains.skeleton("paypa1.com") == domains.skeleton("paypai.com") == domains.skeleton("paypal.com")
    assert domains.skeleton("customer10.com") != domains.skeleton("customer11.com")


def test_a_mail_service_says_nothing_about_a_customer():
    assert domains.of_address("joe@mail.acme.co.uk") == "acme.co.uk"
    assert domains.of_address("joe@gmail.com") == ""
    assert domains.of_address("joe") == ""


def test_a_domain_in_other_letters_is_shown_with_its_registered_spelling():
    assert domains.readable("acme.com") == "acme.com"
    assert domains.readable("xn--mller-kva.de") == "müller.de (xn--mller-kva.de)"
