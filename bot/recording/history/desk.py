"""Reading history for the command line: some channels, from some day on, with a bar."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy import select

from bot.clock import Clock
from bot.core import gaps
from bot.core.coverage import reason
from bot.core.workspaces import own_workspace
from bot.errors import UserError
from bot.recording.history.reconciler import Reconciler
from bot.settings import Settings
from bot.text import Text
from models.channel import Channel
from models.database import Database
from models.watermark import Watermark

# The bar of one channel
STEPS = 100
# At most so long without looking whether there is something to do
LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Errand:
    """What is to be read: these channels, as was asked at this moment."""

    team_id: str
    channels: Collection[str]
    asked_at: datetime

    @property
    def length(self) -> int:
        """The length of the bar."""
        return len(self.channels) * STEPS


class ReconcileDesk:
    """Answers for the one workspace of the database."""

    def __init__(
        self, database: Database, slack: WebClient, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._slack = slack
        self._settings = settings
        self._clock = clock

    def ask(self, channel: str | None, since: str | None) -> Errand:
        """Have the channel (its ID or #name), or all, read from a day on.

        Without one: from two weeks ago, or else from where it is not known. Raises UserError.
        """
        begin = self._moment(since) if since else None
        now = self._clock.now()
        with self._database.write() as session:
            workspace = own_workspace(session)
            readings = gaps.readings(session, workspace.team_id)
            if channel is not None:
                wanted = self._ids(session.scalars(select(Channel)).all(), channel)
                readings = {key: one for key, one in readings.items() if key in wanted}
                if not readings:
                    raise UserError(_NO_SUCH_CHANNEL.filled(channel=channel))
            for reading in readings.values():
                back = min(now - gaps.LOOK_BACK, reading.known_until - gaps.OVERLAP)
                gaps.ask(
                    session,
                    workspace.team_id,
                    reading,
                    begin or back,
                    threads=True,
                    at_once=True,
                )
            return Errand(workspace.team_id, frozenset(readings), now)

    def run(self, errand: Errand, stop: threading.Event | None = None) -> Iterator[int]:
        """Do it; yields how far the bar is. Whatever else reads at the same time is as well."""
        reader = Reconciler(
            self._database, self._slack, self._clock, lambda: None, only=errand.channels
        )
        pause = stop or threading.Event()
        while True:
            done = self._done(errand)
            yield done
            if done >= errand.length:
                return
            if not reader.step():
                pause.wait(self._wait(reader.resumes_at))

    def outcome(self, errand: Errand) -> tuple[list[Text], bool]:
        """What came of it, line by line, and whether all could be read."""
        lines, all_read = [], True
        messages = reactions = 0
        with self._database.read() as session:
            for channel_id in sorted(errand.channels):
                mark = session.get(Watermark, (errand.team_id, channel_id))
                name = session.get(Channel, (errand.team_id, channel_id))
                if mark is None:
                    continue
                if mark.error is not None:
                    all_read = False
                    shown = name.name if name is not None and name.name else channel_id
                    lines.append(_NOT_READ.filled(channel=shown, reason=reason(mark.error)))
                messages += mark.run_messages
                reactions += mark.run_reactions
        found = _FOUND.filled(n=len(errand.channels), messages=messages, reactions=reactions)
        return [found, *lines], all_read

    def _done(self, errand: Errand) -> int:
        done = 0.0
        with self._database.read() as session:
            for channel_id in errand.channels:
                mark = session.get(Watermark, (errand.team_id, channel_id))
                done += 1.0 if mark is None else _share(mark, errand)
        return int(done * STEPS)

    def _wait(self, until: datetime | None) -> float:
        if until is None:
            return LOOK_AGAIN_SECONDS
        left = (until - self._clock.now()).total_seconds()
        return min(max(left, 0.0), LOOK_AGAIN_SECONDS)

    def _moment(self, since: str) -> datetime:
        try:
            moment = datetime.fromisoformat(since)
        except ValueError as error:
            raise UserError(_NO_MOMENT) from error
        if not 2000 <= moment.year <= 2199:
            raise UserError(_NO_MOMENT)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._settings.timezone)
        if moment > self._clock.now():
            raise UserError(_NOT_YET)
        return moment

    def _ids(self, channels: Sequence[Channel], wanted: str) -> set[str]:
        name = wanted.strip().lstrip("#")
        return {name} | {channel.channel_id for channel in channels if channel.name == name}


def _share(mark: Watermark, errand: Errand) -> float:
    """How much of a channel is read, from 0 to 1; what can't be read is done with.

    An error of which nobody has said when to try again is from before it was asked for.
    """
    is_read = mark.read_at is not None and mark.read_at >= errand.asked_at
    is_refused = mark.error is not None and mark.retry_at is not None
    if is_refused or is_read or not mark.is_to_be_read:
        return 1.0
    return min(mark.share_done, 0.99)


_NO_SUCH_CHANNEL = Text(
    ja="{channel} は、登録されたチャンネルではありません。",
    en="{channel} is not a registered channel.",
)
_NO_MOMENT = Text(
    ja="--since は 2026-11-20 か 2026-11-20T16:00 のように書いてください。",
    en="Write --since like 2026-11-20 or 2026-11-20T16:00.",
)
_NOT_YET = Text(
    ja="--since には、今より前の日時を書いてください。",
    en="Give --since a day or a time that has passed.",
)
_FOUND = Text(
    ja="{n}チャンネルを読み直しました。補った投稿・編集・削除は{messages}件、"
    "リアクションは{reactions}件です。",
    en="Channels read: {n}. Posts, edits and deletions put right: {messages}; "
    "reactions: {reactions}.",
)
_NOT_READ = Text(
    ja="#{channel} は読めませんでした。{reason}", en="#{channel} could not be read. {reason}"
)
