"""The workspace of this installation, for whoever asks on the command line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.text import Text
from models.workspace import Workspace

_NO_WORKSPACE = Text(
    ja="まだSlackにつながったことがありません。 `python app.py` を一度起動してください。",
    en="It has never been connected to Slack. Start `python app.py` once.",
)


def own_workspace(session: Session) -> Workspace:
    """The workspace. Raises UserError if there is none yet."""
    workspace = session.scalars(select(Workspace).order_by(Workspace.team_id)).first()
    if workspace is None:
        raise UserError(_NO_WORKSPACE)
    return workspace
