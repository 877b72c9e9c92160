"""Settings: everything that is set from outside, read from the environment once, at the start.

Slack's own names (SLACK_BOT_TOKEN, ...) stand as Slack documents them; the rest start with CPBQA_SLACK_.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cpbqa.domain import UsageError

_OURS = "CPBQA_SLACK_"


class Settings(BaseSettings):
    """How one process of the bot runs. Build it with `read_settings`, which explains what is wrong in a sentence."""

    model_config = SettingsConfigDict(env_prefix=_OURS, frozen=True, populate_by_name=True, env_ignore_empty=True)

    bot_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_BOT_TOKEN")
    app_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_APP_TOKEN")
    signing_secret: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_SIGNING_SECRET")
    api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")

    channels: Annotated[frozenset[str], NoDecode] = frozenset()
    """Ids of the channels it answers in, separated by commas; empty: wherever it was invited. Never holds for direct
    messages."""
    contact: str = ""
    """Whom a refusal names, as in "the performance team"."""
    log_text: bool = False
    """Whether logs may hold questions and answers."""
    retention_days: int = Field(default=90, ge=1)
    database: Path = Path("cpbqa-slack.db")
    salt_file: Path | None = None
    """Where the salt of the hashed user ids is kept; else beside the database, with the ending `.salt`."""
    per_user: int = Field(default=20, ge=1)
    """Questions a minute of one person."""
    per_channel: int = Field(default=60, ge=1)
    """Questions a minute in one channel."""
    workers: int = Field(default=8, ge=1, le=64)
    """Answers made at the same time."""
    queue: int = Field(default=20, ge=1)
    """Past this many waiting questions a person is told that they are in a queue."""
    lease_seconds: float = Field(default=20.0, ge=0.5)
    """A job whose process has not been heard of for this long is taken up by another one."""
    drain_seconds: float = Field(default=25.0, ge=0)
    """How long SIGTERM waits for work to be finished."""
    host: str = "0.0.0.0"
    port: int = Field(default=3000, ge=0, le=65535)
    """Where --http listens; 0 takes any free port."""
    status_port: int | None = Field(default=None, ge=0, le=65535)
    """In Socket Mode, where /healthz and /metrics are served; unset: nowhere."""

    @field_validator("channels", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("api_url")
    @classmethod
    def _ends_in_a_slash(cls, value: str) -> str:
        return value if value.endswith("/") else f"{value}/"

    @property
    def salt_path(self) -> Path:
        return self.salt_file or self.database.with_suffix(".salt")


def settings_of_environment() -> Settings:
    """The settings of the environment, whether tokens are among them or not.

    Raises:
        UsageError: a value is not what it should be.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        shown = name if name.startswith("SLACK_") else f"{_OURS}{name.upper()}"
        raise UsageError(f"{shown} is not usable: {first['msg'].lower()}.") from None


def read_settings(*, http: bool = False) -> Settings:
    """The settings of the environment, with the tokens that this way of running needs.

    Raises:
        UsageError: a value is not what it should be, or a token is missing or of the wrong kind.
    """
    settings = settings_of_environment()
    _require(settings.bot_token, "SLACK_BOT_TOKEN", "xoxb-", "the bot token, from OAuth & Permissions")
    if http:
        _require(settings.signing_secret, "SLACK_SIGNING_SECRET", "", "the signing secret, from Basic Information")
    else:
        _require(settings.app_token, "SLACK_APP_TOKEN", "xapp-", "the app-level token, from Basic Information")
    return settings


def read_database() -> Path:
    """Where the bot's database is. Raises UsageError as `read_settings` does."""
    return settings_of_environment().database


def _require(secret: SecretStr, name: str, start: str, what: str) -> None:
    value = secret.get_secret_value()
    if not value:
        raise UsageError(f"{name} is not set; put {what} of the app's settings page in it.")
    if not value.startswith(start):
        raise UsageError(f"{name} does not start with {start}: put {what} of the app's settings page in it.")
