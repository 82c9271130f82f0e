"""What a question asks for by name or kind, and that an article which lacks it is offered instead of given."""

import pytest

from knowledge.asked import kinds, names
from knowledge.audience import VENDOR
from knowledge.search import Search
from tests.knowledge.small_index import ARTICLES, small_index

PRICES = ARTICLES | {
    "price": ("Price list of Lens", ["One Lens host costs 15 euros a month on Essentials.", "ISO 27001 is held."])
}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what does a Lens host cost in Swiss francs", [["len"], ["swiss"]]),
        ("Does it run on ARM? Raspberry pi, Coldkeep's ISO status", [["arm"], ["coldkeep"], ["iso"]]),
        ("How do I register a deal for Kestrel", []),
        ("Hi Ingrid, our customer Kestrel lost the key", []),
        ("I need this ASAP please, for the EU", []),
        ("SOC2, 60TB and S3 in the cloud", []),
        ("Which Discount Do Gold Partners Get", []),
        ("HOW DO I RESET MFA", []),
        ("Wie setze ich mein Passwort für Kunden im Portal zurück", []),
        ("¿Cómo cambio la contraseña de Lens en Brasil?", []),
        ("ما هو السعر", []),
        ("", []),
    ],
)
def test_names_are_capitals_within_a_sentence_and_acronyms(question, named):
    assert names(question) == named


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("which query language functions does Lens have", ["function"]),
        ("How many exam takers were caught, and which font do you use?", ["taker", "font"]),
        ("what happens if I forget it, and what exactly does it mean", []),
        ("which way do I take", []),
        ("how much does it cost", []),
        ("what is the discount", []),
    ],
)
def test_the_kind_of_thing_asked_for_is_the_last_word_before_the_verb(question, asked):
    assert kinds(question) == asked


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("how much is one Lens host on Essentials a month", "answer"),
        ("how much is one Lens host on Essentials a month in Swiss francs", "clarify"),
        ("how much is one LENS host on essentials a month", "answer"),
        ("how much is one lens host on Essentials a month for Kestrel", "answer"),
        ("which host costs are there on Essentials of Lens a month", "answer"),
        ("which host colours are there on Essentials of Lens a month", "clarify"),
    ],
)
def test_what_an_article_does_not_say_is_not_answered_from_it(question, outcome):
    found = Search(lambda: small_index(PRICES))(question, VENDOR)
    assert (found.outcome, found.hits[0].key) == (outcome, "price")
    assert [hit.key for hit in found.offered][:1] == (["price"] if outcome == "clarify" else [])


def test_a_doubted_answer_is_less_sure(question="how much is one Lens host on Essentials a month"):
    search = Search(lambda: small_index(PRICES))
    assert search(f"{question} in Swiss francs", VENDOR).confidence < search(question, VENDOR).confidence


def test_a_base_of_wordings_alone_lacks_nothing():
    index = small_index({key: (title, []) for key, (title, _) in ARTICLES.items()})
    assert Search(lambda: index)("use of our logo in Denmark", VENDOR).outcome == "answer"
