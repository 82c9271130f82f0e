"""A question and everything that can be done about its answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from handlers.answers import store, views
from handlers.answers.context import LONGEST_QUESTION, follows_up, joined, leans
from handlers.answers.models import Feedback, Question, Reason
from handlers.errors import NotAllowed, PortalError
from handlers.turn import Open, Outcome, Replace, Say, Turn
from handlers.ui import Card, Element
from knowledge import store as knowledge
from knowledge.models import Article, Passage
from knowledge.search import Found, Hit
from knowledge.words import COMMON, words

VISIT = timedelta(minutes=30)
THREAD = timedelta(days=30)
SHOWN = 3
NAMED = 6  # hits that are looked up: those shown, and some in the place of withheld ones
WITHHELD = (
    "The article about this is past its review date and withheld until its owner has checked it. "
    "A person can answer meanwhile."
)


def command(turn: Turn, text: str) -> Sequence[Outcome]:
    """/portal QUESTION; without a question it says what it is for."""
    if not text.strip():
        raise PortalError("Write your question behind the command: /portal What discount do Gold partners get?")
    return ask(turn, text)


def ask(turn: Turn, text: str) -> Sequence[Outcome]:
    turn.kind = "asked"
    query, found = _search(turn, text)
    articles = knowledge.found(turn.look, [hit.article_id for hit in found.hits[:NAMED]], turn.who.reader)
    hits = [hit for hit in found.hits if hit.article_id in articles]
    fresh = [hit for hit in hits if not _withheld(turn, articles[hit.article_id])]
    question = _question(turn, text, query, found)
    if found.outcome == "answer" and hits and _same(found.hits[0], hits[0]):
        if _withheld(turn, articles[hits[0].article_id]):
            return _abstain(turn, question, _open(turn, fresh, articles), WITHHELD)
        shown = _shown(turn, hits[0])
        if shown is not None or hits[0].digest is None:
            related = [articles[hit.article_id] for hit in fresh if hit.article_id != hits[0].article_id]
            return _answer(turn, question, articles[hits[0].article_id], shown, related)
    offered = [articles[hit.article_id] for hit in found.offered if hit in fresh]
    if found.outcome == "clarify" and len(offered) > 1:
        return _clarify(turn, question, offered)
    return _abstain(turn, question, _open(turn, fresh, articles))


def _search(turn: Turn, text: str) -> tuple[str, Found]:
    """Search for the words as they stand, or together with what was asked before where they lean on it."""
    alone = " ".join(text.split())[:LONGEST_QUESTION]
    found = turn.search(alone, turn.who.reader)
    if not follows_up(alone) or (found.outcome == "answer" and not leans(alone)):
        return alone, found
    before = _before(turn)
    if before is None:
        return alone, found
    query = joined(before.query, alone)
    return query, _in_its_words(turn, alone, turn.search(query, turn.who.reader), found)


def _in_its_words(turn: Turn, text: str, together: Found, alone: Found) -> Found:
    """Both questions choose the article. The last one chooses the passage where only another one has its words."""
    asked_for = {hit.article_id: hit.digest for hit in alone.hits}
    if not together.hits or together.hits[0].article_id not in asked_for:
        return together
    first = together.hits[0]
    other = replace(first, digest=asked_for[first.article_id])
    said = frozenset(words(text)) - COMMON
    missing = said - _words_of(_shown(turn, first))
    if not missing & _words_of(_shown(turn, other)):
        return together
    return replace(together, hits=(other, *together.hits[1:]))


def _words_of(passage: Passage | None) -> frozenset[str]:
    return frozenset(words(f"{passage.section} {passage.text}")) if passage else frozenset()


def _before(turn: Turn) -> Question | None:
    if turn.place.thread and (asked := store.before(turn.look, turn.place, turn.now - THREAD, None)):
        return asked
    if turn.place.private:
        return store.before(turn.look, turn.place, turn.now - VISIT, turn.who.contact_id)
    return None


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


def _shown(turn: Turn, hit: Hit) -> Passage | None:
    """The passage as it stands in the store: one that has changed since it was indexed is not shown for what it was."""
    return knowledge.passage(turn.look, hit.article_id, hit.digest) if hit.digest else None


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
    card = views.answer(question.token, article, passage, named[: SHOWN - 1], turn.today, alone)
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


def pick(turn: Turn, value: str) -> Sequence[Outcome]:
    """A candidate of a clarification was pressed: answer the question from that article."""
    turn.kind = "picked"
    token, _, article_id = value.partition(":")
    asked = _own(turn, token)
    article = (
        knowledge.by_id(turn.look, int(article_id), turn.who.reader)
        if article_id.isdecimal() and len(article_id) < 10
        else None
    )
    if article is None or article.id is None or _withheld(turn, article):
        raise NotAllowed("That article is no longer there for you. Ask me again.")
    found = turn.search(asked.query, turn.who.reader)
    hit = next((hit for hit in found.hits if hit.article_id == article.id), None)
    passage = (_shown(turn, hit) if hit else None) or knowledge.first_passage(turn.look, article.id)
    question = _question(turn, asked.text, asked.query, found)
    return _answer(turn, question, article, passage, ())


def _own(turn: Turn, token: str) -> Question:
    """The question a button belongs to: one's own, or one that was asked where everybody here could read it."""
    question = store.by_token(turn.look, token)
    here = question and (question.platform, question.conversation) == (turn.place.platform, turn.place.conversation)
    if question is None or (question.contact_id != turn.who.contact_id and not here):
        raise NotAllowed("This button belongs to a question that is not yours. Ask me your own.")
    return question


