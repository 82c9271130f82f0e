"""Settings, read once from the environment and `.env`, then frozen."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.channels.teams.addresses import trustworthy
from handlers.errors import PortalError
from handlers.hours import Quiet

OPENID = "https://login.botframework.com/v1/.well-known/openidconfiguration"


class Settings(BaseSettings):
    """Every setting and its meaning; docs/settings.md is made of these descriptions and a test keeps it so."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, case_sensitive=False
    )

    database_url: str = Field(
        default="",
        repr=False,  # it holds a password
        description="Where the store is. Empty: SQLite in PORTAL_HOME. Or postgresql://user:password@host/name.",
    )
    portal_home: Path = Field(
        default=Path("var"), description="The folder for the SQLite store, its backups and the index."
    )
    portal_model: str = Field(
        default="", description="A sentence-transformers model, by name or folder. Empty: the bundled all-MiniLM-L6-v2."
    )
    port: int = Field(
        default=3000, ge=0, le=65535, description="The port that `portal web`, `run` and `demo` listen on."
    )
    portal_stale: Literal["banner", "withhold"] = Field(
        default="banner",
        description="What happens to an article past its review date: shown with a banner, or withheld.",
    )
    portal_support_channel: str = Field(
        default="", description="The id of the Slack or Teams (19:...) channel where questions for a person are posted."
    )
    portal_support_routes: Annotated[Mapping[str, str], NoDecode] = Field(
        default={},
        description="Support channels by product or category: Backup=C0123,Billing=C0456. All else goes to "
        "PORTAL_SUPPORT_CHANNEL.",
    )
    portal_managers_channel: str = Field(
        default="",
        description="The id of the Slack or Teams channel where channel managers decide on deals and requests for "
        "access.",
    )
    portal_operators_channel: str = Field(
        default="",
        description="The id of the Slack or Teams channel where operators are told what is stuck or overdue.",
    )
    portal_quiet_hours: Annotated[Quiet | None, NoDecode] = Field(
        default=Quiet(time(20), time(8)),
        description="When nobody is written to unasked, on their own clock: 20:00-08:00, besides their weekends and "
        "holidays; or off.",
    )
    portal_products: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="The products that deals and tickets can be about, by commas. Empty: any text."
    )
    portal_currencies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("EUR", "USD", "GBP"), description="The currencies of deals, by commas; the first one is preselected."
    )
    portal_protection_days: Annotated[Mapping[str, int], NoDecode] = Field(
        default={},
        description="How many days an approved deal is protected, by the partner's tier: Gold=120,Silver=90. Else 90.",
    )
    portal_announce_approval_over: int = Field(
        default=500, ge=0, description="To how many people an announcement goes without a second manager's approval."
    )
    portal_webhook_url: str = Field(
        default="", description="Where changes of deals are posted, for your CRM (Standard Webhooks). Empty: nowhere."
    )
    portal_webhook_secret: str = Field(
        default="", repr=False, description="What these posts are signed with: whsec_ and 24 to 64 bytes in base64."
    )
    portal_settle_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="Seconds after a cut line to Slack until a message is looked up, and sent again if it is missing.",
    )
    portal_playground: bool = Field(
        default=False, description="1: `portal web` also serves the browser page at /. Only on a loopback address."
    )
    portal_no_browser: bool = Field(default=False, description="1: `portal demo` does not open a browser.")
    slack_bot_token: str = Field(default="", repr=False, description="The bot token (xoxb-...) of the Slack app.")
    slack_signing_secret: str = Field(default="", repr=False, description="The signing secret of the Slack app.")
    slack_app_token: str = Field(
        default="", repr=False, description="An app-level token (xapp-...): events also come over Socket Mode."
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="The address of Slack's Web API; another for GovSlack."
    )
    client_id: str = Field(default="", description="The app id (client id) of the Teams bot.")
    client_secret: str = Field(default="", repr=False, description="A client secret of the Teams bot.")
    tenant_id: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The Microsoft tenants, by commas, whose word on e-mail addresses counts: people of others need an "
        "invitation. The first one is the bot's own. No credential.",
    )
    teams_service_url: str = Field(
        default="",
        description="An address that Teams may be reached at besides Microsoft's own; http only on a loopback address.",
    )
    teams_openid_metadata_url: str = Field(
        default=OPENID,
        description="The OpenID document of whoever signs Teams' requests; another for government clouds.",
    )
    dangerously_allow_unauthenticated_requests: bool = Field(
        default=False,
        description="1: Teams' requests need no token, for Microsoft's playground. Only without CLIENT_ID and "
        "CLIENT_SECRET, and only on a loopback address.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged, to standard error."
    )

    @field_validator("portal_products", "portal_currencies", "tenant_id", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("portal_support_routes", "portal_protection_days", mode="before")
    @classmethod
    def _table(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if not all(name.strip() and is_ and said.strip() for name, is_, said in pairs):
            raise ValueError("write it as Name=value,Other name=value")
        return {name.strip(): said.strip() for name, _, said in pairs}

    @field_validator("portal_quiet_hours", mode="before")
    @classmethod
    def _hours(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.strip().casefold() == "off":
            return None
        try:
            begins, ends = (time.fromisoformat(part.strip()) for part in value.split("-"))
        except ValueError:
            raise ValueError("write it as 20:00-08:00, or off") from None
        if begins == ends or begins.tzinfo or ends.tzinfo:
            raise ValueError("write two different times of the day, as in 20:00-08:00, or off")
        return Quiet(begins, ends)

    @field_validator("portal_webhook_secret")
    @classmethod
    def _key(cls, value: str) -> str:
        if value:
            webhook_key(value)
        return value

    @model_validator(mode="after")
    def _signed(self) -> "Settings":
        address = urlsplit(self.portal_webhook_url)
        if self.portal_webhook_url and not (address.scheme in ("http", "https") and address.hostname):
            raise ValueError("PORTAL_WEBHOOK_URL is no address; write https://crm.example/hooks/portal")
        if self.portal_webhook_url and not self.portal_webhook_secret:
            raise ValueError("PORTAL_WEBHOOK_URL needs PORTAL_WEBHOOK_SECRET, which its posts are signed with")
        return self

    @model_validator(mode="after")
    def _guarded(self) -> "Settings":
        for name in ("teams_service_url", "teams_openid_metadata_url"):
            url = getattr(self, name)
            if url and not trustworthy(url):
                raise ValueError(f"{name.upper()} must begin with https://; http:// is for loopback addresses only")
        if self.dangerously_allow_unauthenticated_requests and (self.client_id or self.client_secret):
            raise ValueError(
                "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS is for trying things out without credentials; unset it, or "
                "CLIENT_ID and CLIENT_SECRET"
            )
        return self

    @property
    def teams(self) -> bool:
        """Whether Teams is to be served, or its playground."""
        return bool(self.client_id and self.client_secret) or self.dangerously_allow_unauthenticated_requests

    @property
    def slack(self) -> bool:
        """Whether Slack is to be served over HTTP or Socket Mode."""
        return bool(self.slack_bot_token and (self.slack_signing_secret or self.slack_app_token))

    @cached_property
    def database(self) -> URL:
        if not self.database_url:
            return URL.create("sqlite", database=str(self.portal_home / "portal.sqlite3"))
        try:
            url = make_url(self.database_url)
        except (ArgumentError, ValueError):
            raise PortalError(
                "DATABASE_URL is no database address. Write postgresql://user:password@host/name, or leave it empty."
            ) from None
        backend = url.get_backend_name()
        if backend in ("postgresql", "postgres"):
            return url.set(drivername="postgresql+pg8000")
        if backend == "sqlite":
            if url.database in (None, "", ":memory:"):
                raise PortalError("DATABASE_URL names a store in memory, which nobody finds again. Name a file.")
            return url.set(drivername="sqlite")
        raise PortalError(f"DATABASE_URL names {backend}; the store works on sqlite and postgresql.")


def webhook_key(secret: str) -> bytes:
    """The key in a Standard Webhooks secret. Raises ValueError."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError("write whsec_ and 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them")
    return key


def read_settings() -> Settings:
    """The settings of this process, or a PortalError that names the variable to change."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [": ".join([*(str(part).upper() for part in p["loc"][:1]), p["msg"]]) for p in error.errors()]
        raise PortalError("These settings cannot be used:\n  " + "\n  ".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PortalError(f"The file .env cannot be read as UTF-8: {error}") from None
