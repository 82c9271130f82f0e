"""Where Teams may be reached: what a token or a row names is compared with this before anything is sent there."""

import ipaddress
from urllib.parse import urlsplit

HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        "frontend.botapi.msg.infra.teams.microsoftonline.cn",
    }
)
"""The public cloud and those of governments, as Microsoft lists them for Teams bots."""

PUBLIC = "https://smba.trafficmanager.net/teams"


class Addresses:
    """``added`` is the operator's own; ``loopback``: any service of this machine is allowed, for trying things out."""

    def __init__(self, added: str = "", *, loopback: bool = False) -> None:
        self._added = _origin(added) if added else None
        self._loopback = loopback
        self.default = added.rstrip("/") or PUBLIC

    def allow(self, url: str) -> bool:
        origin = _origin(url)
        if origin is None:
            return False
        scheme, host, port = origin
        if origin == self._added:
            return scheme == "https" or loopback(host)
        if self._loopback and loopback(host):
            return True
        return scheme == "https" and port == 443 and host in HOSTS


def same(one: str, other: str) -> bool:
    """Whether both name one service; a slash at the end and the case of the host make no difference."""
    return _origin(one) is not None and _origin(one) == _origin(other) and _path(one) == _path(other)


def trustworthy(url: str) -> bool:
    """https, or this machine."""
    origin = _origin(url)
    return origin is not None and (origin[0] == "https" or loopback(origin[1]))


def is_loopback(url: str) -> bool:
    origin = _origin(url)
    return origin is not None and loopback(origin[1])


def loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int] | None:
    """None for what is no address of a service: a name and password in it, a query, another scheme."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    odd = "@" in parts.netloc or "\\" in url or parts.query or parts.fragment or any(ord(c) <= 32 for c in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or odd:
        return None
    return parts.scheme, parts.hostname.lower(), port or (443 if parts.scheme == "https" else 80)


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
