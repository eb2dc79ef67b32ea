"""What the sandbox knows: plain data, changed only by `Workspace`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.json_types import JsonObject

SLACKBOT = "USLACKBOT"


@dataclass
class PersonRecord:
    """A person or bot user of this workspace or of a connected one."""

    id: str
    username: str
    real_name: str
    display_name: str
    team_id: str
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    locale: str = "ja-JP"
    tz: str = "Asia/Tokyo"
    bot_id: str = ""
    app_id: str = ""
    updated: int = 0

    @property
    def shown_name(self) -> str:
        """The name that Slack shows."""
        return self.display_name or self.real_name


@dataclass
class FileRecord:
    """An uploaded file; only its description is kept. `size` is in bytes.

    `shared` holds the IDs of the channels in which it was posted; `handed_over` is true once
    its owner submitted it to the app in a modal.
    """

    id: str
    name: str
    user: str
    created: int
    size: int = 1024
    shared: dict[str, None] = field(default_factory=dict)
    handed_over: bool = False
    deleted: bool = False

    @property
    def kind(self) -> str:
        """Its filetype: the extension in small letters."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


@dataclass(frozen=True)
class Persona:
    """The name and picture that a message of an app shows instead of the app's own.

    https://docs.slack.dev/reference/methods/chat.postMessage#authorship. An emoji, with colons,
    goes before an address.
    """

    username: str
    icon_emoji: str = ""
    icon_url: str = ""

    @property
    def icons(self) -> JsonObject:
        """The `icons` of the message."""
        if self.icon_emoji:
            return {"emoji": self.icon_emoji}
        sizes = ("image_36", "image_48", "image_72") if self.icon_url else ()
        return dict.fromkeys(sizes, self.icon_url)


@dataclass
class MessageRecord:
    """A message, a reply, an ephemeral message or the tombstone of a deleted thread root.

    `reactions` maps the raw emoji name to the people who gave it, oldest first. `notifies`
    holds the user IDs that its mentions reach (a DM's mere arrival is not a mention).
    `edited` is the time stamp of the last edit, whole seconds as in Slack. `choices` is what
    each person has chosen in its menus, by user ID, block_id and action_id.
    """

    channel_id: str
    ts: str
    user: str
    text: str
    team_id: str
    blocks: list[JsonObject] = field(default_factory=list)
    subtype: str = ""
    thread_ts: str = ""
    bot_id: str = ""
    app_id: str = ""
    client_msg_id: str = ""
    edited: str = ""
    edited_by: str = ""
    files: list[FileRecord] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: JsonObject | None = None
    extra: JsonObject = field(default_factory=dict)
    persona: Persona | None = None
    choices: dict[str, dict[str, dict[str, JsonObject]]] = field(default_factory=dict)
    notifies: frozenset[str] = frozenset()
    ephemeral_to: str = ""
    deleted: bool = False
    replies: list[str] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Whether it shows in the channel itself (a reply only when it was broadcast)."""
        return not self.is_reply or self.subtype == "thread_broadcast"


@dataclass
class ChannelRecord:
    """A public or private channel, a DM or a group DM; `messages` by ts, oldest first."""

    id: str
    name: str
    created: int
    creator: str
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    archived: bool = False
    shared_with: str = ""
    topic: str = ""
    purpose: str = ""
    previous_names: list[str] = field(default_factory=list)
    members: dict[str, None] = field(default_factory=dict)
    messages: dict[str, MessageRecord] = field(default_factory=dict)
    ephemerals: list[MessageRecord] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Slack's channel_type: channel, group, im or mpim."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"


@dataclass
class ViewRecord:
    """A modal or a Home tab. `state` is values by block_id and action_id.

    `channel_id` is the conversation in which the person was when it opened. `offered` are the
    options that its external menus have shown, by action_id; `errors` stand under its inputs.
    """

    id: str
    user: str
    kind: str
    body: JsonObject
    hash: str
    root_id: str
    previous_id: str = ""
    state: dict[str, dict[str, JsonObject]] = field(default_factory=dict)
    open: bool = True
    channel_id: str = ""
    offered: dict[str, list[JsonObject]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class UserGroupRecord:
    """A user group (@防災チーム)."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    created: int = 0
    disabled: bool = False


@dataclass
class TriggerRecord:
    """A trigger_id: who caused it, until when it opens a modal, and whether it has."""

    id: str
    user: str
    expires: datetime
    used: bool = False
    view_id: str = ""
    channel_id: str = ""


@dataclass
class ResponseUrlRecord:
    """Where an app may answer a command or an action, five times within 30 minutes."""

    path: str
    user: str
    channel_id: str
    expires: datetime
    message_ts: str = ""
    is_ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0
    said: list[MessageRecord] = field(default_factory=list)


@dataclass
class Call:
    """One call of the Web API, with what came of it (`error` is empty when it went well)."""

    method: str
    args: JsonObject
    ok: bool
    error: str
    at: datetime
