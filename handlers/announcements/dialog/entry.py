"""What somebody entered, checked: everything that is wrong with it is said at once, each under its field."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from urllib.parse import urlsplit

from handlers.announcements.models.announcement import KINDS, LONGEST_TITLE, Announcement, When
from handlers.announcements.models.audience import Audience
from handlers.announcements.store import audience
from handlers.announcements.views.forms import LONGEST
from handlers.announcements.views.wording import ROLES, TYPES
from handlers.errors import FormError
from handlers.feature import Typed
from handlers.partners import store as partners
from handlers.turn import Turn
from handlers.ui import MAX_TEXT

MISSING = "Please fill this in."
ADDRESS = re.compile(r"[^@\s,;<>()\"'|:]+@[^@\s,;<>()\"'|:]+\.[^@\s,;<>()\"'|:.]+")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.I)
_BUT = re.compile(r"\b(?:not|no|but|except|without|excluding|other than)\b", re.I)
_ENDED, _KEPT = re.compile(r"(?<=\S)\n(?=[^\n\S]*\S)"), re.compile(r"(?<=\S)  \n(?=[^\n\S]*\S)")


class Words(Typed):
    title: str = ""
    message: str = ""
    link: str = ""


class Text(Words):
    kind: str = "news"
    product: str = ""
    version: str = ""
    acknowledge: str = ""
    expires: str = ""


class Whom(Typed):
    types: str = ""
    tiers: str = ""
    regions: str = ""
    languages: str = ""
    roles: str = ""
    certified: str = ""
    not_certified: str = ""
    partners: str = ""
    listed: str = ""
    timing: str = When.now
    day: str = ""
    time: str = ""


def words(entry: Words, errors: dict[str, str]) -> Mapping[str, str]:
    """Title, message and link as they are kept."""
    title, message = " ".join(entry.title.split()), _KEPT.sub("\n", _lines_of(entry.message))
    if not readable(title):
        errors["title"] = MISSING
    elif len(title) > LONGEST_TITLE:
        errors["title"] = f"Please shorten this to {LONGEST_TITLE} characters."
    if not readable(message):
        errors["message"] = MISSING
    elif len(message) > MAX_TEXT:
        errors["message"] = f"Please shorten this to {MAX_TEXT:,} characters."
    if entry.link and not _web(entry.link):
        errors["link"] = "This is no web address. Write it like https://www.example.com/page."
    return {"title": title, "message": kept(message), "link": entry.link}


def whole(what: Announcement) -> bool:
    """Whether it says something; a dialog that was closed may have left it half written."""
    errors = dict[str, str]()
    words(Words(**shown_words(what.words)), errors)
    return not errors


def text(turn: Turn, what: Announcement, entry: Text) -> None:
    """Raises FormError."""
    errors = dict[str, str]()
    what.says(words(entry, errors))
    if entry.kind not in KINDS:
        errors["kind"] = "Choose one of the kinds in the list."
    for name in ("product", "version"):
        if len(getattr(entry, name)) > LONGEST[name]:
            errors[name] = f"Please shorten this to {LONGEST[name]} characters."
    what.kind, what.product, what.version = entry.kind, " ".join(entry.product.split()), " ".join(entry.version.split())
    what.acknowledge = "yes" in entry.acknowledge.split("\n")
    what.expires_on = _day(entry.expires, turn.today, "expires", errors)
    if errors:
        raise FormError(**errors)


def whom(turn: Turn, what: Announcement, entry: Whom) -> Sequence[str]:
    """Returns the addresses of its list. Raises FormError."""
    errors = dict[str, str]()
    listed = addresses(entry.listed)
    if entry.listed and not listed:
        errors["listed"] = "There is no e-mail address in this. Write one on each line, or leave it empty."
    what.audience = Audience(
        types=_of(entry.types, TYPES),
        tiers=_lines(entry.tiers),
        regions=_lines(entry.regions),
        languages=_lines(entry.languages),
        roles=_of(entry.roles, ROLES),
        certified=_lines(entry.certified),
        not_certified=_lines(entry.not_certified),
        partners=_named(turn, entry.partners, errors),
        listed=bool(listed),
    ).model_dump(mode="json")
    _timing(turn, what, entry, errors)
    if errors:
        raise FormError(**errors)
    return listed


def meant(turn: Turn, to: str) -> Audience:
    """Whom words name, as far as the second dialog has a choice for them: "gold resellers in EMEA"."""

    def named(value: str) -> bool:
        nonlocal to
        found = re.search(rf"(?<!\w){re.escape(value)}s?(?!\w)", to, re.I)
        to = to.replace(found[0], "") if found else to
        return found is not None

    if not to or _BUT.search(to):
        return Audience()
    by_name = sorted(partners.partners_by_name(turn.look).values(), key=lambda partner: -len(partner.name))
    choices = audience.choices(turn.look)
    return Audience(
        partners=tuple(partner.id for partner in by_name if partner.id is not None and named(partner.name)),
        tiers=tuple(filter(named, choices["tiers"])),
        regions=tuple(filter(named, choices["regions"])),
        types=tuple(kind for kind in TYPES if named(kind)),
        roles=tuple(role for role, label in ROLES.items() if named(label.removesuffix("s"))),
    )


def shown_words(words: Mapping[str, str]) -> Mapping[str, str]:
    """As their dialog takes them again, in which ended lines may have no room."""
    message = words["message"]
    return {**words, "message": message if len(message) <= MAX_TEXT else _KEPT.sub("\n", message)}


def shown(what: Announcement) -> Mapping[str, str]:
    """The text as its dialog shows it again."""
    return {
        **shown_words(what.words),
        "kind": what.kind,
        "product": what.product,
        "version": what.version,
        "acknowledge": "yes" if what.acknowledge else "",
        "expires": what.expires_on.isoformat() if what.expires_on else "",
    }


def shown_whom(turn: Turn, what: Announcement, listed: Sequence[str]) -> Mapping[str, str]:
    picked = what.whom
    at = datetime.fromisoformat(what.at) if what.at else None
    names = (partners.partner_by_id(turn.look, number) for number in picked.partners)
    chosen = {name: "\n".join(value) for name, value in picked.model_dump(mode="json").items() if name not in _ELSE}
    return chosen | {
        "partners": "\n".join(partner.name for partner in names if partner),
        "listed": "\n".join(listed),
        "timing": what.timing,
        "day": f"{at:%Y-%m-%d}" if at else "",
        "time": f"{at:%H:%M}" if at else "",
    }


_ELSE = ("partners", "listed")


def readable(words: str) -> bool:
    return any(letter.isprintable() and not letter.isspace() for letter in words)


def kept(message: str) -> str:
    """Lines that somebody ended are ended, though Markdown would let their words flow on; code keeps its lines."""
    parts = re.split(r"(```.*?```)", message, flags=re.DOTALL)
    return "".join(part if part.startswith("```") else _ENDED.sub("  \n", part) for part in parts)


def _lines_of(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def addresses(written: str) -> list[str]:
    """Every e-mail address in a text: lines, a CSV file with or without a head, an address book's notation."""
    return sorted({found.casefold() for found in ADDRESS.findall(written)})


