"""What is in an export: its conversations and its people.

Slack's help page “How to read Slack data exports” (article 220556107) names the files:
`channels.json` and `groups.json` list the public and the private channels, `dms.json` and
`mpims.json` the direct messages, `users.json` the people (`org_users.json` in that of an
Enterprise organisation). Each conversation has a folder, called by its name or its ID, with a
file for each day: `2026-04-06.json`, an array of messages as `conversations.history` gives them.
The files of direct messages are never opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from bot.core import members
from bot.recording.importing.archive import Archive, Trouble
from bot.recording.importing.items import BrokenFileError, items
from bot.recording.payload import Payload
from models.member import Member

CHANNEL_LISTS = ("channels.json", "groups.json")
PEOPLE = ("users.json", "org_users.json")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json", re.ASCII)
_ID = re.compile(r"\w{1,64}", re.ASCII)
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,63}", re.ASCII)
# Direct messages: `D` and more of an ID; among several people `mpdm-` and their names
_DIRECT = re.compile(r"D[A-Z0-9]{7,63}|mpdm-.*", re.ASCII | re.DOTALL)


def is_id(value: str) -> bool:
    """Whether it may be an ID of Slack's."""
    return _ID.fullmatch(value) is not None


def plain(name: str) -> str:
    """A channel's name as it is compared.

    A Mac writes ガ in two signs, and Slack itself has a form of names with kana of half the width.
    """
    return unicodedata.normalize("NFKC", name)


@dataclass(frozen=True)
class Person:
    """Somebody as the export shows them."""

    name: str
    department: str
    is_bot: bool
    is_guest: bool
    is_external: bool


@dataclass
class Folder:
    """A conversation. `channel_id` is None where the export does not say it.

    `is_ambiguous`: it names several.
    """

    name: str
    channel_id: str | None = None
    is_ambiguous: bool = False
    days: list[str] = field(default_factory=list)
    others: int = 0

    @property
    def is_direct(self) -> bool:
        """Whether it holds direct messages."""
        return self.channel_id is None and _DIRECT.fullmatch(self.name) is not None


@dataclass(frozen=True)
class Export:
    """`folders` in the order of their names; the names of days are those of the entries.

    `people` by ID. `teams`: the workspaces that these belong to. `troubles`: lists that could
    not be read. `names_every_channel`: no list of channels is among them.
    """

    folders: tuple[Folder, ...]
    people: Mapping[str, Person]
    teams: frozenset[str]
    troubles: tuple[Trouble, ...]
    names_every_channel: bool


def understand(archive: Archive, team_id: str) -> Export:
    """Look what there is, without opening anything but the lists of channels and people."""
    troubles: list[Trouble] = []
    ids: dict[str, set[str]] = {}
    for listing in CHANNEL_LISTS:
        for channel in _list(archive, listing, troubles):
            channel_id = channel.text("id")
            if is_id(channel_id):
                for name in {channel_id, plain(channel.text("name"))} - {""}:
                    ids.setdefault(name, set()).add(channel_id)
    unread = {trouble.file for trouble in (*archive.refused, *troubles)}
    people: dict[str, Person] = {}
    teams: set[str] = set()
    for listing in PEOPLE:
        for user in _list(archive, listing, troubles):
            if is_id(user.text("id")):
                people[user.text("id")] = _person(user, team_id)
                teams.add(user.text("team_id"))
    folders = tuple(_folders(archive, ids))
    names_every_channel = unread.isdisjoint(CHANNEL_LISTS)
    return Export(folders, people, frozenset(teams - {""}), tuple(troubles), names_every_channel)


def _list(archive: Archive, name: str, troubles: list[Trouble]) -> Iterator[Payload]:
    if name not in archive.entries:
        return
    try:
        for item in items(archive.read(name)):
            if isinstance(item, dict):
                yield Payload(item)
    except BrokenFileError as error:
        troubles.append(Trouble(name, error.text))


def _folders(archive: Archive, ids: Mapping[str, Set[str]]) -> Iterator[Folder]:
    found: dict[str, Folder] = {}
    for entry in sorted(archive.entries):
        name, _, rest = entry.rpartition("/")
        if not name:
            continue
        top = name.partition("/")[0]
        if top not in found:
            named = ids.get(plain(top)) or ({top} if _CHANNEL_ID.fullmatch(top) else set())
            known = next(iter(named)) if len(named) == 1 else None
            found[top] = Folder(top, known, is_ambiguous=len(named) > 1)
        if name == top and _DAY.fullmatch(rest):
            found[top].days.append(entry)
        else:
            found[top].others += 1
    yield from found.values()


def _person(user: Payload, team_id: str) -> Person:
    """By the same rules as a profile that Slack gives."""
    row = Member(team_id=team_id, user_id=user.text("id"))
    members.fill(row, user.whole, team_id)
    return Person(row.display_name, row.department, row.is_bot, row.is_guest, row.is_external)
