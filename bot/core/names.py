"""What people and channels are called, for places where Slack does not say it itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.channel import Channel
from models.member import Member
from models.workspace import Workspace

BOT_NAME = "iine"


def names_of(
    session: Session, team_id: str, people: Sequence[str], channels: Sequence[str]
) -> dict[str, str]:
    """The names that are known, by user ID and channel ID."""
    members = select(Member.user_id, Member.display_name).where(
        Member.team_id == team_id, Member.user_id.in_(people), Member.display_name != ""
    )
    places = select(Channel.channel_id, Channel.name).where(
        Channel.team_id == team_id, Channel.channel_id.in_(channels), Channel.name != ""
    )
    workspace = session.get(Workspace, team_id)
    return {
        **({workspace.bot_user_id: BOT_NAME} if workspace else {}),
        **{row.user_id: row.display_name for row in session.execute(members)},
        **{row.channel_id: row.name for row in session.execute(places)},
    }
