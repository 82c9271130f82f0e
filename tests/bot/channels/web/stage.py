"""`portal`, with a small ability more: cases, which are opened in a dialog and talked about in threads.

It does in a few lines what the page must be able to show, so that the page's tests need no ability of the product's
own. Run as `python -m tests.bot.channels.web.stage web`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from secrets import token_hex
from typing import Any

from pydantic import BaseModel

from bot.cli import main
from handlers import router
from handlers.charts import Bar, bars
from handlers.errors import FormError
from handlers.feature import Feature, Handler, Kept, Submission
from handlers.turn import Follow, Open, Outcome, Replace, Say, Turn
from handlers.ui import Banner, Button, Buttons, Card, Element, Form, Input, Markdown, Option, Text

SIZES = tuple(Option(value=size.lower(), label=size) for size in ("Small", "Middle", "Large"))


class Entry(BaseModel):
    name: str
    due: date
    size: str
    worth: str
    story: str = ""


class Sure(BaseModel):
    name: str
    worth: str


def form(values: Mapping[str, str] | None = None) -> Form:
    given = {"size": "middle"} | dict(values or {})
    inputs = (
        Input(name="name", label="Name", help="As your customer writes it.", max_length=20),
        Input(name="due", label="Due", kind="date"),
        Input(name="size", label="Size", kind="choice", options=SIZES),
        Input(name="worth", label="Worth"),
        Input(name="story", label="Story", kind="paragraph", required=False),
    )
    filled = tuple(one.model_copy(update={"value": given.get(one.name, "")}) for one in inputs)
    return Form(name="stage.case", title="Open a case", submit="Open it", inputs=filled, note="Who reads this:\nus.")


class Several(BaseModel):
    sizes: str = ""
    words: str = ""


def several(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "stage"
    inputs = (
        Input(name="sizes", label="Sizes", kind="choices", options=SIZES, value="small"),
        Input(name="words", label="Words", kind="formatted", required=False),
    )
    return [Open(Form(name="stage.several", title="Several", inputs=inputs))]


def said(turn: Turn, context: str, entry: Several) -> Sequence[Outcome]:
    return [Say(Card(title=f"Sizes: {entry.sizes.split()}", body=(Markdown(text=entry.words),)))]


def begin(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "stage"
    return [Open(form({"name": words.strip()}))]


def enter(turn: Turn, context: str, entry: Entry) -> Sequence[Outcome]:
    turn.kind = "stage"
    if entry.due < turn.today:
        raise FormError(due="This day has passed. Choose a later one.")
    if entry.worth != "5k":
        return opened(turn, entry.name)
    inputs = (Input(name="worth", label="Worth", value="5000"), Input(name="name", label="Name", value=entry.name))
    return [Open(Form(name="stage.sure", title="Is this right?", submit="Yes", inputs=inputs, note="5k is 5000?"))]


def opened(turn: Turn, name: str) -> Sequence[Outcome]:
    token = token_hex(4)
    buttons = Buttons(buttons=(Button(label="Decide", action="stage.decide", value=f"desk:{token}"),))
    desk = Card(title=f"Desk: {name}", body=(Text(text=turn.who.name), buttons))
    case = Card(title=f"Case: {name}", body=(Text(text=f"{name} is with us. Write in the thread."),))
    return [Say(case, to="direct", subject=f"case:{token}"), Say(desk, to="managers", subject=f"desk:{token}")]


def sure(turn: Turn, context: str, entry: Sure) -> Sequence[Outcome]:
    return opened(turn, f"{entry.name} ({entry.worth})")


def kept(turn: Turn, context: str, values: Mapping[str, str]) -> Kept | None:
    turn.kind = "stage"
    if not values["name"] and values["size"] == "middle":
        return None
    again = Button(label="Go on", action="stage.again", value=values["name"], opens_form=True)
    card = Card(title="Not sent yet", body=(Text(text="It is kept."), Buttons(buttons=(again,))))
    return Kept("", [Say(card, to="asker")])


def decide(turn: Turn, value: str) -> Sequence[Outcome]:
    assert turn.pressed
    done = Card(title=turn.pressed.title, body=(Banner(text=f"Decided by {turn.who.name}", tone="success"),))
    token = value.partition(":")[2]
    return [Replace(done), Follow(f"case:{token}", Card(body=(Text(text="It is decided."),)))]


def of_the_case(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "stage"
    token = turn.subject.partition(":")[2]
    return [Follow(f"desk:{token}", Card(body=(Text(text=f"The partner writes: {words}"),)))]


def of_the_desk(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "stage"
    token, (marked, _, rest) = turn.subject.partition(":")[2], words.partition(":")
    if marked.lower() != "reply":
        return []
    return [Follow(f"case:{token}", Card(body=(Text(text=f"{turn.who.name} writes:{rest}"),)))]


def chart(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind = "stage"
    return [Say(Card(title="Fire brigades", body=(bars([Bar("Water", "half full", 0.5)], "Stock"),)))]


def hears(text: str) -> Handler | None:
    if text == "chart":
        return chart
    return (lambda turn, _: opened(turn, text[5:])) if text.startswith("case ") else None


def home(turn: Turn) -> Sequence[Element]:
    return (Buttons(buttons=(Button(label="Open a case", action="stage.begin", opens_form=True),)),)


def _actions() -> dict[str, Any]:
    return {"stage.begin": begin, "stage.again": begin, "stage.decide": decide}


feature = Feature(
    name="stage",
    hears=hears,
    threads={"case": of_the_case, "desk": of_the_desk},
    commands={"case": begin, "several": several},
    actions=_actions(),
    forms={
        "stage.case": Submission(Entry, enter, kept),
        "stage.sure": Submission(Sure, sure),
        "stage.several": Submission(Several, said),
    },
    home=home,
)

if __name__ == "__main__":
    without = {"home": lambda _: ()}  # a Home has room for six buttons, and the product's own use them all
    router.FEATURES = (feature, *(replace(one, **without) for one in router.FEATURES))
    main(prog_name="portal")
