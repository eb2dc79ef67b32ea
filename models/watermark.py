"""How much of each channel's history in Slack is known, and where the reading of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, TS_LENGTH, Base, SlackId, SlackTs
from models.database import insert

ERROR_LENGTH = 64


class Watermark(Base):
    """The state of one channel.

    - `known_until`: up to there everything that was posted is known.
    - `wanted_from`: it is to be read again from there on; `wants_threads`: with every thread.
    - `run_*`: the reading in progress. It goes from `run_until`, when it began, back to
      `run_from`; what is newer than `run_at` is done. All None while nothing is read.
    - `read_at`, `completed_at`: when the last complete reading began and ended.
    - `swept_at`: when the last complete reading of the last two weeks with all threads began.
    - `error`: why Slack let nothing be read the last time, in Slack's word; since `error_at`, tried
      again at `retry_at`.
    - `is_throttled`: Slack gives 15 messages at a time, once a minute
      (docs.slack.dev/reference/methods/conversations.history).
    """

    __tablename__ = "watermarks"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    known_until: Mapped[SlackTs] = mapped_column(String(TS_LENGTH))
    wanted_from: Mapped[SlackTs | None]
    wants_threads: Mapped[bool] = mapped_column(default=False)
    run_from: Mapped[SlackTs | None]
    run_until: Mapped[SlackTs | None]
    run_at: Mapped[SlackTs | None]
    run_began_at: Mapped[datetime | None]
    run_threads: Mapped[bool] = mapped_column(default=False)
    run_messages: Mapped[int] = mapped_column(default=0)
    run_reactions: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(ERROR_LENGTH))
    error_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    is_throttled: Mapped[bool] = mapped_column(default=False)

    @property
    def is_to_be_read(self) -> bool:
        """Whether a reading is in progress or asked for."""
        return self.run_until is not None or self.wanted_from is not None

    @property
    def share_done(self) -> float:
        """How much of the reading in progress is done, from 0 to 1, going by time."""
        if self.run_from is None or self.run_until is None or self.run_at is None:
            return 0.0
        whole = float(self.run_until) - float(self.run_from)
        return (float(self.run_until) - float(self.run_at)) / whole if whole > 0 else 1.0

    def begin_again(self) -> None:
        """What is in progress is asked for, from its beginning."""
        if self.run_from is not None:
            self.wanted_from = min(self.wanted_from or self.run_from, self.run_from)
            self.wants_threads = self.wants_threads or self.run_threads
        self.run_from = self.run_until = self.run_at = self.run_began_at = None
        self.run_threads = False


def ensure(session: Session, team_id: str, channel_id: str, known_until: str) -> Watermark:
    """The row of this channel, locked; made if it was not there, as known up to then."""
    flags = {"wants_threads": False, "run_threads": False, "is_throttled": False}
    statement = insert(session, Watermark).values(
        team_id=team_id,
        channel_id=channel_id,
        known_until=known_until,
        run_messages=0,
        run_reactions=0,
        **flags,
    )
    session.execute(statement.on_conflict_do_nothing())
    return session.get_one(Watermark, (team_id, channel_id), with_for_update=True)


def of_team(session: Session, team_id: str) -> Sequence[Watermark]:
    """All of this workspace."""
    return session.scalars(
        select(Watermark).where(Watermark.team_id == team_id).order_by(Watermark.channel_id)
    ).all()


def locked(session: Session, team_id: str, channel_id: str) -> Watermark | None:
    """The row of this channel, kept from others until the end of the transaction."""
    return session.get(Watermark, (team_id, channel_id), with_for_update=True)


def note_throttle(session: Session, team_id: str, *, is_throttled: bool) -> None:
    """Slack gives so little to the whole app, not to a channel."""
    session.execute(
        update(Watermark).where(Watermark.team_id == team_id).values(is_throttled=is_throttled)
    )
