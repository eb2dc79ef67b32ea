"""Exports as Slack makes them (its help page “How to read Slack data exports”), built in code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from models.base import JsonObject
from tests.recording import payloads

TEAM, CHANNEL = payloads.TEAM, payloads.CHANNEL


def ts_of(when: str, micro: int = 100) -> str:
    """The time stamp of a moment in UTC, such as "2024-05-01 09:30"."""
    seconds = int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp())
    return f"{seconds:010d}.{micro:06d}"


def day_of(ts: str) -> str:
    """The day to whose file a message belongs."""
    return datetime.fromtimestamp(float(ts), UTC).date().isoformat()


def said(text: str, ts: str, user: str = payloads.AUTHOR, **more: object) -> JsonObject:
    """A message of a person, with what Slack puts beside it."""
    return {
        "client_msg_id": "0b7f3c5c-0000-0000-0000-000000000000",
        "type": "message",
        "text": text,
        "user": user,
        "ts": ts,
        "team": TEAM,
        "user_team": TEAM,
        "source_team": TEAM,
        "user_profile": {
            "avatar_hash": "g1234",
            "first_name": "",
            "real_name": f"{user} の本名",
            "display_name": f"{user} さん",
            "team": TEAM,
            "name": user.lower(),
            "is_restricted": False,
            "is_ultra_restricted": False,
        },
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": []}],
        **more,
    }


def reaction(name: str, *users: str, count: int | None = None) -> JsonObject:
    """A reaction as it stands on a message."""
    return {"name": name, "users": list(users), "count": len(users) if count is None else count}


def reply(
    text: str, ts: str, thread: str, user: str = payloads.AUTHOR, **more: object
) -> JsonObject:
    """A reply in a thread: in the file of its own day, beside all others."""
    return said(text, ts, user, thread_ts=thread, parent_user_id=payloads.AUTHOR, **more)


def joined(ts: str, user: str) -> JsonObject:
    """Slack's own words."""
    text = f"<@{user}> has joined the channel"
    return {"type": "message", "subtype": "channel_join", "ts": ts, "user": user, "text": text}


def by_app(text: str, ts: str) -> JsonObject:
    """A message of an app."""
    return {
        "type": "message",
        "subtype": "bot_message",
        "ts": ts,
        "text": text,
        "username": "CI",
        "bot_id": "B0CI",
    }


def tombstone(ts: str) -> JsonObject:
    """What is left of the first message of a thread."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": ts,
        "thread_ts": ts,
        "reply_count": 1,
    }


def person(user: str, name: str, department: str = "", **more: object) -> JsonObject:
    """Somebody in `users.json`."""
    return {
        "id": user,
        "team_id": TEAM,
        "name": user.lower(),
        "deleted": False,
        "real_name": name,
        "profile": {"title": department, "real_name": name, "display_name": name, "team": TEAM},
        "is_bot": False,
        "updated": 1_700_000_000,
        **more,
    }


@dataclass
class ExportMaker:
    """An export in the making. `channels`: the name of each conversation's folder and its ID."""

    channels: dict[str, str] = field(default_factory=lambda: {"避難所dx": CHANNEL})
    private: dict[str, str] = field(default_factory=dict)
    people: list[JsonObject] = field(default_factory=list)
    messages: dict[str, list[JsonObject]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    lists: bool = True

    def add(self, *messages: JsonObject, folder: str = "避難所dx") -> ExportMaker:
        """Messages of a conversation; each goes into the file of its day."""
        self.messages.setdefault(folder, []).extend(messages)
        return self

    def write(self, path: Path) -> Path:
        """Make the ZIP file."""
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, content in self.entries().items():
                archive.writestr(name, content)
        return path

    def entries(self) -> Mapping[str, bytes]:
        """What is in it."""
        entries: dict[str, bytes] = {}
        if self.lists:
            entries["channels.json"] = _json(_channels(self.channels))
            entries["groups.json"] = _json(_channels(self.private))
            entries["dms.json"] = _json([{"id": "D0SECRET1", "members": ["U1", "U2"]}])
            entries["mpims.json"] = _json([])
            entries["integration_logs.json"] = _json([])
            entries["users.json"] = _json(self.people)
        for folder, messages in self.messages.items():
            days: dict[str, list[JsonObject]] = {}
            for message in messages:
                days.setdefault(day_of(str(message["ts"])), []).append(message)
            for day, those in sorted(days.items()):
                entries[f"{folder}/{day}.json"] = _json(those)
        return {**entries, **self.files}


def _channels(named: Mapping[str, str]) -> Sequence[JsonObject]:
    return [
        {
            "id": channel,
            "name": name,
            "created": 1_600_000_000,
            "creator": payloads.AUTHOR,
            "is_archived": False,
            "is_general": False,
            "members": [payloads.AUTHOR],
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
        for name, channel in named.items()
    ]


def _json(value: object) -> bytes:
    # As Slack writes it: indented, without letters beyond ASCII
    return json.dumps(value, indent=4).encode()
