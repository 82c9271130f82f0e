"""What somebody said about a deal, as the fields of its form: "for Acme (acme.com), 50k, closing in March"."""

import re
from collections.abc import Sequence
from datetime import date

from handlers.deals.dialog import days
from handlers.deals.models import amounts, domains

_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]+")
_DOMAIN = re.compile(r"(?<![\w@.])(?:www\.)?(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w@])")
_SUM = re.compile(
    r"(?P<lead>\b(?:worth|valued at|value(?: of)?|over|about|around|roughly|of|for|wert|im wert von|über|por|de)"
    r"[:\s]+)?"
    r"(?P<sum>(?:(?:[A-Za-z]{0,2}[$]|[€£¥₹])\s?|\b(?-i:[A-Z]{3})\s)?\d(?:[\d.,'’]*\d)?(?:\s\d{3})*(?!\d)"
    r"\s?(?:(?:k|m|mn|mio|tsd|million|thousand)\b\.?)?\s?(?:[€£¥₹$]|(?:(?-i:[A-Z]{3})|eur|usd|gbp|chf|euros?|dollars?)\b)?)",
    re.I,
)
_MARKED = re.compile(
    r"[€£¥₹$]|\d\s?(?:k|m|mn|mio|tsd|million|thousand)\b|\b[A-Z]{3}\b|\b(?:eur|usd|gbp|chf|euros?|dollars?)\b"
)
_CONTACT = re.compile(r"\bcontact(?: is| person| name)?[:\s]+(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){1,3})")
_BEFORE = r"(?:for|with|at|from|to|called|named|für|mit|bei|para|con|pour|avec|chez)"
_WHOM = re.compile(rf"(?:^|[\s;]){_BEFORE}\s+(?P<name>[^;\s][^;]*)", re.I)
_ALONE = re.compile(rf"{_BEFORE}|of|by", re.I)
_ENDS = re.compile(
    r"[,;!\n]|\.(?=\s|$)|\s[–—-]\s|\b(?:worth|closing|closes|close|valued|value|contact|please|due|product|about|bitte|"
    r"wert|registrieren)\b",
    re.I,
)
_CUT = " ; "
_LONGEST_NAME = 200


def understood(text: str, today: date, language: str, products: Sequence[str]) -> dict[str, str]:
    """By the names of the form's inputs; what was not said is missing."""
    found: dict[str, str] = {}
    text = _take(text, _ADDRESS, found, "contact_email")
    if match := _CONTACT.search(text):
        found["contact_name"] = match["name"]
        text = text[: match.start()] + _CUT + text[match.end() :]
    text = _domain(text, found)
    if day := days.find(text, today, language):
        found["expected_close"] = day.day.isoformat()
        text = text[: day.start] + _CUT + text[day.end :]
    text = _sum(text, language, found)
    for product in products:
        if match := re.search(rf"\b{re.escape(product)}\b", text, re.I):
            found["product"] = product
            text = text[: match.start()] + _CUT + text[match.end() :]
    if customer := _customer(text):
        found["customer"] = customer
    return found


def _take(text: str, pattern: re.Pattern[str], found: dict[str, str], name: str) -> str:
    match = pattern.search(text)
    if not match:
        return text
    found[name] = match[0]
    return text[: match.start()] + _CUT + text[match.end() :]


def _domain(text: str, found: dict[str, str]) -> str:
    for match in _DOMAIN.finditer(text):
        try:
            domains.registrable(match[0])
        except ValueError:
            continue
        found["domain"] = match[0].casefold().removeprefix("www.")
        return text[: match.start()].rstrip(" (<") + _CUT + text[match.end() :].lstrip(" )>")
    return text


def _sum(text: str, language: str, found: dict[str, str]) -> str:
    """The first number that looks like money, and is not the beginning of the customer's name: a deal for 3M."""
    for match in _SUM.finditer(text):
        if not _is_money(text, match):
            continue
        try:
            amount = amounts.understood(match["sum"].strip(), language)
        except ValueError:
            continue
        found["value"] = amount.plain
        if len(amount.currencies) == 1:
            found["currency"] = next(iter(amount.currencies))
        elif "USD" in amount.currencies:
            found["currency"] = "USD"
        return text[: match.start()] + _CUT + text[match.end() :]
    return text


def _is_money(text: str, match: re.Match[str]) -> bool:
    lead, before = (match["lead"] or "").strip(" :").casefold(), text[: match.start()]
    if lead == "for" or (not lead and not before.strip(" :(-–")):
        return False
    digits = len(re.sub(r"\D", "", match["sum"]))
    alone = digits > 3 and bool(re.search(r"[,;]\s*$", before))
    last = digits > 4 and not re.match(r"\s*[^\s,;.]", text[match.end() :])
    return bool(_MARKED.search(match["sum"])) or lead.startswith(("worth", "value")) or alone or last


def _customer(text: str) -> str:
    match = _WHOM.search(text)
    said = match["name"] if match else re.sub(r"^[\s:,(–—-]+", "", text).split(_CUT.strip())[0]
    name = _ENDS.split(said, maxsplit=1)[0].strip(" \"'“”‘’«»:()[]")
    name = re.sub(r"^(?:the|der|die|das|den)\s+(?=[A-ZÄÖÜ])", "", name)
    return name[:_LONGEST_NAME] if re.search(r"\w", name) and not _ALONE.fullmatch(name) else ""
