"""What somebody reads whom the assistant does not know, and what those read who decide."""

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.access.models import AGAIN_AFTER, AccessRequest, RequestState
from handlers.cite import day, shortened
from handlers.partners.models import Contact, Partner, Role
from handlers.ui import Banner, Button, Buttons, Card, Facts, Form, Input, Option, Text

COMPANY, NAME, EMAIL, WHY, REASON = 100, 100, 254, 1_000, 1_000
"""The most characters of each answer."""

ROLES = {Role.partner_user: "Partner user", Role.partner_admin: "Partner admin"}


def moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


# For the one who asks


def refusal() -> Card:
    """Kind, and without a word about what there would be to see."""
    return Card(
        title="I don't know you yet",
        body=(
            Text(text="I'm the assistant of a partner programme, and I can only talk to its registered partners."),
            Text(
                text="Press Request access, and a person will decide. Or ask your channel manager, or your company's "
                "partner administrator, to register the e-mail address of your profile here. It must be confirmed."
            ),
            Text(text="Do you have an invite code? Just type it to me in a direct message.", style="subtle"),
            Buttons(
                buttons=(Button(label="Request access", action="access.request", style="primary", opens_form=True),)
            ),
        ),
    )


def request_form(email: str) -> Form:
    return Form(
        name="access.request",
        title="Request access",
        inputs=(
            Input(name="company", label="Company", max_length=COMPANY),
            Input(name="name", label="Name", max_length=NAME, help="Your own name, as colleagues know you."),
            Input(name="email", label="Work e-mail", max_length=EMAIL, value=email[:EMAIL]),
            Input(
                name="why",
                label="Why",
                kind="paragraph",
                max_length=WHY,
                help="What do you want to do here, and who at our side knows you?",
            ),
        ),
    )


def asked(*, passed_on: bool) -> Card:
    if passed_on:
        said = "I've passed it on to the people who decide. I'll tell you here as soon as they have."
    else:
        said = (
            "I've kept it, but I have no way to pass it on by myself. Please tell your channel manager, or your "
            "company's partner administrator, that you are waiting."
        )
    return Card(title="Thank you for your request", body=(Text(text=said),))


ELSEWHERE = Card(body=(Text(text="Thank you, your request is noted. I'll answer you in our direct messages."),))


def waiting(request: AccessRequest, *, passed_on: bool) -> Card:
    said = f"Your request of {moment(request.asked_at)} is waiting for a decision. You need not ask again."
    if not passed_on:
        said += " If it takes long, tell your channel manager, or your company's partner administrator."
    return Card(title="Your request is waiting", body=(Text(text=said),))


def too_early(request: AccessRequest) -> str:
    again = (request.decided_at or request.asked_at) + AGAIN_AFTER
    return (
        f"Your last request was declined. You can ask again from {moment(again)} on. Until then, your channel manager "
        "can help you."
    )


def declined(request: AccessRequest) -> Card:
    return Card(
        title="About your request for access",
        body=(
            Text(text="Thank you for asking. The people who decide could not let you in this time."),
            *((Text(text=f"They wrote: {request.reason}"),) if request.reason else ()),
            Text(text="If you think that this is a mistake, talk to your channel manager. You can ask again tomorrow."),
        ),
    )


def welcome(name: str, partner: str) -> Card:
    return Card(
        title=shortened(f"Welcome, {name}", 150),
        body=(
            Text(text=f"You're in, as a contact of {partner}." if partner else "You're in."),
            Text(text="Ask me in your own words, as you would ask a colleague. Write “help” to see what I can do."),
        ),
    )


NO_SUCH_CODE = Card(
    title="This code does not work",
    body=(
        Text(
            text="Compare it letter by letter with the one you were given. A code works once, and for seven days. "
            "After five that do not work, I take none for an hour. Whoever invited you can give you a new one."
        ),
    ),
)
"""The same for a code that is wrong, used, expired or void, and for any while none is taken."""

NOT_HERE = Card(
    title="Please not here",
    body=(
        Text(
            text="Others can read along, so whatever invite code you wrote here works no more. Ask for a new one where "
            "you got it, and type that to me in a direct message."
        ),
    ),
)


def leaked(contact: Contact) -> Card:
    """For those who make codes."""
    text = (
        f"The invite code of {contact.name} was written in a channel, where others can read it, so I made it void. "
        f"Somebody can make a new one with: portal invite {contact.email}"
    )
    return Card(body=(Banner(tone="warning", text=text),))


KNOWN = Card(
    body=(
        Text(
            text="I know you already, so you don't need an invite code. If it is for somebody else, let them type it "
            "to me in a direct message."
        ),
    ),
)

