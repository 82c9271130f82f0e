"""A ticket that begins with an answer: the question, what was shown, and what was said before go along."""

from collections.abc import Sequence

from handlers.cite import shortened
from handlers.errors import NotAllowed
from handlers.questions import store as questions
from handlers.questions.models import Question
from handlers.tickets.models import TicketDraft
from handlers.tickets.views import forms
from handlers.tickets.views.forms import LONGEST_PRODUCT, LONGEST_SUBJECT
from handlers.turn import Open, Outcome, Turn
from handlers.ui import MAX_TEXT
from knowledge import store as knowledge

QUESTION, SHOWN = 800, 1_000  # characters
BEFORE = 20  # questions
SAID = {"answer": "I showed", "clarify": "I asked which was meant", "abstain": "I did not know; nearest"}


def from_answer(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "form"
    question = questions.open_to(turn.look, token, turn.who.contact_id, turn.place)
    if question is None:
        raise NotAllowed("This button belongs to a question that is not yours. Ask me your own.")
    article = knowledge.by_id(turn.look, question.article_id, turn.who.reader) if question.article_id else None
    products = [name for name in (article.products if article else ()) if _offered(turn, name)]
    draft = TicketDraft(
        contact_id=turn.who.contact_id,
        at=turn.now,
        subject=shortened(question.text, LONGEST_SUBJECT),
        text=_transcript(turn, question),
        product=products[0] if len(products) == 1 else "",
        category=(article.category or "") if article else "",
        question_id=question.id,
    )
    turn.session.add(draft)
    return [Open(forms.ticket(draft, turn.policy.products))]


def _offered(turn: Turn, product: str) -> bool:
    return len(product) <= LONGEST_PRODUCT and (not turn.policy.products or product in turn.policy.products)


def _transcript(turn: Turn, question: Question) -> str:
    """What the person may change before it is sent. Of others' questions in the same channel there is nothing in it."""
    shown = turn.pressed.plain() if turn.pressed else question.shown
    parts = [f"Question: {shortened(question.text, QUESTION)}", f"What I was shown: {shortened(shown, SHOWN)}"]
    earlier = [
        _line(asked)
        for asked in reversed(questions.recent(turn.look, turn.who.contact_id, BEFORE))
        if asked.conversation == question.conversation and (asked.id or 0) < (question.id or 0)
    ]
    room = MAX_TEXT - sum(len(part) + 2 for part in parts) - len("Asked before:\n")
    while earlier and sum(len(line) + 1 for line in earlier) > room:
        earlier.pop(0)
    if earlier:
        parts.append("\n".join(("Asked before:", *earlier)))
    return "\n\n".join(parts)[:MAX_TEXT]


def _line(asked: Question) -> str:
    said = f"{SAID.get(asked.outcome, asked.outcome)}: {shortened(asked.shown or 'nothing', 120)}"
    return f"- {shortened(asked.text, 200)} ({said})"
