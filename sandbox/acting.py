"""What people do with an app in Slack: commands, buttons, menus, shortcuts, modals, its Home."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox import actions, events, inputs, views
from sandbox.actors import Bot, Channel, Impossible, Invocation, Message, SubmitResult, View
from sandbox.blocks import check_options
from sandbox.choosing import Choice, Chooser, options_in
from sandbox.delivery import Parcel
from sandbox.json_types import JsonObject, as_text
from sandbox.records import ChannelRecord, FileRecord, ResponseUrlRecord

SHORTEST_QUERY = 3
"""Characters after which an external menu asks, unless it says another `min_query_length`."""


class Acting(Bot):
    """Somebody who acts on what an app shows."""

    # --- commands and shortcuts -----------------------------------------------------------

    def runs(self, command: str, text: str, channel: Channel) -> Invocation:
        """Run a slash command and wait for its acknowledgement.

        Names are typed as `@name` and `#name`, or picked: `person.mention`, `<!subteam^S…>`.
        """
        slack = self._slack
        self._may_write(channel.record)
        if command not in slack.installation.commands:
            return Invocation(False, "invalid_command", {}, slack)
        parcel, url = slack.interactions.command(self._record, command, text, channel.record)
        return self._invocation(parcel, url)

    def shortcut(
        self,
        callback_id: str,
        message: Message | None = None,
        *,
        viewing: Channel | None = None,
    ) -> Invocation:
        """Run a shortcut, global or on a message, and wait for its acknowledgement.

        The app does not hear which channel the person is `viewing` during a global one; only
        menus with default_to_current_conversation begin with it.
        """
        self._alive()
        wanted = "message" if message is not None else "global"
        if self._slack.installation.shortcuts.get(callback_id) != wanted:
            raise Impossible(f"there is no {wanted} shortcut {callback_id!r}")
        self._needs_interactivity()
        if message is not None:
            self._sees_channel(message.channel.record)
            if message.ephemeral or message.deleted:
                raise Impossible("only messages that stand in a channel have shortcuts")
        parcel, url = self._slack.interactions.shortcut(
            self._record,
            callback_id,
            message.record if message is not None else None,
            viewing.record if viewing is not None else None,
        )
        return self._invocation(parcel, url)

    # --- buttons and menus ----------------------------------------------------------------

    def presses(
        self,
        target: Message | View,
        action_id: str,
        *,
        value: str | None = None,
        confirms: bool = True,
    ) -> Invocation:
        """Press a button; `value` tells apart several with one action_id.

        Without `confirms` the person says no to the button's question, and nothing is sent.
        """
        found = actions.find(self._blocks(target), action_id, value)
        action = actions.pressed(*found)
        return self._acts(target, found[1], action, confirms)

    def chooses(
        self,
        target: Message | View,
        action_id: str,
        value: Choice,
        *,
        confirms: bool = True,
    ) -> Invocation:
        """Choose in a menu, tick boxes, pick a date: an option's value, an ID, a date or a list.

        In an input block without dispatch_action nothing is sent before the modal is submitted:
        the Invocation then says that nothing was acknowledged, without an error.
        """
        block, element = actions.find(self._blocks(target), action_id, None)
        chosen = self._put(target, block, element, value)
        if not actions.dispatches(block):
            return Invocation(False, "", {}, self._slack)
        return self._acts(target, element, actions.chosen(block, element, chosen), confirms)

    def searches(self, target: Message | View, action_id: str, query: str) -> list[str]:
        """Type into an external menu; returns the values of the options that the app offers."""
        block, element = actions.find(self._blocks(target), action_id, None)
        if as_text(element.get("type")) not in ("external_select", "multi_external_select"):
            raise actions.NotThereError(f"{action_id!r} does not ask the app for its options")
        self._needs_interactivity()
        shortest = element.get("min_query_length", SHORTEST_QUERY)
        if isinstance(shortest, int) and len(query) < shortest:
            return []
        interactions = self._slack.interactions
        parcel = interactions.suggest(self._record, target.record, block, element, query)
        error = interactions.wait(parcel)
        if error or check_options(parcel.answer):
            raise Impossible(error or f"the app's options are invalid: {parcel.answer}")
        offered = list(options_in(parcel.answer))
        if isinstance(target, View):
            with self._slack.workspace.changed:
                kept = target.record.offered.setdefault(action_id, [])
                kept += [option for option in offered if option not in kept]
        return [as_text(option.get("value")) for option in offered]

    def _put(
        self, target: Message | View, block: JsonObject, element: JsonObject, value: Choice
    ) -> JsonObject:
        """Put a value into an element, and return it as the state holds it."""
        workspace = self._slack.workspace
        block_id, action_id = as_text(block.get("block_id")), as_text(element.get("action_id"))
        kind = as_text(element.get("type"))
        with workspace.changed:
            chooser = Chooser(workspace, self._record, self._offered(target, action_id))
            chosen = chooser.value(element, value)
            if kind != "overflow":
                state = (
                    target.record.state
                    if isinstance(target, View)
                    else target.record.choices.setdefault(self.id, {})
                )
                state.setdefault(block_id, {})[action_id] = chosen
                if isinstance(target, View):
                    target.record.errors.pop(block_id, None)
            workspace.touch()
        return chosen

    def _offered(self, target: Message | View, action_id: str) -> list[JsonObject]:
        return target.record.offered.get(action_id, []) if isinstance(target, View) else []

    def _blocks(self, target: Message | View) -> list[JsonObject]:
        self._alive()
        if isinstance(target, Message):
            to = target.record.ephemeral_to
            if to and to != self.id:
                raise Impossible("the message is for somebody else")
            self._sees_channel(target.channel.record)
        elif not self._before_me(target):
            raise Impossible("the view is not in front of this person")
        return target.blocks

    def _before_me(self, view: View) -> bool:
        """Whether a view is this person's Home, or the modal on top of all."""
        if view.record.user != self.id or not view.record.open:
            return False
        return view.record.kind == "home" or view == self.modal

    def _acts(
        self, target: Message | View, element: JsonObject, action: JsonObject, confirms: bool
    ) -> Invocation:
        slack = self._slack
        if not confirms:
            if "confirm" not in element:
                raise Impossible("the element asks no question")
            return Invocation(False, "", {}, slack)
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

    def uploads(self, name: str, *, size: int = 1024) -> FileRecord:
        """Upload a file of `size` bytes without sharing it yet, to put it into a file input."""
        with self._slack.workspace.changed:
            return self._slack.workspace.add_file(name, self.id, size=size)

    def fills(self, view: View, values: Mapping[str, Choice]) -> list[Invocation]:
        """Fill in inputs by block_id.

        A value is words, an option's value, a date, a time, a Person, a Channel, an uploaded
        file or the name of a new one, or a list of such; None empties the input. An external
        menu that was not searched yet is searched for the value. Returns what inputs with
        dispatch_action sent at once.
        """
        sent: list[Invocation] = []
        for block_id, value in values.items():
            found = actions.inputs_of(self._blocks(view))
            if block_id not in found:
                raise Impossible(f"no input {block_id!r}; there are {', '.join(found)}")
            block, element = found[block_id]
            self._search_if_needed(view, element, value)
            chosen = self._put(view, block, element, value)
            if actions.dispatches(block):
                action = actions.chosen(block, element, chosen)
                sent.append(self._acts(view, element, action, True))
        return sent

    def _search_if_needed(self, view: View, element: JsonObject, value: Choice) -> None:
        kind, action_id = as_text(element.get("type")), as_text(element.get("action_id"))
        if not kind.endswith("external_select"):
            return
        wanted = [value] if isinstance(value, str) else value
        for one in wanted if isinstance(wanted, list | tuple) else ():
            offered = [option.get("value") for option in self._offered(view, action_id)]
            if isinstance(one, str) and one not in offered:
                self.searches(view, action_id, one)

    def submits(self, view: View | None = None) -> SubmitResult:
        """Press the submit button of the modal in front, and wait for what comes of it."""
        front = self._front(view)
        if not front.record.body.get("submit"):
            raise Impossible("the modal has no submit button")
        record = front.record
        record.errors = inputs.complaints(record)
        if record.errors:
            self._slack.workspace.touch()
            return SubmitResult(dict(record.errors), False)
        interactions = self._slack.interactions
        parcel = interactions.submit(self._record, record)
        error = interactions.wait(parcel)
        if error:
            return SubmitResult({}, False, error)
        try:
            errors = interactions.take_answer(record, parcel.answer)
        except ValueError as nonsense:
            return SubmitResult({}, False, str(nonsense))
        record.errors = dict(errors)
        return SubmitResult(errors, not record.open)

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
        """Open the app's Home (or its "messages" tab)."""
        self._alive()
        installed = self._slack.installation
        if not (installed.home_tab if tab == "home" else installed.messages_tab):
            raise Impossible(f"the app has no {tab} tab")
        workspace = self._slack.workspace
        with workspace.changed:
            workspace.emit(events.app_home_opened(workspace, self._record, tab), None)
            workspace.touch()

    # --- what Slack lets this person do ---------------------------------------------------

    def _alive(self) -> None:
        if self._record.deleted:
            raise Impossible("account_inactive")

    def _may_write(self, channel: ChannelRecord) -> None:
        self._alive()
        if self.id not in channel.members:
            raise Impossible(f"not_in_channel: the person is not in #{channel.name}")
        if channel.archived:
            raise Impossible("is_archived")

    def _sees_channel(self, channel: ChannelRecord) -> None:
        if channel.kind != "channel" and self.id not in channel.members:
            raise Impossible("channel_not_found")
