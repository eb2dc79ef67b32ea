"""The people who act in the sandbox, and what they act on.

Handles are alive: they say what is true now, not what was true when they were handed out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox import markup, objects
from sandbox.json_types import JsonObject, as_text
from sandbox.records import (
    ChannelRecord,
    FileRecord,
    MessageRecord,
    PersonRecord,
    ResponseUrlRecord,
    ViewRecord,
)
from sandbox.views import view_json

if TYPE_CHECKING:
    from sandbox.person import Person
    from sandbox.sandbox import Sandbox


class Impossible(Exception):  # noqa: N818 (says what it is)
    """Something that Slack does not let a person do."""


class Message:
    """A message, reply or ephemeral message."""

    def __init__(self, slack: Sandbox, record: MessageRecord) -> None:
        self._slack = slack
        self._record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and other._record is self._record

    def __hash__(self) -> int:
        return id(self._record)

    def __repr__(self) -> str:
        record = self._record
        return f"<Message {record.channel_id} {record.ts} {record.user} {record.text[:60]!r}>"

    @property
    def record(self) -> MessageRecord:
        """The plain data behind the handle."""
        return self._record

    @property
    def channel(self) -> Channel:
        """The channel that it stands in."""
        return Channel(self._slack, self._slack.workspace.channels[self._record.channel_id])

    @property
    def ts(self) -> str:
        """Its time stamp, unique in the channel."""
        return self._record.ts

    @property
    def text(self) -> str:
        """Its text in Slack's syntax; empty once it is deleted."""
        return self._record.text

    @property
    def blocks(self) -> list[JsonObject]:
        """Its blocks as Slack keeps them."""
        return self._record.blocks

    @property
    def user(self) -> str:
        """The user ID of its author."""
        return self._record.user

    @property
    def username(self) -> str:
        """The name shown in place of the app's own, or an empty string."""
        return self._record.persona.username if self._record.persona else ""

    @property
    def icons(self) -> JsonObject:
        """The picture shown in place of the app's own: `emoji` or `image_…`, or nothing."""
        return self._record.persona.icons if self._record.persona else {}

    @property
    def files(self) -> list[FileRecord]:
        """The files shared in it."""
        return list(self._record.files)

    @property
    def subtype(self) -> str:
        """Its subtype, or an empty string."""
        return self._record.subtype

    @property
    def thread_ts(self) -> str:
        """The ts of the thread's root, or an empty string outside of threads."""
        return self._record.thread_ts

    @property
    def replies(self) -> list[Message]:
        """The replies in its thread, oldest first."""
        channel = self._slack.workspace.channels[self._record.channel_id]
        return [Message(self._slack, channel.messages[ts]) for ts in self._record.replies]

    @property
    def reactions(self) -> dict[str, list[str]]:
        """User IDs by emoji name."""
        with self._slack.workspace.changed:
            return {name: list(users) for name, users in self._record.reactions.items()}

    @property
    def edited(self) -> str:
        """The ts of the last edit, or an empty string."""
        return self._record.edited

    @property
    def metadata(self) -> JsonObject | None:
        """The metadata with which an app posted it."""
        return self._record.metadata

    @property
    def deleted(self) -> bool:
        """Whether it was deleted."""
        return self._record.deleted

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self._record.ephemeral_to)

    @property
    def notifies(self) -> frozenset[str]:
        """The user IDs that its mentions notify."""
        return self._record.notifies

    @property
    def words(self) -> str:
        """Everything that can be read in it: the text, and every text inside the blocks."""
        return "\n".join([markup.unescape(self._record.text), *_words(self._record.blocks)])

    @property
    def json(self) -> JsonObject:
        """The message as the Web API gives it."""
        with self._slack.workspace.changed:
            return objects.message_json(self._slack.workspace, self._record)


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    if not isinstance(value, dict):
        return []
    found = [value["text"]] if isinstance(value.get("text"), str) else []
    return [markup.unescape(word) for word in found] + [
        word for item in value.values() for word in _words(item)
    ]


