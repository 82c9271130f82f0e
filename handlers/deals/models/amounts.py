"""An amount as people type it: "5k", "1.2m", "50,000", "1.234,50", "€ 5.000"."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, format_decimal, is_currency, parse_decimal

MOST = Decimal(10) ** 12
CENTS = Decimal("0.01")
LONGEST = 60  # characters; no amount is longer
_DOLLARS = frozenset("USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP".split())
_SIGNS = {
    "us$": frozenset({"USD"}),
    "c$": frozenset({"CAD"}),
    "a$": frozenset({"AUD"}),
    "r$": frozenset({"BRL"}),
    "$": _DOLLARS,
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "zł": frozenset({"PLN"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "fr.": frozenset({"CHF"}),
    "euro": frozenset({"EUR"}),
    "euros": frozenset({"EUR"}),
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "pounds": frozenset({"GBP"}),
    "円": frozenset({"JPY"}),
    "元": frozenset({"CNY"}),
    "원": frozenset({"KRW"}),
}
_THOUSAND = "k tsd tsd. thousand tausend mil grand".split()
_MILLION = "m mio mio. mn mln million millions millionen millones".split()
_TIMES = (
    dict.fromkeys(_THOUSAND, 10**3)
    | dict.fromkeys(_MILLION, 10**6)
    | dict.fromkeys(["bn", "mrd", "mrd."], 10**9)
    | dict.fromkeys(["lakh", "lakhs"], 10**5)
    | dict.fromkeys(["crore", "crores"], 10**7)
    | dict.fromkeys("万萬만", 10**4)
    | dict.fromkeys("億亿억", 10**8)
)
_SIGN = r"[a-z]{0,2}\$|t?[€£¥₹]|[a-z]{3,7}|kr|zł|fr\.|[円元원]"
SUFFIX = "|".join(sorted(map(re.escape, _TIMES), key=len, reverse=True))
_SHAPE = re.compile(
    rf"(?P<before>{_SIGN})?\s?(?P<minus>[-−–])?\s?(?P<number>\d[\d.,'’٬٫\s]*?)(?:[.,][-–—]{{1,2}})?"
    rf"\s?(?P<suffix>(?:{SUFFIX})(?![a-zł]))?\s?(?P<after>{_SIGN})?"
)
_PLAIN = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’٬\s])\d{2,3})?(?:(?P=mark)\d{2,3})*(?<=\d{3})|\d+")

EXACT = "Write one exact number, such as 5000 or 5k, and no other words."
NUMBER = "Write the value as one number, such as 50000, 50k or 1.2m."
ABOVE_ZERO = "The value must be more than 0. Write what the deal is worth, such as 50000."
TOO_MUCH = "That is more than a deal can be worth here. Write the value in units of the currency, such as 50000."
TWO_DECIMALS = "Write at most two digits behind the decimal point, such as 1234.50."


class Amount(NamedTuple):
    """``interpreted``: it was not typed in plain digits, so the person should see how it was understood.
    ``currencies``: those that a sign beside it can mean; empty where there was none."""

    value: Decimal
    interpreted: bool
    currencies: frozenset[str]

    @property
    def plain(self) -> str:
        return plain(self.value)


def plain(value: Decimal) -> str:
    """In digits that nobody needs to interpret: 50000, 1234.50."""
    return str(value.quantize(Decimal(1)) if value == value.to_integral_value() else value.quantize(CENTS))


def locale_of(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def in_words(value: Decimal, language: str) -> str:
    """In the notation of a language: 50,000 or 50.000."""
    pattern = "#,##0" if value == value.to_integral_value() else "#,##0.00"
    return format_decimal(value, format=pattern, locale=locale_of(language))


def understood(text: str, language: str) -> Amount:
    """Raises ValueError with a sentence for the person where this is no amount that a deal can be worth."""
    typed = text.strip()
    shown = unicodedata.normalize("NFKC", typed).casefold()
    found = _SHAPE.fullmatch(shown) if len(shown) <= LONGEST else None
    signs = [sign for sign in (found["before"], found["after"]) if sign] if found else []
    thousands = len(signs) == 1 and not _currencies(signs[0]) and signs[0].startswith("t")  # TEUR, T€
    signs = [sign.removeprefix("t") for sign in signs] if thousands else signs
    if not found or len(signs) > 1 or not all(_currencies(sign) for sign in signs):
        raise ValueError(EXACT if re.search(r"[^\W\d_]{2}", shown) else NUMBER)
    times = _TIMES.get(found["suffix"], 1) * (1_000 if thousands else 1)
    value = _number(found["number"].strip(), language, scaled=times > 1) * times
    if found["minus"] or not value:
        raise ValueError(ABOVE_ZERO)
    if value > MOST:
        raise ValueError(TOO_MUCH)
    if value != value.quantize(CENTS):
        raise ValueError(TWO_DECIMALS)
    return Amount(value, not _PLAIN.fullmatch(typed), _currencies(signs[0]) if signs else frozenset())


def _currencies(sign: str) -> frozenset[str]:
    if sign in _SIGNS:
        return _SIGNS[sign]
    return frozenset({sign.upper()}) if len(sign) == 3 and is_currency(sign.upper()) else frozenset()


def _number(text: str, language: str, scaled: bool) -> Decimal:
    """In the person's own notation where that makes an amount of money, else in the one that its marks speak of."""
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    try:
        own = parse_decimal(digits, locale=locale_of(language), strict=True)
        if scaled or _decimals(own) <= 2:
            return own
    except (NumberFormatError, InvalidOperation):
        pass
    return _by_its_marks(digits.replace("٫", ","))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _by_its_marks(digits: str) -> Decimal:
    """Where both marks stand, the last one is the decimal one; three digits behind a single one are thousands, since
    no currency has as many decimals: "50.000" is no fifty for anybody."""
    marks = re.findall(r"[.,]", digits)
    last = marks[-1] if marks else ""
    whole, _, rest = digits.rpartition(last) if last else (digits, "", "")
    if last and len(set(marks)) == 1 and (len(marks) > 1 or len(rest) == 3):
        whole, rest = digits, ""
    if last and last in whole and rest:
        raise ValueError(NUMBER)
    if not _GROUPED.fullmatch(whole) or (rest and not rest.isdecimal()):
        raise ValueError(NUMBER)
    return Decimal(re.sub(r"\D", "", whole) + (f".{rest}" if rest else ""))
