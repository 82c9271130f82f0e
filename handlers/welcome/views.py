"""The short cards of politeness, and the top of the Home."""

from handlers.ui import Banner, Card, Element, Text

EXAMPLES = (
    "Ask in your own words, as you would ask a colleague: “What discount do Gold partners get?”",
    "Follow up without repeating yourself: “and for resellers?”",
    "When I don't know, I say so, and you can pass the question to a person with one press.",
)

HELP = Card(
    title="What I can do",
    body=(
        Text(text="I answer questions about the partner programme from its documentation, and name the source."),
        *(Text(text=f"• {line}") for line in EXAMPLES),
        Text(
            text="In a channel, mention me; in a thread I am part of, just write. /portal QUESTION is answered to "
            "you alone. My Home lists the documentation by what you want to get done.",
            style="subtle",
        ),
    ),
)

THANKS = Card(body=(Text(text="You're welcome. Ask whenever something comes up."),))

NO_WORDS = Card(
    body=(Text(text="I can only read words. Ask me a question about the partner programme, or write “help”."),)
)


def greeting(name: str) -> Card:
    return Card(
        body=(
            Text(text=f"Hello {name}! What would you like to know about the partner programme?"),
            Text(text="For example: “How do I register a deal?” Write “help” to see what I can do.", style="subtle"),
        )
    )


def home(name: str, partner: str) -> tuple[Element, ...]:
    return (
        Text(text=f"Welcome, {name}" + (f" of {partner}" if partner else ""), style="strong"),
        Text(
            text="Ask me anything about the partner programme: in Messages, by mentioning me in a channel, or with "
            "/portal QUESTION for an answer that only you see. I name my source, and I say so when I don't know."
        ),
        Banner(text="Choose what you want to get done, or just ask."),
    )
