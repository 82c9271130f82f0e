"""Who is let in: somebody who is no contact asks for access, or types an invite code; managers decide."""

from handlers.access.dialog import codes, deciding, requesting
from handlers.feature import Feature, Guests, Submission

feature = Feature(
    name="access",
    hears=codes.heard,
    overhears=codes.overheard,
    threads={"access": deciding.among_themselves},
    actions={
        "access.request": requesting.known_already,
        "access.approve": deciding.choose,
        "access.decline": deciding.decline,
        "access.reason": deciding.ask_reason,
    },
    forms={
        "access.request": Submission(requesting.Anything, requesting.known_already),
        "access.approve": Submission(deciding.Approval, deciding.approve),
        "access.decline": Submission(deciding.Reason, deciding.decline_with),
    },
    guests=Guests(
        hears=codes.guest_says,
        actions={"access.request": requesting.offer},
        forms={"access.request": requesting.submit},
    ),
)
