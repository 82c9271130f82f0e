"""The documentation to walk through: by need, article by article."""

from handlers.feature import Feature
from handlers.library import dialog

feature = Feature(
    name="library",
    actions={"library.need": dialog.need, "library.needs": dialog.needs, "library.read": dialog.read},
    home=dialog.home,
)