def helpful(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "voted", "helpful"
    question = _own(turn, token)
    if _voted(turn, question):
        return _already(turn)
    _vote(turn, question, helpful=True)
    return _rewrite(turn, question, views.thanked)


def unhelpful(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "voted", "unhelpful"
    question = _own(turn, token)
    if _voted(turn, question):
        return _already(turn)
    _vote(turn, question, helpful=False)
    return _rewrite(turn, question, lambda card: views.asked_why(card, token))


def reason(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "voted"
    token, _, name = value.partition(":")
    question = _own(turn, token)
    if name not in Reason.__members__:
        raise PortalError("That is no reason I know. Press one of the buttons.")
    vote = _voted(turn, question)
    if vote is None or vote.reason:
        return _already(turn)
    vote.reason = turn.result = Reason(name)
    return _rewrite(turn, question, lambda card: views.noted(card, token, Reason(name)))


class Comment(BaseModel):
    """What a person wants the owner of the article to read."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    comment: str = Field(min_length=1, max_length=2_000)


def offer_comment(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    _own(turn, token)
    return [Open(views.comment_form(token))]


def comment(turn: Turn, token: str, entry: Comment) -> Sequence[Outcome]:
    turn.kind = "commented"
    question = _own(turn, token)
    vote = _voted(turn, question)
    if vote is None or vote.comment:
        return _already(turn)
    vote.comment = entry.comment
    return _rewrite(turn, question, views.commented)


def _voted(turn: Turn, question: Question) -> Feedback | None:
    store.locked(turn.session, question)
    return store.vote(turn.session, question, turn.who.contact_id)


def _vote(turn: Turn, question: Question, *, helpful: bool) -> None:
    assert question.id is not None
    turn.article_id = question.article_id
    turn.session.add(Feedback(question_id=question.id, contact_id=turn.who.contact_id, helpful=helpful, at=turn.now))


def _already(turn: Turn) -> Sequence[Outcome]:
    turn.result = "again"
    raise PortalError("You have told me already, thank you. Nothing was changed.")


def _rewrite(turn: Turn, question: Question, rewritten: views.Rewrite) -> Sequence[Outcome]:
    """Only the asker's press rewrites the card that others may be reading too; theirs is acknowledged to them alone."""
    if turn.pressed is not None and question.contact_id == turn.who.contact_id:
        return [Replace(rewritten(turn.pressed))]
    return [Say(views.THANK_YOU, to="asker")]


def ask_a_person(turn: Turn, token: str) -> Sequence[Outcome]:
    """Keep the question for a person and post it at once to where they are."""
    turn.kind, turn.result = "escalated", "person"
    question = store.locked(turn.session, _own(turn, token))
    if question.to_person_at is not None:
        turn.result = "again"
        raise PortalError("This question is with a person already. They will get back to you.")
    question.to_person_at = turn.now
    turn.article_id = question.article_id
    article = knowledge.by_id(turn.look, question.article_id, turn.who.reader) if question.article_id else None
    outcomes: list[Outcome] = []
    if turn.policy.has_support_channel:
        outcomes.append(Say(views.for_the_team(turn.who, question, article), to="support", subject=token))
    outcomes.append(Say(views.told(turn.policy.has_support_channel), to="asker"))
    if turn.pressed is not None:
        outcomes.append(Replace(views.passed_on(turn.pressed)))
    return outcomes


def home(turn: Turn) -> Sequence[Element]:
    return views.recent(store.recent(turn.look, turn.who.contact_id))
