"""What is not said in Slack, and what whoever runs the server can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.core import homes
from bot.core.outgoing import OnLost
from bot.errors import UserError
from bot.text import Text
from models.audit import AuditEntry
from models.base import JsonObject
from models.channel import Channel
from models.delivery import (
    GIVEN_UP,
    IN_DOUBT,
    Delivery,
    DeliveryState,
    by_key,
    hangs_below,
    is_held,
    is_open,
    not_said,
    put_back,
    waits_since,
)

__all__ = ["DeliveryState", "Unsaid", "drop", "kind_of", "listing", "retry"]

# Words are said within seconds: what waits for so long does not work.
BACKLOG_AFTER = timedelta(minutes=5)
# Who acts on the command line has no ID in Slack.
COMMAND_LINE = "app.py"
RETRIED, DROPPED = "delivery.retried", "delivery.dropped"  # the actions in the audit log

NO_SUCH_KEY = Text(
    ja="キー {key} のものはありません。 `python app.py deliveries` で一覧を見て、"
    "キーをそのまま写してください。",
    en="Nothing has the key {key}. `python app.py deliveries` lists what there is; "
    "please copy the key from there.",
)
SENT_ALREADY = Text(
    ja="{key} はもう送信済みです。することはありません。",
    en="{key} has been sent. There is nothing to do.",
)
BEING_SENT = Text(
    ja="{key} はちょうど送っているところです。1分ほど待って、もう一度一覧を見てください。",
    en="{key} is being sent right now. Wait a minute and look at the list again.",
)
DROPPED_ALREADY = Text(
    ja="{key} は取りやめになっています（{error}）。送るものはありません。",
    en="{key} has been dropped ({error}). There is nothing to send.",
)
NOT_YET = Text(
    ja="{key} はまだ送る時刻ではありません。時刻になると、自動で送ります。",
    en="It is not time for {key} yet. It goes out by itself when it is.",
)
WITH_ANOTHER = Text(
    ja="{key} は {parent} のスレッドに入るものです。{parent} のほうを --retry してください。",
    en="{key} belongs in the thread of {parent}. Use --retry on {parent}.",
)


@dataclass(frozen=True)
class Unsaid:
    """Something that is not said. `place`: a channel's name as far as it is known, or an ID.

    `is_change`: the message stands there, and it is only a change of it that is not made.
    """

    key: str
    kind: str
    place: str
    state: DeliveryState
    since: datetime
    tried_at: datetime | None
    error: str | None
    is_change: bool


def listing(session: Session, team_id: str, now: datetime) -> Sequence[Unsaid]:
    """What is held, refused or in doubt, or waits for too long, oldest first."""
    rows = session.execute(
        select(Delivery, Channel.name)
        .outerjoin(
            Channel,
            (Channel.team_id == Delivery.team_id) & (Channel.channel_id == Delivery.channel_id),
        )
        .where(
            is_open(team_id=team_id),
            or_(
                Delivery.state.in_((DeliveryState.FAILED, DeliveryState.UNKNOWN)),
                is_held(),
                waits_since(now - BACKLOG_AFTER),
            ),
        )
        .order_by(Delivery.id)
    )
    return [_unsaid(row, name) for row, name in rows]


def retry(session: Session, team_id: str, key: str, now: datetime) -> bool:
    """Have it tried again at once; says whether it is looked for in Slack first.

    Raises UserError where there is nothing to be tried.
    """
    row = _to_act_on(session, team_id, key)
    if row.thread_key is not None and row.error == not_said(row.thread_key):
        raise UserError(WITH_ANOTHER.filled(key=key, parent=row.thread_key))
    is_untried = row.state == DeliveryState.PENDING and not row.attempts
    if is_untried and row.not_before > now:
        raise UserError(NOT_YET.filled(key=key))
    _note(session, row, RETRIED, now)
    put_back(session, row, now)
    homes.trouble_changed(session, team_id, now)
    return row.state in IN_DOUBT


def drop(session: Session, team_id: str, key: str, now: datetime, on_lost: OnLost | None) -> bool:
    """Give it up, and with it what was to come in its thread; says whether nothing stands there.

    A message that stands in Slack stays as it is. Of one that may stand there it is kept when Slack
    was asked: if there is something else to say with its key one day, it is looked for. Raises
    UserError where nothing can be given up.
    """
    row = _to_act_on(session, team_id, key)
    _note(session, row, DROPPED, now)
    homes.trouble_changed(session, team_id, now)
    if row.ts is not None:
        row.state, row.error = DeliveryState.SENT, None
        return False
    row.state, row.error = DeliveryState.DROPPED, GIVEN_UP
    session.execute(
        update(Delivery)
        .where(
            hangs_below(team_id, key, DeliveryState.PENDING, DeliveryState.FAILED),
        )
        .values(state=DeliveryState.DROPPED, error=GIVEN_UP)
    )
    if on_lost is not None:
        on_lost(session, row)
    return True


def kind_of(session: Session, team_id: str, key: str) -> str | None:
    """The kind of the delivery with this key."""
    row = by_key(session, team_id, key)
    return None if row is None else row.kind


def _to_act_on(session: Session, team_id: str, key: str) -> Delivery:
    """The row, locked."""
    row = session.scalars(
        select(Delivery)
        .where(Delivery.team_id == team_id, Delivery.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise UserError(NO_SUCH_KEY.filled(key=key))
    if row.state == DeliveryState.SENT:
        raise UserError(SENT_ALREADY.filled(key=key))
    if row.state == DeliveryState.SENDING:
        raise UserError(BEING_SENT.filled(key=key))
    if row.state == DeliveryState.DROPPED:
        raise UserError(DROPPED_ALREADY.filled(key=key, error=row.error or ""))
    return row


def _note(session: Session, row: Delivery, action: str, now: datetime) -> None:
    before: JsonObject = {"state": row.state, "error": row.error}
    session.add(
        AuditEntry(
            team_id=row.team_id,
            at=now,
            actor_id=COMMAND_LINE,
            action=action,
            project_id=None,
            details={"before": before, "after": {"delivery": row.key}},
        )
    )


def _unsaid(row: Delivery, name: str | None) -> Unsaid:
    return Unsaid(
        key=row.key,
        kind=row.kind,
        place=f"#{name}" if name else row.channel_id,
        state=DeliveryState(row.state),
        since=row.created_at,
        tried_at=row.claimed_at,
        error=row.error,
        is_change=row.ts is not None,
    )
