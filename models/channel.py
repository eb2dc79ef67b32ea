"""Channels that iine knows of, and the IDs that they had before."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import Select, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, SlackId, SlackTs
from models.database import insert


class Channel(Base):
    """A channel. Each fact has the time it was last said, so that the order of events is harmless.

    `moved_to` is the new ID where Slack changed it (`channel_id_changed`).
    """

    __tablename__ = "channels"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    name_ts: Mapped[SlackTs] = mapped_column(default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool] = mapped_column(default=False)
    shared_ts: Mapped[SlackTs] = mapped_column(default="")
    is_archived: Mapped[bool] = mapped_column(default=False)
    archived_ts: Mapped[SlackTs] = mapped_column(default="")
    has_bot: Mapped[bool] = mapped_column(default=False)
    has_bot_ts: Mapped[SlackTs] = mapped_column(default="")
    moved_to: Mapped[SlackId | None]


def ensure(session: Session, team_id: str, channel_id: str) -> Channel:
    """The row of this channel, made if it was not there."""
    blank = {"name": "", "name_ts": "", "shared_ts": "", "archived_ts": "", "has_bot_ts": ""}
    flags = {"is_private": False, "is_shared": False, "is_archived": False, "has_bot": False}
    statement = insert(session, Channel).values(
        team_id=team_id, channel_id=channel_id, **blank, **flags
    )
    session.execute(statement.on_conflict_do_nothing())
    return session.get_one(Channel, (team_id, channel_id))


def current_id(session: Session, team_id: str, channel_id: str) -> str:
    """The ID that the channel has today, following every change of it."""
    seen = {channel_id}
    while True:
        channel = session.get(Channel, (team_id, channel_id))
        if channel is None or channel.moved_to is None or channel.moved_to in seen:
            return channel_id
        channel_id = channel.moved_to
        seen.add(channel_id)


def moved(session: Session, team_id: str, channel_ids: Collection[str]) -> set[str]:
    """Those of these channels that have another ID today."""
    session.flush()
    asked = {"team": team_id, "channels": list(channel_ids)}
    return set(session.connection().execute(_asking_who_moved(), asked).scalars())


def read_ahead(session: Session, team_id: str, channel_ids: Collection[str]) -> None:
    """Have the rows of these channels in the session."""
    session.scalars(_asking_for(), {"team": team_id, "channels": list(channel_ids)}).all()


@cache
def _asking_for() -> Select[Channel]:
    return select(Channel).where(
        Channel.team_id == bindparam("team"),
        Channel.channel_id.in_(bindparam("channels", expanding=True)),
    )


@cache
def _asking_who_moved() -> Select[str]:
    return select(Channel.channel_id).where(
        Channel.team_id == bindparam("team"),
        Channel.channel_id.in_(bindparam("channels", expanding=True)),
        Channel.moved_to.is_not(None),
    )
