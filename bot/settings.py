"""The settings, read once from the environment; every fault in them is named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from ipaddress import ip_address
from typing import Literal, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.text import LANGUAGES, Language

LogFormat = Literal["text", "json"]

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULT_DATABASE_URL = "sqlite:///data/iine.db"
DEFAULT_SLACK_API_URL = "https://slack.com/api/"
LOOPBACK = "127.0.0.1"
MOST_PORT = 65_535

T = TypeVar("T")

_TOKEN = re.compile(r"[!-~]*")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


class SettingsError(Exception):
    """Some settings are missing or malformed; `problems` has one sentence for each of them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """All settings. Tokens and the database URL (it may hold a password) stay out of `repr`."""

    slack_bot_token: str = field(repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    # None where it is left out; 0 is any free one.
    port: int | None = None
    host: str = LOOPBACK
    health_port: int | None = None
    health_host: str = LOOPBACK
    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    slack_api_url: str = DEFAULT_SLACK_API_URL
    timezone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Tokyo"))
    language: Language = "ja"
    coordinators: frozenset[str] = frozenset()
    log_level: str = "INFO"
    log_format: LogFormat = "text"

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, tokens: bool = True) -> Settings:
        """Read the settings from `environ`.

        With `tokens=False` the Slack tokens may be absent: for commands that only need the
        database. Raises `SettingsError` with a sentence for every missing or wrong variable.
        """
        reader = _Reader(environ)
        bot_token = reader.read("SLACK_BOT_TOKEN", _token("xoxb-"), required=tokens)
        secret = reader.read("SLACK_SIGNING_SECRET", _token(""))
        port = reader.read("PORT", _port)
        needs_socket = tokens and not secret and port is None
        settings = cls(
            slack_bot_token=bot_token,
            slack_app_token=reader.read("SLACK_APP_TOKEN", _token("xapp-"), required=needs_socket),
            slack_signing_secret=secret,
            port=port,
            host=reader.read("HOST", _host, default=LOOPBACK),
            health_port=reader.read("HEALTH_PORT", _port),
            health_host=reader.read("HEALTH_HOST", _host, default=LOOPBACK),
            database_url=reader.read("DATABASE_URL", _database_url, default=DEFAULT_DATABASE_URL),
            slack_api_url=reader.read("SLACK_API_URL", _api_url, default=DEFAULT_SLACK_API_URL),
            timezone=reader.read("TIMEZONE", _timezone, default="Asia/Tokyo"),
            language=reader.read("LANGUAGE", _language, default="ja"),
            coordinators=reader.read("COORDINATORS", _user_ids),
            log_level=reader.read("LOG_LEVEL", _log_level, default="INFO"),
            log_format=reader.read("LOG_FORMAT", _log_format, default="text"),
        )
        named = {problem.split()[0] for problem in reader.problems}
        reader.problems += [
            problem for problem in settings.contradictions() if problem.split()[0] not in named
        ]
        if reader.problems:
            raise SettingsError(tuple(reader.problems))
        return settings

    @property
    def over_http(self) -> bool:
        """Whether Slack comes by HTTP; otherwise by Socket Mode."""
        return bool(self.slack_signing_secret) and self.port is not None

    def contradictions(self) -> list[str]:
        """What does not fit together, a sentence each."""
        problems = []
        if self.slack_signing_secret and self.port is None:
            problems.append(
                "PORT is missing: with SLACK_SIGNING_SECRET Slack comes by HTTP. "
                "For Socket Mode leave SLACK_SIGNING_SECRET out."
            )
        if self.port is not None and not self.slack_signing_secret:
            problems.append(
                "SLACK_SIGNING_SECRET is missing: with PORT Slack comes by HTTP. "
                "For Socket Mode leave PORT out."
            )
        same = self.port == self.health_port and self.host == self.health_host
        if self.port and same:
            problems.append("HEALTH_PORT must not be the same as PORT.")
        return problems


class _Reader:
    """Reads one variable after the other and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def read(
        self, name: str, parse: Callable[[str], T], *, default: str = "", required: bool = False
    ) -> T:
        value = self._environ.get(name, "").strip()
        if not value and required:
            self.problems.append(f"{name} is missing. See the settings table in README.md.")
            value = default
        elif value:
            try:
                return parse(value)
            except ValueError as error:
                self.problems.append(f"{name} {error}")
                value = default
        return parse(value or default)


def _token(prefix: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value and not value.startswith(prefix):
            raise ValueError(f"must begin with {prefix}.")
        if not _TOKEN.fullmatch(value):
            raise ValueError("holds characters that no token has.")
        return value

    return parse


def _port(value: str) -> int | None:
    """None if it is left out; 0 is any free port."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > MOST_PORT:
        raise ValueError(f"must be a number from 0 to {MOST_PORT}.")
    return int(value)


def _host(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError as error:
        raise ValueError("must be an IP address such as 127.0.0.1 or 0.0.0.0.") from error


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://.")
    try:
        database = make_url(value).database
    except (ArgumentError, ValueError) as error:  # they would quote the password
        raise ValueError("is not a database's address; see the settings table.") from error
    is_file = database not in (None, "", ":memory:") and not str(database).startswith("file:")
    if value.startswith("sqlite:///") and not is_file:
        raise ValueError("must name a file, such as sqlite:///data/iine.db.")
    return value


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be an http or https address such as https://slack.com/api/.")
    return value.rstrip("/") + "/"


def _timezone(value: str) -> tzinfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("must be a time zone's name such as Asia/Tokyo.") from error


def _language(value: str) -> Language:
    for language in LANGUAGES:
        if value.lower() == language:
            return language
    raise ValueError("must be ja or en.")


def _user_ids(value: str) -> frozenset[str]:
    ids = frozenset(part for part in re.split(r"[\s,]+", value) if part)
    if not all(_USER_ID.fullmatch(user) for user in ids):
        raise ValueError("must be Slack user IDs such as U012AB3CD, separated by commas.")
    return ids


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}.")
    return value.upper()


def _log_format(value: str) -> LogFormat:
    for name in get_args(LogFormat):
        if value.lower() == name:
            return "json" if name == "json" else "text"
    raise ValueError("must be text or json.")
