"""The short cards of politeness, and the top of the Home."""

from handlers.ui import Banner, Card, Element, Text

ABILITIES = (
    "Ask in your own words, as you would ask a colleague: “What discount do Gold partners get?”, and follow up: “and "
    "for resellers?” I name my source, and when I don't know, I say so.",
    "Register a deal: “register a deal for Acme, 50k, closing in March”, or /deal. See yours: “my deals”, or /deals.",
    "Get help from a person: “open a ticket”, or /ticket, or the button under an answer. See yours: “my tickets”.",
    "See what was announced: “news”, “what's new in Vault since March”, or /news. “topics” shows what you can mute.",
    "See how long your certificates are valid: “my certifications”, or /certifications. I remind you in time.",
)

HELP = Card(
    title="What I can do",
    body=(
        *(Text(text=f"• {line}") for line in ABILITIES),
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
            text="Ask me anything about the partner programme, register a deal, or open a ticket: write to me, "
            "mention me in a channel, or use /portal for an answer that only you see."
        ),
        Banner(text="Choose what you want to get done, or just ask."),
    )
