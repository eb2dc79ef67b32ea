"""The first part of the coordinators' page: what a new workspace needs, or what is in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.core.audiences import Audience
from bot.core.setup import Setup
from bot.text import Text
from bot.views import words
from bot.views.digest import PROJECT_SHOWN, Style, number, paragraph
from bot.views.home import button
from bot.views.quoting import label
from bot.views.schedule import every

SET_OFFICE, SET_AUDIENCE = "home_set_office", "home_set_audience"
SET_SCHEDULE, SET_PROJECT = "home_set_schedule", "home_set_project"
NAMES_SHOWN = 5

_STEPS = Text(
    ja="*はじめる準備 {done}/4*\n4つがそろうと、最初のダイジェストが届きます。",
    en="*Getting started: {done} of 4*\nWith these four in place the first digest goes out.",
)
_READY = Text(
    ja="*準備ができました*\n最初のダイジェストは {moment} に届きます。",
    en="*Everything is ready*\nThe first digest goes out on {moment}.",
)
_READY_SOON = Text(
    ja="*準備ができました*\n"
    "すべての日が休みになっているため、次回が決まりません。 `/digest 閉庁日 一覧` を見てください。",
    en="*Everything is ready*\n"
    "Every day is listed as closed, so there is no next digest. See `/digest closure list`.",
)
_OFFICE = Text(ja="*1. 役職*", en="*1. Offices*")
_OFFICE_OPEN = Text(
    ja="市長などの役職に、どなたが就いているかを決めます。その方の反応が「首長の反応」になります。",
    en="Say who is mayor and the like. Their reactions count as acknowledgements.",
)
_AUDIENCE = Text(ja="*2. ダイジェストの送り先*", en="*2. Where the digest goes*")
_AUDIENCE_OPEN = Text(
    ja="首長と事務局のチャンネルか、個人のDMに送ります。",
    en="A channel of the leaders and coordinators, or somebody's direct messages.",
)
_SCHEDULE = Text(ja="*3. 送る曜日と時刻*", en="*3. Weekday and time*")
_SCHEDULE_OPEN = Text(
    ja="{every}に送ります。これでよければ、開いて保存してください。",
    en="It goes out {every}. If that suits you, open it and save.",
)
_PROJECT = Text(ja="*4. 最初のプロジェクト*", en="*4. The first project*")
_PROJECT_OPEN = Text(
    ja="グループのチャンネルを登録します。"
    "グループの方が `/project 登録` で登録することもできます。",
    en="Register a group's channel. The group can do it itself with `/project register`.",
)
_SETTINGS = Text(
    ja="役職：{offices}\n送り先：{audiences}\n予定：{every}（次回は {moment}）",
    en="Offices: {offices}\nDigest goes to: {audiences}\nSchedule: {every} (next on {moment})",
)
_SETTINGS_WITHOUT_NEXT = Text(
    ja="役職：{offices}\n送り先：{audiences}\n予定：{every}（次回は決まっていません）",
    en="Offices: {offices}\nDigest goes to: {audiences}\nSchedule: {every} (no next one)",
)
_NOBODY = Text(ja="なし", en="none")
_AND_MORE = Text(ja="{names} ほか{n}", en="{names} and {n} more")
_PROJECTS = Text(ja="{n}件が登録されています。", en="{n} registered.")
_DECIDE = Text(ja="決める", en="Choose")
_CHANGE = Text(ja="変える", en="Change")
_ADD = Text(ja="加える", en="Add")
_REGISTER = Text(ja="登録する", en="Register")
_SET_OFFICE = Text(ja="役職を決める", en="Offices")
_SET_AUDIENCE = Text(ja="送り先を加える", en="Add an audience")
_SET_SCHEDULE = Text(ja="予定を変える", en="Schedule")
_SET_PROJECT = Text(ja="プロジェクトを登録", en="Register a project")


def checklist(setup: Setup, style: Style) -> list[Block]:
    """The four steps to the first digest, each with its button."""
    office, audience, schedule, project = setup.steps
    when = every(setup.weekday, setup.time, style.language)
    offices = in_a_row([label(name, PROJECT_SHOWN) for name in setup.offices], style)
    steps = (
        (office, _OFFICE, offices or style.of(_OFFICE_OPEN), _Way(_DECIDE, _ADD, SET_OFFICE)),
        (
            audience,
            _AUDIENCE,
            _audiences(setup.audiences, style) or style.of(_AUDIENCE_OPEN),
            _Way(_DECIDE, _ADD, SET_AUDIENCE),
        ),
        (
            schedule,
            _SCHEDULE,
            when if schedule else style.of(_SCHEDULE_OPEN, every=when),
            _Way(_DECIDE, _CHANGE, SET_SCHEDULE),
        ),
        (
            project,
            _PROJECT,
            style.of(_PROJECTS, n=number(setup.projects)) if project else style.of(_PROJECT_OPEN),
            _Way(_REGISTER, _REGISTER, SET_PROJECT),
        ),
    )
    blocks: list[Block] = [_first_line(setup, style)]
    for done, title, said, to_set in steps:
        mark = "✅" if done else "⬜"
        blocks.append(
            paragraph(f"{mark} {style.of(title)}\n{said}", to_set.button(done=done, style=style))
        )
    return blocks


@dataclass(frozen=True)
class _Way:
    """The button with which a step is done, and what stands on it before and after."""

    first: Text
    again: Text
    action: str

    def button(self, *, done: bool, style: Style) -> ButtonElement:
        text = self.again if done else self.first
        return button(text, self.action, "set", style.language, style=None if done else "primary")


def _first_line(setup: Setup, style: Style) -> Block:
    if not setup.is_done:
        return paragraph(style.of(_STEPS, done=sum(setup.steps)))
    if setup.next_digest is None:
        return paragraph(style.of(_READY_SOON))
    return paragraph(style.of(_READY, moment=style.moment(setup.next_digest)))


def settings(setup: Setup, style: Style) -> list[Block]:
    """What is set, in three lines, with the buttons that change it."""
    facts = {
        "offices": in_a_row([label(name, PROJECT_SHOWN) for name in setup.offices], style)
        or style.of(_NOBODY),
        "audiences": _audiences(setup.audiences, style) or style.of(_NOBODY),
        "every": every(setup.weekday, setup.time, style.language),
    }
    line = (
        style.of(_SETTINGS, moment=style.moment(setup.next_digest), **facts)
        if setup.next_digest
        else style.of(_SETTINGS_WITHOUT_NEXT, **facts)
    )
    language = style.language
    return [
        paragraph(line),
        ActionsBlock(
            elements=[
                button(_SET_PROJECT, SET_PROJECT, "set", language),
                button(_SET_OFFICE, SET_OFFICE, "set", language),
                button(_SET_AUDIENCE, SET_AUDIENCE, "set", language),
                button(_SET_SCHEDULE, SET_SCHEDULE, "set", language),
            ]
        ),
    ]


def _audiences(audiences: Sequence[Audience], style: Style) -> str:
    return in_a_row([where(audience) for audience in audiences], style)


def where(audience: Audience) -> str:
    """A mention of the channel or the person."""
    return f"<@{audience.user_id}>" if audience.user_id else f"<#{audience.channel_id}>"


def in_a_row(names: Sequence[str], style: Style) -> str:
    """The first of them, and how many there are besides."""
    shown = words.joined(names[:NAMES_SHOWN], style.language)
    rest = len(names) - NAMES_SHOWN
    return style.of(_AND_MORE, names=shown, n=number(rest)) if rest > 0 else shown
