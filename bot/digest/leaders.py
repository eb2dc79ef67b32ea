"""What leaders did: acknowledgements by office, in the order of the offices."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import DividerBlock

from bot.core.offices import all_offices
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import OFFICE_SHOWN, Style, number, paragraph, paragraphs
from bot.views.quoting import label

SHOWN = 20

_TITLE = Text(ja="*🤝 首長の反応*", en="*🤝 What leaders acknowledged*")
_LINE = Text(ja="• {office} *{n}件* の投稿に反応", en="• {office} *{n}* posts")
_ONE = Text(ja="• {office} *{n}件* の投稿に反応", en="• {office} *{n}* post")
_NONE = Text(ja="• {office} 今回はまだありません", en="• {office} none yet this time")
_NO_OFFICES = Text(
    ja="役職がまだ登録されていません。 "
    "`/office 任命 市長 @名前` で登録すると、ここに反応が載ります。",
    en="No office is known yet. After `/office assign Mayor @name` acknowledgements appear here.",
)


@dataclass(frozen=True)
class Leaders:
    """(office, acknowledgements) for offices that are held, or that had some.

    `has_anything`: there was something to react to, or a reaction.
    """

    offices: tuple[tuple[str, int], ...]
    has_anything: bool


def collect(source: Source) -> Leaders:
    """From the figures; vacant offices without any are left out."""
    found = all_offices(source.session, source.workspace.team_id, source.period.end)
    held = {office.name for office in found if office.current is not None}
    totals = source.figures.totals
    return Leaders(
        tuple((name, n) for name, n in source.figures.by_office if n or name in held),
        has_anything=bool(totals.posts or totals.acknowledgements),
    )


def render(leaders: Leaders, style: Style) -> Rendered:
    """One line for each office."""
    if not leaders.has_anything:
        return Rendered()
    blocks = [DividerBlock(), paragraph(style.of(_TITLE))]
    if not leaders.offices:
        return Rendered([*blocks, paragraph(style.of(_NO_OFFICES))])
    lines = [_line(name, count, style) for name, count in leaders.offices[:SHOWN]]
    return Rendered([*blocks, *paragraphs(lines)])


def _line(name: str, count: int, style: Style) -> str:
    text = {0: _NONE, 1: _ONE}.get(count, _LINE)
    return style.of(text, office=label(name, OFFICE_SHOWN), n=number(count))


SECTION = Section("leaders", collect, render)
