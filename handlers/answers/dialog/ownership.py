"""Whose question a button belongs to."""

from handlers.errors import NotAllowed
from handlers.questions import store
from handlers.questions.models import Question
from handlers.turn import Turn


def own(turn: Turn, token: str) -> Question:
    """The question of a button that this person may press: their own, or one asked where all here could read it."""
    question = store.by_token(turn.look, token)
    here = question and (question.platform, question.conversation) == (turn.place.platform, turn.place.conversation)
    if question is None or (question.contact_id != turn.who.contact_id and not here):
        raise NotAllowed("This button belongs to a question that is not yours. Ask me your own.")
    return question
