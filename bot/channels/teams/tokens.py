"""Whether a request comes from Teams: the token that it carries, checked against its issuer's published keys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import aiohttp
import jwt
import structlog

from bot.channels.teams.addresses import Addresses, is_loopback, same, trustworthy

log = structlog.get_logger()

LEEWAY = 30  # seconds by which clocks may differ
KEEP = 24 * 3600.0  # seconds that keys are used, as Microsoft asks
ASK_AGAIN = 60.0  # seconds until an unknown key makes us look for new ones once more
SECONDS = 5
LARGEST = 16_000  # letters; Teams' tokens have two thousand
ALGORITHMS = ["RS256"]
REQUIRED = ["exp", "iss", "aud"]


class Unauthorized(Exception):
    """The request is not from Teams, or not for us."""


class NoKeys(Exception):
    """The issuer's keys cannot be had at the moment, so that nobody can be let in."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """``tokens``: where the issuer hands out tokens, "" if it does not say."""

    name: str
    keys: Mapping[str, Mapping[str, Any]]
    tokens: str
    at: float


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good token allows: activities of one service, and of the channels that its key is endorsed for."""

    service_url: str
    channels: frozenset[str] | None

    def covers(self, service_url: str, channel: str) -> bool:
        return same(self.service_url, service_url) and (self.channels is None or channel in self.channels)


class Tokens:
    """``metadata`` is the address of the issuer's OpenID document, ``audience`` our client id."""

    def __init__(self, metadata: str, audience: str, addresses: Addresses) -> None:
        self._metadata = metadata
        self._audience = audience
        self._addresses = addresses
        self._issuer: Issuer | None = None

    async def check(self, header: str) -> Proof:
        """Raises Unauthorized or NoKeys."""
        kind, _, raw = header.partition(" ")
        if kind.lower() != "bearer" or not 0 < len(raw) <= LARGEST:
            raise Unauthorized("no token")
        key = await self._key(_kid(raw, self._audience))
        claims = self._claims(raw, key)
        claimed = claims.get("serviceurl") or claims.get("serviceUrl")
        if not isinstance(claimed, str) or not self._addresses.allow(claimed):
            raise Unauthorized("a service that is not on our list")
        endorsed = key.get("endorsements")
        return Proof(claimed, frozenset(map(str, endorsed)) if isinstance(endorsed, list) else None)

    async def issuer(self) -> Issuer:
        """Who issues tokens for us. Raises NoKeys."""
        known = self._issuer
        if known is None or monotonic() - known.at > KEEP:
            self._issuer = known = await self._renewed(known)
        return known

    async def _renewed(self, known: Issuer | None) -> Issuer:
        """Keys that were good a day ago are better than none while the issuer is away."""
        try:
            return await _learn(self._metadata)
        except NoKeys:
            if known is None:
                raise
            return replace(known, at=monotonic() - KEEP + ASK_AGAIN)

    def _claims(self, raw: str, key: Mapping[str, Any]) -> Mapping[str, Any]:
        assert self._issuer is not None
        try:
            claims: Mapping[str, Any] = jwt.decode(
                raw,
                jwt.PyJWK.from_dict(dict(key), algorithm=ALGORITHMS[0]),
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer.name,
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorized(type(error).__name__) from None
        return claims

    async def _key(self, kid: str) -> Mapping[str, Any]:
        issuer = await self.issuer()
        if kid not in issuer.keys and monotonic() - issuer.at > ASK_AGAIN:
            self._issuer = issuer = await self._renewed(issuer)
        if kid not in issuer.keys:
            raise Unauthorized("a key that the issuer has not published")
        return issuer.keys[kid]


def _kid(raw: str, audience: str) -> str:
    """Looked at before anything is fetched, so that junk costs nobody a request."""
    try:
        told = jwt.decode_complete(raw, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise Unauthorized(type(error).__name__) from None
    header, kid = told["header"], told["header"].get("kid")
    if header.get("alg") not in ALGORITHMS or not isinstance(kid, str) or told["payload"].get("aud") != audience:
        raise Unauthorized("not signed as Teams signs, or not for us")
    return kid


async def _learn(metadata: str) -> Issuer:
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            told = await _document(session, metadata)
            where = str(told.get("jwks_uri") or "")
            if not trustworthy(where) or is_loopback(where) != is_loopback(metadata):
                raise NoKeys("the issuer's keys are at an address that cannot be trusted")
            keys = (await _document(session, where)).get("keys")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        log.warning("teams_keys_not_had", reason=type(error).__name__)
        raise NoKeys("the issuer's keys cannot be had") from error
    if not told.get("issuer") or not isinstance(keys, list):
        raise NoKeys("the issuer's documents do not name it, or its keys")
    known = {str(key["kid"]): key for key in keys if isinstance(key, dict) and key.get("kid")}
    return Issuer(str(told["issuer"]), known, str(told.get("token_endpoint") or ""), monotonic())


async def _document(session: aiohttp.ClientSession, url: str) -> Mapping[str, Any]:
    async with session.get(url, allow_redirects=False) as answer:
        answer.raise_for_status()
        found = await answer.json(content_type=None)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
