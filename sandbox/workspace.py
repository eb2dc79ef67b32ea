"""The state of the sandbox's Slack, and every way in which it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from sandbox import events, markup, objects
from sandbox.clock import SandboxClock, microseconds
from sandbox.json_types import JsonObject
from sandbox.notify import notified
from sandbox.records import (
    Call,
    ChannelRecord,
    FileRecord,
    MessageRecord,
    PersonRecord,
    ResponseUrlRecord,
    TriggerRecord,
    UserGroupRecord,
    ViewRecord,
)

Emit = Callable[[JsonObject, ChannelRecord | None], None]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _unheard(event: JsonObject, channel: ChannelRecord | None) -> None:
    """Events go nowhere until somebody listens."""


class Workspace:
    """People, channels, messages and views. Whoever reads or writes holds `changed`.

    `changed` is a condition on a re-entrant lock; `revision` grows with every change, so that
    a waiting thread knows that something happened. Events leave through `emit`.
    """

    def __init__(self, clock: SandboxClock, *, domain: str, name: str, language: str) -> None:
        self.clock = clock
        self.domain = domain
        self.name = name
        self.language = language
        self.changed = threading.Condition(threading.RLock())
        self.revision = 0
        self.emit: Emit = _unheard
        self.people: dict[str, PersonRecord] = {}
        self.channels: dict[str, ChannelRecord] = {}
        self.user_groups: dict[str, UserGroupRecord] = {}
        self.views: dict[str, ViewRecord] = {}
        self.modals: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, TriggerRecord] = {}
        self.response_urls: dict[str, ResponseUrlRecord] = {}
        self.custom_emoji: dict[str, str] = {}
        self.calls: list[Call] = []
        self._waiting = 0
        self._last_ts = 0
        self._counters: dict[str, int] = {}
        self.team_id = self.new_id("T")
        self.app_id = self.new_id("A")
        self.bot = self.add_person("iine", username="iine", is_bot=True)
        self.bot.app_id = self.app_id

    @property
    def url(self) -> str:
        """The address of the workspace, as auth.test says it and permalinks begin with it."""
        return f"https://{self.domain}.slack.com/"

    # --- time, identity and waiting -------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """An ID in Slack's form, counted up, so that runs are alike."""
        number = self._counters.get(prefix, 0) + 1
        self._counters[prefix] = number
        digits = ""
        while number:
            number, rest = divmod(number, 36)
            digits = ALPHABET[rest] + digits
        return f"{prefix}0SBX{digits.zfill(6)}"

    def new_ts(self) -> str:
        """A time stamp that no other message or event has, never before the one before."""
        self._last_ts = max(microseconds(self.clock.now()), self._last_ts + 1)
        seconds, rest = divmod(self._last_ts, 1_000_000)
        return f"{seconds}.{rest:06d}"

    def seconds(self) -> int:
        """Whole seconds since 1970 on the sandbox's clock."""
        return microseconds(self.clock.now()) // 1_000_000

    def touch(self) -> None:
        """Say that something changed; costs next to nothing when nobody waits."""
        self.revision += 1
        if self._waiting:
            self.changed.notify_all()

    def wait_for_change(self, since: int, timeout: float) -> None:
        """Wait until `revision` differs from `since`, at most `timeout` real seconds."""
        with self.changed:
            self._waiting += 1
            try:
                self.changed.wait_for(lambda: self.revision != since, timeout=timeout)
            finally:
                self._waiting -= 1

    # --- people and channels --------------------------------------------------------------

    def add_person(
        self,
        real_name: str,
        *,
        username: str = "",
        display_name: str = "",
        team_id: str = "",
        is_bot: bool = False,
    ) -> PersonRecord:
        """Add a person; a bot gets a bot_id and an app of its own as well."""
        user_id = self.new_id("U")
        record = PersonRecord(
            id=user_id,
            username=username or f"user{len(self.people) + 1}",
            real_name=real_name,
            display_name=display_name,
            team_id=team_id or self.team_id,
            is_bot=is_bot,
            updated=self.seconds(),
        )
        if is_bot:
            record.bot_id = self.new_id("B")
            record.app_id = self.new_id("A")
        self.people[user_id] = record
        self.touch()
        return record

    def change_person(self, person: PersonRecord) -> None:
        """Tell the app that a person's profile changed."""
        person.updated = self.seconds()
        self.emit(events.user_change(self, person), None)
        self.touch()

    def add_channel(self, name: str, *, creator: str, is_private: bool = False) -> ChannelRecord:
        """Add a channel without telling anybody (it was there before)."""
        channel_id = self.new_id("G" if is_private else "C")
        channel = ChannelRecord(channel_id, name, self.seconds(), creator, is_private=is_private)
        self.channels[channel_id] = channel
        self.touch()
        return channel

    def dm(self, user_id: str) -> ChannelRecord:
        """The DM between the bot and a person, made when there is none."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        return self.add_conversation([user_id])

    def add_conversation(self, users: Iterable[str]) -> ChannelRecord:
        """A DM with one person or a group DM with several."""
        people = list(users)
        is_im = len(people) == 1
        channel = ChannelRecord(
            self.new_id("D" if is_im else "G"),
            "" if is_im else "mpdm-" + "--".join(self.people[user].username for user in people),
            self.seconds(),
            people[0],
            is_private=not is_im,
            is_im=is_im,
            is_mpim=not is_im,
            members=dict.fromkeys([*people, self.bot.id]),
        )
        self.channels[channel.id] = channel
        self.touch()
        return channel

    def add_user_group(self, handle: str, name: str, members: Iterable[str]) -> UserGroupRecord:
        """Add a user group that can be mentioned as @handle."""
        group = UserGroupRecord(self.new_id("S"), handle, name, tuple(members))
        self.user_groups[group.id] = group
        return group

    # --- messages -------------------------------------------------------------------------

    def post(
        self,
        channel: ChannelRecord,
        author: PersonRecord,
        text: str,
        *,
        blocks: Iterable[JsonObject] = (),
        subtype: str = "",
        thread_ts: str = "",
        files: Iterable[FileRecord] = (),
        attachments: Iterable[JsonObject] = (),
        metadata: JsonObject | None = None,
        extra: JsonObject | None = None,
        typed_mentions: bool = False,
    ) -> MessageRecord:
        """Put a message into a channel or thread and tell the app.

        `text` is in Slack's syntax. `typed_mentions` counts bare @words as mentions, as
        `link_names` and `parse=full` do.
        """
        message = self.draft(channel, author, text, blocks, thread_ts, attachments, typed_mentions)
        message.subtype = subtype
        message.files = list(files)
        message.metadata = metadata
        message.extra = extra or {}
        channel.messages[message.ts] = message
        if message.is_reply:
            root = channel.messages[thread_ts]
            root.replies.append(message.ts)
            root.thread_ts = root.ts
        self.emit(events.message_posted(self, channel, message), channel)
        self.touch()
        return message

    def whisper(
        self,
        channel: ChannelRecord,
        text: str,
        to: str,
        *,
        blocks: Iterable[JsonObject] = (),
        thread_ts: str = "",
        attachments: Iterable[JsonObject] = (),
    ) -> MessageRecord:
        """Show an ephemeral message of the bot to one person."""
        message = self.draft(channel, self.bot, text, blocks, thread_ts, attachments)
        message.ephemeral_to = to
        channel.ephemerals.append(message)
        self.touch()
        return message

    def draft(
        self,
        channel: ChannelRecord,
        author: PersonRecord,
        text: str,
        blocks: Iterable[JsonObject] = (),
        thread_ts: str = "",
        attachments: Iterable[JsonObject] = (),
        typed_mentions: bool = False,
    ) -> MessageRecord:
        """A message that is not yet anywhere; without blocks it gets a rich text block."""
        filled = markup.with_defaults(blocks, self.new_block_id)
        if not filled and text:
            filled = [markup.rich_text(text, self.new_block_id())]
        kept = list(attachments)
        return MessageRecord(
            channel_id=channel.id,
            ts=self.new_ts(),
            user=author.id,
            text=text,
            team_id=author.team_id,
            blocks=filled,
            thread_ts=thread_ts,
            bot_id=author.bot_id,
            app_id=author.app_id,
            client_msg_id="" if author.is_bot else self.new_id("MSG"),
            attachments=kept,
            notifies=notified(self, channel, text, [*filled, *kept], typed=typed_mentions),
        )

    def new_block_id(self) -> str:
        """A short block_id such as Slack makes when a block has none."""
        return self.new_id("b")[-5:]

    def edit(
        self,
        message: MessageRecord,
        by: str,
        text: str,
        *,
        blocks: Iterable[JsonObject] = (),
        metadata: JsonObject | None = None,
        mark: bool = True,
    ) -> None:
        """Change a message's words and tell the app; `mark=False` leaves no (edited) sign.

        The time of an edit has whole seconds, as in Slack. Two edits are at least a second
        apart, because a person needs that long.
        """
        channel = self.channels[message.channel_id]
        before = objects.message_json(self, message)
        message.text = text
        message.blocks = markup.with_defaults(blocks, self.new_block_id)
        if not message.blocks and text:
            message.blocks = [markup.rich_text(text, self.new_block_id())]
        if metadata is not None:
            message.metadata = metadata
        if mark:
            earlier = int(float(message.edited or message.ts)) if message.edited else 0
            message.edited = f"{max(self.seconds(), earlier + 1)}.000000"
            message.edited_by = by
        message.notifies = notified(self, channel, text, message.blocks)
        self.emit(events.message_changed(self, channel, message, before), channel)
        self.touch()

    def unfurl(self, message: MessageRecord, attachment: JsonObject) -> None:
        """Add a preview of a link to a message; nobody has edited it, so there is no `edited`."""
        channel = self.channels[message.channel_id]
        before = objects.message_json(self, message)
        message.attachments = [*message.attachments, attachment]
        self.emit(events.message_changed(self, channel, message, before), channel)
        self.touch()

    def delete(self, message: MessageRecord) -> None:
        """Delete a message; a thread root with replies leaves a tombstone behind."""
        channel = self.channels[message.channel_id]
        before = objects.message_json(self, message)
        message.deleted = True
        message.text, message.blocks, message.files = "", [], []
        message.attachments, message.reactions, message.metadata = [], {}, None
        if message.replies:
            message.subtype = "tombstone"
            self.emit(events.message_changed(self, channel, message, before), channel)
        else:
            del channel.messages[message.ts]
            if message.is_reply and message.thread_ts in channel.messages:
                self._forget_reply(channel, message)
            self.emit(events.message_deleted(self, channel, message, before), channel)
        self.touch()

    def _forget_reply(self, channel: ChannelRecord, reply: MessageRecord) -> None:
        root = channel.messages[reply.thread_ts]
        root.replies.remove(reply.ts)
        if not root.replies:
            root.thread_ts = ""
            if root.deleted:
                del channel.messages[root.ts]

    def react(self, message: MessageRecord, name: str, user: str) -> None:
        """Add a reaction; the caller has checked that it is not there yet."""
        message.reactions.setdefault(name, []).append(user)
        self._reacted("reaction_added", message, name, user)

    def unreact(self, message: MessageRecord, name: str, user: str) -> None:
        """Take a reaction back; the caller has checked that it is there."""
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        self._reacted("reaction_removed", message, name, user)

    def _reacted(self, kind: str, message: MessageRecord, name: str, user: str) -> None:
        channel = self.channels[message.channel_id]
        self.emit(events.reaction(self, kind, message, name, user), channel)
        self.touch()

    # --- what happens to a channel --------------------------------------------------------

    def join(self, channel: ChannelRecord, person: PersonRecord, inviter: str = "") -> None:
        """Put a person or bot into a channel, with the message that says so."""
        channel.members[person.id] = None
        extra: JsonObject = {"inviter": inviter} if inviter else {}
        text = f"<@{person.id}> has joined the channel"
        self.post(channel, person, text, subtype="channel_join", extra=extra)
        self.emit(events.member(self, "member_joined_channel", channel, person, inviter), channel)
        self.touch()

    def leave(self, channel: ChannelRecord, person: PersonRecord, remover: str = "") -> None:
        """Take a person or bot out of a channel."""
        text = f"<@{person.id}> has left the channel"
        self.post(channel, person, text, subtype="channel_leave")
        if person.id == self.bot.id:
            self.emit(events.channel_left(self, channel, remover), channel)
            channel.members.pop(person.id, None)
        else:
            channel.members.pop(person.id, None)
            self.emit(events.member(self, "member_left_channel", channel, person, ""), channel)
        self.touch()

    def rename(self, channel: ChannelRecord, name: str, by: PersonRecord) -> None:
        """Give a channel another name."""
        old, channel.name = channel.name, name
        channel.previous_names.append(old)
        extra: JsonObject = {"old_name": old, "name": name}
        text = f'has renamed the channel from "{old}" to "{name}"'
        self.post(channel, by, text, subtype=f"{channel.kind}_name", extra=extra)
        self.emit(events.channel_rename(self, channel, old), channel)
        self.touch()

    def set_archived(self, channel: ChannelRecord, archived: bool, by: PersonRecord) -> None:
        """Archive a channel or bring it back."""
        word = "archive" if archived else "unarchive"
        if archived:
            self.post(channel, by, "archived the channel", subtype=f"{channel.kind}_{word}")
        channel.archived = archived
        if not archived:
            self.post(channel, by, "un-archived the channel", subtype=f"{channel.kind}_{word}")
        self.emit(events.channel_archive(self, channel, word, by), channel)
        self.touch()

    def change_channel_id(self, channel: ChannelRecord) -> str:
        """Give a private channel a C… ID, as Slack does when it is shared. Returns the new ID."""
        old = channel.id
        new = self.new_id("C")
        del self.channels[old]
        channel.id = new
        self.channels[new] = channel
        for message in [*channel.messages.values(), *channel.ephemerals]:
            message.channel_id = new
        self.emit(events.channel_id_changed(self, old, new), channel)
        self.touch()
        return new
