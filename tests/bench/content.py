"""Made-up content of any size, the same every time, and questions on it."""

import csv
import random
from pathlib import Path

TOPICS = (
    "deal registration",
    "price list",
    "certification exam",
    "support ticket",
    "marketing fund",
    "API key",
    "invoice",
    "backup policy",
    "sign-in",
    "webhook",
    "renewal",
    "partner tier",
    "training course",
    "audit log",
    "data region",
)
VERBS = ("request", "renew", "cancel", "configure", "export", "approve", "share", "reset", "extend", "verify")
DETAILS = (
    "with a purchase order",
    "for a new customer",
    "after the quarter ends",
    "in the partner portal",
    "by e-mail",
    "for a subsidiary",
    "on behalf of a reseller",
    "before it expires",
    "without an administrator",
    "for a trial",
)


def faq(target: Path, rows: int, changed: float = 0.0) -> None:
    """A CSV of ``rows`` questions and answers; ``changed`` is the share whose answer differs from the first version."""
    spun = random.Random(7)
    every = round(1 / changed) if changed else 0
    with target.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "question", "answer"])
        for number in range(rows):
            edition = 2 if every and number % every == 0 else 1
            out.writerow([f"q{number}", question(number), _answer(spun, number, edition)])


def question(number: int) -> str:
    verb, topic, detail = VERBS[number % 10], TOPICS[number // 10 % 15], DETAILS[number // 150 % 10]
    case = f", case {number // 1500 + 1}" if number >= 1500 else ""
    return f"How do I {verb} a {topic} {detail}{case}?"


def _answer(spun: random.Random, number: int, edition: int) -> str:
    words = " ".join(spun.choice((*TOPICS, *VERBS, *DETAILS)) for _ in range(30))
    return f"Case {number}, edition {edition}. Open the page, choose the entry and confirm. {words}."
