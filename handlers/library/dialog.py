"""A need lists its articles; an article is read a few passages at a time."""

from collections.abc import Sequence
from typing import Literal

from handlers.errors import NotAllowed
from handlers.library import views
from handlers.turn import Outcome, Say, Turn
from handlers.ui import Element, number
from knowledge import store
from knowledge.models import Article

NOT_THERE = "That article is no longer there, or it is not for your programme. Ask me about it in your own words."


def home(turn: Turn) -> Sequence[Element]:
    return views.home(list(store.categories(turn.look, turn.who.reader)))


def needs(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "browsed"
    names = list(store.categories(turn.look, turn.who.reader))
    return [Say(views.needs(names, number(value)), to="asker")]


def need(turn: Turn, value: str) -> Sequence[Outcome]:
    """``value`` is "page:name of the need"."""
    turn.kind = "browsed"
    page, _, name = value.partition(":")
    articles = store.in_category(turn.look, name, turn.who.reader)
    if turn.policy.withhold_stale:
        articles = [article for article in articles if not article.overdue(turn.today)]
    turn.result = "list" if articles else "empty"
    return [Say(views.need(name, articles, number(page)), to="asker")]


def read(turn: Turn, value: str) -> Sequence[Outcome]:
    """``value`` is "article:first passage"."""
    turn.kind, turn.result = "read", "answer"
    article_id, _, start = value.partition(":")
    article = store.by_id(turn.look, number(article_id), turn.who.reader)
    if article is None:
        raise NotAllowed(NOT_THERE)
    turn.article_id = article.id
    if turn.policy.withhold_stale and article.overdue(turn.today):
        turn.result = "withheld"
        return [Say(views.withheld(article), to="asker")]
    passages = store.passages(turn.look, number(article_id))
    card = views.article(article, passages, number(start), turn.today)
    return [Say(card, to=_audience(turn, article))]


def _audience(turn: Turn, article: Article) -> Literal["here", "asker"]:
    return "here" if turn.place.private or article.for_whom.open_to_all else "asker"
