"""Quality of search and of its gate on a labelled set of questions."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from knowledge.search import Found

DEPTH = 10
"""Ranks that count for MRR and nDCG."""


@dataclass(frozen=True, slots=True)
class Question:
    """``relevant`` are keys of entries, empty if nothing answers; ``also_ok`` are acceptable, yet no hits."""

    text: str
    relevant: frozenset[str]
    also_ok: frozenset[str] = frozenset()
    kind: str | None = None
    split: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    found: Found
    seconds: float

    @property
    def gains(self) -> list[bool]:
        return [hit.key in self.question.relevant for hit in self.found.hits[:DEPTH]]


def read_questions(path: Path, by_file: bool = False) -> list[Question]:
    """Rows {text, relevant, also_ok?, kind?, split?, lang?} of a JSONL file. Raises ValueError naming file and line.

    ``by_file``: the base is a folder of Markdown, so ids are compared up to their '#'.
    """
    questions = []
    for number, row in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if row.strip():
            try:
                questions.append(_question(json.loads(row), by_file))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
    return questions


def _question(row: object, by_file: bool) -> Question:
    if not isinstance(row, dict):
        raise ValueError("expected an object with text and relevant.")
    if not isinstance(row.get("text"), str):
        raise ValueError("'text' must be a string.")
    if "relevant" not in row:
        raise ValueError("'relevant' is missing; write [] if nothing answers.")
    relevant = _keys(row, "relevant", by_file)
    return Question(
        row["text"],
        relevant,
        _keys(row, "also_ok", by_file) - relevant,
        *(_word(row, name) for name in ("kind", "split", "lang")),
    )


def _keys(row: dict[str, Any], name: str, by_file: bool) -> frozenset[str]:
    keys = row.get(name)
    if keys is None and name != "relevant":
        return frozenset()
    if not isinstance(keys, list) or not all(isinstance(key, str | int) for key in keys):
        raise ValueError(f"{name!r} must be a list of ids.")
    return frozenset(str(key).split("#", 1)[0] if by_file else str(key) for key in keys)


def _word(row: dict[str, Any], name: str) -> str | None:
    word = row.get(name)
    if word is not None and not isinstance(word, str):
        raise ValueError(f"{name!r} must be a string.")
    return word


def select(questions: Iterable[Question], split: str | None) -> list[Question]:
    """Those of one split, all if None. Raises ValueError if there is no such split."""
    questions = list(questions)
    chosen = [question for question in questions if split is None or question.split == split]
    if split is not None and not chosen:
        known = ", ".join(sorted({question.split for question in questions if question.split})) or "none"
        raise ValueError(f"No question is of split {split!r}. Splits there are: {known}.")
    return chosen


def evaluate(search: Callable[[str], Found], entries: int, questions: Sequence[Question]) -> dict[str, Any]:
    """``entries`` is the size of the base. Where there is nothing to measure a figure is None.

    Questions in another language than English are measured apart and count in no other figure.
    """
    asked = [_ask(search, question) for question in questions]
    english = [one for one in asked if one.question.lang in (None, "en")]
    languages = sorted({one.question.lang for one in asked if one.question.lang not in (None, "en")} - {None}, key=str)
    answerable = [one.gains for one in english if one.question.relevant]
    return {
        "kb": entries,
        "queries": len(english),
        **_hits(english),
        "mrr_at_10": _mean(1 / (1 + gains.index(True)) if any(gains) else 0.0 for gains in answerable),
        "ndcg_at_10": _mean(_ndcg(one) for one in english if one.question.relevant),
        "auroc": _auroc([(one.found.confidence, bool(one.question.relevant)) for one in english]),
        "outcomes": _outcomes(english),
        "latency_ms": _latency([one.seconds for one in english]),
        "by_language": {
            str(lang): {**_hits(of), "outcomes": _outcomes(of)}
            for lang in languages
            for of in [[one for one in asked if one.question.lang == lang]]
        },
    }


def _ask(search: Callable[[str], Found], question: Question) -> _Asked:
    start = perf_counter()
    found = search(question.text)
    return _Asked(question, found, perf_counter() - start)


def _hits(asked: list[_Asked]) -> dict[str, float | None]:
    answerable = [one.gains for one in asked if one.question.relevant]
    return {f"hit_at_{top}": _mean(any(gains[:top]) for gains in answerable) for top in (1, 3)}


def _ndcg(one: _Asked) -> float:
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(one.question.relevant), DEPTH)))
    return sum(1 / math.log2(rank + 2) for rank, gain in enumerate(one.gains) if gain) / ideal


def _auroc(scored: list[tuple[float, bool]]) -> float | None:
    """The chance that an answerable question gets the higher confidence; equal ones count half."""
    yes = sum(is_answerable for _, is_answerable in scored)
    no = len(scored) - yes
    if not yes or not no:
        return None
    ranks: dict[float, list[int]] = {}
    for rank, (confidence, _) in enumerate(sorted(scored), 1):
        ranks.setdefault(confidence, []).append(rank)
    middle = {confidence: sum(places) / len(places) for confidence, places in ranks.items()}
    total = sum(middle[confidence] for confidence, is_answerable in scored if is_answerable)
    return (total - yes * (yes + 1) / 2) / (yes * no)


ANSWERABLE = ("answer_right", "answer_wrong", "clarify_right", "clarify_wrong", "abstain")
UNANSWERABLE = ("answer", "clarify", "abstain")


def _outcomes(asked: list[_Asked]) -> dict[str, Any]:
    answerable = [_judge(one) for one in asked if one.question.relevant]
    rest = [one for one in asked if not one.question.relevant]
    kinds = sorted({one.question.kind for one in rest if one.question.kind is not None})
    return {
        "answerable": _shares([outcome for outcome in answerable if outcome], ANSWERABLE),
        "unanswerable": {
            **_shares([one.found.outcome for one in rest], UNANSWERABLE),
            "by_kind": {
                kind: _shares([one.found.outcome for one in rest if one.question.kind == kind], UNANSWERABLE)
                for kind in kinds
            },
        },
    }


def _judge(one: _Asked) -> str:
    """One of ANSWERABLE, or nothing where the answer came from an entry that is acceptable too."""
    found, relevant = one.found, one.question.relevant
    if found.outcome == "abstain":
        return "abstain"
    if found.outcome == "clarify":
        return "clarify_right" if any(hit.key in relevant for hit in found.offered) else "clarify_wrong"
    if found.hits[0].key in relevant:
        return "answer_right"
    return "" if found.hits[0].key in one.question.also_ok else "answer_wrong"


def _shares(outcomes: Sequence[str], names: Sequence[str]) -> dict[str, float | None]:
    return {name: _mean(outcome == name for outcome in outcomes) for name in names}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _latency(seconds: list[float]) -> dict[str, float | None]:
    ordered = sorted(seconds)

    def percentile(share: float) -> float | None:
        return 1000 * ordered[math.ceil(share * len(ordered)) - 1] if ordered else None

    return {"p50": percentile(0.5), "p95": percentile(0.95)}
