"""Figures worked out by hand."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from indexer.evaluate import Question, evaluate, read_questions, select
from knowledge.gate import Outcome
from knowledge.search import Found, Hit


def found(outcome: Outcome, keys: Iterable[str], confidence: float) -> Found:
    hits = tuple(Hit(number, key, key, None, 1.0 - number / 10) for number, key in enumerate(keys))
    return Found(outcome, hits, confidence, hits[:3] if outcome == "clarify" else ())


def question(
    text: str, *relevant: str, also_ok: str = "", kind: str | None = None, lang: str | None = None
) -> Question:
    return Question(text, frozenset(relevant), frozenset(also_ok), kind, None, lang)


ANSWERS = {
    "right": found("answer", "abc", 0.9),
    "second": found("clarify", "xay", 0.5),
    "fourth": found("clarify", "xyza", 0.5),
    "wrong": found("answer", "xa", 0.8),
    "also": found("answer", "sa", 0.9),
    "silent": found("abstain", "", 0.1),
    "off": found("abstain", "x", 0.1),
    "near": found("answer", "x", 0.5),
    "hallo": found("answer", "a", 0.7),
}


def figures(*questions: Question) -> dict[str, object]:
    return evaluate(ANSWERS.__getitem__, 7, questions)


def test_every_figure_of_a_small_set() -> None:
    result = figures(
        question("right", "a"),
        question("second", "a", "q"),
        question("fourth", "a"),
        question("wrong", "a"),
        question("also", "a", also_ok="s"),
        question("silent", "a"),
        question("off", kind="off_topic"),
        question("near", kind="near_miss"),
        question("hallo", "a", lang="de"),
    )
    latency = result.pop("latency_ms")
    assert isinstance(latency, dict)
    assert set(latency) == {"p50", "p95"}
    assert result == {
        "kb": 7,
        "queries": 8,
        "hit_at_1": 1 / 6,
        "hit_at_3": 4 / 6,
        "mrr_at_10": pytest.approx((1 + 1 / 2 + 1 / 4 + 1 / 2 + 1 / 2 + 0) / 6),
        "ndcg_at_10": pytest.approx((1 + 0.6309 / 1.6309 + 0.4307 + 0.6309 + 0.6309 + 0) / 6, abs=1e-4),
        "auroc": pytest.approx((5 + 0.5 + 3 + 1.0) / 12),
        "outcomes": {
            "answerable": {
                "answer_right": 1 / 5,
                "answer_wrong": 1 / 5,
                "clarify_right": 1 / 5,
                "clarify_wrong": 1 / 5,
                "abstain": 1 / 5,
            },
            "unanswerable": {
                "answer": 0.5,
                "clarify": 0.0,
                "abstain": 0.5,
                "by_kind": {
                    "near_miss": {"answer": 1.0, "clarify": 0.0, "abstain": 0.0},
                    "off_topic": {"answer": 0.0, "clarify": 0.0, "abstain": 1.0},
                },
            },
        },
        "by_language": {
            "de": {
                "hit_at_1": 1.0,
                "hit_at_3": 1.0,
                "outcomes": {
                    "answerable": {
                        "answer_right": 1.0,
                        "answer_wrong": 0.0,
                        "clarify_right": 0.0,
                        "clarify_wrong": 0.0,
                        "abstain": 0.0,
                    },
                    "unanswerable": {"answer": None, "clarify": None, "abstain": None, "by_kind": {}},
                },
            },
        },
    }


def test_where_there_is_nothing_to_measure_there_is_null_and_never_nan() -> None:
    text = json.dumps(figures(), allow_nan=False)
    assert json.loads(text)["auroc"] is None
    assert figures(question("right", "a"))["auroc"] is None


def write(folder: Path, *rows: str) -> Path:
    path = folder / "queries.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_rows_are_read_and_chosen_by_split(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"text": "a", "relevant": ["k#1"], "split": "dev", "extra": 1}',
        "",
        '{"text": "b", "relevant": [], "also_ok": null, "split": "test", "kind": "oos"}',
    )
    rows = read_questions(path)
    assert rows == [
        Question("a", frozenset({"k#1"}), split="dev"),
        Question("b", frozenset(), kind="oos", split="test"),
    ]
    assert select(rows, "test") == rows[1:]
    assert select(rows, None) == rows
    with pytest.raises(ValueError, match=r"split 'past'.*dev, test"):
        select(rows, "past")


def test_ids_may_be_numbers_and_the_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeff{"text": "a", "relevant": [7], "also_ok": ["b"]}')
    (question,) = read_questions(path)
    assert (question.relevant, question.also_ok) == ({"7"}, {"b"})


def test_for_a_folder_ids_are_compared_up_to_their_section(tmp_path: Path) -> None:
    path = write(tmp_path, '{"text": "a", "relevant": ["k#1", "k#2"], "also_ok": ["k#3", "m#1"]}')
    assert read_questions(path, by_file=True) == [Question("a", frozenset({"k"}), frozenset({"m"}))]


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[]",
        '"text"',
        '{"relevant": []}',
        '{"text": 1, "relevant": []}',
        '{"text": "a"}',
        '{"text": "a", "relevant": "k"}',
        '{"text": "a", "relevant": [null]}',
        '{"text": "a", "relevant": [], "lang": 3}',
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, row: str) -> None:
    path = write(tmp_path, '{"text": "a", "relevant": []}', row)
    with pytest.raises(ValueError, match=r"queries\.jsonl, line 2: "):
        read_questions(path)
