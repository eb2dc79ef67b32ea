"""Reads what people write from text files that a person can read and correct.

# a line that nobody says
■ 2/3 9:12 nemoto            a post; after it " me" makes it a /me message
the words, as many lines as it needs
添付 受付票.jpg              a file of the post
□ 2/3 9:12 nemoto            a post written with the form: lines that begin with a field's name
やったこと：…                (then わかったこと：, 次の一歩：, 困りごと：)
└ 13:05 ouchi                a reply; after it " 同報" shows it in the channel as well
└ 2/4 6:30 enomoto           a time without a date has the date of the line before
訂正 13:10                   new words of the post or reply just above, by its author
削除 13:20                   the post or reply just above is deleted by its author
投稿削除 13:20               the post is deleted, with replies below it
書き直し 13:20               the author changes the post with the form
取り下げ 13:20               the author takes back the post that was written with the form
反応 2/3 9:20 nemoto memo    an emoji on the post; 反応取消 takes it back
いいね 2/7 6:40 enomoto digest   the button in the digest or in the Home; いいね取消
教えて 2/7 6:40 enomoto home     the same; the words below it, or those that the form proposes
回答済み 2/9 9:00 nemoto     somebody marks the question as answered
解決 2/9 9:00 nemoto         somebody presses 解決しました
記録 2/9 9:00 nemoto         the shortcut 進捗として記録; 記録外 and 理由 are the other two
感謝 2/9 9:00 nemoto         /kudos: who is thanked as {@who}, then the words
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sandbox.city.acts import (
    Act,
    Answered,
    Ask,
    Choose,
    Delete,
    Edit,
    Fields,
    Like,
    Post,
    Progress,
    React,
    Reply,
    Resolve,
    Rewrite,
    Shortcut,
    Thank,
    Unlike,
    Unreact,
    What,
    Where,
    Withdraw,
)

JST = ZoneInfo("Asia/Tokyo")
YEAR = 2026
TALK = Path(__file__).parent / "talk"

POST, FORM_POST, REPLY, THANKS = "■", "□", "└", "感謝"
# By the author of the message just above, or of the post
BY_AUTHOR = ("訂正", "削除", "投稿削除", "書き直し", "取り下げ")
SHORTCUTS = {"記録": Shortcut.RECORD, "記録外": Shortcut.LEAVE_OUT, "理由": Shortcut.WHY}
ABOUT_POST = ("反応", "反応取消", "いいね", "いいね取消", "教えて", "回答済み", "解決", *SHORTCUTS)
MARKS = sorted((POST, FORM_POST, REPLY, THANKS, *BY_AUTHOR, *ABOUT_POST), key=len, reverse=True)
FIELDS = {"やったこと": "done", "わかったこと": "found", "次の一歩": "next", "困りごと": "help"}

HEADER = re.compile(
    rf"^(?P<mark>{'|'.join(MARKS)}) "
    r"(?:(?P<date>\d{1,2}/\d{1,2}) )?(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    r"(?: (?P<who>[a-z]+))?(?: (?P<flag>\S+))?$"
)
ATTACHED = re.compile(r"^添付 (?P<name>\S+)$")
FIELD = re.compile(rf"^(?P<name>{'|'.join(FIELDS)})：(?P<words>.*)$")
MENTION = re.compile(r"\{@(?P<who>\w+)\}\s*")


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

    Posts are named "channel#1", "channel#2", …, those written with the form "channel□1", …,
    replies "channel#1/1", ….
    """
    reader = _Reader(channel)
    return [reader.read(entry) for entry in entries(source)]


class _Reader:
    """Knows which post and which message the next entry is about."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._written = {POST: 0, FORM_POST: 0}
        self._replies = 0
        self._post = self._above = ("", "")

    def read(self, entry: Entry) -> Act:
        """The act of one entry."""
        if entry.mark in (POST, FORM_POST):
            self._written[entry.mark] += 1
            self._replies = 0
            sign = "#" if entry.mark == POST else FORM_POST
            key = f"{self._channel}{sign}{self._written[entry.mark]}"
            self._post = self._above = (key, entry.who)
            return Act(entry.at, entry.who, self._new_post(key, entry))
        if entry.mark == REPLY:
            self._replies += 1
            key = f"{self._post[0]}/{self._replies}"
            self._above = (key, entry.who)
            reply = Reply(key, self._post[0], entry.text, broadcast=entry.flag == "同報")
            return Act(entry.at, entry.who, reply)
        if entry.mark == THANKS:
            return Act(entry.at, entry.who, _thanks(self._channel, entry.text))
        if entry.mark in BY_AUTHOR:
            key, author = self._above if entry.mark in ("訂正", "削除") else self._post
            return Act(entry.at, author, _by_author(key, entry))
        return Act(entry.at, entry.who, _about_post(self._post[0], entry))

    def _new_post(self, key: str, entry: Entry) -> Post | Progress:
        files = tuple(entry.files)
        if entry.mark == FORM_POST:
            return Progress(key, self._channel, fields_of(entry.text), files)
        subtype = "me_message" if entry.flag == "me" else ""
        return Post(key, self._channel, entry.text, files, subtype=subtype)


def fields_of(text: str) -> Fields:
    """The fields of the form, each from a line that begins with its name.

    Raises ValueError for words that belong to no field.
    """
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        begins = FIELD.match(line)
        if begins:
            name = FIELDS[begins["name"]]
            found[name] = begins["words"]
        elif not name:
            raise ValueError(f"words that belong to no field: {line!r}")
        else:
            found[name] = f"{found[name]}\n{line}"
    return Fields(**found)


def _by_author(key: str, entry: Entry) -> What:
    match entry.mark:
        case "訂正":
            return Edit(key, entry.text)
        case "書き直し":
            return Rewrite(key, fields_of(entry.text))
        case "取り下げ":
            return Withdraw(key)
        case _:
            return Delete(key)


def _about_post(key: str, entry: Entry) -> What:
    match entry.mark:
        case "反応":
            return React(key, entry.flag)
        case "反応取消":
            return Unreact(key, entry.flag)
        case "いいね":
            return Like(key, Where(entry.flag))
        case "いいね取消":
            return Unlike(key, Where(entry.flag))
        case "教えて":
            return Ask(key, Where(entry.flag), entry.text)
        case "回答済み":
            return Answered(key)
        case "解決":
            return Resolve(key)
        case _:
            return Choose(key, SHORTCUTS[entry.mark])


def _thanks(channel: str, text: str) -> Thank:
    """Whom the text names at its beginning is thanked with the rest."""
    to: list[str] = []
    while named := MENTION.match(text):
        to.append(named["who"])
        text = text[named.end() :]
    return Thank(channel, tuple(to), text.strip())


def read(channel: str) -> list[Act]:
    """The acts of a channel's transcript."""
    return acts_of(channel, (TALK / f"{channel}.txt").read_text(encoding="utf-8"))
