"""A word of thanks, what the numbers mean, and when the next digest comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.calendar import calendar_of
from bot.core.periods import next_slot, schedule_of
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, paragraph, small_print

_THANKS = Text(
    ja="今回も、書いてくださった皆さん、反応してくださった皆さん、ありがとうございました。",
    en="Thank you to everyone who wrote, and to everyone who reacted.",
)
_MEANING = Text(
    ja="投稿と返信は書かれた日時で、リアクションと首長の反応は押された日時で数えています。"
    "リアクションは1人・1種類で1件、首長の反応は1つの役職・1つの投稿で1件です。"
    "取り消されたものとボットのものは数えません。",
    en="Posts and replies count by when they were written, reactions and acknowledgements by when "
    "they were given. A reaction is one person and one emoji, an acknowledgement one office and "
    "one post. What was taken back, and what bots did, does not count.",
)
_NEXT = Text(ja="次回は{moment}です。", en="The next digest comes on {moment}.")


@dataclass(frozen=True)
class Meaning:
    """When the next digest comes, if that is known; whether there was anything to thank for."""

    next_at: datetime | None
    has_projects: bool
    has_posts: bool


def collect(source: Source) -> Meaning:
    """From the schedule."""
    schedule = schedule_of(source.workspace, source.zone)
    calendar = calendar_of(source.session, source.workspace.team_id)
    return Meaning(
        next_slot(schedule, calendar, source.period.end),
        has_projects=bool(source.figures.projects),
        has_posts=source.figures.totals.posts > 0,
    )


def render(meaning: Meaning, style: Style) -> Rendered:
    """Thanks to all together, nobody by name, and small print at the end."""
    lines = [style.of(_MEANING)] if meaning.has_projects else []
    if meaning.next_at is not None:
        lines.append(style.of(_NEXT, moment=style.moment(meaning.next_at)))
    blocks: list[Block] = [paragraph(style.of(_THANKS))] if meaning.has_posts else []
    blocks += [small_print(line) for line in lines]
    return Rendered([DividerBlock(), *blocks] if blocks else ())


SECTION = Section("meaning", collect, render)
