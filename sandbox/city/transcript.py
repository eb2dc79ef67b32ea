"""Reads what people write from text files that a person can read and correct.

# a line that nobody says
■ 2/3 9:12 nemoto            a post; after it " me" makes it a /me message
the words, as many lines as it needs
添付 受付票.jpg              a file of the post
└ 13:05 ouchi                a reply; after it " 同報" shows it in the channel as well
└ 2/4 6:30 enomoto           a time without a date has the date of the line before
訂正 13:10                   new words of the post or reply just above, by its author
削除 13:20                   the post or reply just above is deleted by its author
投稿削除 13:20               the post is deleted, with replies below it
反応 2/3 9:20 nemoto memo    an emoji on the post
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sandbox.city.acts import Act, Delete, Edit, Post, React, Reply

JST = ZoneInfo("Asia/Tokyo")
YEAR = 2026
TALK = Path(__file__).parent / "talk"

HEADER = re.compile(
    r"^(?P<mark>■|└|訂正|投稿削除|削除|反応) "
    r"(?:(?P<date>\d{1,2}/\d{1,2}) )?(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    r"(?: (?P<who>[a-z]+))?(?: (?P<flag>\S+))?$"
)
ATTACHED = re.compile(r"^添付 (?P<name>\S+)$")


@dataclass
class Entry:
    """A header line of a transcript and the lines under it."""

    mark: str
    at: datetime
    who: str
    flag: str
    lines: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words under the header."""
        return "\n".join(self.lines).strip()


def moment(date: str, time: str) -> datetime:
    """A moment from "2/24" and "10:55" or "10:55:30"."""
    month, day = (int(part) for part in date.split("/"))
    hour, minute, second = (int(part) for part in f"{time}:0".split(":")[:3])
    return datetime(YEAR, month, day, hour, minute, second, tzinfo=JST)


def when(text: str) -> datetime:
    """A moment from "2/24 10:55"."""
    date, time = text.split(" ")
    return moment(date, time)


def entries(source: str) -> Iterator[Entry]:
    """The entries of a transcript in their order. Raises ValueError for a line out of place."""
    current: Entry | None = None
    date = ""
    for line in source.splitlines():
        header = HEADER.match(line)
        if header:
            if current is not None:
                yield current
            date = header["date"] or date
            at = moment(date, header["time"])
            current = Entry(header["mark"], at, header["who"] or "", header["flag"] or "")
        elif line.startswith("# ") or (current is None and not line.strip()):
            continue
        elif current is None:
            raise ValueError(f"a line before the first header: {line!r}")
        elif attached := ATTACHED.match(line):
            current.files.append(attached["name"])
        else:
            current.lines.append(line)
    if current is not None:
        yield current


def acts_of(channel: str, source: str) -> list[Act]:
    """What a transcript says, as acts in the order of the text.

    Posts are named "channel#1", "channel#2", …, replies "channel#1/1", ….
    """
    acts: list[Act] = []
    post = above = Act(datetime.min.replace(tzinfo=JST), "", Post("", channel, ""))
    posts = replies = 0
    for entry in entries(source):
        if entry.mark == "■":
            posts, replies = posts + 1, 0
            subtype = "me_message" if entry.flag == "me" else ""
            what = Post(
                f"{channel}#{posts}", channel, entry.text, tuple(entry.files), subtype=subtype
            )
            post = above = Act(entry.at, entry.who, what)
            acts.append(post)
        elif entry.mark == "└":
            replies += 1
            key = f"{channel}#{posts}/{replies}"
            reply = Reply(key, key_of(post), entry.text, broadcast=entry.flag == "同報")
            above = Act(entry.at, entry.who, reply)
            acts.append(above)
        elif entry.mark == "反応":
            acts.append(Act(entry.at, entry.who, React(key_of(post), entry.flag)))
        else:
            acts.append(_changed(entry, post if entry.mark == "投稿削除" else above))
    return acts


def _changed(entry: Entry, message: Act) -> Act:
    what = Edit(key_of(message), entry.text) if entry.mark == "訂正" else Delete(key_of(message))
    return replace(message, at=entry.at, what=what)


def key_of(act: Act) -> str:
    """The key of a post or reply. Raises TypeError for anything else."""
    if isinstance(act.what, Post | Reply):
        return act.what.key
    raise TypeError(f"{act.what!r} has no key")


def read(channel: str) -> list[Act]:
    """The acts of a channel's transcript."""
    return acts_of(channel, (TALK / f"{channel}.txt").read_text(encoding="utf-8"))
