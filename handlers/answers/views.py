"""Answer, clarification, abstention; what follows a vote; what a person of the vendor gets to see."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from handlers.answers.models import Reason
from handlers.cite import content, provenance, shortened, source, warning
from handlers.questions.models import Question
from handlers.turn import Person
from handlers.ui import Banner, Button, Buttons, Card, Element, Facts, Form, Input, Item, Text
from knowledge.models import Article, Passage

FOR_YOU_ALONE = "Only you can see this: not every partner may see what it is about."
REASONS = {
    Reason.wrong: "It is wrong",
    Reason.outdated: "It is outdated",
    Reason.incomplete: "Something is missing",
    Reason.off_topic: "Not what I asked",
}
PIECES = 4
WHAT_WAS_IT = Text(text="Sorry about that. What was it?")
THANK_YOU = Card(body=(Text(text="Thank you for telling me."),))

Rewrite: TypeAlias = Callable[[Card], Card]


def answer(
    token: str,
    article: Article,
    passage: Passage | None,
    related: Sequence[Article],
    today: date,
    for_you_alone: bool,
    about_deals: bool = False,
) -> Card:
    more = (deal_button(),) if about_deals else ()
    body: list[Element] = [*_private(for_you_alone), *warning(article, today)]
    pieces = content(passage.text) if passage else ()
    body.extend(pieces[:PIECES])
    if not pieces:
        body.append(Text(text="There is an article on this, but it has no text of its own yet."))
    if len(pieces) > PIECES:
        body.append(Banner(text="This is only the beginning of a long section. Read the article for all of it."))
    body.append(source(article, passage.section if passage else ""))
    body.append(provenance(article))
    if related:
        titles = " · ".join(shortened(other.title, 120) for other in related)
        body.append(Text(text=f"Related: {titles}", style="subtle"))
    body.append(
        Buttons(
            buttons=(
                Button(label="Helpful", action="answers.helpful", value=token),
                Button(label="Not helpful", action="answers.unhelpful", value=token),
                person_button(token),
                ticket_button(token),
                Button(label="Read the article", action="library.read", value=f"{article.id}:0"),
                *more,
            )
        )
    )
    return Card(title=shortened(article.title, 150), body=tuple(body))


def clarify(token: str, offered: Sequence[Article], for_you_alone: bool) -> Card:
    choices = tuple(
        Button(
            label=shortened(article.title),
            action="answers.pick",
            value=f"{token}:{article.id}",
            style="primary" if position == 0 else "default",
        )
        for position, article in enumerate(offered)
    )
    long_titles = [
        Text(text=f"{number}. {shortened(article.title, 300)}")
        for number, article in enumerate(offered, start=1)
        if len(article.title) > len(shortened(article.title))
    ]
    return Card(
        title="Did you mean one of these?",
        body=(
            *_private(for_you_alone),
            *long_titles,
            Buttons(buttons=choices),
            Buttons(buttons=(person_button(token, "None of these: ask a person"), ticket_button(token))),
        ),
    )


def abstain(token: str, nearest: Sequence[Article], note: str = "") -> Card:
    body: list[Element] = [
        Text(
            text=note
            or "Nothing in the documentation answers this well enough to rely on. "
            "I keep the question, so that it can be added."
        )
    ]
    if nearest:
        body.append(Text(text="The nearest articles:", style="subtle"))
    body.extend(
        Item(
            text=shortened(article.title, 300),
            button=Button(label="Read", action="library.read", value=f"{article.id}:0"),
        )
        for article in nearest
    )
    body.append(Buttons(buttons=(person_button(token, style="primary"), ticket_button(token))))
    return Card(title="I don't know.", body=tuple(body))


def person_button(token: str, label: str = "Ask a person", style: str = "default") -> Button:
    return Button.model_validate({"label": label, "action": "answers.person", "value": token, "style": style})


def ticket_button(token: str) -> Button:
    return Button(label="Open a ticket", action="tickets.from_answer", value=token, opens_form=True)


def deal_button() -> Button:
    return Button(label="Register a deal", action="deals.form", opens_form=True)


def _private(yes: bool) -> tuple[Element, ...]:
    return (Text(text=FOR_YOU_ALONE, style="subtle"),) if yes else ()


def thanked(card: Card) -> Card:
    return card.without("answers.helpful", "answers.unhelpful").and_then(
        Text(text="✓ Thank you: marked as helpful.", style="subtle")
    )


def asked_why(card: Card, token: str) -> Card:
    asked = card.without("answers.helpful", "answers.unhelpful", "answers.person", "library.read")
    return asked.without("tickets.from_answer", "deals.form").and_then(
        WHAT_WAS_IT,
        Buttons(
            buttons=(
                *(
                    Button(label=label, action="answers.reason", value=f"{token}:{reason}")
                    for reason, label in REASONS.items()
                ),
                person_button(token),
                ticket_button(token),
            )
        ),
    )


def noted(card: Card, token: str, reason: Reason) -> Card:
    asked = card.without("answers.reason", "answers.person", "tickets.from_answer")
    body = tuple(element for element in asked.body if element != WHAT_WAS_IT)
    return Card(title=card.title, body=body).and_then(
        Text(text=f"✓ Noted: {REASONS[reason].lower()}. The article's owner will see it.", style="subtle"),
        Buttons(
            buttons=(
                Button(label="Say more", action="answers.comment", value=token, opens_form=True),
                person_button(token),
                ticket_button(token),
            )
        ),
    )


def comment_form(token: str) -> Form:
    return Form(
        name="answers.comment",
        title="What was wrong?",
        submit="Send",
        context=token,
        inputs=(
            Input(
                name="comment",
                label="Your comment",
                kind="paragraph",
                help="What should it say? The owner of the article reads this.",
                max_length=2_000,
            ),
        ),
    )


def commented(card: Card) -> Card:
    return card.without("answers.comment").and_then(Text(text="✓ Your comment was kept. Thank you.", style="subtle"))


def passed_on(card: Card) -> Card:
    return card.without("answers.person").and_then(Text(text="✓ Passed to a person.", style="subtle"))


def told(reaches_somebody: bool) -> Card:
    if reaches_somebody:
        return Card(
            body=(
                Banner(
                    tone="success",
                    text=(
                        "I passed your question to the partner team, with your name and what I showed you. "
                        "They will get back to you."
                    ),
                ),
            )
        )
    return Card(
        body=(
            Banner(
                text=(
                    "I kept your question for the partner team. They have no support channel here yet, so if it is "
                    "urgent, write to your channel manager as well."
                )
            ),
        )
    )


def for_the_team(who: Person, question: Question, article: Article | None) -> Card:
    shown = {"answer": "Answered with", "clarify": "Asked which was meant", "abstain": "Did not know"}
    said = shown.get(question.outcome, question.outcome) + (
        f": {shortened(question.shown, 300)}" if question.shown else ""
    )
    kind = " ".join(part for part in (who.reader.tier, who.reader.region, who.reader.type) if part)
    rows = [
        ("Asked by", f"{who.name}, {who.email}"),
        ("Partner", f"{who.partner} ({kind})" if who.partner else "our own team"),
        ("What I showed", said),
    ]
    if article and article.owner:
        rows.append(("Owner of the article", article.owner))
    return Card(
        title="A partner asks for a person", body=(Text(text=shortened(question.text, 2_500)), Facts(rows=tuple(rows)))
    )


def recent(questions: Sequence[Question]) -> tuple[Element, ...]:
    if not questions:
        return ()
    return (
        Text(text="Your recent questions", style="strong"),
        *(Text(text=f"• {shortened(question.text, 200)}") for question in questions),
    )
