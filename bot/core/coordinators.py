"""Who the coordinators are: those named in the settings, and those named in Slack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core import audit, homes
from bot.core.permissions import Actor, require_coordinator
from bot.errors import UserError
from bot.text import Text
from models.coordinator import Coordinator

ALREADY_COORDINATOR = Text(
    ja="<@{user}> さんは、すでに事務局です。 `/office 事務局 一覧` で確かめられます。",
    en="<@{user}> is a coordinator already. `/office coordinator list` shows who is.",
)
NOT_A_COORDINATOR = Text(
    ja="<@{user}> さんは事務局ではありません。 `/office 事務局 一覧` で確かめられます。",
    en="<@{user}> isn't a coordinator. `/office coordinator list` shows who is.",
)
NAMED_IN_SETTINGS = Text(
    ja="<@{user}> さんは、サーバーの設定（COORDINATORS）で事務局になっています。"
    "外すには、サーバーの担当者に設定の変更を頼んでください。",
    en="<@{user}> is a coordinator by the server's settings (COORDINATORS). "
    "To remove them, ask whoever runs the server to change the setting.",
)


def add(
    session: Session, actor: Actor, user_id: str, *, named: frozenset[str], now: datetime
) -> None:
    """Name a coordinator. `named` are those of the settings, who are coordinators already."""
    require_coordinator(actor)
    if user_id in named:
        raise UserError(ALREADY_COORDINATOR.filled(user=user_id))
    row = Coordinator(team_id=actor.team_id, user_id=user_id, added_by=actor.user_id, added_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise UserError(ALREADY_COORDINATOR.filled(user=user_id)) from error
    homes.people_changed(session, actor, [user_id], now)
    audit.record(session, actor, "coordinator.added", now=now, after={"user": user_id})


def remove(
    session: Session, actor: Actor, user_id: str, *, named: frozenset[str], now: datetime
) -> None:
    """Take a coordinator's task back. `named` are those of the settings, who stay."""
    require_coordinator(actor)
    if user_id in named:
        raise UserError(NAMED_IN_SETTINGS.filled(user=user_id))
    row = session.get(Coordinator, (actor.team_id, user_id))
    if row is None:
        raise UserError(NOT_A_COORDINATOR.filled(user=user_id))
    session.delete(row)
    homes.people_changed(session, actor, [user_id], now)
    audit.record(session, actor, "coordinator.removed", now=now, before={"user": user_id})


def everyone(session: Session, team_id: str, named: frozenset[str]) -> tuple[str, ...]:
    """The user IDs of all coordinators: those named in the settings, then in order of naming."""
    query = (
        select(Coordinator.user_id)
        .where(Coordinator.team_id == team_id)
        .order_by(Coordinator.added_at, Coordinator.user_id)
    )
    added = [user for user in session.scalars(query) if user not in named]
    return (*sorted(named), *added)
