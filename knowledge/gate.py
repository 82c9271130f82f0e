"""Answer, clarify or abstain: two small models on evidence that has the same scale in every base.

The weights come from tests/bench/fit_gate.py (CLINC150 dev, BANKING77 and StackFAQ past phrasings held out, the
demonstration's questions; each also asked of a base from which its article was taken). See docs/decisions/0003.
"""

import math
from typing import Literal, NamedTuple

import numpy as np

from knowledge.ranking import Mask, Prepared, Ranking

Outcome = Literal["answer", "clarify", "abstain"]

RUNNERS_UP = 14  # entries looked at below the first
PEERS = slice(4, RUNNERS_UP)  # ranks 5 to 14: below the siblings that may say the same, above the unrelated
BACKGROUND = (0.12, 0.11)  # mean and deviation of an unrelated entry's score, over the development sets
PRIOR = 10  # how many such entries a base is thought to have besides its own: little ones would seem certain


class Evidence(NamedTuple):
    """Of the first entry, for one question."""

    best: float  # cosine of its nearest unit
    stands_out: float  # deviations above the mean of all entries
    above_peers: float  # fused score above ranks 5 to 14
    above_next: float  # root of the fused score above rank 2
    coverage: float  # share of the question's telling words, by idf, that the entry contains
    length: float  # how much the question says: log of its telling words' idf
    known: float  # share of them that any visible entry contains


class Weights(NamedTuple):
    bias: float
    of: Evidence


RIGHT = Weights(-4.055, Evidence(1.62, 0.195, 1.977, 2.682, 0.755, 0.371, 0.0))
"""The first entry answers the question."""

ON_TOPIC = Weights(-5.603, Evidence(4.865, 0.175, 2.85, 0.0, 1.143, 0.632, 1.189))
"""The question is one for this base, so that naming the nearest entries helps."""

ANSWER = 0.36  # of RIGHT; about one in sixteen answers on the development sets is wrong there
ANSWER_ON_TOPIC = 0.36
CLARIFY = 0.26  # of ON_TOPIC; keeps nineteen of twenty off-topic questions of the development sets out


def weigh(prepared: Prepared, ranking: Ranking, allowed: Mask) -> Evidence:
    first = int(ranking.order[0])
    scores = ranking.fused[ranking.order[:RUNNERS_UP]].tolist()
    scores += [BACKGROUND[0]] * (RUNNERS_UP - len(scores))
    said = ranking.said
    inside = np.zeros(len(said.idf), np.bool_)
    inside[said.word[prepared.entry_of[said.unit] == first]] = True
    return Evidence(
        best=float(ranking.best[first]),
        stands_out=min(_deviations(float(ranking.dense[first]), ranking, allowed), 8.0),
        above_peers=min(scores[0] - sum(scores[PEERS]) / len(scores[PEERS]), 0.5),
        above_next=math.sqrt(min(max(scores[0] - scores[1], 0.0), 0.3)),
        coverage=float(said.idf[inside].sum()) / said.weight if said.weight else 0.0,
        length=math.log1p(said.weight / prepared.unheard),
        known=said.known,
    )


def _deviations(score: float, ranking: Ranking, allowed: Mask) -> float:
    others = ranking.dense[allowed]
    mean, deviation = BACKGROUND
    count = len(others) + PRIOR
    centre = (float(others.sum()) + PRIOR * mean) / count
    spread = float(np.square(others - centre).sum()) + PRIOR * (deviation**2 + (mean - centre) ** 2)
    return (score - centre) / math.sqrt(spread / count)


def chance(weights: Weights, evidence: Evidence) -> float:
    """0..1; comparable between questions and, by the scale of the evidence, between bases."""
    total = weights.bias + sum(weight * value for weight, value in zip(weights.of, evidence, strict=True))
    return 1 / (1 + math.exp(-total))


def decide(evidence: Evidence) -> tuple[Outcome, float]:
    """The outcome, and a confidence that grows with both chances."""
    right, on_topic = chance(RIGHT, evidence), chance(ON_TOPIC, evidence)
    confidence = math.sqrt(right * on_topic)
    if right >= ANSWER and on_topic >= ANSWER_ON_TOPIC:
        return "answer", confidence
    return ("clarify" if on_topic >= CLARIFY else "abstain"), confidence
