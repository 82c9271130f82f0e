"""Which e-mail address Teams vouches for: of a person whose tenant we trust."""

from collections.abc import Collection
from dataclasses import dataclass
from time import monotonic

from bot.calls import Caller
from bot.channels.teams import envelope
from bot.channels.teams.envelope import Body, Sender
from bot.channels.teams.service import Service

KEEP_SECONDS = 600.0
ASK_AGAIN_SECONDS = 30.0
KEEP_PEOPLE = 20_000


@dataclass(frozen=True, slots=True)
class _Known:
    tenant: str
    email: str | None
    until: float


class Identity:
    """Asks Teams who somebody is and remembers it for ten minutes.

    Only administrators of the ``tenants`` are believed: those of any other could write any address into a profile.
    """

    def __init__(self, service: Service, tenants: Collection[str]) -> None:
        self._service = service
        self._tenants = frozenset(tenant.casefold() for tenant in tenants)
        self._known: dict[tuple[str, str], _Known] = {}

    async def caller(self, body: Body) -> Caller:
        who = envelope.sender(body)
        known = self._known.get((who.tenant, who.user))
        if known is None or known.until <= monotonic():
            known = await self._ask(body, who)
            if len(self._known) >= KEEP_PEOPLE:
                self._known.clear()
            self._known[who.tenant, who.user] = known
        return Caller(platform="teams", team=known.tenant, user=who.user, email=known.email)

    async def _ask(self, body: Body, who: Sender) -> _Known:
        profile = await self._service.member(
            str(body.get("serviceUrl") or ""), envelope.conversation(body), who.account
        )
        own, email = _own_tenant(profile or {}, who), verified_email(profile or {}, who, self._tenants)
        return _Known(own, email, monotonic() + (KEEP_SECONDS if email else ASK_AGAIN_SECONDS))


def _own_tenant(profile: Body, who: Sender) -> str:
    told = profile.get("tenantId")
    return told if isinstance(told, str) and told else who.tenant


def verified_email(profile: Body, who: Sender, tenants: Collection[str]) -> str | None:
    """The address of a member or guest of a tenant that is trusted. Somebody of another tenant, who shares a channel
    or a chat with us, has none; nor has who joined a meeting without an account."""
    directory = profile.get("aadObjectId") or profile.get("objectId")
    named = who.user in (directory, who.account)  # some activities do not name the directory's id
    if not isinstance(directory, str) or not named or profile.get("userRole") == "anonymous":
        return None
    if _own_tenant(profile, who).casefold() not in tenants:
        return None
    email = profile.get("email")
    return email if isinstance(email, str) and "@" in email else None
