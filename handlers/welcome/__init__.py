"""Greetings, thanks and help: what is not a question gets a short card, not a search."""

from handlers.feature import Feature
from handlers.welcome import dialog

feature = Feature(
    name="welcome",
    hears=dialog.hears,
    commands={"help": dialog.help_, "welcome": dialog.welcome},
    home=dialog.home,
)
