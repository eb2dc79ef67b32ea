"""What people would like help with: shown until it is resolved."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core import help_wanted
from bot.core.evidence import Key
from bot.core.help_wanted import Wanted
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, paragraph, small_print
from bot.views.help_wanted import wanted_blocks

SHOWN = 3
SHOWN_IN_THREAD = 30

_TITLE = Text(ja="*🙋 力を貸してほしいこと* {n}件", en="*🙋 Help wanted* {n}")
_ALL_RESOLVED = Text(
    ja="*🙋 力を貸してほしいこと* すべて解決しました", en="*🙋 Help wanted* All resolved"
)
_IN_THREAD = Text(ja="ほかの{n}件はスレッドにあります。", en="{n} more in the thread.")
_SOME_IN_THREAD = Text(
    ja="ほかの{n}件のうち、長く待っている{shown}件がスレッドにあります。",
    en="Of the other {n}, the {shown} that have waited longest are in the thread.",
)
_THREAD_TITLE = Text(ja="*🙋 力を貸してほしいこと（続き）*", en="*🙋 Help wanted (continued)*")


@dataclass(frozen=True)
class HelpWanted:
    """How many ask now, and those that were chosen, the longest waiting first.

    What was resolved since stays, and says so.
    """

    number: int
    chosen: tuple[Wanted, ...]


def collect(source: Source) -> HelpWanted:
    """Everything that is open at the end of the period, however old."""
    session, team_id, end = source.session, source.workspace.team_id, source.period.end

    def choose() -> tuple[Key, ...]:
        most = SHOWN + SHOWN_IN_THREAD
        return help_wanted.open_posts(session, team_id, before=end, limit=most)

    keys = source.shown.choose("help_wanted", choose)
    return HelpWanted(
        number=help_wanted.count_open(session, team_id, before=end),
        chosen=help_wanted.wanted(session, team_id, keys),
    )


def render(asked: HelpWanted, style: Style) -> Rendered:
    """A short list, and a longer one in the thread; nothing if nobody asks."""
    if not asked.chosen:
        return Rendered()
    most = min(SHOWN, style.posts)
    title = style.of(_TITLE, n=number(asked.number)) if asked.number else style.of(_ALL_RESOLVED)
    blocks: list[Block] = [DividerBlock(), paragraph(title)]
    for one in asked.chosen[:most]:
        blocks += wanted_blocks(one, style)
    rest = asked.chosen[most:]
    others = asked.number - sum(not one.is_resolved for one in asked.chosen[:most])
    listed = sum(not one.is_resolved for one in rest)
    if others:
        text = _IN_THREAD if others == listed else _SOME_IN_THREAD
        blocks.append(small_print(style.of(text, n=number(others), shown=number(listed))))
    sheets = [wanted_blocks(one, style, in_one_line=True) for one in rest]
    if not sheets:
        return Rendered(blocks)
    return Rendered(blocks, [[paragraph(style.of(_THREAD_TITLE)), *sheets[0]], *sheets[1:]])


SECTION = Section("help_wanted", collect, render)
