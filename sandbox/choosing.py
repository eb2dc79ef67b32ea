"""What a person can put into an element, as Slack's own client lets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol

from sandbox import inputs, markup, objects
from sandbox.actions import NotThereError
from sandbox.inputs import LISTS, VALUE_FIELD
from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.records import ChannelRecord, FileRecord, PersonRecord
from sandbox.workspace import Workspace

MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_FILES = 10


class HasId(Protocol):
    """A person, a channel or an uploaded file."""

    @property
    def id(self) -> str:
        """The ID."""
        ...


Single = str | int | date | time | HasId | None
Choice = Single | Sequence[Single]


@dataclass
class Chooser:
    """One person's hand. `offered` holds the options that an external menu has shown so far."""

    workspace: Workspace
    person: PersonRecord
    offered: list[JsonObject] = field(default_factory=list)

    def value(self, element: JsonObject, value: Choice) -> JsonObject:
        """The entry of `view.state.values`. Raises NotThereError for what cannot be chosen."""
        kind = as_text(element.get("type"))
        name = VALUE_FIELD.get(kind)
        if name is None:
            raise NotThereError(f"nothing can be chosen in a {kind}")
        if name not in LISTS:
            if isinstance(value, Sequence) and not isinstance(value, str):
                raise NotThereError(f"a {kind} holds one value")
            empty = value in (None, "")
            return {"type": kind, name: None if empty else self._one(element, name, value)}
        several = _several(value)
        _not_too_many(element, kind, len(several))
        return {"type": kind, name: [self._one(element, name, one) for one in several]}

    def _one(self, element: JsonObject, name: str, value: Single) -> object:
        match name:
            case "selected_option" | "selected_options":
                return self._option(element, str(value))
            case "selected_user" | "selected_users":
                return self._user(_id(value))
            case "selected_channel" | "selected_channels":
                return self._channel(_id(value)).id
            case "selected_conversation" | "selected_conversations":
                return self._conversation(element, _id(value)).id
            case "files":
                return self._file(element, value)
            case "rich_text_value":
                written = markup.rich_text(markup.compose(str(value)), "")
                return {"type": "rich_text", "elements": written["elements"]}
        return _typed(name, value)

    def _option(self, element: JsonObject, value: str) -> JsonObject:
        options = as_objects(element.get("options")) + self.offered
        for group in as_list(element.get("option_groups")):
            options += as_objects(as_object(group).get("options"))
        for option in options:
            if option.get("value") == value:
                return option
        values = [as_text(option.get("value")) for option in options]
        raise NotThereError(f"no option {value!r}; there are {values}")

    def _user(self, user_id: str) -> str:
        found = self.workspace.people.get(user_id)
        if found is None or found.deleted:
            raise NotThereError(f"the menu lists no person {user_id!r}")
        return user_id

    def _known(self, channel_id: str) -> ChannelRecord:
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not inputs.visible(self.person, channel):
            raise NotThereError(f"the menu lists no conversation {channel_id!r}")
        return channel

    def _channel(self, channel_id: str) -> ChannelRecord:
        channel = self._known(channel_id)
        if channel.kind != "channel":
            raise NotThereError(f"the menu lists public channels only, not {channel_id!r}")
        return channel

    def _conversation(self, element: JsonObject, channel_id: str) -> ChannelRecord:
        channel = self._known(channel_id)
        if not inputs.passes_filter(self.workspace, element, channel):
            raise NotThereError(f"the menu's filter leaves out {channel_id!r}")
        return channel

    def _file(self, element: JsonObject, value: Single) -> JsonObject:
        file = self._uploaded(value)
        kinds = [as_text(one).lower() for one in as_list(element.get("filetypes"))]
        if kinds and file.kind not in kinds:
            raise NotThereError(f"the input takes {kinds}, not {file.name!r}")
        if file.size > MOST_FILE_BYTES:
            raise NotThereError(f"{file.name!r} is over 10 MB")
        return objects.file_json(self.workspace, file)

    def _uploaded(self, value: Single) -> FileRecord:
        name = _id(value)
        file = self.workspace.files.get(name)
        if file is not None and file.user != self.person.id:
            raise NotThereError(f"the file {name!r} is somebody else's")
        return file or self.workspace.add_file(name, self.person.id)


def _several(value: Choice) -> list[Single]:
    if value is None:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return [value]


def _not_too_many(element: JsonObject, kind: str, number: int) -> None:
    most = element.get("max_selected_items")
    if kind == "file_input":
        most = element.get("max_files", MOST_FILES)
    if isinstance(most, int) and number > most:
        raise NotThereError(f"no more than {most} can be chosen")


def _id(value: Single) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, int | date | time):
        raise NotThereError(f"{value!r} is nobody and nothing")
    return value.id


def _typed(name: str, value: Single) -> object:
    """A text, a date, a time or a moment, in the form in which Slack writes it."""
    if name == "selected_date_time":
        if isinstance(value, datetime):
            return int(value.timestamp())
        if isinstance(value, int):
            return value
        raise NotThereError("a moment is an aware datetime or seconds since 1970")
    try:
        if name == "selected_date":
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
            return day.strftime("%Y-%m-%d")
        if name == "selected_time":
            moment = value if isinstance(value, time) else time.fromisoformat(str(value))
            return moment.strftime("%H:%M")
    except ValueError as error:
        raise NotThereError(str(error)) from error
    if isinstance(value, str | int):
        return str(value)
    raise NotThereError(f"{value!r} cannot be typed")


def options_in(answer: JsonObject) -> Iterable[JsonObject]:
    """The options in an app's answer to block_suggestion, out of their groups."""
    yield from as_objects(answer.get("options"))
    for group in as_objects(answer.get("option_groups")):
        yield from as_objects(group.get("options"))
