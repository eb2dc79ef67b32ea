"""Answers about projects: the list, one project with its history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from slack_sdk.models.blocks import Block

from bot.core.audit import Change
from bot.core.projects import Capture, Kind, ProjectFacts, ProjectLine, Stage, Status
from bot.text import Language, Text
from bot.views import words
from bot.views.blocks import button, buttons, section, sections
from bot.views.dates import full_date, full_date_and_time, full_date_of
from bot.views.quoting import label

PAGE_ACTION = "project_list_page"
PROJECTS_PER_PAGE = 20
CHANNELS_IN_LIST = 3

_NAME_SHOWN = 200
_PURPOSE_SHOWN = 1_500

_LIST_TITLE = Text(
    ja="*プロジェクト一覧* {filter}{first}〜{last}件目（全{total}件）",
    en="*Projects* {filter}{first} to {last} of {total}",
)
_LIST_TITLE_OF_ALL = Text(
    ja="*プロジェクト一覧* {filter}全{total}件", en="*Projects* {filter}{total} in all"
)
_FILTER = Text(ja="（{filter}） ", en="({filter}) ")
_NONE_AT_ALL = Text(
    ja="まだプロジェクトがありません。グループのチャンネルで `/project 登録 名前` と送ると、"
    "登録できます。",
    en="There are no projects yet. Send `/project register NAME` in a group's channel.",
)
_NONE_MATCH = Text(
    ja="「{filter}」のプロジェクトはありません。 `/project 一覧` で全部を見られます。",
    en="No project matches “{filter}”. `/project list` shows them all.",
)
_PREVIOUS = Text(ja="前の{count}件", en="Previous {count}")
_NEXT = Text(ja="次の{count}件", en="Next {count}")

_PURPOSE = Text(ja="目的：{value}", en="Purpose: {value}")
_LEADS = Text(ja="リーダー：{value}", en="Leads: {value}")
_CHANNELS = Text(ja="チャンネル：{value}", en="Channels: {value}")
_DATES = Text(ja="期間：{start} 〜 {target}", en="Start {start}, target {target}")
_CAPTURE = Text(ja="記録：{value}", en="Recorded: {value}")
_LAST_POST = Text(ja="最後の投稿：{value}", en="Last post: {value}")
_REGISTERED = Text(ja="登録：{day} {person}", en="Registered: {day} by {person}")
_HISTORY = Text(ja="*変更の履歴*", en="*History of changes*")
_NO_POST = Text(ja="まだありません", en="none yet")
_NO_DATE = Text(ja="未定", en="open")
_NOTHING = Text(ja="なし", en="none")
_MARKS = Text(ja="（📝を付ける）", en=" (with 📝 on each)")
_ON = Text(ja="付ける", en="on")
_OFF = Text(ja="付けない", en="off")
_REWRITTEN = Text(ja="目的を書き直し", en="purpose rewritten")

_ACTIONS: Mapping[str, Text] = {
    "project.registered": Text(ja="登録", en="registered"),
    "project.edited": Text(ja="編集", en="edited"),
    "project.stage": Text(ja="段階を変更", en="moved"),
    "project.paused": Text(ja="休止", en="paused"),
    "project.resumed": Text(ja="再開", en="resumed"),
    "project.closed": Text(ja="終了", en="closed"),
    "project.channel_added": Text(ja="チャンネルを追加", en="channel added"),
    "project.channel_removed": Text(ja="チャンネルを外す", en="channel removed"),
    "project.handed_over": Text(ja="引き継ぎ", en="handed over"),
}
_FIELDS: Mapping[str, Text] = {
    "name": Text(ja="名前", en="name"),
    "kind": Text(ja="種類", en="kind"),
    "stage": Text(ja="段階", en="stage"),
    "status": Text(ja="状態", en="status"),
    "leads": Text(ja="リーダー", en="leads"),
    "starts_on": Text(ja="開始日", en="start"),
    "target_on": Text(ja="目標日", en="target date"),
    "capture": Text(ja="記録", en="recorded"),
    "marks_posts": Text(ja="📝", en="📝"),
    "channel": Text(ja="チャンネル", en="channel"),
}


def project_list(
    projects: Sequence[ProjectLine], wanted: str, page: int, language: Language
) -> tuple[str, list[Block]]:
    """One page of the list, with buttons to the pages beside it. `wanted` is the filter's word."""
    shown = label(wanted, _NAME_SHOWN)
    if not projects:
        text = _NONE_MATCH.of(language, filter=shown) if wanted else _NONE_AT_ALL.of(language)
        return text, [section(text)]
    last_page = (len(projects) - 1) // PROJECTS_PER_PAGE
    page = min(max(page, 0), last_page)
    first = page * PROJECTS_PER_PAGE
    on_page = projects[first : first + PROJECTS_PER_PAGE]
    title = (_LIST_TITLE if last_page else _LIST_TITLE_OF_ALL).of(
        language,
        filter=_FILTER.of(language, filter=shown) if wanted else "",
        total=len(projects),
        first=first + 1,
        last=first + len(on_page),
    )
    blocks = sections([title, *(_line(project, language) for project in on_page)])
    beside = []
    if page > 0:
        text = _PREVIOUS.of(language, count=PROJECTS_PER_PAGE)
        beside.append(button(text, f"{PAGE_ACTION}_previous", _page_value(wanted, page - 1)))
    if page < last_page:
        text = _NEXT.of(
            language, count=min(PROJECTS_PER_PAGE, len(projects) - first - PROJECTS_PER_PAGE)
        )
        beside.append(button(text, f"{PAGE_ACTION}_next", _page_value(wanted, page + 1)))
    if beside:
        blocks.append(buttons(*beside))
    return title.replace("*", ""), blocks


