"""The state of the sandbox's Slack, and every way in which it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox import events, markup, objects
from sandbox.clock import SandboxClock
from sandbox.directory import Directory
from sandbox.json_types import JsonObject
from sandbox.notify import notified
from sandbox.records import ChannelRecord, FileRecord, MessageRecord, Persona, PersonRecord

Emit = Callable[[JsonObject, ChannelRecord | None], None]


def _unheard(event: JsonObject, channel: ChannelRecord | None) -> None:
    """Events go nowhere until somebody listens."""


class Workspace(Directory):
    """People, channels, messages and views, and what happens to them.

    Events leave through `emit`. Whoever reads or writes holds `changed`.
    """

    def __init__(self, clock: SandboxClock, *, domain: str, name: str, language: str) -> None:
        self.emit: Emit = _unheard
        super().__init__(clock, domain=domain, name=name, language=language)

    def change_person(self, person: PersonRecord) -> None:
        """Tell the app that a person's profile changed."""
        person.updated = self.seconds()
        self.emit(events.user_change(self, person), None)
        self.touch()

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
        persona: Persona | None = None,
        typed_mentions: bool = False,
    ) -> MessageRecord:
        """Put a message into a channel or thread and tell the app.

        `text` is in Slack's syntax. `typed_mentions` counts bare @words as mentions, as
        `link_names` and `parse=full` do.
        """
        message = self.draft(channel, author, text, blocks, thread_ts, attachments, typed_mentions)
        message.subtype = subtype or ("bot_message" if persona else "")
        message.persona = persona
        message.files = list(files)
        for file in message.files:
            self.files[file.id] = file
            file.shared[channel.id] = None
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
        persona: Persona | None = None,
    ) -> MessageRecord:
        """Show an ephemeral message of the bot to one person."""
        message = self.draft(channel, self.bot, text, blocks, thread_ts, attachments)
        message.ephemeral_to = to
        message.persona = persona
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
        attachments: Iterable[JsonObject] | None = None,
        metadata: JsonObject | None = None,
        mark: bool = True,
    ) -> None:
        """Change a message's words and tell the app; `mark=False` leaves no (edited) sign.

        Attachments and metadata that are None stay as they are; empty metadata goes away.

        The time of an edit has whole seconds, as in Slack. Two edits are at least a second
        apart, because a person needs that long.
        """
        channel = self.channels[message.channel_id]
        before = objects.message_json(self, message)
        message.text = text
        message.blocks = markup.with_defaults(blocks, self.new_block_id)
        if not message.blocks and text:
            message.blocks = [markup.rich_text(text, self.new_block_id())]
        if attachments is not None:
            message.attachments = list(attachments)
        if metadata is not None:
            message.metadata = metadata or None
        message.choices = {}
        if mark:
            earlier = int(float(message.edited or message.ts)) if message.edited else 0
            message.edited = f"{max(self.seconds(), earlier + 1)}.000000"
            message.edited_by = by
        message.notifies = notified(self, channel, text, [*message.blocks, *message.attachments])
        self.emit(events.message_changed(self, channel, message, before), channel)
        self.touch()

    def may_edit(self, message: MessageRecord) -> bool:
        """Whether the workspace still lets messages of that age be edited."""
        if self.edit_window is None:
            return True
        return self.clock.now().timestamp() - float(message.ts) <= self.edit_window.total_seconds()

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
        message.choices = {}
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
        for file in self.files.values():
            file.shared = {new if one == old else one: None for one in file.shared}
        self.emit(events.channel_id_changed(self, old, new), channel)
        self.touch()
        return new
