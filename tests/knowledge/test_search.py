"""Search on a little base: outcomes, the audience filter, and questions nobody should ask."""

from threading import Thread

import numpy as np
import pytest

from indexer.prototypes import prototypes
from knowledge import ranking
from knowledge.audience import EVERYBODY_SEES, VENDOR, Audience, Reader
from knowledge.gate import Evidence, decide
from knowledge.index import Unit, empty
from knowledge.search import Found, Search
from knowledge.words import words
from tests.knowledge.small_index import ARTICLES, small_index

GOLD = Reader(type="reseller", tier="gold", region="emea", role="")


def ask(question: str, reader: Reader = VENDOR, limit: int = 10, **rules: Audience) -> Found:
    index = small_index(audience=rules)
    return Search(lambda: index)(question, reader, limit)


def test_a_question_in_the_articles_own_words_is_answered_with_its_best_passage() -> None:
    found = ask("how long is a registered deal protected")
    assert (found.outcome, found.hits[0].key, found.hits[0].digest) == ("answer", "deal", "1-1")
    assert found.offered == ()


def test_a_question_about_something_else_is_not_answered() -> None:
    found = ask("who brings cake today")
    assert found.outcome == "abstain"
    assert found.confidence < ask("how long is a registered deal protected").confidence


def test_hits_are_ranked_and_one_per_entry() -> None:
    found = ask("deal margin logo", limit=4)
    keys = [hit.key for hit in found.hits]
    assert len(keys) == len(set(keys)) == 4
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_between_articles_that_are_alike_up_to_three_are_offered() -> None:
    index = small_index(
        ARTICLES
        | {
            f"key-{place}": (f"Rotate the access key in {place}", ["Open settings and rotate the access key."])
            for place in ("Relay", "Lens", "Vault", "Hub")
        }
    )
    found = Search(lambda: index)("rotate access key", VENDOR)
    assert found.outcome == "clarify"
    assert [hit.key for hit in found.offered] == [hit.key for hit in found.hits[:3]]


@pytest.mark.parametrize("question", ["", "   ", "\n", "🎉🎉", "?!", "\x00", "\ud800"])
def test_a_question_without_a_word_finds_nothing(question: str) -> None:
    assert ask(question) == Found("abstain", (), 0.0, ())


@pytest.mark.parametrize("question", ["deal " * 8_000, "x" * 40_000, "登録 " * 9_000, " ".join(map(str, range(9_000)))])
def test_a_very_long_question_is_read_in_part(question: str) -> None:
    assert ask(question).outcome in ("answer", "clarify", "abstain")


@pytest.mark.parametrize(
    "question",
    [
        "サポートの方法",
        "Как зарегистрировать сделку?",
        "كيف أسجل",
        "ลงทะเบียนอย่างไร",
        "धन्यवाद",
    ],
)
def test_other_scripts_that_the_base_does_not_hold_are_not_answered(question: str) -> None:
    assert ask(question).outcome == "abstain"


def test_an_empty_base_abstains() -> None:
    index = empty()
    assert Search(lambda: index)("anything", VENDOR) == Found("abstain", (), 0.0, ())


def test_a_base_of_one_article_answers_what_is_in_it() -> None:
    index = small_index({"deal": ARTICLES["deal"]})
    search = Search(lambda: index)
    assert search("register a deal", VENDOR).outcome == "answer"
    assert search("who brings cake today", VENDOR).outcome == "abstain"


def test_nobody_gets_an_article_that_is_not_for_them() -> None:
    gold_only = Audience(tiers=("gold",))
    asked = "what margin does gold earn"
    assert ask(asked, GOLD, margin=gold_only).hits[0].key == "margin"
    for reader in (GOLD._replace(tier="silver"), EVERYBODY_SEES):
        found = ask(asked, reader, margin=gold_only)
        assert "margin" not in [hit.key for hit in (*found.hits, *found.offered)]
        assert found.outcome != "answer"


def test_an_article_that_is_hidden_changes_nothing_but_being_there() -> None:
    asked = "what margin do gold partners earn on a registered deal"
    hidden = ask(asked, EVERYBODY_SEES, margin=Audience(tiers=("gold",)))
    less = small_index({key: article for key, article in ARTICLES.items() if key != "margin"})
    without = Search(lambda: less)(asked, EVERYBODY_SEES)
    assert [hit.key for hit in hidden.hits] == [hit.key for hit in without.hits]
    assert hidden.outcome == without.outcome


