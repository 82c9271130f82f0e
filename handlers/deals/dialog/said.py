"""What somebody said about a deal, as the fields of its form: "for Acme (acme.com), 50k, closing in March"."""

import re
from collections.abc import Sequence
from datetime import date

from handlers.deals.dialog import days
from handlers.deals.models import amounts, countries, domains

_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]+")
_DOMAIN = re.compile(r"(?<![\w@.])(?:www\.)?(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w@])")
_CURRENCY = r"(?:t?[€£¥₹$]|[円元원]|(?:(?-i:[A-Z]{3})|t?(?:eur|usd|gbp|chf)|euros?|dollars?|pounds?)\b)"
_SUM = re.compile(
    r"(?P<lead>\b(?:worth|valued at|value(?: of)?|over|about|around|roughly|of|for|wert|im wert von|über|por|de)"
    r"[:\s]+)?"
    r"(?P<sum>(?:(?:[A-Za-z]{0,2}[$]|[€£¥₹])\s?|\b(?-i:[A-Z]{3})\s)?\d(?:[\d.,'’]*\d)?(?:\s\d{3})*(?!\d)"
    rf"(?:\s?(?:{amounts.SUFFIX})(?![^\W\d_円元원]))?(?:\s?{_CURRENCY})?)",
    re.I,
)
_SCALED = re.compile(rf"\d\s?(?:{amounts.SUFFIX})(?![^\W\d_円元원])", re.I)
_CONTACT = re.compile(r"\bcontact(?: is| person| name)?[:\s]+(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){1,3})")
_BEFORE = r"(?:for|with|at|from|to|called|named|für|mit|bei|para|con|pour|avec|chez)"
_WHOM = re.compile(rf"(?:^|[\s;]){_BEFORE}\s+(?P<name>[^;\s][^;]*)", re.I)
_NAMED = re.compile(rf"(?:^|[\s;]){_BEFORE}\s+[^\W\d_]", re.I)
_WITH_CURRENCY = re.compile(rf"[€£¥₹$]|\d\s?(?:{amounts.SUFFIX})?\s?{_CURRENCY}|\b(?-i:[A-Z]{{3}})\b", re.I)
_LEADS_TO_A_NAME = re.compile(rf"{_BEFORE}\s+$", re.I)
_DANGLING = re.compile(rf"\s+(?:{_BEFORE}|of|by|in|and|im|am|worth)$", re.I)
_WHERE = re.compile(r"(?:^|[\s;,])(?:based in|in|aus|en|au)\s+(?P<name>[^;,.?!]+?)\s*(?=[;,.?!]|$)", re.I)
_ALONE = re.compile(rf"{_BEFORE}|of|by", re.I)
_ENDS = re.compile(
    r"[,;!?\n、，。]|(?<!\bco)(?<!\binc)(?<!\bltd)(?<!\bcorp)(?<!\bbros)(?<!\bst)(?<!\bdr)(?<![\s.]\w)\.(?=\s|$)|\s[–—-]\s|\b(?:worth|closing|closes|close|valued|value|contact|please|due|product|about|bitte|"
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
    text = _country(text, language, found)
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


def _country(text: str, language: str, found: dict[str, str]) -> str:
    """ "for Acme in Germany", or a country between commas."""
    for match in _WHERE.finditer(text):
        if countries.known(match["name"], language):
            found["country"] = match["name"]
            return text[: match.start()] + _CUT + text[match.end() :]
    for part in re.split(r"[;,]", text)[1:]:
        if countries.known(part, language):
            found["country"] = part.strip()
            return text.replace(part, _CUT, 1)
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
    if not lead and not before.strip(" :(-–"):
        return False
    lead = lead or ("for" if _LEADS_TO_A_NAME.search(before) else "")
    digits = len(re.sub(r"\D", "", match["sum"]))
    alone = digits > 3 and bool(re.search(r"[,;]\s*$", before))
    last = digits > 4 and not re.match(r"\s*[^\s,;.]", text[match.end() :])
    scaled, currency = (bool(found.search(match["sum"])) for found in (_SCALED, _WITH_CURRENCY))
    if lead == "for":  # a deal for 3M is one with that customer, unless another one is named
        return (currency or digits > 1) and bool(_NAMED.search(before) or _NAMED.search(text[match.end() :]))
    return scaled or currency or lead.startswith(("worth", "value")) or alone or last


def _customer(text: str) -> str:
    match = _WHOM.search(text)
    said = match["name"] if match else re.sub(r"^[\s:,(–—-]+", "", text).split(_CUT.strip())[0]
    name = _ENDS.split(said, maxsplit=1)[0].strip(" \"'“”‘’«»:()[]")
    name = _DANGLING.sub("", name)
    name = re.sub(r"^(?:the|der|die|das|den)\s+(?=[A-ZÄÖÜ])", "", name)
    return name[:_LONGEST_NAME] if re.search(r"\w", name) and not _ALONE.fullmatch(name) else ""
