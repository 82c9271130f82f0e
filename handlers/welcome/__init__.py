"""Greetings, thanks and help: what is not a question gets a short card, not a search."""

from handlers.feature import Command, Feature
from handlers.welcome import dialog

feature = Feature(
    name="welcome",
    hears=dialog.hears,
    commands={"help": Command(dialog.help_, "See what I can do"), "welcome": dialog.welcome},
    home=dialog.home,
)
