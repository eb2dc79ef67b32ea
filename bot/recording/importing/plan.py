"""Which conversations of an export are read, and which are not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.recording.importing.export import Export, Folder, plain
from bot.text import Text
from models.channel import Channel, current_id
from models.project import ProjectChannel

NOT_IN_THE_EXPORT = Text(
    ja="{names} は、このエクスポートにありません。名前かIDを確かめてください。",
    en="{names}: not in this export. Please check the name or the ID.",
)


class Why(StrEnum):
    """Why a conversation is not read."""

    UNREGISTERED = "unregistered"
    DIRECT = "direct"
    AMBIGUOUS = "ambiguous"
    OTHER_WORKSPACE = "other_workspace"
    NO_LIST = "no_list"
    NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True)
class Chosen:
    """A conversation to read, and the ID that its channel has today."""

    folder: Folder
    channel_id: str


@dataclass(frozen=True)
class Plan:
    """What is read, and what is not."""

    chosen: tuple[Chosen, ...]
    skipped: tuple[tuple[Folder, Why], ...]


def plan(session: Session, team_id: str, export: Export, only: Collection[str]) -> Plan:
    """Choose the conversations whose channel is, or once was, tied to a project.

    A channel goes by its ID, whatever it was called at the time. Only where the export does not
    say the ID, and no list that may have said it is broken, it goes by its name. `only`: names and
    IDs of channels, all if there are none; raises UserError for one that is not in the export.
    """
    registered = _Registered(session, team_id)
    wanted = {plain(one.removeprefix("#")) for one in only}
    found: set[str] = set()
    chosen: list[Chosen] = []
    skipped: list[tuple[Folder, Why]] = []
    for folder in export.folders:
        if not folder.days:
            continue
        channel = registered.channel_of(folder, export)
        names = {plain(folder.name), folder.channel_id}
        asked_for = wanted & (names if isinstance(channel, Why) else {*names, channel})
        found |= asked_for
        if wanted and not asked_for:
            skipped.append((folder, Why.NOT_ASKED_FOR))
        elif isinstance(channel, Why):
            skipped.append((folder, channel))
        else:
            chosen.append(Chosen(folder, channel))
    if wanted - found:
        raise UserError(NOT_IN_THE_EXPORT.filled(names=", ".join(sorted(wanted - found))))
    return Plan(tuple(chosen), tuple(skipped))


class _Registered:
    """The channels that are, or once were, tied to a project."""

    def __init__(self, session: Session, team_id: str) -> None:
        self._session = session
        self._team_id = team_id
        rows = session.execute(
            select(ProjectChannel.channel_id, Channel.name)
            .outerjoin(
                Channel,
                (Channel.team_id == ProjectChannel.team_id)
                & (Channel.channel_id == ProjectChannel.channel_id),
            )
            .where(ProjectChannel.team_id == team_id)
            .distinct()
        ).all()
        self._ids = {row.channel_id for row in rows}
        self._by_name: dict[str, set[str]] = {}
        for row in rows:
            self._by_name.setdefault(plain(row.name or ""), set()).add(row.channel_id)

    def channel_of(self, folder: Folder, export: Export) -> str | Why:
        """The channel of a conversation, or why it has none here."""
        if folder.channel_id is not None:
            today = current_id(self._session, self._team_id, folder.channel_id)
            return today if today in self._ids else Why.UNREGISTERED
        if folder.is_direct:
            return Why.DIRECT
        if folder.is_ambiguous:
            return Why.AMBIGUOUS
        named = self._by_name.get(plain(folder.name), set())
        if not named:
            return Why.UNREGISTERED
        if export.teams and self._team_id not in export.teams:
            return Why.OTHER_WORKSPACE
        if not export.names_every_channel:
            return Why.NO_LIST
        return next(iter(named)) if len(named) == 1 else Why.AMBIGUOUS
