"""An owner's answer to "Still right?": it is, it is not, or nobody needs it."""

import re
from collections.abc import Sequence

from pydantic import Field

from handlers.errors import NotAllowed, PortalError
from handlers.feature import Handler, Typed
from handlers.partners.models import Role
from handlers.reviews import store, views
from handlers.turn import Open, Outcome, Replace, Say, Turn
from handlers.ui import MAX_TEXT, Button, Card, number
from knowledge import store as articles
from knowledge.models import Article

LOOKS_AFTER_ALL = frozenset({Role.content_owner, Role.operator})
NOT_YOURS = "Articles are reviewed by their owner, by content owners and by operators."
TOO_LONG = "This article is too long for a dialog. Ask whoever keeps the content to change it."
_QUEUE = re.compile(
    r"(?:(?:show(?: me)? )?(?:my |the )?(?:article )?reviews|which articles (?:are|need)(?: a)? (?:review|overdue))"
)
_ACT = re.compile(r"(?P<act>verify|edit|archive|restore) article (?P<number>\d{1,9})")


class Entry(Typed):
    title: str = Field(min_length=1, max_length=150)
    text: str = Field(min_length=1, max_length=MAX_TEXT)


def hears(text: str) -> Handler | None:
    said = " ".join(text.casefold().split()).strip(" .!?")[:100]
    if _QUEUE.fullmatch(said):
        return queue
    if found := _ACT.fullmatch(said):
        act, which = _ACTS[found["act"]], found["number"]
        return lambda turn, _: act(turn, which)
    return None


def queue(turn: Turn, _: str) -> Sequence[Outcome]:
    turn.kind = "listed"
    if not Role(turn.who.role).of_vendor:
        raise NotAllowed(NOT_YOURS)
    return [Say(_queue(turn), to="asker")]


def verify(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "verified"
    article = _in_charge(turn, value)
    article.verified_on = turn.today
    return _next(turn, views.verified(article))


def archive(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "archived"
    article = _in_charge(turn, value)
    articles.archive(turn.session, article, turn.today)
    assert article.id is not None
    return _next(turn, views.archived(article), (views.restore_button(article.id),))


def restore(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "restored"
    article = _in_charge(turn, value)
    articles.archive(turn.session, article, None)
    return _next(turn, views.restored(article))


def later(turn: Turn, value: str) -> Sequence[Outcome]:
    """The next one; this one comes again behind the others."""
    turn.kind, turn.result = store.REVIEWED, "later"
    _in_charge(turn, value)
    return _shown(turn, _queue(turn, behind=number(value)))


def edit(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "form"
    article = _in_charge(turn, value)
    _must_be_ours(article)
    return [Open(views.form(article))]


def offer_edit(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "offered"
    article = _in_charge(turn, value)
    _must_be_ours(article)
    return [Say(views.edit_button(article), to="asker")]


def save(turn: Turn, value: str, entry: Entry) -> Sequence[Outcome]:
    turn.kind, turn.result = store.REVIEWED, "edited"
    article = _in_charge(turn, value)
    _must_be_ours(article)
    articles.rewrite(turn.session, article, entry.title, entry.text, turn.today)
    return _next(turn, views.saved(article))


def _must_be_ours(article: Article) -> None:
    if not article.ours:
        raise PortalError(views.elsewhere(article))
    if len(article.body) > MAX_TEXT or len(article.title) > 150:
        raise PortalError(TOO_LONG)


def _in_charge(turn: Turn, value: str) -> Article:
    """The article, if this person looks after it. Locked."""
    article = articles.locked(turn.session, number(value))
    owns = article is not None and (article.owner or "").casefold() == turn.who.email
    if article is None or not (owns or turn.who.role in LOOKS_AFTER_ALL) or not Role(turn.who.role).of_vendor:
        raise NotAllowed(NOT_YOURS)
    turn.article_id = article.id
    return article


def _next(turn: Turn, said: str, extra: Sequence[Button] = ()) -> Sequence[Outcome]:
    turn.session.flush()
    return _shown(turn, _queue(turn, said, extra))


def _shown(turn: Turn, card: Card) -> Sequence[Outcome]:
    return [Replace(card)] if turn.pressed is not None else [Say(card, to="asker")]


def _queue(turn: Turn, said: str = "", extra: Sequence[Button] = (), behind: int = 0) -> Card:
    """One's own come first; who looks after all content sees that of others behind them."""
    unseen = store.unseen(turn.session, turn.now)
    waiting = store.waiting(turn.session, turn.who.email, unseen, turn.today)
    if turn.who.role in LOOKS_AFTER_ALL:
        known = {one.article.id for one in waiting}
        everything = store.waiting(turn.session, None, unseen, turn.today)
        waiting += [one for one in everything if one.article.id not in known]
    at = next((place for place, one in enumerate(waiting) if one.article.id == behind), -1)
    return views.ask([*waiting[at + 1 :], *waiting[: at + 1]], turn.today, said, extra)


_ACTS = {"verify": verify, "edit": offer_edit, "archive": archive, "restore": restore}
