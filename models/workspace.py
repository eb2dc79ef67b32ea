"""The Slack workspaces that iine serves, with the schedule of their digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, SlackId
from models.database import insert

FRIDAY = 4


class Workspace(Base):
    """A workspace. `digest_weekday` counts from Monday = 0; `digest_time` is local, `HH:MM`.

    `alive_at` is when a process that records last gave a sign of life.
    """

    __tablename__ = "workspaces"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    # "https://example.slack.com/": what permalinks begin with
    url: Mapped[str] = mapped_column(String(255))
    bot_user_id: Mapped[SlackId]
    bot_id: Mapped[SlackId]
    digest_weekday: Mapped[int] = mapped_column(default=FRIDAY)
    digest_time: Mapped[str] = mapped_column(String(5), default="16:00")
    alive_at: Mapped[datetime | None]
    # Whose bot this is, "" if Slack does not say
    app_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), default="", server_default="")


def save(
    session: Session,
    *,
    team_id: str,
    name: str,
    url: str,
    bot_user_id: str,
    bot_id: str,
    app_id: str = "",
) -> None:
    """Remember what `auth.test` said of this workspace; the schedule stays as it is."""
    facts = {"name": name, "url": url, "bot_user_id": bot_user_id, "bot_id": bot_id}
    facts["app_id"] = app_id
    statement = insert(session, Workspace).values(
        team_id=team_id, digest_weekday=FRIDAY, digest_time="16:00", **facts
    )
    session.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_=facts))


def team_ids(session: Session) -> Sequence[str]:
    """Every workspace."""
    return session.scalars(select(Workspace.team_id).order_by(Workspace.team_id)).all()


def bot_user_of(session: Session, team_id: str) -> str:
    """The bot's user in this workspace, "" where nobody has greeted Slack yet."""
    found = session.get(Workspace, team_id)
    return found.bot_user_id if found is not None else ""


def installed(session: Session) -> Mapping[str, str]:
    """The app's ID in each workspace that it is installed in, "" where it is not known."""
    session.flush()
    rows = session.connection().execute(_installations())
    return {row.team_id: row.app_id for row in rows}


@cache
def _installations() -> Select[str, str]:
    return select(Workspace.team_id, Workspace.app_id)
