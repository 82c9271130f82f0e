"""What the assistant offers, in the words that every platform's own lists of it use."""

from handlers import router

LONG = (
    "Answers questions about the partner programme from its documentation: with the passage that answers, its source, "
    "its owner and when it was last verified. When it does not know, it says so and passes the question to a person. "
)
PROMPTS = (
    ("Register a deal", "How do I register a deal?"),
    ("Certificates", "How do I renew my certification?"),
    ("Discounts", "What discount do Gold partners get?"),
    ("What can you do?", "help"),
)
COMMANDS = tuple((name, command.does, command.hint) for name, command in router.commands() if name != "help")
"""Name, what it does, and an example of what may stand behind it; help is something that every platform has already."""

SHORTCUTS = (
    ("tickets.open", "Open a ticket", "Opens a support ticket with this message in it"),
    ("announcements.of_message", "Make it an announcement", "Begins an announcement with this message's text"),
)
"""Actions on a message: the handler's name, the label, what it does."""

VOTES = {"like": "answers.helpful", "dislike": "answers.unhelpful"}
"""Which button of an answer a platform's own thumbs under the message stand for."""
