"""Puts the sections together: one message, and in its thread whatever does not fit into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Self

from slack_sdk.models.blocks import Block, TableBlock
from sqlalchemy.orm import Session

from bot.core.figures import Totals, figures
from bot.core.outgoing import Outgoing
from bot.core.periods import Period
from bot.digest import (
    changes,
    coverage,
    heading,
    help_wanted,
    late,
    leaders,
    meaning,
    moved,
    numbers,
    projects,
    questions,
    quiet,
    unseen,
)
from bot.digest.section import AnySection, Rendered, Shown, Source
from bot.text import Language, Text
from bot.views.digest import Style, number
from bot.views.limits import BLOCKS_PER_MESSAGE, TABLES_PER_MESSAGE
from models.workspace import Workspace

SECTIONS: tuple[AnySection, ...] = (
    heading.SECTION,
    numbers.SECTION,
    questions.SECTION,
    moved.SECTION,
    help_wanted.SECTION,
    unseen.SECTION,
    late.SECTION,
    changes.SECTION,
    leaders.SECTION,
    projects.SECTION,
    quiet.SECTION,
    meaning.SECTION,
    coverage.SECTION,
)

# How many posts each section may quote in the digest itself: as many as leave room for all
POSTS_QUOTED = (6, 5, 4, 3, 2, 1)
# A preview needs two blocks of its own.
BLOCKS = BLOCKS_PER_MESSAGE - 2
# Characters of a message in the thread: more than that nobody reads in one go
THREAD_CHARACTERS = 12_000

_NOTIFICATION = Text(
    ja="週次ダイジェスト（{start}〜{end}）：投稿{posts}件、リアクション{reactions}件、"
    "首長の反応{acknowledgements}件でした。",
    en="Weekly digest ({start} – {end}). Posts: {posts}, reactions: {reactions}, "
    "acknowledgements: {acknowledgements}.",
)
_NOTIFICATION_WITHOUT_POSTS = Text(
    ja="週次ダイジェスト（{start}〜{end}）：新しい投稿はありませんでした。記録は動いています。",
    en="Weekly digest ({start} – {end}): no new posts. Recording works as it should.",
)
_CONTINUED = Text(
    ja="週次ダイジェスト（{start}〜{end}）の続き（{part}/{parts}）",
    en="Weekly digest ({start} – {end}), continued ({part}/{parts})",
)


@dataclass(frozen=True)
class Message:
    """One message of a digest. `text` is for notifications."""

    text: str
    blocks: Sequence[Block]

    def outgoing(self) -> Outgoing:
        """As the sender takes it."""
        return Outgoing(self.text, tuple(block.to_dict() for block in self.blocks))


@dataclass(frozen=True)
class Material:
    """Everything that a digest tells, collected: it can be written in any language from here."""

    period: Period
    totals: Totals
    zone: tzinfo
    url: str
    sections: tuple[Callable[[Style], Rendered], ...]
    shown: Shown

    def write(self, language: Language) -> tuple[Message, ...]:
        """The digest's messages: the first for the channel, the others for its thread.

        Where it would be too long for one message, fewer posts are quoted in it and more below;
        a section for which there still is no room goes to the thread as a whole.
        """
        for posts in POSTS_QUOTED:
            style = Style(language, self.zone, self.url, posts)
            rendered = [section(style) for section in self.sections]
            if sum(len(section.main) for section in rendered) <= BLOCKS:
                break
        main: list[Block] = []
        sheets: list[Sequence[Block]] = []
        for section in rendered:
            if len(main) + len(section.main) <= BLOCKS:
                main += section.main
            else:
                sheets.append(section.main)
            sheets += section.thread
        threads = _pack(sheets)
        days = {
            "start": style.bare_day(self.period.start),
            "end": style.bare_day(self.period.end),
        }
        return (
            Message(self._notification(style, days), main),
            *(
                Message(style.of(_CONTINUED, **days, part=part, parts=len(threads)), blocks)
                for part, blocks in enumerate(threads, start=1)
            ),
        )

    def _notification(self, style: Style, days: dict[str, str]) -> str:
        if not self.totals.posts:
            return style.of(_NOTIFICATION_WITHOUT_POSTS, **days)
        return style.of(
            _NOTIFICATION,
            **days,
            posts=number(self.totals.posts),
            reactions=number(self.totals.reactions),
            acknowledgements=number(self.totals.acknowledgements),
        )


def gather(
    session: Session,
    workspace: Workspace,
    period: Period,
    zone: tzinfo,
    shown: Shown | None = None,
) -> Material:
    """Collect everything that the digest of this period tells; of a digest that was made, with

    the posts that were chosen for it.
    """
    counted = figures(session, workspace.team_id, period)
    source = Source(session, workspace, period, zone, counted, shown or Shown())
    return Material(
        period=period,
        totals=counted.totals,
        zone=zone,
        url=workspace.url,
        sections=tuple(section.gather(source) for section in SECTIONS),
        shown=source.shown,
    )


def _pack(sheets: Iterable[Sequence[Block]]) -> list[list[Block]]:
    """Sheets in as few messages as Slack's limits allow, in their order."""
    messages: list[list[Block]] = []
    room = _Room(0, 0, 0)
    for sheet in sheets:
        needed = _Room.of(sheet)
        together = room.with_(needed)
        if messages and together.fits:
            messages[-1] += sheet
            room = together
        else:
            messages.append(list(sheet))
            room = needed
    return messages


@dataclass(frozen=True)
class _Room:
    """What blocks take up in a message."""

    blocks: int
    tables: int
    characters: int

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Self:
        return cls(
            blocks=len(blocks),
            tables=sum(isinstance(block, TableBlock) for block in blocks),
            characters=sum(len(str(block.to_dict())) for block in blocks),
        )

    def with_(self, other: _Room) -> _Room:
        return _Room(
            self.blocks + other.blocks,
            self.tables + other.tables,
            self.characters + other.characters,
        )

    @property
    def fits(self) -> bool:
        """Whether Slack takes so much in one message."""
        return (
            self.blocks <= BLOCKS_PER_MESSAGE
            and self.tables <= TABLES_PER_MESSAGE
            and self.characters <= THREAD_CHARACTERS
        )
