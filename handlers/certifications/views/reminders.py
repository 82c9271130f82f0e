"""What somebody reads before and after a certificate ends, and what can be done about it there."""

from collections.abc import Sequence
from datetime import date

from handlers.certifications.models import Held
from handlers.certifications.views.tables import table
from handlers.certifications.views.wording import ends, in_days, left, named, number
from handlers.cite import day, shortened
from handlers.ui import Banner, Button, Buttons, Card, Element, Facts, Form, Input, Option, Text

SHOWN = 8  # certificates of one message; the list has the others
CHOICES = 50


def reminder(held: Sequence[Held], today: date) -> Card:
    body: list[Element] = []
    for one in held[:SHOWN]:
        body.extend(_about(one, today))
    if len(held) > SHOWN:
        body.append(Text(text=f"And {len(held) - SHOWN} more: “my certifications” lists them.", style="subtle"))
    value = f"{held[0].certificate.contact_id}:{today}"
    return Card(title=_title(held, today), body=(*body, Buttons(buttons=_buttons(value, several=len(held) > 1))))


def _title(held: Sequence[Held], today: date) -> str:
    days = [one.certificate.days_left(today) for one in held]
    if len(held) == 1:
        return f"Your certificate {'lapsed' if days[0] < 0 else 'expires'} {in_days(days[0])}"
    if max(days) < 0:
        return f"{number(len(held))} of yours have lapsed"
    return f"{number(len(held))} of yours expire soon" if min(days) >= 0 else f"{number(len(held))} of yours to renew"


def _about(held: Held, today: date) -> tuple[Element, ...]:
    rows = [("Valid", ends(held.certificate, today))]
    if held.programme.course:
        rows.append(("What to do", shortened(held.programme.course, 200)))
    if stake := held.stake(today):
        rows.append(("What hangs on it", stake))
    link = (Text(text=f"Renew {named(held.programme.name)}", url=held.renewal_url),) if held.renewal_url else ()
    ask = () if link or held.programme.course else (Text(text="Ask me how it is renewed.", style="subtle"),)
    return (Text(text=named(held.programme.name), style="strong"), Facts(rows=tuple(rows)), *link, *ask)


def _buttons(value: str, *, several: bool) -> tuple[Button, ...]:
    if several:
        renewed = Button(label="I've renewed…", action="certifications.which_renewed", value=value, opens_form=True)
        not_mine = Button(label="Not mine…", action="certifications.which_not_mine", value=value, opens_form=True)
    else:
        renewed = Button(label="I've renewed", action="certifications.renewed", value=value)
        not_mine = Button(label="Not mine", action="certifications.not_mine", value=value)
    return (
        renewed,
        Button(label="Remind me tomorrow", action="certifications.tomorrow", value=value),
        Button(label="In a week", action="certifications.week", value=value),
        Button(label="On a date…", action="certifications.until", value=value, opens_form=True),
        not_mine,
        Button(label="My certifications", action="certifications.mine", value="0"),
    )


def snooze_form(value: str, first: date) -> Form:
    on = Input(name="day", label="Remind me on", kind="date", value=first.isoformat(), help="You hear nothing before.")
    return Form(name="certifications.until", title="Remind me later", submit="Save", context=value, inputs=(on,))


def renewed_form(value: str, held: Sequence[Held]) -> Form:
    note = "I stay quiet about them until the next import confirms it."
    return Form(
        name="certifications.renewed",
        title="I've renewed",
        submit="Save",
        context=value,
        inputs=(_which(held, "Which have you renewed?"),),
        note=note,
    )


def not_mine_form(value: str, held: Sequence[Held]) -> Form:
    note = "I stay quiet about them, and tell those who keep the records."
    return Form(
        name="certifications.not_mine",
        title="Not mine",
        submit="Save",
        context=value,
        inputs=(_which(held, "Which are not yours?"),),
        note=note,
    )


def _which(held: Sequence[Held], label: str) -> Input:
    options = tuple(
        Option(
            value=str(one.certificate.id), label=shortened(f"{one.programme.name} ({day(one.certificate.expires_on)})")
        )
        for one in held[:CHOICES]
    )
    return Input(name="which", label=label, kind="choices", options=options)


def snoozed(until: date, held: Sequence[Held]) -> str:
    """``until``: the day on which it comes."""
    last = min(one.certificate.expires_on for one in held)
    late = f" By then it has lapsed: it ends on {day(last)}." if until > last else ""
    return f"I remind you on {day(until)}, and not before.{late}"


def renewed(held: Sequence[Held]) -> str:
    return f"Well done. I stay quiet about {_names(held)} until the next import confirms it."


def not_mine(held: Sequence[Held]) -> str:
    return f"I have told those who keep the records, and I stay quiet about {_names(held)}."


def none_named(name: str, held: Sequence[Held]) -> str:
    return f"None of them is called “{shortened(name, 80)}”. What I reminded you of is {_names(held)}."


def _names(held: Sequence[Held]) -> str:
    names = [named(one.programme.name) for one in held[:3]]
    more = f" and {len(held) - 3} more" if len(held) > 3 else ""
    return ", ".join(names) + more


def done(card: Card | None, said: str) -> Card:
    """The reminder as it was, and what has come of it; without one, that alone."""
    if card is None:
        return Card(body=(Banner(text=said, tone="success"),))
    body = tuple(element for element in card.body if not isinstance(element, Banner))
    buttons, before = body[-1:], body[:-1]
    return Card(title=card.title, body=(*before, Banner(text=said, tone="success"), *buttons))


def reported(held: Held) -> Card:
    """To those who can put it right."""
    certificate, contact = held.certificate, held.contact
    rows = [("Certification", named(held.programme.name)), ("Recorded for", f"{contact.name}, {contact.email}")]
    if held.partner:
        rows.append(("Partner", shortened(held.partner.name, 200)))
    rows.append(("Valid", f"{day(certificate.issued_on)} to {day(certificate.expires_on)}"))
    if certificate.external_id:
        rows.append(("Its id", shortened(certificate.external_id, 200)))
    said = "They say that this certificate is not theirs. They are not reminded of it until an import changes it."
    return Card(title="A certificate of somebody else", body=(Facts(rows=tuple(rows)), Text(text=said)))


def copy(held: Sequence[Held], total: int, today: date) -> Card:
    """To the admins of a partner. ``held``: those that are shown of ``total``."""
    rows = [(one.contact.name, one.programme.name, left(one.certificate.days_left(today))) for one in held]
    body: list[Element] = [table(("Who", "Certification", "Validity"), rows)]
    stakes = dict.fromkeys(f"{named(one.programme.name)}: {stake}" for one in held if (stake := one.stake(today)))
    body.extend(Text(text=text) for text in stakes)
    if total > len(held):
        body.append(Text(text=f"And {total - len(held):,} more.", style="subtle"))
    body.append(Text(text="They have been reminded as well.", style="subtle"))
    button = Button(label="My team's certifications", action="certifications.team", value="0")
    title = f"{number(total)} of your team to renew"
    return Card(title=title, body=(*body, Buttons(buttons=(button,))))
