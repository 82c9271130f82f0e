"""Settings, read once from the environment and `.env`, then frozen."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from handlers.errors import PortalError


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
        default="", description="The id of the Slack channel where questions for a person are posted."
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged, to standard error."
    )

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


def read_settings() -> Settings:
    """The settings of this process, or a PortalError that names the variable to change."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors()]
        raise PortalError("These settings cannot be used:\n  " + "\n  ".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PortalError(f"The file .env cannot be read as UTF-8: {error}") from None
