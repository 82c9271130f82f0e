"""Every query on questions. Nothing here commits."""

from datetime import datetime

from sqlmodel import Session, col, select

from handlers.notices.models import Place
from handlers.questions.models import Question


def by_token(session: Session, token: str) -> Question | None:
    return session.exec(select(Question).where(Question.token == token)).first()


def open_to(session: Session, token: str, contact_id: int, place: Place) -> Question | None:
    """The question of a button, if this person may press it: their own, or one asked where all here could read it."""
    question = by_token(session, token)
    if question is None or question.contact_id == contact_id:
        return question
    return question if (question.platform, question.conversation) == (place.platform, place.conversation) else None


def before(session: Session, place: Place, since: datetime, by: int | None) -> Question | None:
    """What was last asked in this thread; in a conversation without threads, by this person alone."""
    asked = select(Question).where(
        Question.platform == place.platform, Question.conversation == place.conversation, Question.asked_at >= since
    )
    asked = asked.where(Question.contact_id == by) if by else asked.where(Question.thread == place.thread)
    return session.exec(asked.order_by(col(Question.id).desc()).limit(1)).first()


def follows(session: Session, platform: str, conversation: str, thread: str) -> bool:
    """Whether the assistant was asked something in this thread."""
    asked = select(Question.id).where(
        Question.platform == platform, Question.conversation == conversation, Question.thread == thread
    )
    return session.exec(asked.limit(1)).first() is not None


def recent(session: Session, contact_id: int, limit: int = 5) -> list[Question]:
    asked = select(Question).where(Question.contact_id == contact_id)
    return list(session.exec(asked.order_by(col(Question.id).desc()).limit(limit)))


def locked(session: Session, question: Question) -> Question:
    """The question as it is now, held until the end of the turn: two presses in one instant come one by one."""
    return session.exec(select(Question).where(Question.id == question.id).with_for_update()).one()
