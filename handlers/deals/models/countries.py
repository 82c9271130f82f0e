"""Countries as people name them: in their own language, in English, or by two letters."""

import re
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

from handlers.deals.models.amounts import locale_of

UNKNOWN = "I know no country of this name. Write it like Germany or DE, or leave it empty."
_ALSO = {"uk": "GB", "great britain": "GB", "england": "GB", "usa": "US", "u.s.": "US", "u.s.a": "US", "holland": "NL"}


def understood(text: str, language: str) -> str:
    """The two letters of a country, "" for no text. Raises ValueError with a sentence for the person."""
    if not text:
        return ""
    folded = text.casefold().strip(" .")
    found = _named("en").get(folded) or _named(str(locale_of(language))).get(folded)
    if not found:
        raise ValueError(UNKNOWN)
    return found


def known(text: str, language: str) -> bool:
    """Whether this names one; two letters alone may be anything."""
    try:
        return len(text.strip()) > 2 and bool(understood(text.strip(), language))
    except ValueError:
        return False


@lru_cache(maxsize=50)
def _named(locale: str) -> Mapping[str, str]:
    territories = Locale.parse(locale).territories.items()
    names = {name.casefold(): code for code, name in territories if re.fullmatch("[A-Z]{2}", code)}
    return names | {code.casefold(): code for code in names.values()} | _ALSO
