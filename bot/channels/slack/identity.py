"""Which e-mail address Slack vouches for: confirmed, of a person, in our own workspace."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls import Caller

NOT_REACHED = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""What the client raises while Slack is away or will not answer."""

NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
KEEP_SECONDS = 600.0
ASK_AGAIN_SECONDS = 30.0  # for those whom Slack does not vouch for: they may be confirming their address right now
KEEP_PEOPLE = 20_000


@dataclass(frozen=True, slots=True)
class _Known:
    email: str | None
    until: float


class Identity:
    """Asks Slack who a user is and remembers it for ten minutes.

    A user of another workspace, who shares a channel with us, never gets an address here: their own
    administrators can write any address into their profile.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, _Known] = {}
        self._direct: dict[str, str] = {}
        self.team = ""
        self.bot_user = ""
        self.bot_id = ""

    async def introduce(self) -> None:
        """Learn who we are ourselves. Raises what the client raises."""
        if not self.team:
            await self.greet()

    async def greet(self) -> None:
        """Ask Slack whether it knows us, now. Raises what the client raises."""
        me = await self._client.auth_test()
        self.bot_user, self.bot_id = str(me.get("user_id") or ""), str(me.get("bot_id") or "")
        self.team = str(me.get("team_id") or "")

    async def caller(self, user: str, team: str) -> Caller:
        """``team`` is the user's own workspace as the event tells it, "" if it does not."""
        await self.introduce()
        email = None if team and team != self.team else await self._email(user)
        return Caller(platform="slack", team=self.team, user=user, email=email)

    async def direct(self, user: str) -> str:
        """The conversation with this person alone. Messages could be sent to the user's id as well, but not found."""
        if user not in self._direct:
            opened = await self._client.conversations_open(users=user)
            self._direct[user] = str((opened.get("channel") or {}).get("id") or user)
        return self._direct[user]

    async def by_email(self, email: str) -> str | None:
        """The user of our workspace with this confirmed address, whom we may write to unasked; None without one."""
        await self.introduce()
        try:
            user = (await self._client.users_lookupByEmail(email=email)).get("user") or {}
        except SlackApiError as error:
            if code_of(error) in NOBODY:
                return None
            raise
        confirmed = confirmed_email(user, self.team)
        return str(user.get("id")) if confirmed and confirmed.casefold() == email else None

    async def _email(self, user: str) -> str | None:
        known = self._known.get(user)
        if known and known.until > monotonic():
            return known.email
        email = confirmed_email(await self._profile(user), self.team)
        if len(self._known) >= KEEP_PEOPLE:
            self._known.clear()
        self._known[user] = _Known(email, monotonic() + (KEEP_SECONDS if email else ASK_AGAIN_SECONDS))
        return email

    async def _profile(self, user: str) -> dict[str, Any]:
        try:
            return (await self._client.users_info(user=user)).get("user") or {}
        except SlackApiError as error:
            if code_of(error) in NOBODY:
                return {}
            raise


def code_of(error: SlackApiError) -> str:
    """Slack's word for what was wrong; "" where something else than Slack's API answered."""
    try:
        return str(error.response.get("error") or "")
    except (AttributeError, ValueError):
        return ""


def confirmed_email(user: dict[str, Any], home: str) -> str | None:
    """Guests of our workspace are ours; bots, the deactivated and strangers are not."""
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or user.get("is_workflow_bot"):
        return None
    if user.get("team_id") != home or not user.get("is_email_confirmed"):
        return None
    email = (user.get("profile") or {}).get("email")
    return str(email) if email else None
