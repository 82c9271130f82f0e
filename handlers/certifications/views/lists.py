"""Certificates in lists: one's own, a team's, and those of many partners."""

from collections.abc import Sequence
from datetime import date

from handlers.certifications.models import COPIED_FROM, SOON, Held, Standing
from handlers.certifications.views.tables import table
from handlers.certifications.views.wording import SAID, ends, left, named
from handlers.charts import MOST_BARS, Bar, Tone, bars
from handlers.cite import day, shortened
from handlers.partners.models import Hush
from handlers.ui import Button, Buttons, Card, Element, Text

PAGE = MOST_BARS
ROWS = 15
ON_THE_HOME = 3
NONE = (
    "I know of no certificates of yours. They come from the learning system, usually some days after an exam; ask your "
    "channel manager if one is missing."
)


def own(held: Sequence[Held], page: int, today: date, others: Sequence[Button]) -> Card:
    """``others``: buttons to what else this person may see."""
    shown = held[page * PAGE : (page + 1) * PAGE]
    if not shown:
        return Card(title="Your certifications", body=(Text(text=NONE), *_buttons(others)))
    body: list[Element] = [bars([_bar(one, today) for one in shown], "Validity that is left")]
    for one in shown:
        body.extend(_line(one, today))
    rest = len(held) - (page + 1) * PAGE
    more = (Button(label=f"{rest} more", action="certifications.mine", value=str(page + 1)),) if rest > 0 else ()
    return Card(title=f"Your certifications: {len(held)}", body=(*body, *_buttons((*more, *others))))


def _bar(held: Held, today: date) -> Bar:
    certificate = held.certificate
    days = certificate.days_left(today)
    whole = max((certificate.expires_on - certificate.issued_on).days, 1)
    return Bar(named(held.programme.name), left(days), max(days, 0) / whole, _tone(days))


def _tone(days: int) -> Tone:
    if days < 0:
        return "bad"
    if days <= COPIED_FROM:
        return "warning"
    return "plain" if days <= SOON else "good"


def _line(held: Held, today: date) -> tuple[Element, ...]:
    said = SAID.get(Hush(held.certificate.hush))
    days = held.certificate.days_left(today)
    text = ends(held.certificate, today) + (f"; {said}" if said else "")
    stake = held.stake(today) if days <= SOON else ""
    renew = days <= SOON and held.renewal_url
    return (
        Text(text=named(held.programme.name), style="strong", url=held.renewal_url if renew else None),
        Text(text=f"{text}. {stake}".removesuffix(". ") + ("." if stake else "")),
    )


def _buttons(buttons: Sequence[Button]) -> tuple[Buttons, ...]:
    return (Buttons(buttons=tuple(buttons)),) if buttons else ()


def team(partner: str, held: Sequence[Held], page: int, today: date, value: str) -> Card:
    """``held``: those of this page and one more if there are more; ``value`` leads to the next page."""
    title = shortened(f"Certifications of {partner}", 150)
    if not held:
        return Card(title=title, body=(Text(text="There is none, or no more."),))
    rows = [(one.contact.name, one.programme.name, _until(one, today)) for one in held[:ROWS]]
    more = Button(label="More", action="certifications.team", value=value)
    return Card(
        title=title,
        body=(
            table(("Who", "Certification", "Until"), rows),
            *(() if page else _stakes(held[:ROWS], today)),
            *_buttons((more,) if len(held) > ROWS else ()),
        ),
    )


def _until(held: Held, today: date) -> str:
    return f"{day(held.certificate.expires_on)}, {left(held.certificate.days_left(today))}"


def _stakes(held: Sequence[Held], today: date) -> tuple[Text, ...]:
    """What hangs on those that end next, each programme once."""
    near = [one for one in held if one.certificate.days_left(today) <= SOON]
    said = dict.fromkeys(f"{named(one.programme.name)}: {stake}" for one in near if (stake := one.stake(today)))
    return tuple(Text(text=text, style="subtle") for text in list(said)[:5])


def partners(standings: Sequence[Standing], page: int) -> Card:
    """``standings``: those of this page and one more if there are more."""
    title = "Certifications by partner"
    if not standings:
        text = "No certificate of these partners ends within 90 days, and none has lapsed in the last 90."
        return Card(title=title, body=(Text(text=text if not page else "There are no more."),))
    more = Button(label="More", action="certifications.partners", value=str(page + 1))
    hint = "“Certifications of PARTNER” lists them one by one."
    return Card(
        title=title,
        body=(
            _standings(standings[:ROWS]),
            Text(text=hint, style="subtle"),
            *_buttons((more,) if len(standings) > ROWS else ()),
        ),
    )


def digest(standings: Sequence[Standing]) -> Card:
    ending = sum(one.within_90 for one in standings)
    lapsed = sum(one.lapsed for one in standings)
    title = f"This week's certifications: {ending:,} to renew, {lapsed:,} lapsed"
    button = Button(label="By partner", action="certifications.partners", value="0")
    rest = len(standings) - ROWS
    more = (Text(text=f"And {rest:,} more partner{'' if rest == 1 else 's'}.", style="subtle"),) if rest > 0 else ()
    return Card(title=title, body=(_standings(standings[:ROWS]), *more, Buttons(buttons=(button,))))


def _standings(standings: Sequence[Standing]) -> Element:
    rows = [
        (
            one.partner,
            str(one.within_30),
            str(one.within_90),
            str(one.lapsed),
            day(one.ends_next) if one.ends_next else "–",
        )
        for one in standings
    ]
    return table(("Partner", "30 days", "90 days", "Lapsed", "Next"), rows)


def home(held: Sequence[Held], today: date) -> tuple[Element, ...]:
    """What ends next, and the way to all of them."""
    near = [one for one in held if one.certificate.days_left(today) <= SOON][:ON_THE_HOME]
    lines = (Text(text=f"• {named(one.programme.name)}: {left(one.certificate.days_left(today))}") for one in near)
    head = (Text(text="Your certifications", style="strong"),) if near else ()
    return (
        *head,
        *lines,
        Buttons(buttons=(Button(label="My certifications", action="certifications.mine", value="0"),)),
    )


def to_team() -> Button:
    return Button(label="My team's", action="certifications.team", value="0")


def to_partners() -> Button:
    return Button(label="By partner", action="certifications.partners", value="0")