ALREADY_IN = Card(body=(Text(text="You're in already. Just ask me what you want to know."),))


def said(sentence: str) -> Card:
    return Card(body=(Text(text=sentence),))


# For those who decide


def for_managers(request: AccessRequest, holder: str) -> Card:
    buttons = (
        Button(label="Approve", action="access.approve", value=request.token, style="primary", opens_form=True),
        Button(label="Decline", action="access.decline", value=request.token, style="danger"),
        Button(label="Decline with a reason", action="access.reason", value=request.token, opens_form=True),
    )
    warned = (Banner(tone="warning", text=holder),) if holder else ()
    return Card(title="Request for access", body=(*_asked_what(request), *warned, Buttons(buttons=buttons)))


def decided(request: AccessRequest, by: Contact | None, contact: Contact | None, partner: Partner | None) -> Card:
    """The managers' card when there is nothing left to decide."""
    tone, said = _decision(request, by, contact, partner)
    return Card.model_validate(
        {"title": "Request for access", "body": (*_asked_what(request), {"kind": "banner", "tone": tone, "text": said})}
    )


def _decision(
    request: AccessRequest, by: Contact | None, contact: Contact | None, partner: Partner | None
) -> tuple[str, str]:
    at, who = moment(request.decided_at or request.asked_at), by.name if by else "Somebody"
    if request.state == RequestState.declined:
        return "info", f"{who} declined on {at}." + (f" Reason: {request.reason}" if request.reason else "")
    let_in = f"{contact.email}, {ROLES.get(Role(contact.role), 'the vendor')}" if contact else "a contact"
    let_in += f" at {partner.name}" if partner else ""
    if request.state == RequestState.settled:
        return "info", f"Came in by an invite code on {at}, as {let_in}. There is nothing left to decide."
    return "success", f"{who} approved on {at}: {let_in}."


def _asked_what(request: AccessRequest) -> tuple[Facts, Text]:
    vouched = "confirmed by the platform" if request.vouched else "not confirmed by anybody"
    rows = (
        ("Company", request.company),
        ("Name", request.name),
        ("E-mail", f"{request.email} ({vouched})"),
        ("Chat user", f"{request.user} ({request.platform})"),
        ("Asked on", moment(request.asked_at)),
    )
    return Facts(rows=rows), Text(text=f"Why: {request.why}")


def taken(by: Contact | None, request: AccessRequest) -> str:
    what = {RequestState.approved: "approved", RequestState.declined: "declined"}.get(RequestState(request.state))
    at = moment(request.decided_at or request.asked_at)
    done = f"{by.name} {what} this request" if what and by else "This request was settled"
    return f"{done} on {at}. Nothing was changed."


def approve_form(request: AccessRequest, listed: Sequence[Partner], likely: Partner | None, holder: str) -> Form:
    """``listed``: the partners to choose from; none if there are too many, and then the name is typed."""
    return Form(
        name="access.approve",
        title="Approve access",
        submit="Approve",
        note="\n".join(part for part in (_who(request), holder) if part),
        inputs=(_partner(listed, likely), _role()),
        context=request.token,
    )


def _who(request: AccessRequest) -> str:
    vouched = "The platform confirms this address." if request.vouched else "Nobody has confirmed this address."
    return f"{request.name} <{request.email}>, {request.company}. {vouched}"


def _partner(listed: Sequence[Partner], likely: Partner | None) -> Input:
    if not listed:
        return Input(
            name="partner",
            label="Partner",
            max_length=200,
            value=likely.name if likely else "",
            help="The partner's name, written as in your list of partners.",
        )
    options = tuple(Option(value=chosen(partner), label=shortened(partner.name)) for partner in listed)
    return Input(
        name="partner", label="Partner", kind="choice", options=options, value=chosen(likely) if likely else ""
    )


def chosen(partner: Partner) -> str:
    """A partner as an option: unlike a number alone, nobody's name."""
    return f"id:{partner.id}"


def _role() -> Input:
    return Input(
        name="role",
        label="Role",
        kind="choice",
        options=tuple(Option(value=str(role), label=label) for role, label in ROLES.items()),
        value=str(Role.partner_user),
        help="A partner admin also sees what colleagues at the same partner have registered.",
    )


def decline_form(request: AccessRequest) -> Form:
    return Form(
        name="access.decline",
        title="Decline access",
        submit="Decline",
        note=_who(request),
        inputs=(
            Input(
                name="reason",
                label="Reason",
                kind="paragraph",
                max_length=REASON,
                help="The person who asked reads it.",
            ),
        ),
        context=request.token,
    )
