"""What the numbers rest on, in plain words: for the digest, and for those who look after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.coverage import Coverage, Missing, Unreadable, reason
from bot.text import Text
from bot.views.digest import PROJECT_SHOWN, Style, number
from bot.views.quoting import label

# So many gaps and channels are named; of the others only the number is said
SHOWN = 3

_RESTS_ON = Text(
    ja="この集計は、{n}チャンネルの記録に基づいています。",
    en="These numbers rest on the record of {n} channels.",
)
_RESTS_ON_ONE = Text(
    ja="この集計は、1チャンネルの記録に基づいています。",
    en="These numbers rest on the record of one channel.",
)
_NO_GAP = Text(ja="途切れた時間はありません。", en="Nothing was interrupted.")
_FILLED = Text(
    ja="{times}は、Slackからの知らせが途切れましたが、あとからSlackの履歴を読んで補いました。",
    en="News from Slack was interrupted at {times}; it was read again from Slack's history.",
)
_OPEN = Text(
    ja="{times}は、Slackからの知らせが途切れました。いま履歴を読み直しているので、"
    "数が増えることがあります。",
    en="News from Slack was interrupted at {times}. It is being read again from Slack's history, "
    "so the numbers may still grow.",
)
_SPAN = Text(ja="{start}〜{end}", en="{start} – {end}")
_LASTS = Text(
    ja="{start}から、Slackからの知らせが届いていません。届くようになりしだい、履歴を読んで補います。",
    en="No news has come from Slack since {start}. As soon as it does again, what was missed is "
    "read from Slack's history.",
)
_MORE_TIMES = Text(ja="{times}など{n}回", en="{times} ({n} times in all)")
_UNREADABLE = Text(
    ja="{names}は、履歴を読めていません：{reason}",
    en="The history of {names} can't be read: {reason}",
)
_MORE_NAMES = Text(ja="{names}など{n}件", en="{names} and {n} more")
_BEHIND = Text(
    ja="{n}チャンネルは、Slackの履歴との照らし合わせがまだ終わっていません。",
    en="Channels not yet compared with Slack's history: {n}.",
)
_THROTTLED = Text(
    ja="Slackの制限により、履歴の読み直しに時間がかかっています。",
    en="Slack lets this app read history only slowly, so reading it again takes long.",
)


def summary(coverage: Coverage, style: Style, opening: Text | None = None) -> str:
    """The lines at the end of a digest; empty if nothing is registered.

    `opening`: what is said first in their place, with `{n}` for the number of channels.
    """
    if not coverage.channels:
        return ""
    rests_on = _RESTS_ON_ONE if coverage.channels == 1 else _RESTS_ON
    first = style.of(opening or rests_on, n=number(coverage.channels))
    if not coverage.missing and coverage.is_complete:
        between = "" if style.language == "ja" else " "
        first = f"{first}{between}{style.of(_NO_GAP)}"
    return "\n".join([first, *(f"• {line}" for line in troubles(coverage, style))])


def troubles(coverage: Coverage, style: Style) -> list[str]:
    """Each thing that was or is in the way, in a line."""
    closed = [one for one in coverage.missing if one.is_closed]
    still_open = [one for one in coverage.missing if not (one.is_closed or one.lasts)]
    lasting = [one.began_at for one in coverage.missing if one.lasts]
    return [
        *([style.of(_FILLED, times=_times(closed, style))] if closed else []),
        *([style.of(_OPEN, times=_times(still_open, style))] if still_open else []),
        *([style.of(_LASTS, start=style.moment(min(lasting)))] if lasting else []),
        *unreadable(coverage.unreadable, style),
        *([style.of(_BEHIND, n=number(coverage.behind))] if coverage.behind else []),
        *([style.of(_THROTTLED)] if coverage.is_throttled else []),
    ]


def unreadable(channels: Sequence[Unreadable], style: Style) -> list[str]:
    """Channels that can't be read, by the reason; leaders know them by their projects."""
    by_reason: dict[str, list[str]] = {}
    for one in channels:
        why = reason(one.error).of(style.language)
        by_reason.setdefault(why, []).append(_quoted(one.project, style))
    return [
        style.of(_UNREADABLE, names=_names(names, style), reason=why)
        for why, names in by_reason.items()
    ]


def _names(names: Sequence[str], style: Style) -> str:
    shown = ("" if style.language == "ja" else ", ").join(names[:SHOWN])
    if len(names) <= SHOWN:
        return shown
    rest = len(names) if style.language == "ja" else len(names) - SHOWN
    return style.of(_MORE_NAMES, names=shown, n=number(rest))


def _quoted(name: str, style: Style) -> str:
    shown = label(name, PROJECT_SHOWN)
    return f"「{shown}」" if style.language == "ja" else f"“{shown}”"


def _times(missing: Sequence[Missing], style: Style) -> str:
    """From when to when, the longest ones first named, in their order."""
    longest = sorted(missing, key=_length, reverse=True)[:SHOWN]
    shown = [_time(one, style) for one in missing if one in longest][:SHOWN]
    times = ("、" if style.language == "ja" else "; ").join(shown)
    if len(missing) <= SHOWN:
        return times
    return style.of(_MORE_TIMES, times=times, n=number(len(missing)))


def _length(one: Missing) -> timedelta:
    return (one.ended_at or one.began_at) - one.began_at


def _time(one: Missing, style: Style) -> str:
    start = style.moment(one.began_at)
    ended_at = one.ended_at or one.began_at
    end = style.moment(ended_at)
    if style.day(one.began_at) == style.day(ended_at):
        end = f"{ended_at.astimezone(style.zone):%H:%M}"
    if f"{one.began_at.astimezone(style.zone):%H:%M}" == end:
        return start
    return style.of(_SPAN, start=start, end=end)
