"""A person in Slack: writes, reacts, reads, joins, is renamed and leaves."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import markup
from sandbox.acting import Acting
from sandbox.actors import Channel, Impossible, Message
from sandbox.api.reactions import known_emoji
from sandbox.json_types import JsonObject
from sandbox.records import ChannelRecord, FileRecord

MOST_CHARACTERS = 40_000


class Person(Acting):
    """A person of the workspace, or of a connected one, or another app's bot."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and other._record is self._record

    def __hash__(self) -> int:
        return id(self._record)

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.name}>"

    @property
    def name(self) -> str:
        """The name that Slack shows."""
        return self._record.shown_name

    @property
    def mention(self) -> str:
        """How the person is mentioned in a text."""
        return f"<@{self.id}>"

    # --- writing --------------------------------------------------------------------------

    def posts(
        self,
        channel: Channel,
        text: str = "",
        *,
        files: Iterable[str | FileRecord] = (),
        subtype: str | None = None,
        extra: JsonObject | None = None,
    ) -> Message:
        """Write a message. Slack's mention syntax works; other reserved signs are escaped.

        `files` are the names of new files, or uploaded ones. `subtype` makes it a message of
        that kind (me_message, huddle_thread, …), `extra` adds fields that such a message carries.
        """
        return self._writes(channel, text, "", files, subtype or "", extra)

    def replies(
        self,
        message: Message,
        text: str = "",
        *,
        broadcast: bool = False,
        files: Iterable[str | FileRecord] = (),
    ) -> Message:
        """Reply in a message's thread; `broadcast` shows the reply in the channel too."""
        root = message.record.thread_ts or message.ts
        kind = "thread_broadcast" if broadcast else ""
        return self._writes(message.channel, text, root, files, kind, None)

    def _writes(
        self,
        channel: Channel,
        text: str,
        thread_ts: str,
        files: Iterable[str | FileRecord],
        subtype: str,
        extra: JsonObject | None,
    ) -> Message:
        workspace = self._slack.workspace
        with workspace.changed:
            self._may_post(channel.record)
            names = list(files)
            if not text and not names:
                raise Impossible("no_text")
            if len(text) > MOST_CHARACTERS:
                raise Impossible("msg_too_long")
            if thread_ts and thread_ts not in channel.record.messages:
                raise Impossible("message_not_found")
            kept = [
                name if isinstance(name, FileRecord) else workspace.add_file(name, self.id)
                for name in names
            ]
            record = workspace.post(
                channel.record,
                self._record,
                markup.compose(text),
                files=kept,
                subtype=subtype,
                thread_ts=thread_ts,
                extra=extra,
            )
            return Message(self._slack, record)

    def _may_post(self, channel: ChannelRecord) -> None:
        self._may_write(channel)
        installed = self._slack.installation
        closed = installed.messages_tab_read_only or not installed.messages_tab
        if channel.is_im and self._slack.bot_user_id in channel.members and closed:
            raise Impossible("sending messages to this app has been turned off")

    def edits(self, message: Message, text: str) -> None:
        """Change the words of one's own message."""
        with self._slack.workspace.changed:
            if message.user != self.id or message.ephemeral:
                raise Impossible("cant_update_message")
            if message.deleted:
                raise Impossible("message_not_found")
            if not self._slack.workspace.may_edit(message.record):
                raise Impossible("edit_window_closed")
            self._slack.workspace.edit(message.record, self.id, markup.compose(text))

    def deletes(self, message: Message) -> None:
        """Delete one's own message (an admin: anybody's)."""
        with self._slack.workspace.changed:
            boss = self._record.is_admin or self._record.is_owner
            if message.user != self.id and not boss:
                raise Impossible("cant_delete_message")
            if message.deleted:
                raise Impossible("message_not_found")
            self._slack.workspace.delete(message.record)

    def reacts(self, message: Message, name: str) -> None:
        """Put an emoji on a message."""
        workspace = self._slack.workspace
        with workspace.changed:
            if message.deleted or message.ephemeral:
                raise Impossible("message_not_found")
            if not known_emoji(workspace, name):
                raise Impossible(f"invalid_name: {name}")
            if message.channel.record.archived:
                raise Impossible("is_archived")
            if self.id in message.record.reactions.get(name, []):
                raise Impossible("already_reacted")
            self._sees_channel(message.channel.record)
            workspace.react(message.record, name, self.id)

    def unreacts(self, message: Message, name: str) -> None:
        """Take an emoji back."""
        with self._slack.workspace.changed:
            if self.id not in message.record.reactions.get(name, []):
                raise Impossible("no_reaction")
            self._slack.workspace.unreact(message.record, name, self.id)

    def joins(self, channel: Channel) -> None:
        """Join a public channel."""
        with self._slack.workspace.changed:
            self._sees_channel(channel.record)
            if self.id not in channel.record.members:
                self._slack.workspace.join(channel.record, self._record)

    def leaves(self, channel: Channel) -> None:
        """Leave a channel."""
        with self._slack.workspace.changed:
            if self.id not in channel.record.members:
                raise Impossible("not_in_channel")
            self._slack.workspace.leave(channel.record, self._record)

    # --- reading and being somebody -------------------------------------------------------

    def sees(self, channel: Channel) -> list[Message]:
        """What stands in the channel for this person, oldest first, with what only they see."""
        with self._slack.workspace.changed:
            self._sees_channel(channel.record)
            records = [one for one in channel.record.messages.values() if one.in_channel]
            records += [one for one in channel.record.ephemerals if one.ephemeral_to == self.id]
            records.sort(key=lambda one: one.ts)
            return [Message(self._slack, record) for record in records]

    def dm(self) -> Channel:
        """The DM with the app."""
        with self._slack.workspace.changed:
            return Channel(self._slack, self._slack.workspace.dm(self.id))

    def renames(self, display_name: str) -> None:
        """Take another display name."""
        with self._slack.workspace.changed:
            self._record.display_name = display_name
            self._slack.workspace.change_person(self._record)

    def changes_title(self, title: str) -> None:
        """Change the title, in which city halls write the department."""
        with self._slack.workspace.changed:
            self._record.title = title
            self._slack.workspace.change_person(self._record)

    def is_deactivated(self) -> None:
        """An admin deactivates the account."""
        with self._slack.workspace.changed:
            self._record.deleted = True
            for channel in self._slack.workspace.channels.values():
                if not channel.is_im:
                    channel.members.pop(self.id, None)
            self._slack.workspace.change_person(self._record)
