"""What people think of an answer: one vote each, a reason, and a comment if they like."""

from collections.abc import Sequence

from pydantic import Field

from handlers.answers import store, views
from handlers.answers.dialog.ownership import own
from handlers.answers.models import Feedback, Reason
from handlers.errors import PortalError
from handlers.feature import Typed
from handlers.questions import store as questions
from handlers.questions.models import Question
from handlers.turn import Open, Outcome, Replace, Say, Turn


def helpful(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "voted", "helpful"
    question = own(turn, token)
    if _voted(turn, question):
        return _already(turn)
    _vote(turn, question, helpful=True)
    return _rewrite(turn, question, views.thanked)


def unhelpful(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "voted", "unhelpful"
    question = own(turn, token)
    if _voted(turn, question):
        return _already(turn)
    _vote(turn, question, helpful=False)
    return _rewrite(turn, question, lambda card: views.asked_why(card, token))


def reason(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "voted"
    token, _, name = value.partition(":")
    question = own(turn, token)
    if name not in Reason.__members__:
        raise PortalError("That is no reason I know. Press one of the buttons.")
    vote = _voted(turn, question)
    if vote is None or vote.reason:
        return _already(turn)
    vote.reason = turn.result = Reason(name)
    return _rewrite(turn, question, lambda card: views.noted(card, token, Reason(name)))


class Comment(Typed):
    """What a person wants the owner of the article to read."""

    comment: str = Field(min_length=1, max_length=2_000)


def offer_comment(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    own(turn, token)
    return [Open(views.comment_form(token))]


def comment(turn: Turn, token: str, entry: Comment) -> Sequence[Outcome]:
    turn.kind = "commented"
    question = own(turn, token)
    vote = _voted(turn, question)
    if vote is None or vote.comment:
        return _already(turn)
    vote.comment = entry.comment
    return _rewrite(turn, question, views.commented)


def _voted(turn: Turn, question: Question) -> Feedback | None:
    questions.locked(turn.session, question)
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
