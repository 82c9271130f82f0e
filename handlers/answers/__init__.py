"""Questions: an answer with its source, a choice between a few, or a plain "I don't know" and a way to a person."""

from handlers.answers import dialog
from handlers.feature import Feature, Submission

feature = Feature(
    name="answers",
    hears=lambda _: dialog.ask,
    commands={"portal": dialog.command},
    actions={
        "answers.pick": dialog.pick,
        "answers.helpful": dialog.helpful,
        "answers.unhelpful": dialog.unhelpful,
        "answers.reason": dialog.reason,
        "answers.comment": dialog.offer_comment,
        "answers.person": dialog.ask_a_person,
    },
    forms={"answers.comment": Submission(dialog.Comment, dialog.comment)},
    home=dialog.home,
)
