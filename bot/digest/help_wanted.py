"""What people would like help with: shown until it is resolved."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core import help_wanted
from bot.core.help_wanted import Wanted
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, one_line, paragraph, paragraphs, small_print
from bot.views.help_wanted import help_wanted as shown

SHOWN = 3
SHOWN_IN_THREAD = 30

_TITLE = Text(ja="*🤝 力を貸してほしいこと* {n}件", en="*🤝 Help wanted* {n}")
_IN_THREAD = Text(ja="ほかの{n}件はスレッドにあります。", en="{n} more in the thread.")
_SOME_IN_THREAD = Text(
    ja="ほかの{n}件のうち、長く待っている{shown}件がスレッドにあります。",
    en="Of the other {n}, the {shown} that have waited longest are in the thread.",
)
_THREAD_TITLE = Text(ja="*🤝 力を貸してほしいこと（続き）*", en="*🤝 Help wanted (continued)*")


@dataclass(frozen=True)
class HelpWanted:
    """How many ask, and those that are shown, the longest waiting first."""

    number: int
    shown: tuple[Wanted, ...]
    in_thread: tuple[Wanted, ...]


def collect(source: Source) -> HelpWanted:
    """Everything that is open at the end of the period, however old."""
    team_id, end = source.workspace.team_id, source.period.end
    keys = help_wanted.open_posts(
        source.session, team_id, before=end, limit=SHOWN + SHOWN_IN_THREAD
    )
    found = help_wanted.wanted(source.session, team_id, keys)
    return HelpWanted(
        number=help_wanted.count_open(source.session, team_id, before=end),
        shown=found[:SHOWN],
        in_thread=found[SHOWN:],
    )


def render(asked: HelpWanted, style: Style) -> Rendered:
    """A short list, and a longer one in the thread; nothing if nobody asks."""
    if not asked.shown:
        return Rendered()
    blocks: list[Block] = [
        DividerBlock(),
        paragraph(style.of(_TITLE, n=number(asked.number))),
    ]
    for one in asked.shown:
        blocks += shown(one, style)
    if not asked.in_thread:
        return Rendered(blocks)
    others = asked.number - len(asked.shown)
    text = _IN_THREAD if others == len(asked.in_thread) else _SOME_IN_THREAD
    blocks.append(small_print(style.of(text, n=number(others), shown=number(len(asked.in_thread)))))
    sheets = [[block] for block in paragraphs(one_line(one.post, style) for one in asked.in_thread)]
    return Rendered(blocks, [[paragraph(style.of(_THREAD_TITLE)), *sheets[0]], *sheets[1:]])


SECTION = Section("help_wanted", collect, render)
