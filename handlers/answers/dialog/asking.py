"""A question: an answer with its source, a choice between a few, or a plain "I don't know"."""

import re
from collections.abc import Sequence

from handlers.answers import views
from handlers.answers.dialog.context import search, shown
from handlers.answers.dialog.ownership import own
from handlers.errors import NotAllowed
from handlers.questions import store
from handlers.questions.models import Question
from handlers.turn import Outcome, Say, Turn
from handlers.ui import Card, Element, number
from knowledge import store as knowledge
from knowledge.models import Article, Passage
from knowledge.search import Found, Hit

SHOWN = 3
NAMED = 6  # hits that are looked up: those shown, and some in the place of withheld ones
DEALS = re.compile(
    r"\b(regist|protect)\w*\b.{0,60}\b(deal|opportunit)|\b(deal|opportunit)\w*\b.{0,60}\b(regist|protect)", re.I
)
"""Questions after which a deal can be registered with one press."""

WITHHELD = (
    "The article about this is past its review date and withheld until its owner has checked it. "
    "A person can answer meanwhile."
)


def ask(turn: Turn, text: str) -> Sequence[Outcome]:
    turn.kind = "asked"
    query, found = search(turn, text)
    articles = knowledge.found(turn.look, [hit.article_id for hit in found.hits[:NAMED]], turn.who.reader)
    hits = [hit for hit in found.hits if hit.article_id in articles]
    fresh = [hit for hit in hits if not _withheld(turn, articles[hit.article_id])]
    question = _question(turn, text, query, found)
    if found.outcome == "answer" and hits and _same(found.hits[0], hits[0]):
        if _withheld(turn, articles[hits[0].article_id]):
            return _abstain(turn, question, _open(turn, fresh, articles), WITHHELD)
        passage = shown(turn, hits[0])
        if passage is not None or hits[0].digest is None:
            related = [articles[hit.article_id] for hit in fresh if hit.article_id != hits[0].article_id]
            return _answer(turn, question, articles[hits[0].article_id], passage, related)
    offered = [articles[hit.article_id] for hit in found.offered if hit in fresh]
    if found.outcome == "clarify" and len(offered) > 1:
        return _clarify(turn, question, offered)
    return _abstain(turn, question, _open(turn, fresh, articles))


def pick(turn: Turn, value: str) -> Sequence[Outcome]:
    """A candidate of a clarification was pressed: answer the question from that article."""
    turn.kind = "picked"
    token, _, article_id = value.partition(":")
    asked = own(turn, token)
    article = knowledge.by_id(turn.look, number(article_id), turn.who.reader)
    if article is None or article.id is None or _withheld(turn, article):
        raise NotAllowed("That article is no longer there for you. Ask me again.")
    found = turn.search(asked.query, turn.who.reader)
    hit = next((hit for hit in found.hits if hit.article_id == article.id), None)
    passage = (shown(turn, hit) if hit else None) or knowledge.first_passage(turn.look, article.id)
    question = _question(turn, asked.text, asked.query, found)
    return _answer(turn, question, article, passage, ())


def home(turn: Turn) -> Sequence[Element]:
    return views.recent(store.recent(turn.look, turn.who.contact_id))


def _question(turn: Turn, text: str, query: str, found: Found) -> Question:
    return Question(
        contact_id=turn.who.contact_id,
        platform=turn.place.platform,
        conversation=turn.place.conversation,
        thread=turn.place.thread,
        asked_at=turn.now,
        text=text.strip(),
        query=query,
        outcome=found.outcome,
        confidence=found.confidence,
    )


def _same(one: Hit, other: Hit) -> bool:
    return one.article_id == other.article_id


def _withheld(turn: Turn, article: Article) -> bool:
    return turn.policy.withhold_stale and article.overdue(turn.today)


def _open(turn: Turn, hits: Sequence[Hit], articles: dict[int, Article]) -> list[Article]:
    """The articles of these hits that may be named where the person spoke."""
    named = [articles[hit.article_id] for hit in hits]
    return [article for article in named if turn.place.private or article.for_whom.open_to_all]


def _answer(
    turn: Turn, question: Question, article: Article, passage: Passage | None, related: Sequence[Article]
) -> Sequence[Outcome]:
    alone = not turn.place.private and not article.for_whom.open_to_all
    named = [other for other in related if alone or turn.place.private or other.for_whom.open_to_all]
    question.article_id, question.shown = article.id, article.title
    deals = bool(DEALS.search(f"{question.query}\n{article.title}"))
    card = views.answer(question.token, article, passage, named[: SHOWN - 1], turn.today, alone, deals)
    return _keep(turn, question, card, "answer", alone)


def _clarify(turn: Turn, question: Question, offered: Sequence[Article]) -> Sequence[Outcome]:
    alone = not turn.place.private and not all(article.for_whom.open_to_all for article in offered)
    question.shown = " | ".join(article.title for article in offered)
    return _keep(turn, question, views.clarify(question.token, offered[:SHOWN], alone), "clarify", alone)


def _abstain(turn: Turn, question: Question, nearest: Sequence[Article], note: str = "") -> Sequence[Outcome]:
    question.shown = " | ".join(article.title for article in nearest[:SHOWN])
    return _keep(turn, question, views.abstain(question.token, nearest[:SHOWN], note), "abstain", False)


def _keep(turn: Turn, question: Question, card: Card, outcome: str, alone: bool) -> Sequence[Outcome]:
    question.outcome = turn.result = outcome
    turn.article_id = question.article_id
    turn.session.add(question)
    return [Say(card, to="asker" if alone else "here", subject=question.token)]