def test_whoever_may_see_nothing_gets_nothing() -> None:
    rules = {key: Audience(roles=("nobody",)) for key in ARTICLES}
    assert ask("register a deal", EVERYBODY_SEES, **rules) == Found("abstain", (), 0.0, ())


def test_a_swap_is_seen_by_the_next_question() -> None:
    current = [small_index({"deal": ARTICLES["deal"]})]
    search = Search(lambda: current[0])
    assert search("partner margins by tier", VENDOR).hits[0].key == "deal"
    current[0] = small_index()
    assert search("partner margins by tier", VENDOR).hits[0].key == "margin"


def test_threads_get_what_a_lone_caller_gets() -> None:
    index = small_index()
    search = Search(lambda: index)
    questions = [title for title, _ in ARTICLES.values()] * 20
    alone = [search(question, VENDOR) for question in questions]
    together: list[list[Found]] = []
    threads = [
        Thread(target=lambda: together.append([search(question, GOLD) for question in questions])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone] * 4


def test_beyond_the_size_for_every_cosine_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "what margin do gold partners earn"
    whole = ask(asked, EVERYBODY_SEES, deal=Audience(tiers=("gold",)))
    monkeypatch.setattr(ranking, "WHOLE", 3)
    nearest = ask(asked, EVERYBODY_SEES, deal=Audience(tiers=("gold",)))
    assert nearest.outcome == whole.outcome
    assert nearest.confidence == pytest.approx(whole.confidence)
    assert [(hit.article_id, hit.digest) for hit in nearest.hits] == [
        (hit.article_id, hit.digest) for hit in whole.hits
    ]


def test_units_need_not_stand_together() -> None:
    index = small_index()
    order = np.random.default_rng(1).permutation(len(index.units)).tolist()
    mixed = small_index()
    units = tuple(index.units[at] for at in order)
    mixed.faiss.reset()
    mixed.faiss.add(index.embedder.embed([unit.text for unit in units]))
    mixed.bm25.index([words(unit.text) for unit in units], show_progress=False)
    object.__setattr__(mixed, "units", units)
    asked = "how long is a registered deal protected"
    first, second = Search(lambda: index)(asked, VENDOR), Search(lambda: mixed)(asked, VENDOR)
    assert [hit.key for hit in first.hits] == [hit.key for hit in second.hits]
    assert first.hits[0].digest == second.hits[0].digest


def test_more_evidence_never_lowers_the_confidence() -> None:
    weak = Evidence(0.3, 0.2, 1.0, 0.05, 0.1, 0.02, 0.3, 0.5, 0.5)
    for name in Evidence._fields:
        stronger = weak._replace(**{name: getattr(weak, name) + 0.2})
        assert decide(stronger)[1] >= decide(weak)[1]


def test_learnt_prototypes_are_near_their_own_wordings_and_the_same_every_time() -> None:
    generator = np.random.default_rng(3)
    middles = generator.normal(size=(4, 16))
    vectors = np.repeat(middles, 5, axis=0) + 0.5 * generator.normal(size=(20, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    units = [Unit(at // 5, "phrasing", "", None) for at in range(20)]
    learnt = prototypes(units, vectors, 4)
    assert learnt is not None
    assert ((vectors @ learnt.T).argmax(axis=1) == np.arange(20) // 5).all()
    assert np.array_equal(learnt, prototypes(units, vectors, 4))


def test_articles_with_passages_keep_their_means() -> None:
    index = small_index()
    assert prototypes(index.units, index.embedder.embed([unit.text for unit in index.units]), len(ARTICLES)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Co-op claims don’t", ["co", "op", "coop", "claim", "don't"]),
        ("ＭＦＡ foo_bar 12.5", ["mfa", "foo", "bar", "12", "5"]),
        ("支払い", ["支払", "払い"]),
        ("ếch", ["ếch"]),
        ("", []),
    ],
)
def test_words_are_folded_and_cut(text: str, expected: list[str]) -> None:
    assert words(text) == expected