class View:
    """A modal or Home as a person sees it."""

    def __init__(self, slack: Sandbox, record: ViewRecord) -> None:
        self._slack = slack
        self._record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and other._record is self._record

    def __hash__(self) -> int:
        return id(self._record)

    def __repr__(self) -> str:
        return f"<View {self._record.id} {self.callback_id!r} {self.title!r}>"

    @property
    def record(self) -> ViewRecord:
        """The plain data behind the handle."""
        return self._record

    @property
    def id(self) -> str:
        """Its view_id."""
        return self._record.id

    @property
    def title(self) -> str:
        """The words in its title bar."""
        title = self._record.body.get("title")
        return as_text(title.get("text")) if isinstance(title, dict) else ""

    @property
    def callback_id(self) -> str:
        """The callback_id that the app gave it."""
        return as_text(self._record.body.get("callback_id"))

    @property
    def private_metadata(self) -> str:
        """What the app keeps in it."""
        return as_text(self._record.body.get("private_metadata"))

    @property
    def blocks(self) -> list[JsonObject]:
        """Its blocks."""
        blocks = self._record.body.get("blocks")
        return blocks if isinstance(blocks, list) else []

    @property
    def state(self) -> dict[str, dict[str, JsonObject]]:
        """What is filled in, by block_id and action_id."""
        return self._record.state

    @property
    def words(self) -> str:
        """Everything that can be read in it."""
        return "\n".join([self.title, *_words(self.blocks)])

    @property
    def json(self) -> JsonObject:
        """The view as the Web API gives it."""
        with self._slack.workspace.changed:
            return view_json(self._slack.workspace, self._record)


@dataclass
class Invocation:
    """A command, button or shortcut, and what came of it.

    `error` is what Slack would show to the person (operation_timeout, invalid_command).
    """

    acked: bool
    error: str
    answer: JsonObject = field(default_factory=dict)
    slack: Sandbox | None = None
    url: ResponseUrlRecord | None = None

    @property
    def replies(self) -> list[Message]:
        """What was said in the acknowledgement and through the response_url so far."""
        if self.slack is None or self.url is None:
            return []
        return [Message(self.slack, record) for record in self.url.said]


@dataclass
class SubmitResult:
    """What came of submitting a modal: errors by block_id, or that it closed.

    `error` is what Slack shows when the app did not answer or answered nonsense.
    """

    errors: dict[str, str]
    closed: bool
    error: str = ""


class Channel:
    """A channel, private channel or DM."""

    def __init__(self, slack: Sandbox, record: ChannelRecord) -> None:
        self._slack = slack
        self._record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Channel) and other._record is self._record

    def __hash__(self) -> int:
        return id(self._record)

    def __repr__(self) -> str:
        return f"<Channel {self._record.id} #{self._record.name}>"

    @property
    def record(self) -> ChannelRecord:
        """The plain data behind the handle."""
        return self._record

    @property
    def id(self) -> str:
        """Its ID, which can change once for a private channel."""
        return self._record.id

    @property
    def name(self) -> str:
        """Its name, without #."""
        return self._record.name

    @property
    def members(self) -> list[str]:
        """The user IDs of those in it."""
        return list(self._record.members)

    @property
    def messages(self) -> list[Message]:
        """What stands in the channel itself, oldest first, without ephemeral messages."""
        with self._slack.workspace.changed:
            records = [one for one in self._record.messages.values() if one.in_channel]
            return [Message(self._slack, record) for record in records]

    def renames(self, name: str) -> None:
        """Somebody gives the channel another name."""
        with self._slack.workspace.changed:
            self._slack.workspace.rename(self._record, name, self._somebody())

    def archives(self) -> None:
        """Somebody archives the channel."""
        with self._slack.workspace.changed:
            self._slack.workspace.set_archived(self._record, True, self._somebody())

    def unarchives(self) -> None:
        """Somebody brings the channel back."""
        with self._slack.workspace.changed:
            self._slack.workspace.set_archived(self._record, False, self._somebody())

    def becomes_private_id(self) -> str:
        """The ID of a private channel changes from G… to C… (channel_id_changed)."""
        with self._slack.workspace.changed:
            if not self._record.is_private or not self._record.id.startswith("G"):
                raise Impossible("only a private channel's G… ID changes")
            return self._slack.workspace.change_channel_id(self._record)

    def invites(self, *people: Person | Bot) -> None:
        """Somebody brings people or the bot into the channel."""
        with self._slack.workspace.changed:
            inviter = self._somebody()
            for person in people:
                if person.id not in self._record.members:
                    self._slack.workspace.join(self._record, person.record, inviter.id)

    def removes(self, person: Person | Bot) -> None:
        """Somebody takes a person or the bot out of the channel."""
        with self._slack.workspace.changed:
            if person.id not in self._record.members:
                raise Impossible("not_in_channel")
            remover = self._somebody()
            self._slack.workspace.leave(self._record, person.record, remover.id)

    def _somebody(self) -> PersonRecord:
        people = self._slack.workspace.people
        return people.get(self._record.creator) or self._slack.workspace.bot


class Bot:
    """The app's bot user as somebody who can be invited and removed."""

    def __init__(self, slack: Sandbox, record: PersonRecord) -> None:
        self._slack = slack
        self._record = record

    @property
    def id(self) -> str:
        """The user ID."""
        return self._record.id

    @property
    def record(self) -> PersonRecord:
        """The plain data behind the handle."""
        return self._record
