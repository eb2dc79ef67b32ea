"""What the days of a conversation say of its messages, brought together by message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.recording import messages
from bot.recording.belonging import TOMBSTONE
from bot.recording.importing.export import is_id
from bot.recording.importing.tally import Count, Tally
from bot.recording.messages import Words
from bot.recording.payload import MalformedEventError, Payload
from models.base import JsonObject
from models.reaction import EMOJI_LENGTH

_TS = re.compile(r"[0-9]{10}\.[0-9]{6}")


@dataclass
class Found:
    """All that the files say of one message.

    - `words`: its versions, by the time of the edit ("" for the words as first sent).
    - `reactions`: (user ID, Slack's name of the emoji).
    - `name`: the author's, as the message itself shows it.
    - `deletion`: it was deleted, as the event that would have said so.
    """

    ts: str
    words: dict[str, Words] = field(default_factory=dict)
    reactions: set[tuple[str, str]] = field(default_factory=set)
    name: str = ""
    deletion: JsonObject | None = None

    def include(self, other: Found) -> None:
        """Add what a later file says of the same message."""
        self.words = {**other.words, **self.words}
        self.reactions |= other.reactions
        self.name = self.name or other.name
        self.deletion = self.deletion or other.deletion


class Days:
    """Takes the items of files. `size`: how many messages and reactions it holds."""

    def __init__(self, newest: str) -> None:
        """`newest`: messages later than this Slack time stamp can't be real."""
        self.found: dict[str, Found] = {}
        self.tally = Tally()
        self.size = 0
        self._newest = newest

    def take(self, everything: Iterator[object], enough: int) -> bool:
        """Take the items of a file until it holds `enough`; says whether these were all.

        Items that are no messages of Slack's are counted, and the others are taken. Raises
        `BrokenFileError` if the file is broken.
        """
        for item in everything:
            try:
                if not isinstance(item, dict):
                    raise MalformedEventError("not an object")
                self._take(Payload(item))
            except (MalformedEventError, ValueError, OverflowError):
                self.tally.add(Count.UNREADABLE)
            if self.size >= enough:
                return False
        return True

    def include(self, other: Days) -> None:
        """Add what other files say."""
        for ts, one in other.found.items():
            if ts in self.found:
                self.found[ts].include(one)
            else:
                self.found[ts] = one
        self.size += other.size
        self.tally.include(other.tally)

    def _take(self, item: Payload) -> None:
        subtype = item.text("subtype")
        if item.text("type") not in ("", "message"):
            raise MalformedEventError("not a message")
        if subtype == "message_deleted":
            before = item.inner("previous_message")
            ts = self._time(item.text("deleted_ts") or before.text("ts"))
            self._delete(ts, before, at=self._time(item.text("event_ts") or item.text("ts")))
        elif subtype == "message_changed":
            after, before = item.inner("message"), item.inner("previous_message")
            ts = self._time(after.text("ts"))
            if after.text("subtype") == TOMBSTONE:
                self._delete(ts, before, at=ts)
                return
            if before.text("ts") == ts and before.text("text"):
                self._write(before)
            self._write(after)
        elif subtype == TOMBSTONE:
            ts = self._time(item.text("ts"))
            self._delete(ts, Payload({}), at=ts)
        else:
            self._write(item)

    def _write(self, item: Payload) -> None:
        found = self._of(self._time(item.text("ts")))
        if messages.is_by_person(item):
            words = messages.read(_with_files(item))
            for ts in (words.thread_ts, words.edited_ts):
                if ts:
                    self._time(ts)
            if not is_id(words.user_id):
                raise MalformedEventError("not an ID")
            found.words.setdefault(words.edited_ts, words)
            profile = item.inner("user_profile")
            found.name = profile.text("display_name") or profile.text("real_name") or found.name
        else:
            self.tally.add(Count.MACHINES)
        for reaction in item.each("reactions"):
            self._react(found, reaction)

    def _react(self, found: Found, reaction: Payload) -> None:
        name = reaction.text("name")[:EMOJI_LENGTH]
        named = reaction.whole.get("users")
        named = named if isinstance(named, list) else []
        users = {user for user in named if isinstance(user, str) and is_id(user)}
        if not name or "/" in name:  # no emoji of Slack's has a slash in its name
            self.tally.add(Count.UNREADABLE)
            return
        found.reactions.update((user, name) for user in users)
        self.size += len(users)
        missing = min(reaction.number("count"), 1_000_000) - len(users)
        self.tally.add(Count.UNNAMED_REACTIONS, max(0, missing))

    def _delete(self, ts: str, before: Payload, *, at: str) -> None:
        """What is said of the message it was is left out where nothing can be made of it."""
        if before and not _is_readable(before, ts):
            before = Payload({})
        self._of(ts).deletion = {
            "type": "message",
            "subtype": "message_deleted",
            "deleted_ts": ts,
            "ts": at,
            "event_ts": at,
            "previous_message": {**before.whole, "ts": ts} if before else {},
        }

    def _of(self, ts: str) -> Found:
        if ts not in self.found:
            self.found[ts] = Found(ts)
            self.size += 1
        return self.found[ts]

    def _time(self, ts: str) -> str:
        if not _TS.fullmatch(ts) or ts > self._newest:
            raise MalformedEventError(f"{ts[:40]!r} is not a time")
        return ts


def _is_readable(before: Payload, ts: str) -> bool:
    try:
        messages.read(Payload({**before.whole, "ts": ts}))
    except MalformedEventError:
        return False
    return True


def _with_files(item: Payload) -> Payload:
    """Messages of before 2018 have one `file` in the place of `files`."""
    file = item.mapping("file")
    if not file or "files" in item.whole:
        return item
    return Payload({**item.whole, "files": [file]})
