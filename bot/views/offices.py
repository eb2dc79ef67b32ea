"""Answers about offices and coordinators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from slack_sdk.models.blocks import Block

from bot.core.offices import Appointment, OfficeFacts
from bot.text import Language, Text
from bot.views import words
from bot.views.blocks import sections
from bot.views.dates import full_date_of
from bot.views.quoting import label

_NAME_SHOWN = 120

_ASSIGNED = Text(
    ja="「{office}」は、{since}から <@{user}> さんです。",
    en="<@{user}> holds the office “{office}” from {since}.",
)
_UNTIL = Text(
    ja="{until}からは次の方が決まっているので、その前日までです。",
    en="It ends when the next person begins, on {until}.",
)
_PREDECESSOR = Text(
    ja="前の <@{user}> さんの在任中の反応は、そのまま残ります。",
    en="What <@{user}> acknowledged in office stays as it is.",
)
_VACATED = Text(
    ja="「{office}」を空席にしました。<@{user}> さんの在任中の反応は、そのまま残ります。",
    en="The office “{office}” is vacant now. What <@{user}> acknowledged in office stays as it is.",
)
_TITLE = Text(ja="*役職*", en="*Offices*")
_NONE = Text(
    ja="まだ役職がありません。 `/office 任命 市長 @名前` と送ると決められます。",
    en="There are no offices yet. `/office assign Mayor @name` makes one.",
)
_HELD = Text(
    ja="• {office}：<@{user}> さん（{since}から）", en="• {office}: <@{user}> (since {since})"
)
_VACANT = Text(ja="• {office}：空席", en="• {office}: vacant")
_COMING = Text(ja="→ {since}からは <@{user}> さん", en="→ from {since}: <@{user}>")
_COORDINATORS = Text(ja="*事務局* {people}", en="*Coordinators*: {people}")
_NO_COORDINATORS = Text(
    ja="事務局はまだ決まっていません。ワークスペースの管理者が "
    "`/office 事務局 追加 @名前` で決められます。",
    en="There are no coordinators yet. A workspace admin can name one with "
    "`/office coordinator add @name`.",
)


def assigned(appointment: Appointment, language: Language, zone: tzinfo) -> str:
    """The answer to `/office assign`."""
    parts = [
        _ASSIGNED.of(
            language,
            office=label(appointment.office, _NAME_SHOWN),
            since=full_date_of(appointment.since, zone, language),
            user=appointment.user_id,
        )
    ]
    if appointment.until is not None:
        until = full_date_of(appointment.until, zone, language)
        parts.append(_UNTIL.of(language, until=until))
    if appointment.predecessor is not None:
        parts.append(_PREDECESSOR.of(language, user=appointment.predecessor))
    return ("" if language == "ja" else " ").join(parts)


def vacated(appointment: Appointment, language: Language) -> str:
    """The answer to `/office vacate`."""
    return _VACATED.of(
        language, office=label(appointment.office, _NAME_SHOWN), user=appointment.user_id
    )


def office_list(
    offices: Sequence[OfficeFacts], language: Language, zone: tzinfo
) -> tuple[str, list[Block]]:
    """The answer to `/office list`."""
    if not offices:
        text = _NONE.of(language)
        return text, sections([text])
    lines = [_TITLE.of(language)]
    for office in offices:
        lines.extend(_lines(office, language, zone))
    return "\n".join(lines).replace("*", "")[:3_000], sections(lines)


def coordinator_list(user_ids: Sequence[str], language: Language) -> str:
    """The answer to `/office coordinator list`."""
    if not user_ids:
        return _NO_COORDINATORS.of(language)
    return _COORDINATORS.of(language, people=words.people(user_ids, language))


def _lines(office: OfficeFacts, language: Language, zone: tzinfo) -> list[str]:
    name = label(office.name, _NAME_SHOWN)
    if office.current is None:
        lines = [_VACANT.of(language, office=name)]
    else:
        since = full_date_of(office.current.since, zone, language)
        user = office.current.user_id
        lines = [_HELD.of(language, office=name, user=user, since=since)]
    for coming in office.coming:
        since = full_date_of(coming.since, zone, language)
        lines.append(_COMING.of(language, since=since, user=coming.user_id))
    return lines
