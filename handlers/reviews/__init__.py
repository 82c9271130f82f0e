"""Articles stay right: whoever owns one is asked in time whether it still is."""

from handlers.feature import Command, Feature, Submission
from handlers.reviews import dialog, schedules

feature = Feature(
    name="reviews",
    hears=dialog.hears,
    commands={"reviews": Command(dialog.queue, "See which articles wait for your review")},
    actions={
        "reviews.verify": dialog.verify,
        "reviews.edit": dialog.edit,
        "reviews.archive": dialog.archive,
        "reviews.restore": dialog.restore,
        "reviews.later": dialog.later,
    },
    undo=frozenset(("reviews.restore",)),
    forms={"reviews.text": Submission(dialog.Entry, dialog.save)},
    schedules={"due": schedules.due},
)