def _web(link: str) -> bool:
    try:
        address = urlsplit(link)
    except ValueError:
        return False
    fits = len(link) <= LONGEST["link"] and not any(letter.isspace() for letter in link)
    return fits and address.scheme in ("http", "https") and bool(address.hostname)


def _lines(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in value.split("\n") if line.strip()))


def _of(value: str, known: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in _lines(value) if one in known)


def _named(turn: Turn, value: str, errors: dict[str, str]) -> tuple[int, ...]:
    names = _lines(value)
    if not names:
        return ()
    known = partners.partners_by_name(turn.look)
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        errors["partners"] = f"There is no partner “{unknown[0][:60]}”. Write the name as the programme has it."
    found = (known[name.casefold()].id for name in names if name.casefold() in known)
    return tuple(number for number in found if number is not None)


def _day(value: str, today: date, name: str, errors: dict[str, str]) -> date | None:
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        errors[name] = "Write the day like 2027-03-31."
        return None
    if day < today:
        errors[name] = "This day is in the past."
    elif day.year - today.year > 10:
        errors[name] = "This day is more than ten years away."
    return day


def _timing(turn: Turn, what: Announcement, entry: Whom, errors: dict[str, str]) -> None:
    what.timing, what.at, what.zone = entry.timing, "", turn.who.time_zone
    if entry.timing not in list(When):
        errors["timing"] = "Choose one of the list."
    if entry.timing == When.now:
        return
    day, at = _day(entry.day, turn.today, "day", errors), clock(entry.time)
    if not entry.day:
        errors["day"] = MISSING
    if at is None:
        errors["time"] = "Write the time like 9:00 or 2 pm." if entry.time else MISSING
    if day is None or at is None:
        return
    what.at = datetime.combine(day, at).isoformat(timespec="minutes")
    if what.timing == When.at and what.due(what.zone, turn.now) <= turn.now:
        errors["time"] = f"This time has passed ({what.zone})."
    if what.expires_on and day > what.expires_on:
        errors["day"] = "This is after the last day on which it may go out."


def clock(words: str) -> time | None:
    """9, 9:00, 09.30, 14h15, 2 pm."""
    found = _TIME.fullmatch(words.strip())
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].casefold() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
