"""Every query on feedback. Nothing here commits."""

from sqlmodel import Session, select

from handlers.answers.models import Feedback
from handlers.questions.models import Question


def vote(session: Session, question: Question, contact_id: int) -> Feedback | None:
    """What this person thought of the answer, if they have said so."""
    return session.exec(
        select(Feedback).where(Feedback.question_id == question.id, Feedback.contact_id == contact_id)
    ).first()
