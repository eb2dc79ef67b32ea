"""On what the numbers rest: which channels, which times were missing, what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.gaps import Reading, readings
from bot.text import Text
from models import gap as gaps
from models.gap import Cause, Gap
from models.project import Project, ProjectChannel

# Each channel is read every hour. What was not read for so long means that something is wrong.
BEHIND_AFTER = timedelta(hours=3)

_NOT_IN = Text(
    ja="私がチャンネルに入っていません。 `/invite @iine` で招待してください。",
    en="I am not in the channel. Please invite me with `/invite @iine`.",
)
_NO_RIGHT = Text(
    ja="アプリの権限が足りません。サーバーの担当者が `app.py check` で確かめられます。",
    en="The app lacks a permission. Whoever runs the server sees which with `app.py check`.",
)
_NO_TOKEN = Text(
    ja="アプリの鍵（トークン）が使えません。サーバーの担当者が `app.py check` で確かめられます。",
    en="The app's token does not work. Whoever runs the server sees why with `app.py check`.",
)
_NO_ANSWER = Text(
    ja="Slackから返事がありません。つながりしだい、続きを読みます。",
    en="Slack does not answer. Reading goes on as soon as it does.",
)
_STRANGE = Text(
    ja="Slackからの返事が、いつもの形ではありませんでした。しばらくして、もう一度読みます。",
    en="Slack's answer was not what was asked for. It is tried again later.",
)
_OTHER = Text(
    ja="Slackに断られました（{code}）。しばらくして、もう一度読みます。",
    en="Slack refused it ({code}). It is tried again later.",
)
_REASONS: Mapping[str, Text] = {
    "not_in_channel": _NOT_IN,
    "channel_not_found": _NOT_IN,
    "missing_scope": _NO_RIGHT,
    "no_permission": _NO_RIGHT,
    "access_denied": _NO_RIGHT,
    "restricted_action": _NO_RIGHT,
    "invalid_auth": _NO_TOKEN,
    "not_authed": _NO_TOKEN,
    "token_revoked": _NO_TOKEN,
    "token_expired": _NO_TOKEN,
    "account_inactive": _NO_TOKEN,
    "no_answer": _NO_ANSWER,
    "strange_answer": _STRANGE,
}


def reason(code: str) -> Text:
    """Why a channel could not be read, in words, from what Slack said."""
    return _REASONS.get(code) or _OTHER.filled(code=code)


@dataclass(frozen=True)
class Missing:
    """A time of which events may not have come. `is_closed`: it was read from history since.

    `ended_at` None: it lasts. `of_channel`: it concerns one channel alone.
    """

    began_at: datetime
    ended_at: datetime | None
    is_closed: bool
    of_channel: bool
    found: int

    @property
    def lasts(self) -> bool:
        """Whether events may be missing still."""
        return self.ended_at is None


@dataclass(frozen=True)
class Unreadable:
    """A channel that can't be read, with the name of its project and Slack's error."""

    channel_id: str
    project: str
    error: str


@dataclass(frozen=True)
class Coverage:
    """What the numbers of some time rest on.

    `behind` is how many channels have not been read from history as regularly as they should be.
    """

    channels: int = 0
    missing: tuple[Missing, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    behind: int = 0
    is_throttled: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that is known to be."""
        return not (self.unreadable or self.behind or any(not m.is_closed for m in self.missing))


def coverage(session: Session, team_id: str, start: datetime, end: datetime) -> Coverage:
    """What the numbers from `start` to `end` rest on, as is known now."""
    channels = readings(session, team_id)
    registered = {
        tie.channel_id: tie.project_id
        for tie in session.scalars(
            select(ProjectChannel).where(
                ProjectChannel.team_id == team_id,
                ProjectChannel.removed_at.is_(None),
                ProjectChannel.added_at < end,
            )
        )
    }
    kept = [one for channel_id, one in channels.items() if channel_id in registered]
    return Coverage(
        channels=len(registered),
        missing=tuple(
            _missing(gap)
            for gap in gaps.between(session, team_id, start, end)
            if gap.channel_id is None or gap.channel_id in registered
        ),
        unreadable=_unreadable(session, kept, registered),
        behind=sum(_is_behind(one, end) for one in kept),
        is_throttled=any(one.watermark is not None and one.watermark.is_throttled for one in kept),
    )


def _missing(gap: Gap) -> Missing:
    return Missing(
        began_at=gap.began_at,
        ended_at=gap.ended_at,
        is_closed=gap.closed_at is not None,
        of_channel=gap.channel_id is not None or gap.cause == Cause.INVITED,
        found=gap.found,
    )


def _unreadable(
    session: Session, channels: Sequence[Reading], registered: Mapping[str, int]
) -> tuple[Unreadable, ...]:
    wrong = [
        (one.channel_id, one.watermark.error)
        for one in channels
        if one.watermark is not None and one.watermark.error is not None
    ]
    if not wrong:
        return ()
    ids = {registered[channel_id] for channel_id, _ in wrong}
    names = {
        project.id: project.name
        for project in session.scalars(select(Project).where(Project.id.in_(ids)))
    }
    return tuple(
        Unreadable(channel_id, names.get(registered[channel_id], ""), error)
        for channel_id, error in wrong
    )


def _is_behind(reading: Reading, end: datetime) -> bool:
    """Whether it was not read for long at the end of the time, for no reason that is named."""
    mark = reading.watermark
    if mark is not None and mark.error is not None:
        return False
    last = reading.since if mark is None else mark.read_at or reading.since
    return last < end - BEHIND_AFTER
