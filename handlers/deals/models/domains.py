"""A customer's domain: which part of it can be registered, and which ones look alike."""

import ipaddress
import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables
from tldextract import TLDExtract

LONGEST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LOOKS = str.maketrans("01i", "oll")
_MAIL_FAMILIES = frozenset("gmail googlemail gmx hotmail rocketmail yahoo ymail".split())
_MAIL_SERVICES = frozenset(
    "aol.com bluewin.ch btinternet.com comcast.net e-mail.de email.com fastmail.com free.fr freenet.de gawab.com "
    "hanmail.net hey.com icloud.com inbox.lv inbox.ru laposte.net libero.it list.ru live.co.uk live.com live.de "
    "live.fr live.it live.nl mac.com mail.com mail.de mail.ru mailbox.org mailinator.com me.com msn.com naver.com "
    "o2.pl onet.pl orange.fr outlook.com outlook.de outlook.es outlook.fr outlook.jp pm.me posteo.de proton.me "
    "protonmail.com qq.com rambler.ru rediffmail.com sbcglobal.net seznam.cz sfr.fr sina.com sky.com t-online.de "
    "terra.com.br tiscali.it tuta.io tutanota.com ukr.net uol.com.br verizon.net virgilio.it wanadoo.fr web.de wp.pl "
    "yandex.com yandex.ru zohomail.com 126.com 163.com 1und1.de".split()
)
"""Where anybody can have an address: such a domain says nothing about who the customer is."""

NO_DOT = "A domain has a dot in it, such as acme.com. Write the one of the customer's website."
NO_DOMAIN = "This is no domain. Write it as it stands in the address of the customer's website, such as acme.com."
NO_ADDRESS = "This is an e-mail address. Write only what stands behind its @, such as acme.com."
NO_LINK = "Write the domain alone, without https:// before it, such as acme.com."
NO_PATH = "Write the domain alone, without anything behind it, such as acme.com and not acme.com/about."
ONE_ONLY = "Write one domain and nothing else, such as acme.com."
SHARED = "Many share this ending. Write the customer's own domain, such as acme.co.uk."
MACHINE = "This is the number of a machine. Write the customer's domain, such as acme.com."
MAIL = "This is a mail service that anybody can use. Write the customer's own domain, the one of their website."


def registrable(text: str) -> str:
    """The part of a domain that somebody owns, in ASCII: "acme.co.uk" of "www.shop.Acme.co.uk." Raises ValueError with
    a sentence for the person who wrote something else."""
    host = written(text)
    if wrong := _no_host(host):
        raise ValueError(wrong)
    ascii_host = _ascii(host)
    owned = ascii_host and _owned(ascii_host)
    if not owned:
        raise ValueError(SHARED if ascii_host else NO_DOMAIN)
    if is_mail_service(owned):
        raise ValueError(MAIL)
    return owned


def written(text: str) -> str:
    """A domain in the one way of writing it: "acme.com" for "WWW.Acme.com./"."""
    host = unicodedata.normalize("NFKC", text).replace("。", ".").strip().casefold()
    return host.removesuffix("/").rstrip(".").removeprefix("www.")


def of_address(email: str) -> str:
    """The registrable domain of an e-mail address; "" where that is a mail service or no domain."""
    try:
        return registrable(email.rpartition("@")[2])
    except ValueError:
        return ""


def is_mail_service(domain: str) -> bool:
    return domain in _MAIL_SERVICES or domain.partition(".")[0] in _MAIL_FAMILIES


def skeleton(domain: str) -> str:
    """What a registrable domain looks like without its ending: the same for acme.com and аcme.com, acme.de, ac-me.com,
    acrne.com."""
    seen = "".join(_seen_as(letter) for letter in _unicode(domain.partition(".")[0]))
    plain = "".join(part for part in unicodedata.normalize("NFKD", seen) if not unicodedata.combining(part))
    return plain.translate(_LOOKS).replace("rn", "m").replace("vv", "w").replace("-", "")


def readable(domain: str) -> str:
    """As its owner writes it, with the registered spelling behind it where the two differ: it may be a look-alike."""
    written = ".".join(_unicode(label) for label in domain.split("."))
    return domain if written == domain else f"{written} ({domain})"


def _no_host(text: str) -> str:
    """What is wrong with it, as a sentence; "" if nothing is yet."""
    if "://" in text:
        return NO_LINK
    if "@" in text:
        return NO_ADDRESS
    if re.search(r"[/?#\\:]", text) and not text.startswith("["):
        return NO_PATH
    if re.search(r"[\s,;]", text):
        return ONE_ONLY
    if _is_machine(text):
        return MACHINE
    return "" if "." in text.strip(".") else NO_DOT


def _is_machine(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]."))
    except ValueError:
        return False
    return True


def _ascii(host: str) -> str:
    """Punycode where letters need it, one spelling of each; "" for what no name server would know."""
    try:
        spelled = ".".join(_unicode(label) for label in host.split(".")).encode("idna").decode("ascii").casefold()
    except UnicodeError:
        return ""
    labels = spelled.split(".")
    fits = len(spelled) <= LONGEST and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return spelled if fits and not labels[-1].isdecimal() else ""


def _unicode(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _owned(host: str) -> str:
    """Hosts of a provider where everybody has a name of their own count as such, the provider's own site as itself.
    An ending that nobody knows is one label long."""
    suffix = _suffix(host)
    if host == suffix:
        suffix = _extract()(host, include_psl_private_domains=False).suffix
    left = host.removesuffix("." + suffix)
    return "" if host == suffix else f"{left.rpartition('.')[2]}.{suffix}"


def _suffix(host: str) -> str:
    return _extract()(host).suffix or host.rpartition(".")[2]


@lru_cache(maxsize=1)
def _extract() -> TLDExtract:
    """The list that comes with the library: nothing is fetched, nothing is written."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=10_000)
def _seen_as(letter: str) -> str:
    """The Latin letter that another one is mistaken for."""
    if letter.isascii():
        return letter
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"]) or []
    twins = (twin["c"].casefold() for each in found for twin in each["homoglyphs"])
    return next((twin for twin in twins if twin.isascii() and twin.isalpha()), letter)
