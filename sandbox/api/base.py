"""What every method of the Web API shares: arguments, scopes, lookups, pages.

https://docs.slack.dev/apis/web-api and the page of each method under
https://docs.slack.dev/reference/methods. Where Slack ignores what it does not know, the sandbox
refuses: an argument that no page mentions is a mistake of the caller.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sandbox.installation import CONVERSATION_FAMILIES, Installation
from sandbox.json_types import JsonObject
from sandbox.records import ChannelRecord, MessageRecord, PersonRecord
from sandbox.workspace import Workspace

T = TypeVar("T")

TIERS = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
"""Calls a minute that each tier surely allows (https://docs.slack.dev/apis/web-api/rate-limits);
tier 5 stands for the methods with special limits of hundreds of calls."""


class Refused(Exception):  # noqa: N818 (the word that Slack's answer deserves)
    """A call that Slack answers with `ok: false`."""

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra: JsonObject = dict(extra)


def invalid_arguments(*messages: str) -> Refused:
    """The refusal of malformed arguments, with what is wrong with them."""
    return Refused(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
    )


@dataclass
class ApiCall:
    """One call while it is being answered. The workspace's lock is held."""

    method: str
    args: JsonObject
    workspace: Workspace
    installation: Installation
    socket_url: Callable[[], str]

    # --- arguments ------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Whether an argument was given (an empty string counts as none)."""
        return self.args.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A string argument without which the method cannot be called."""
        if not self.has(name):
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes-or-no argument."""
        value = self.args.get(name)
        return default if value is None else bool(value)

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.args.get(name)
        return value if isinstance(value, int) else default

    # --- scopes and lookups ---------------------------------------------------------------

    def need_scope(self, *scopes: str) -> None:
        """Refuse the call unless one of the scopes was granted."""
        if scopes and not any(scope in self.installation.scopes for scope in scopes):
            raise Refused(
                "missing_scope",
                needed=",".join(scopes),
                provided=",".join(sorted(self.installation.scopes)),
            )

    def need_channel_scope(self, channel: ChannelRecord, right: str) -> None:
        """Refuse the call without e.g. groups:history for a private channel."""
        self.need_scope(f"{CONVERSATION_FAMILIES[channel.kind]}:{right}")

    def channel(self, name: str = "channel") -> ChannelRecord:
        """The conversation that the bot may know of; a private one only when it is in it."""
        channel = self.workspace.channels.get(self.needed(name))
        if channel is None:
            raise Refused("channel_not_found")
        hidden = channel.is_private or channel.is_im
        if hidden and self.workspace.bot.id not in channel.members:
            raise Refused("channel_not_found")
        return channel

    def joined_channel(self, name: str = "channel") -> ChannelRecord:
        """A conversation that the bot is in."""
        channel = self.channel(name)
        if self.workspace.bot.id not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def message(self, channel: ChannelRecord, name: str) -> MessageRecord:
        """A message that stands in the channel or in one of its threads."""
        message = channel.messages.get(self.needed(name))
        if message is None or message.deleted:
            raise Refused("message_not_found")
        return message

    def person(self, name: str = "user") -> PersonRecord:
        """A person or bot user of the workspace or of a connected one."""
        person = self.workspace.people.get(self.needed(name))
        if person is None:
            raise Refused("user_not_found")
        return person

    # --- pages ----------------------------------------------------------------------------

    def page(self, items: Sequence[T], default: int, most: int) -> Page[T]:
        """The part of a list that `limit` and `cursor` ask for.

        https://docs.slack.dev/apis/web-api/pagination
        """
        limit = self.number("limit", default)
        if limit < 1 or limit > most:
            raise Refused("invalid_limit")
        start = read_cursor(self.text("cursor"))
        if start > len(items):
            raise Refused("invalid_cursor")
        end = start + limit
        cursor = write_cursor(end) if end < len(items) else ""
        return Page(list(items[start:end]), cursor)


@dataclass
class Page(Generic[T]):
    """A part of a list, and where the next part begins (an empty cursor at the end)."""

    items: list[T]
    cursor: str

    @property
    def metadata(self) -> JsonObject:
        """The `response_metadata` of the answer."""
        return {"next_cursor": self.cursor}


def write_cursor(position: int) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"next:{position}".encode()).decode()


def read_cursor(cursor: str) -> int:
    """The position that a cursor of ours stands for; refuses any other."""
    if not cursor:
        return 0
    try:
        word, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next" or not position.isdigit():
            raise ValueError(cursor)
        return int(position)
    except ValueError as error:
        raise Refused("invalid_cursor") from error


@dataclass(frozen=True)
class Method:
    """A method: what it does, what it accepts, what it needs.

    `accepts` maps arguments to their kind: text, flag, number or json. Of `scopes` one must be
    granted. `token` is bot or app. `per_channel` limits the rate per channel, one a second.
    """

    run: Callable[[ApiCall], JsonObject]
    accepts: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    tier: int = 3
    token: str = "bot"
    per_channel: bool = False


def kinds(**by_kind: str) -> dict[str, str]:
    """Arguments by kind, written as space-separated names: kinds(text="channel ts")."""
    return {name: kind for kind, names in by_kind.items() for name in names.split()}


COMMON = frozenset({"token", "team_id"})
"""Accepted everywhere. Bolt adds the team_id of the request to every call that it makes."""

PAGED = kinds(text="cursor", number="limit")


def read_arguments(method: Method, given: JsonObject) -> JsonObject:
    """The arguments in their kinds; refuses unknown ones and values of another kind."""
    unknown = sorted(set(given) - set(method.accepts) - COMMON)
    if unknown:
        raise invalid_arguments(*(f"unrecognized argument: {name}" for name in unknown))
    return {
        name: _read(name, method.accepts.get(name, "text"), value)
        for name, value in given.items()
        if name != "token" and value is not None
    }


def _read(name: str, kind: str, value: object) -> object:
    if kind == "text":
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
        return str(value)
    if kind == "number":
        return _read_number(name, value)
    if kind == "flag":
        return _read_flag(name, value)
    if isinstance(value, str) and value:
        try:
            return json.loads(value)
        except ValueError as error:
            if name == "blocks":
                raise Refused("invalid_blocks_format") from error
            raise invalid_arguments(f"invalid JSON [json-pointer:/{name}]") from error
    return value


def _read_number(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    raise invalid_arguments(f"must provide an integer [json-pointer:/{name}]")


def _read_flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "false": False, "0": False, "": False}
    word = str(value).lower()
    if word not in words:
        raise invalid_arguments(f"must provide a boolean [json-pointer:/{name}]")
    return words[word]
