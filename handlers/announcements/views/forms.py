"""What an announcement says, who gets it and when: two dialogs. And those that correct it, and decline it."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.announcements.models.announcement import KINDS, LONGEST_TITLE, When
from handlers.announcements.views.wording import ROLES, TYPES
from handlers.cite import shortened
from handlers.turn import Policy
from handlers.ui import MAX_OPTIONS, MAX_TEXT, Form, Input, Option

CUT = " […]"
LONGER = f"There is room for {MAX_TEXT:,} characters: what came behind […] is left out. "
LONGEST_REASON = 1_000
LONGEST = {"product": 75, "version": 40, "link": 1_000, "time": 20}
TIMES = {
    When.now: "As soon as I send it",
    When.at: "At a time, my own",
    When.local: "At a time, each person's own",
}
RECALLS = {"line": "A line says that it was recalled", "gone": "Remove them altogether"}


def fitted(message: str) -> str:
    """What has room in the dialog, which says so where that is not all."""
    return message if len(message) <= MAX_TEXT else message[: MAX_TEXT - len(CUT)] + CUT


def text(values: Mapping[str, str], context: str, policy: Policy) -> Form:
    """``values``: what is known already, by the names of the inputs."""
    kinds = tuple(Option(value=kind, label=label) for kind, label in KINDS.items())
    asked = Option(value="yes", label="Ask every reader to acknowledge it")
    longer = LONGER if values.get("message", "").endswith(CUT) else ""
    return Form(
        name="announcements.text",
        title="Write an announcement",
        submit="Next",
        context=context,
        note=longer + "First what it says; then who gets it and when. Nothing is sent before you have seen a preview.",
        inputs=(
            *_words(values),
            _chosen("kind", "Kind", kinds, values.get("kind", "news")),
            _product(values, policy),
            _line("version", "Version", values),
            _line("link", "Link", values, hint="Where there is more to read, such as https://…"),
            Input(
                name="acknowledge",
                label="Acknowledge",
                kind="choices",
                options=(asked,),
                required=False,
                value=values.get("acknowledge", ""),
            ),
            Input(
                name="expires",
                label="Expires",
                kind="date",
                required=False,
                value=values.get("expires", ""),
                help="The last day on which it may still go out, and on which it is news.",
            ),
        ),
    )


def correction(values: Mapping[str, str], code: str, *, asks: bool) -> Form:
    note = "Messages that were sent are changed in place; those that are not sent yet say this from the beginning."
    return Form(
        name="announcements.correction",
        title="Edit the announcement",
        submit="Change it",
        context=code,
        note=f"A second manager has to approve the change; until then all stays as it is. {note}" if asks else note,
        inputs=(*_words(values), _line("link", "Link", values)),
    )


def declined(context: str) -> Form:
    why = Input(name="reason", label="Why", kind="paragraph", max_length=LONGEST_REASON, help="Its author reads this.")
    return Form(name="announcements.declined", title="Decline", submit="Decline", context=context, inputs=(why,))


def recall(code: str) -> Form:
    return Form(
        name="announcements.recall",
        title="Recall the announcement",
        submit="Recall",
        context=code,
        note=f"What is not sent of {code} stays unsent. What becomes of the messages that were sent?",
        inputs=(_chosen("how", "Messages", _named(RECALLS), next(iter(RECALLS))),),
    )


def _words(values: Mapping[str, str]) -> tuple[Input, ...]:
    return (
        Input(name="title", label="Title", value=values.get("title", "")[:LONGEST_TITLE], max_length=LONGEST_TITLE),
        Input(
            name="message",
            label="Message",
            kind="formatted",
            value=values.get("message", "")[:MAX_TEXT],
            help="Bold, lists, links and code are kept. Nobody is called by name.",
        ),
    )


def audience(
    values: Mapping[str, str],
    context: str,
    choices: Mapping[str, Sequence[str]],
    partners: Sequence[str],
    submit: str = "Preview",
) -> Form:
    inputs = [
        _several("types", "Partner types", _named(TYPES), values),
        _several("tiers", "Tiers", _plain(choices["tiers"]), values),
        _several("regions", "Regions", _plain(choices["regions"]), values),
        _several("languages", "Languages", _plain(choices["languages"]), values),
        _several("roles", "Roles", _named(ROLES), values),
        _several("certified", "Certified in", _plain(choices.get("certifications", ())), values),
        _several("not_certified", "Not certified in", _plain(choices.get("certifications", ())), values),
        _partners(partners, values),
        Input(
            name="listed",
            label="List",
            kind="paragraph",
            required=False,
            value=values.get("listed", ""),
            help="Only these people: addresses, or a CSV file's text. Longer lists: portal announcements audience.",
        ),
        _chosen("timing", "When", _named(TIMES), values.get("timing", When.now)),
        Input(name="day", label="Day", kind="date", required=False, value=values.get("day", "")),
        _line("time", "Time", values, hint="Such as 9:00 or 2 pm, where it is not sent at once."),
    ]
    return Form(
        name="announcements.audience",
        title="Who gets it, and when",
        submit=submit,
        context=context,
        note="Every choice narrows the audience; without any it goes to all partners' people in your charge.",
        inputs=tuple(one for one in inputs if one is not None),
    )


def _partners(names: Sequence[str], values: Mapping[str, str]) -> Input | None:
    if len(names) <= MAX_OPTIONS and all(len(name) <= 75 for name in names):
        return _several("partners", "Partners", _plain(names), values)
    help_ = "The names of partners, each on a line of its own."
    value = values.get("partners", "")
    return Input(name="partners", label="Partners", kind="paragraph", required=False, value=value, help=help_)


def _named(labels: Mapping[Any, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in labels.items())


def _plain(values: Sequence[str]) -> tuple[Option, ...]:
    """What has room in a list of choices; all else can be reached by naming partners or addresses."""
    fits = [value for value in values if value.strip() and len(value) <= 75 and "\n" not in value]
    return tuple(Option(value=value, label=shortened(value)) for value in fits[:MAX_OPTIONS])


def _several(name: str, label: str, options: tuple[Option, ...], values: Mapping[str, str]) -> Input | None:
    """None where there is nothing to choose."""
    if not options:
        return None
    known = {option.value for option in options}
    value = "\n".join(one for one in values.get(name, "").split("\n") if one in known)
    return Input(name=name, label=label, kind="choices", options=options, required=False, value=value)


def _chosen(name: str, label: str, options: tuple[Option, ...], value: str) -> Input:
    return Input(name=name, label=label, kind="choice", options=options, value=value)


def _line(name: str, label: str, values: Mapping[str, str], hint: str = "") -> Input:
    longest = LONGEST[name]
    value = values.get(name, "")[:longest]
    return Input(name=name, label=label, required=False, value=value, help=hint, max_length=longest)


def _product(values: Mapping[str, str], policy: Policy) -> Input:
    if not policy.products:
        return _line("product", "Product", values)
    options = _plain([shortened(product) for product in policy.products])
    value = values.get("product", "")
    value = value if value in {option.value for option in options} else ""
    return Input(name="product", label="Product", kind="choice", options=options, required=False, value=value)
