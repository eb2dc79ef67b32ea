"""What a person can do in Slack: write, react, run commands, press buttons, fill in modals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox import actions, events, markup, views
from sandbox.actors import Bot, Channel, Impossible, Invocation, Message, SubmitResult, View
from sandbox.api.reactions import known_emoji
from sandbox.delivery import Parcel
from sandbox.json_types import JsonObject, as_objects, as_text
from sandbox.records import ChannelRecord, FileRecord, ResponseUrlRecord

MOST_CHARACTERS = 40_000


class Person(Bot):
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
            self._may_write(channel.record)
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

    def _may_write(self, channel: ChannelRecord) -> None:
        if self._record.deleted:
            raise Impossible("account_inactive")
        if self.id not in channel.members:
            raise Impossible(f"not_in_channel: {self.name} is not in #{channel.name}")
        if channel.archived:
            raise Impossible("is_archived")

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

    def _sees_channel(self, channel: ChannelRecord) -> None:
        if channel.kind != "channel" and self.id not in channel.members:
            raise Impossible("channel_not_found")

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

    # --- commands, buttons and menus ------------------------------------------------------

    def runs(self, command: str, text: str, channel: Channel) -> Invocation:
        """Run a slash command and wait for its acknowledgement."""
        slack = self._slack
        self._may_write(channel.record)
        if command not in slack.installation.commands:
            return Invocation(False, "invalid_command", {}, slack)
        parcel, url = slack.interactions.command(self._record, command, text, channel.record)
        return self._invocation(parcel, url)

    def presses(
        self, target: Message | View, action_id: str, *, value: str | None = None
    ) -> Invocation:
        """Press a button; `value` tells apart several with one action_id."""
        found = actions.find(self._blocks(target), action_id, value)
        return self._acts(target, actions.pressed(*found))

    def chooses(self, target: Message | View, action_id: str, value: actions.Choice) -> Invocation:
        """Choose in a menu, tick boxes, pick a date: an option's value, an ID, a date or a list."""
        block, element = actions.find(self._blocks(target), action_id, None)
        chosen = actions.state_value(element, value)
        if isinstance(target, View):
            block_id = as_text(block.get("block_id"))
            with self._slack.workspace.changed:
                target.record.state.setdefault(block_id, {})[action_id] = chosen
        return self._acts(target, actions.chosen(block, element, chosen))

    def _blocks(self, target: Message | View) -> list[JsonObject]:
        if isinstance(target, Message):
            to = target.record.ephemeral_to
            if to and to != self.id:
                raise Impossible("the message is for somebody else")
            self._sees_channel(target.channel.record)
        elif target.record.user != self.id or not target.record.open:
            raise Impossible("the view is not in front of this person")
        return target.blocks

    def _acts(self, target: Message | View, action: JsonObject) -> Invocation:
        slack = self._slack
        self._needs_interactivity()
        if isinstance(target, View):
            return self._invocation(
                slack.interactions.act_on_view(self._record, target.record, action), None
            )
        parcel, url = slack.interactions.act_on_message(self._record, target.record, action)
        return self._invocation(parcel, url)

    def _needs_interactivity(self) -> None:
        if not self._slack.installation.interactive:
            raise Impossible("this app is not configured to handle interactive responses")

    def _invocation(self, parcel: Parcel, url: ResponseUrlRecord | None) -> Invocation:
        slack = self._slack
        error = slack.interactions.wait(parcel)
        if not error and parcel.answer and url is not None and parcel.kind == "slash_commands":
            with slack.workspace.changed:
                error = slack.interactions.respond(url, parcel.answer)
        return Invocation(parcel.acked, error, parcel.answer, slack, url)

    def shortcut(self, callback_id: str, message: Message | None = None) -> Invocation:
        """Run a shortcut, global or on a message."""
        wanted = "message" if message is not None else "global"
        if self._slack.installation.shortcuts.get(callback_id) != wanted:
            raise Impossible(f"there is no {wanted} shortcut {callback_id!r}")
        self._needs_interactivity()
        record = message.record if message is not None else None
        parcel, url = self._slack.interactions.shortcut(self._record, callback_id, record)
        return self._invocation(parcel, url)

    # --- modals and the Home --------------------------------------------------------------

    @property
    def modal(self) -> View | None:
        """The modal in front of the person, or None."""
        with self._slack.workspace.changed:
            stack = self._slack.workspace.modals.get(self.id)
            return View(self._slack, self._slack.workspace.views[stack[-1]]) if stack else None

    @property
    def home(self) -> View | None:
        """The app's Home as the person sees it, or None when nothing was published."""
        with self._slack.workspace.changed:
            view_id = self._slack.workspace.homes.get(self.id)
            return View(self._slack, self._slack.workspace.views[view_id]) if view_id else None

    def fills(self, view: View, values: Mapping[str, actions.Choice]) -> None:
        """Fill in inputs by block_id: words, an option's value, a person, a channel, a list."""
        with self._slack.workspace.changed:
            inputs = {
                as_text(block.get("block_id")): element
                for block, element in markup.elements_of(as_objects(view.record.body["blocks"]))
            }
            for block_id, value in values.items():
                if block_id not in inputs:
                    raise Impossible(f"no input {block_id!r}; there are {', '.join(inputs)}")
                element = inputs[block_id]
                action_id = as_text(element.get("action_id"))
                held = view.record.state.setdefault(block_id, {})
                held[action_id] = actions.state_value(element, value)
            self._slack.workspace.touch()

    def submits(self, view: View | None = None) -> SubmitResult:
        """Press the submit button of the modal in front, and wait for what comes of it."""
        front = self._front(view)
        missing = views.missing_inputs(front.record)
        if missing:
            return SubmitResult(missing, False)
        interactions = self._slack.interactions
        parcel = interactions.submit(self._record, front.record)
        error = interactions.wait(parcel)
        if error:
            return SubmitResult({}, False, error)
        try:
            errors = interactions.take_answer(front.record, parcel.answer)
        except ValueError as nonsense:
            return SubmitResult({}, False, str(nonsense))
        return SubmitResult(errors, not front.record.open)

    def _front(self, view: View | None) -> View:
        front = self.modal
        if front is None or (view is not None and view != front):
            raise Impossible("that modal is not in front of this person")
        return front

    def closes(self, view: View | None = None) -> None:
        """Close the modal in front; the app hears of it if it asked for notify_on_close."""
        front = self._front(view)
        workspace = self._slack.workspace
        cleared = bool(front.record.body.get("clear_on_close"))
        with workspace.changed:
            if cleared:
                views.close_all(workspace, self.id)
            else:
                views.close_top(workspace, self.id)
        if front.record.body.get("notify_on_close"):
            parcel = self._slack.interactions.closed(self._record, front.record, cleared=cleared)
            self._slack.interactions.wait(parcel)

    def opens_home(self, tab: str = "home") -> None:
        """Open the app's Home (or its Messages tab)."""
        workspace = self._slack.workspace
        with workspace.changed:
            workspace.emit(events.app_home_opened(workspace, self._record, tab), None)
            workspace.touch()

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
