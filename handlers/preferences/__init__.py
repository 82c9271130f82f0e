"""Where somebody wants to be told things, if they are on more than one platform."""

from handlers.feature import Command, Feature
from handlers.preferences import dialog

feature = Feature(
    name="preferences",
    hears=dialog.hears,
    commands={"notices": Command(dialog.ask, "Choose where I tell you things", "teams")},
    actions={"preferences.notify": dialog.choose},
)
