"""Passing a question on to a person."""

from collections.abc import Sequence

from handlers.answers import views
from handlers.answers.dialog.ownership import own
from handlers.errors import PortalError
from handlers.questions import store
from handlers.turn import Outcome, Replace, Say, Turn
from knowledge import store as knowledge


def ask_a_person(turn: Turn, token: str) -> Sequence[Outcome]:
    """Keep the question for a person and post it at once to where they are."""
    turn.kind, turn.result = "escalated", "person"
    question = store.locked(turn.session, own(turn, token))
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
