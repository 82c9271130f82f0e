"""Whose question a button belongs to."""

from handlers.errors import NotAllowed
from handlers.questions import store
from handlers.questions.models import Question
from handlers.turn import Turn


def own(turn: Turn, token: str) -> Question:
    question = store.open_to(turn.look, token, turn.who.contact_id, turn.place)
    if question is None:
        raise NotAllowed("This button belongs to a question that is not yours. Ask me your own.")
    return question
