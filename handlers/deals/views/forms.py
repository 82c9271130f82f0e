"""Every dialog about deals."""

from collections.abc import Mapping, Sequence

from handlers.cite import shortened
from handlers.deals.models.states import LOST_BECAUSE, REASONS, STAGES
from handlers.deals.views.wording import date_field
from handlers.partners.models import Contact
from handlers.turn import Policy
from handlers.ui import MAX_OPTIONS, Form, Input, Option

LONGEST = {"customer": 200, "domain": 253, "country": 60, "contact_name": 200, "contact_email": 254, "product": 75}
LONGEST_VALUE = 60
LONGEST_NOTE = 2_000


def registration(values: Mapping[str, str], context: str, policy: Policy, note: str = "") -> Form:
    """``values``: what is known already, by the names of the inputs."""
    return Form(
        name="deals.register",
        title="Register a deal",
        submit="Register",
        context=context,
        note=note,
        inputs=(
            _line("customer", "Customer", values, hint="The company's full name."),
            _line("domain", "Domain", values, hint="The domain of their website, such as acme.com."),
            _line("country", "Country", values, required=False),
            _line("contact_name", "Contact name", values, hint="Who you talk to at the customer."),
            _line("contact_email", "Contact e-mail", values),
            _product(values, policy),
            _line(
                "value", "Value", values, hint="What the deal is worth in all, such as 50000.", longest=LONGEST_VALUE
            ),
            _currency(values, policy),
            Input(
                name="expected_close",
                label="Expected close",
                kind="date",
                value=date_field(values.get("expected_close", "")),
            ),
            _choice("stage", "Stage", STAGES, values.get("stage", "")),
            Input(
                name="note",
                label="Note",
                kind="paragraph",
                required=False,
                value=values.get("note", "")[:LONGEST_NOTE],
                max_length=LONGEST_NOTE,
                help="How you found the opportunity, and what else helps to decide.",
            ),
        ),
    )


def _line(
    name: str, label: str, values: Mapping[str, str], *, hint: str = "", required: bool = True, longest: int = 0
) -> Input:
    length = longest or LONGEST[name]
    value = values.get(name, "")[:length]
    return Input(name=name, label=label, help=hint, required=required, value=value, max_length=length)


def _choice(name: str, label: str, words: Sequence[str], chosen: str, *, required: bool = False) -> Input:
    options = tuple(Option(value=word, label=word) for word in words)
    value = chosen if chosen in words else ""
    return Input(name=name, label=label, kind="choice", required=required, value=value, options=options)


def _product(values: Mapping[str, str], policy: Policy) -> Input:
    if not policy.products:
        return _line("product", "Product", values, required=False)
    words = [shortened(product, 75) for product in policy.products[:MAX_OPTIONS]]
    return _choice("product", "Product", words, values.get("product", ""))


def _currency(values: Mapping[str, str], policy: Policy) -> Input:
    known = policy.currencies[:MAX_OPTIONS]
    chosen = values.get("currency", "")
    return _choice("currency", "Currency", known, chosen if chosen in known else known[0], required=True)


def rejection(code: str) -> Form:
    return Form(
        name="deals.rejection",
        title="Reject the deal",
        submit="Reject",
        context=code,
        inputs=(
            _named("reason", "Reason", REASONS),
            _paragraph("explanation", "Explanation", "The partner reads this.", required=False),
        ),
    )


def question(code: str) -> Form:
    return Form(
        name="deals.question",
        title="Ask for information",
        submit="Ask",
        context=code,
        inputs=(_paragraph("question", "Question", "The partner reads this and answers in chat."),),
    )


def duplication(code: str) -> Form:
    return Form(
        name="deals.duplication",
        title="Mark as duplicate",
        submit="Mark",
        context=code,
        inputs=(
            Input(
                name="original",
                label="Number of the other deal",
                help="Such as D-4XQ9. The partner reads it only if it is a deal of their own.",
                max_length=20,
            ),
        ),
    )


def reply(code: str, question: str) -> Form:
    return Form(
        name="deals.reply",
        title="Answer",
        submit="Send",
        context=code,
        note=question[:2_500],
        inputs=(_paragraph("answer", "Your answer", "The channel manager reads this and decides."),),
    )


def staging(code: str, stage: str) -> Form:
    return Form(
        name="deals.staging",
        title="Move stage",
        submit="Move",
        context=code,
        inputs=(_choice("stage", "Stage", STAGES, stage, required=True),),
    )


def noting(code: str) -> Form:
    return Form(
        name="deals.noting",
        title="Add note",
        submit="Add",
        context=code,
        inputs=(_paragraph("note", "Note", "Your colleagues on this deal and the channel managers read it."),),
    )


def sharing(code: str, colleagues: Sequence[Contact]) -> Form:
    """With a list to choose from, unless they are more than one holds."""
    people = {str(person.id): person.name for person in colleagues}
    address = Input(name="colleague", label="Colleague", help="Their e-mail address.")
    return Form(
        name="deals.sharing",
        title="Add collaborator",
        submit="Add",
        context=code,
        inputs=(_named("colleague", "Colleague", people) if len(people) <= MAX_OPTIONS else address,),
    )


def extension(code: str, days: int) -> Form:
    return Form(
        name="deals.extension",
        title="Ask for an extension",
        submit="Ask",
        context=code,
        note=f"A deal can be extended once, by {days} days. A channel manager decides.",
        inputs=(_paragraph("reason", "Why", "What has happened lately, and what is still to come."),),
    )


def withdrawal(code: str) -> Form:
    return Form(
        name="deals.withdrawal",
        title="Withdraw the deal",
        submit="Withdraw",
        context=code,
        note="The deal is closed and no longer protected. This cannot be undone.",
        inputs=(_paragraph("reason", "Reason", "", required=False),),
    )


def loss(code: str) -> Form:
    return Form(
        name="deals.loss",
        title="The deal is lost",
        submit="Save",
        context=code,
        inputs=(
            _named("reason", "Reason", LOST_BECAUSE),
            _paragraph("explanation", "What happened", "", required=False),
        ),
    )


def declining(code: str) -> Form:
    return Form(
        name="deals.declining",
        title="Decline the extension",
        submit="Decline",
        context=code,
        inputs=(_paragraph("explanation", "Explanation", "The partner reads this."),),
    )


def _named(name: str, label: str, words: Mapping[str, str]) -> Input:
    options = tuple(Option(value=value, label=shortened(word, 75)) for value, word in words.items())
    return Input(name=name, label=label, kind="choice", options=options)


def _paragraph(name: str, label: str, hint: str, *, required: bool = True) -> Input:
    return Input(name=name, label=label, kind="paragraph", help=hint, required=required, max_length=LONGEST_NOTE)
