"""Questions: an answer with its source, a choice between a few, or a plain "I don't know" and a way to a person."""

from handlers.answers.dialog import asking, feedback, person
from handlers.feature import Feature, Submission

feature = Feature(
    name="answers",
    hears=lambda _: asking.ask,
    actions={
        "answers.pick": asking.pick,
        "answers.helpful": feedback.helpful,
        "answers.unhelpful": feedback.unhelpful,
        "answers.reason": feedback.reason,
        "answers.comment": feedback.offer_comment,
        "answers.person": person.ask_a_person,
    },
    forms={"answers.comment": Submission(feedback.Comment, feedback.comment)},
    home=asking.home,
)
