"""What the people of the sample city do, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Post:
    """A top-level message. `key` names it for everything that refers to it later.

    `subtype` is empty or "me_message". In texts, `{@who}` stands for a mention of a person.
    """

    key: str
    channel: str
    text: str
    files: tuple[str, ...] = ()
    subtype: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer in the thread of `to`; `broadcast` shows it in the channel as well."""

    key: str
    to: str
    text: str
    broadcast: bool = False


@dataclass(frozen=True)
class Edit:
    """The author's new words for a message."""

    of: str
    text: str


@dataclass(frozen=True)
class Delete:
    """The author takes a message away."""

    of: str


@dataclass(frozen=True)
class React:
    """An emoji put on a message, by the name that Slack's client sends."""

    of: str
    emoji: str


@dataclass(frozen=True)
class Unreact:
    """The same emoji taken back."""

    of: str
    emoji: str


@dataclass(frozen=True)
class Command:
    """A slash command typed in a channel; `{@who}` and `{#channel}` are mentions."""

    channel: str
    command: str
    text: str


@dataclass(frozen=True)
class InviteBot:
    """The bot is invited into a private channel, which it can't enter by itself."""

    channel: str


@dataclass(frozen=True)
class Register:
    """A lead registers a project in its channel and fills in what the card does not know yet."""

    project: str


@dataclass(frozen=True)
class Join:
    """A person comes into a channel."""

    channel: str


@dataclass(frozen=True)
class Retitle:
    """A person gets a new department or title, as many do on the first of April."""

    title: str


Talk = Post | Reply | Edit | Delete | React | Unreact
What = Talk | Command | InviteBot | Register | Join | Retitle


@dataclass(frozen=True)
class Act:
    """Somebody does something at a moment (aware, Japanese time)."""

    at: datetime
    who: str
    what: What
