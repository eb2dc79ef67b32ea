"""Threads of which all replies were read from Slack's history, as they stood then."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, TS_LENGTH, Base, SlackId, SlackTs
from models.database import insert


class Thread(Base):
    """What the first message of a thread said of its replies when they were last read.

    `ts` is that message; it may be anybody's, also a machine's of which nothing else is kept.
    """

    __tablename__ = "threads"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), primary_key=True)
    reply_count: Mapped[int]
    latest_reply: Mapped[SlackTs] = mapped_column(String(TS_LENGTH))


def known(
    session: Session, team_id: str, channel_id: str, roots: Collection[str]
) -> dict[str, tuple[int, str]]:
    """(number of replies, the latest one) of those of these threads that were read."""
    rows = session.scalars(
        select(Thread).where(
            Thread.team_id == team_id, Thread.channel_id == channel_id, Thread.ts.in_(roots)
        )
    )
    return {row.ts: (row.reply_count, row.latest_reply) for row in rows}


def note(
    session: Session, team_id: str, channel_id: str, ts: str, reply_count: int, latest_reply: str
) -> None:
    """All replies of this thread were read, when its first message said this of them."""
    facts = {"reply_count": reply_count, "latest_reply": latest_reply}
    statement = insert(session, Thread).values(
        team_id=team_id, channel_id=channel_id, ts=ts, **facts
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["team_id", "channel_id", "ts"], set_=facts)
    )
