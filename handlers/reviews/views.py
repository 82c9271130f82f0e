"""The articles that wait for a review, one after the other, and what can be done with each."""

from collections.abc import Sequence
from datetime import date

from handlers.cite import day, shortened, source
from handlers.reviews.models import Waiting
from handlers.ui import MAX_TEXT, Banner, Button, Buttons, Card, Element, Form, Input, Text
from knowledge.models import Article

UNSEEN = "Nobody was shown it in the last 180 days. If it is not needed any more, archive it."
NOTHING = "No article of yours is past its review date."
SOON = "It is read with its new text at once, and found by it within a minute."


def ask(waiting: Sequence[Waiting], today: date, said: str = "", extra: Sequence[Button] = ()) -> Card:
    """``said``: what has become of the one before; ``extra``: what can still be done about that one."""
    before: tuple[Element, ...] = (Banner(text=said, tone="success"),) if said else ()
    undo: tuple[Element, ...] = (Buttons(buttons=tuple(extra)),) if extra else ()
    if not waiting:
        return Card(title="Reviews", body=(*before, *undo, Text(text=NOTHING)))
    (article, unseen), rest = waiting[0], len(waiting) - 1
    more = Text(text=f"{rest} more wait{'s' if rest == 1 else ''} behind it.", style="subtle")
    return Card(
        title="Still right?",
        body=(
            *before,
            *undo,
            source(article),
            Text(text=_since(article, today)),
            *((Text(text=UNSEEN),) if unseen else ()),
            _words(article),
            Buttons(buttons=_buttons(article, rest)),
            *((more,) if rest else ()),
        ),
    )


def _since(article: Article, today: date) -> str:
    if article.verified_on is None or article.review_due is None or article.stale_from is None:
        return "It was never verified."
    verified, due = f"Last verified on {day(article.verified_on)}.", day(article.review_due)
    if not article.overdue(today):
        return f"{verified} Its review is due on {due}."
    late = (today - article.review_due).days
    stale = "It is stale." if article.stale(today) else f"It is stale from {day(article.stale_from)} on."
    return f"{verified} Its review was due on {due}, {late} day{'' if late == 1 else 's'} ago. {stale}"


def _words(article: Article) -> Text:
    text = f"It is article {article.id}: “verify article {article.id}” and the like do what the buttons do."
    return Text(text=text, style="subtle")


def _buttons(article: Article, rest: int) -> tuple[Button, ...]:
    value = str(article.id)
    buttons = (
        Button(label="Verify", action="reviews.verify", value=value, style="primary"),
        Button(label="Edit", action="reviews.edit", value=value, opens_form=article.ours),
        Button(label="Archive", action="reviews.archive", value=value, style="danger"),
    )
    return (*buttons, Button(label="Next", action="reviews.later", value=value)) if rest else buttons


def restore_button(article_id: int) -> Button:
    return Button(label="Undo: restore it", action="reviews.restore", value=str(article_id))


def edit_button(article: Article) -> Card:
    """Words cannot open a dialog: this card's button does."""
    button = Button(label="Edit", action="reviews.edit", value=str(article.id), opens_form=True)
    return Card(body=(source(article), Buttons(buttons=(button,))))


def form(article: Article) -> Form:
    return Form(
        name="reviews.text",
        title="Edit the article",
        submit="Save",
        context=str(article.id),
        note="Saving it counts as verifying it.",
        inputs=(
            Input(name="title", label="Title", value=article.title, max_length=150),
            Input(name="text", label="Text", kind="paragraph", value=article.body, max_length=MAX_TEXT),
        ),
    )


def elsewhere(article: Article) -> str:
    """Where an article is changed that was not written here."""
    where = article.source_url or f"{article.source}, {article.key}"
    return (
        f"“{shortened(article.title, 150)}” comes from {shortened(where, 500)}. Change it there, and the next import "
        "brings it; a new verified_on there is a review as well."
    )


def verified(article: Article) -> str:
    assert article.review_due is not None
    title = shortened(article.title, 150)
    return f"Verified: “{title}”. I ask again after {day(article.review_due)}."


def archived(article: Article) -> str:
    return f"Archived: “{shortened(article.title, 150)}”. Nobody is shown it any more."


def restored(article: Article) -> str:
    return f"Restored: “{shortened(article.title, 150)}”. It is found again within a minute."


def saved(article: Article) -> str:
    return f"Saved and verified: “{shortened(article.title, 150)}”. {SOON}"
