"""The digest for the command line: at any moment, printed or sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import late_digests, periods
from bot.core.periods import Period
from bot.core.workspaces import own_workspace
from bot.digest import figures_json
from bot.digest.as_text import as_text
from bot.digest.compose import gather
from bot.digest.make import language_of, make
from bot.errors import UserError
from bot.settings import Settings
from bot.text import Language, Text
from models import digest as digests
from models.base import JsonObject
from models.channel import Channel
from models.database import Database
from models.delivery import OPEN_STATES, Delivery
from models.digest import Digest, DigestAudience
from models.workspace import Workspace

# How long the command line waits for a digest to be sent, and for the next thing that is due
SEND_WITHIN_SECONDS = 120.0
LOOK_AGAIN_SECONDS = 0.5

# Beyond these, the weeks around a moment are not all dates
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class DigestDesk:
    """Answers for the one workspace of the database."""

    database: Database
    settings: Settings
    clock: Clock

    def moment(self, at: str | None) -> datetime:
        """The moment that was asked for, local if it names no offset; now if none was."""
        if at is None:
            return self.clock.now()
        try:
            moment = datetime.fromisoformat(at)
        except ValueError as error:
            raise UserError(_NO_MOMENT) from error
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise UserError(_NO_MOMENT)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.settings.timezone)

    def figures(self, moment: datetime) -> JsonObject:
        """The numbers of the digest that ends at `moment` (docs/numbers.md)."""
        with self.database.read() as session:
            workspace = own_workspace(session)
            period = self._period(session, workspace, moment)
            zone = self.settings.timezone
            return figures_json.figures(session, workspace.team_id, period, zone)

    def text(self, moment: datetime, audience: str | None) -> str:
        """The digest that ends at `moment`, as this audience would read it."""
        with self.database.read() as session:
            workspace = own_workspace(session)
            period = self._period(session, workspace, moment)
            language = self._language(session, workspace, audience)
            return as_text(
                gather(session, workspace, period, self.settings.timezone).write(language)
            )

    def make(self, moment: datetime, audience: str | None) -> Sequence[str]:
        """Make the digest that ends at `moment`; returns the keys of its deliveries.

        Raises `UserError` where that would leave somebody a gap, or tell them something twice.
        """
        with self.database.read() as session:
            workspace = own_workspace(session)
            period = self._period(session, workspace, moment)
            audiences = digests.audiences(session, workspace.team_id)
            last = session.scalars(
                select(Digest.period_end)
                .where(Digest.team_id == workspace.team_id)
                .order_by(Digest.period_end.desc())
            ).first()
        if not audiences:
            raise UserError(_NOBODY)
        if audience is not None:
            raise UserError(_ALL_AT_ONCE)
        if moment > self.clock.now():
            raise UserError(_FUTURE)
        if last is not None and moment <= last:
            raise UserError(_SENT_ALREADY)
        zone, now = self.settings.timezone, self.clock.now()
        keys = make(self.database, workspace.team_id, zone, period, due_at=None, now=now)
        if keys is None:
            raise UserError(_SENT_ALREADY)
        return keys

    def send(self, keys: Sequence[str], step: Callable[[], bool]) -> Iterator[int]:
        """Send these deliveries; yields how many are sent so far, until all are.

        `step` makes the next delivery and says whether there may be more. A running service may
        be quicker, which is as well. Ends after `SEND_WITHIN_SECONDS` even if some are not sent.
        """
        deadline = time.monotonic() + SEND_WITHIN_SECONDS
        while True:
            unsent = self._unsent(keys)
            yield len(keys) - unsent
            if not unsent or time.monotonic() > deadline:
                return
            if not step():
                threading.Event().wait(LOOK_AGAIN_SECONDS)

    def not_sent(self, keys: Sequence[str]) -> Text | None:
        """What to say of those that have not arrived; None if all have."""
        with self.database.read() as session:
            rows = session.scalars(select(Delivery).where(Delivery.key.in_(keys))).all()
            missing = [row for row in rows if late_digests.is_missing(row)]
        if not missing:
            return None
        if any(row.state in OPEN_STATES for row in missing):
            return _NOT_YET
        return _REFUSED.filled(n=len(missing))

    def _unsent(self, keys: Sequence[str]) -> int:
        with self.database.read() as session:
            query = select(func.count()).where(
                Delivery.key.in_(keys), Delivery.state.in_(OPEN_STATES)
            )
            return session.scalar(query) or 0

    def _period(self, session: Session, workspace: Workspace, moment: datetime) -> Period:
        return periods.period_until(session, workspace, self.settings.timezone, moment)

    def _language(self, session: Session, workspace: Workspace, audience: str | None) -> Language:
        if audience is None:
            return self.settings.language
        wanted = audience.strip().lstrip("#@")
        for known in digests.audiences(session, workspace.team_id):
            if wanted in _names(session, known):
                return language_of(known)
        raise UserError(_NO_SUCH_AUDIENCE.filled(audience=audience))


def _names(session: Session, audience: DigestAudience) -> set[str]:
    channel = session.get(Channel, (audience.team_id, audience.channel_id))
    names = {audience.channel_id, audience.user_id or "", channel.name if channel else ""}
    return names - {""}


_NO_MOMENT = Text(
    ja="--at は 2026-11-20T16:00 のように書いてください。",
    en="Write --at like 2026-11-20T16:00.",
)
_NO_SUCH_AUDIENCE = Text(
    ja="送り先に {audience} はありません。`/digest 一覧` で確かめられます。",
    en="Digests do not go to {audience}. `/digest list` shows where they go.",
)
_NOBODY = Text(
    ja="送り先がまだありません。`/digest 送り先 #チャンネル` で決めてください。",
    en="Digests have nowhere to go yet. Choose with `/digest to #channel`.",
)
_ALL_AT_ONCE = Text(
    ja="ダイジェストはすべての送り先に同時に送ります。--audience は --dry-run と一緒に使えます。",
    en="A digest goes to everyone at once. --audience goes with --dry-run.",
)
_FUTURE = Text(
    ja="これからの分は送れません。--dry-run なら表示できます。",
    en="What is still to come can't be sent. --dry-run prints it.",
)
_NOT_YET = Text(
    ja="まだ届いていないものがあります。動いている `python app.py` が、続けて送ります。"
    "理由は `python app.py deliveries` で分かります。",
    en="Slack has not taken everything yet; the service goes on trying. "
    "`python app.py deliveries` says what is wrong.",
)
_REFUSED = Text(
    ja="{n}件を送れませんでした。理由とできることは `python app.py deliveries` で分かります。",
    en="{n} messages could not be sent. `python app.py deliveries` says why, and what to do.",
)
_SENT_ALREADY = Text(
    ja="その時点までのダイジェストは送信済みです。--dry-run なら表示できます。",
    en="The digest up to that moment has been sent. --dry-run prints it.",
)