def project_details(
    project: ProjectFacts, history: Sequence[Change], language: Language, zone: tzinfo
) -> tuple[str, list[Block]]:
    """Everything about one project."""
    title = _title(project, language)
    lines = [f"*{title}*", *_facts(project, language, zone)]
    past = [_HISTORY.of(language), *(_change(change, language, zone) for change in history)]
    return title, [*sections(lines), *sections(past)]


def _title(project: ProjectFacts, language: Language) -> str:
    details = project.details
    facts = (
        words.kind_name(details.kind, language),
        words.stage_name(details.stage, language),
        words.STATUSES[project.status].of(language),
    )
    name = label(details.name, _NAME_SHOWN)
    return f"{name}（{'・'.join(facts)}）" if language == "ja" else f"{name} ({', '.join(facts)})"


def _facts(project: ProjectFacts, language: Language, zone: tzinfo) -> list[str]:
    details = project.details
    last = project.last_post_at
    recorded = words.CAPTURES[details.capture].of(language)
    if details.marks_posts:
        recorded += _MARKS.of(language)
    purpose = label(details.purpose, _PURPOSE_SHOWN)
    nothing = _NOTHING.of(language)
    return [
        *([_PURPOSE.of(language, value=purpose)] if purpose else []),
        _LEADS.of(language, value=words.people(details.leads, language) or nothing),
        _CHANNELS.of(language, value=words.channels(project.channels, language) or nothing),
        _DATES.of(
            language,
            start=_day(details.starts_on, language),
            target=_day(details.target_on, language),
        ),
        _CAPTURE.of(language, value=recorded),
        _LAST_POST.of(
            language,
            value=full_date_and_time(last, zone, language) if last else _NO_POST.of(language),
        ),
        _REGISTERED.of(
            language,
            day=full_date_of(project.created_at, zone, language),
            person=f"<@{project.created_by}>",
        ),
    ]


def _line(project: ProjectLine, language: Language) -> str:
    name = label(project.name, _NAME_SHOWN)
    facts = [words.kind_name(project.kind, language), words.stage_name(project.stage, language)]
    if project.status != Status.ACTIVE:
        facts.append(words.STATUSES[project.status].of(language))
    channels = " ".join(f"<#{channel}>" for channel in project.channels[:CHANNELS_IN_LIST])
    if len(project.channels) > CHANNELS_IN_LIST:
        channels += " …"
    if language == "ja":
        return f"• *{name}* {'・'.join(facts)}　{channels}".rstrip()
    return f"• *{name}* {', '.join(facts)} {channels}".rstrip()


def _page_value(wanted: str, page: int) -> str:
    return json.dumps({"filter": wanted, "page": page}, ensure_ascii=False)


def _change(change: Change, language: Language, zone: tzinfo) -> str:
    action = _ACTIONS.get(change.action)
    done = action.of(language) if action else change.action
    parts = [
        f"• {full_date_and_time(change.at, zone, language)}",
        f"<@{change.actor_id}>",
        done,
        _difference(change, language),
    ]
    return " ".join(part for part in parts if part)


def _difference(change: Change, language: Language) -> str:
    if change.action == "project.registered":
        return ""
    parts = []
    for field in dict.fromkeys((*change.before, *change.after)):
        if field == "purpose":
            parts.append(_REWRITTEN.of(language))
            continue
        if field not in _FIELDS:
            continue
        name = _FIELDS[field].of(language)
        before = _value(field, change.before.get(field), language)
        after = _value(field, change.after.get(field), language)
        if field == "channel":
            parts.append(before or after)
        elif language == "ja":
            parts.append(f"{name}：{before} → {after}")
        else:
            parts.append(f"{name}: {before} → {after}")
    joined = words.joined(parts, language)
    if not joined:
        return ""
    return f"（{joined}）" if language == "ja" else f"({joined})"


def _value(field: str, value: object, language: Language) -> str:
    match field, value:
        case "kind", str():
            return words.kind_name(Kind(value), language)
        case "stage", str():
            return words.stage_name(Stage(value), language)
        case "status", str():
            return words.STATUSES[Status(value)].of(language)
        case "capture", str():
            return words.CAPTURES[Capture(value)].of(language)
        case "leads", list():
            return words.people([str(user) for user in value], language)
        case "channel", str():
            return f"<#{value}>"
        case "channel", _:
            return ""
        case (("starts_on" | "target_on"), _):
            return _day(date.fromisoformat(value) if isinstance(value, str) else None, language)
        case "marks_posts", bool():
            return (_ON if value else _OFF).of(language)
    return label(str(value), _NAME_SHOWN)


def _day(day: date | None, language: Language) -> str:
    return full_date(day, language) if day else _NO_DATE.of(language)
