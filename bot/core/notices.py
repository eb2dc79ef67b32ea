"""Telling people that they were acknowledged or thanked: what, when, and never twice.

There is a row for each thing to tell (`models.notice`). It goes as soon as what it tells stands no
longer, unless it was told or may have been. A job bundles what is due into deliveries
(`bundle`); the words are made when they are said, out of what stands then (`told_with`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from bot.core import members, slack_time
from bot.core.acknowledged import Given, Key, Offices, standing_on
from bot.core.calendar import Calendar
from bot.core.dates import midnight
from bot.core.hours import MORNING, may_disturb, next_disturbable
from bot.core.late_digests import LATE_DIGEST
from bot.core.people import INVITATION
from bot.core.question_reminders import REMINDER
from bot.core.question_state import ANSWER
from bot.core.quiet import CONSULTATION, NUDGE
from bot.core.successes import SUCCESSES
from models import home, preference
from models import message as messages
from models.database import insert
from models.delivery import IN_DOUBT, Delivery, DeliveryState, enqueue, is_open
from models.kudos import Kudos
from models.member import Member
from models.message import Message, MessageKind
from models.notice import Notice, of_delivery
from models.preference import Notices

RECOGNITION = "recognition_dm"
# What nobody is to hear at night, even if Slack did not take it by day
AT_GOOD_HOURS = (
    RECOGNITION,
    INVITATION,
    SUCCESSES,
    ANSWER,
    REMINDER,
    NUDGE,
    CONSULTATION,
    LATE_DIGEST,
)
# What comes after the first of a day waits for this time
EVENING = time(17, 0)
# What was given longer ago is no news
NEWS_FOR = timedelta(days=14)
# In the place of a delivery's key: by the person's own choice, or because they are not of this
# workspace, they are not told.
NOT_TOLD = ""

_MAY_HAVE_BEEN_SAID = (*IN_DOUBT, DeliveryState.SENT)


@dataclass(frozen=True)
class Told:
    """What one message tells one person: acknowledgements by post, and kudos, oldest first."""

    user_id: str
    posts: tuple[tuple[Message, tuple[Given, ...]], ...]
    kudos: tuple[Kudos, ...]


def refresh(
    session: Session,
    team_id: str,
    channel_id: str,
    ts: str,
    now: datetime,
    offices: Offices | None = None,
) -> None:
    """Have there be a notice for each office whose acknowledgement of the post stands.

    To be called in the transaction of whatever changes it; in any order and as often as one likes.
    """
    post = messages.locked(session, team_id, channel_id, ts)
    standing = {} if post is None else _standing(session, post, offices)
    known = _of_post(session, team_id, channel_id, ts)
    deliveries = _deliveries(session, team_id, known)
    for row in known:
        delivery = deliveries.get(row.delivery_key or "")
        if row.office_id not in standing and not _may_be_told(delivery):
            session.delete(row)
        elif delivery is not None and delivery.state == DeliveryState.DROPPED:
            row.delivery_key, row.due_at = None, now
    if post is not None and post.user_id is not None:
        oldest = slack_time.from_datetime(now - NEWS_FOR)
        there = {row.office_id for row in known}
        for office_id, given in standing.items():
            is_news = given.event_ts >= oldest and not given.is_imported
            if office_id not in there and is_news:
                _add(session, team_id, post.user_id, now, channel_id, ts, office_id=office_id)


def leave_untold(session: Session, post: Message, now: datetime) -> None:
    """What was acknowledged of an imported post is no news: its author is never told of it."""
    if post.user_id is None or post.ts < slack_time.from_datetime(now - NEWS_FOR):
        return
    place = (session, post.team_id, post.user_id, now, post.channel_id, post.ts)
    for office_id in _standing(session, post):
        _add(*place, office_id=office_id, delivery_key=NOT_TOLD)


def kudos_given(session: Session, kudos: Kudos, recipients: Iterable[str], now: datetime) -> None:
    """Have these people told of the kudos; the sender is not told of their own."""
    others = [user_id for user_id in recipients if user_id != kudos.sender_id]
    for user_id in others:
        place = (kudos.channel_id, kudos.ts)
        _add(session, kudos.team_id, user_id, now, *place, kudos_id=kudos.id)
    home.touch(session, kudos.team_id, others, now)


def kudos_withdrawn(session: Session, kudos_id: int, now: datetime) -> None:
    """Tell nobody any more who has not been told yet."""
    known = session.scalars(
        select(Notice)
        .where(Notice.kudos_id == kudos_id)
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not known:
        return
    home.touch(session, known[0].team_id, [row.user_id for row in known], now)
    deliveries = _deliveries(session, known[0].team_id, known)
    for row in known:
        if not _may_be_told(deliveries.get(row.delivery_key or "")):
            session.delete(row)


def waiting(session: Session) -> Sequence[tuple[str, str]]:
    """(workspace, person) of everyone for whom something waits to be bundled."""
    rows = session.execute(
        select(Notice.team_id, Notice.user_id)
        .where(Notice.delivery_key.is_(None))
        .distinct()
        .order_by(Notice.team_id, Notice.user_id)
    )
    return [(row.team_id, row.user_id) for row in rows]


@dataclass(frozen=True)
class Desk:
    """Decides at a moment what goes out to whom."""

    calendar: Calendar
    zone: tzinfo
    now: datetime

    @property
    def is_closed(self) -> bool:
        """Whether nobody may be disturbed now."""
        return not may_disturb(self.calendar, self.zone, self.now)

    def has_something(self, session: Session, team_id: str, user_id: str) -> bool:
        """Whether `bundle` would do anything for this person now."""
        if not _may_be_written_to(session, team_id, user_id):
            return True
        return bool(self._ready(session, team_id, user_id))

    def bundle(self, session: Session, team_id: str, user_id: str) -> bool:
        """Put what is due for this person in the outbox, in one message; says whether it did.

        Who wants no notices, or is not to be written to, is not told of these later either.
        """
        session.get(Member, (team_id, user_id), with_for_update=True)  # one process at a time
        if not _may_be_written_to(session, team_id, user_id):
            for row in _waiting_for(session, team_id, user_id):
                row.delivery_key = NOT_TOLD
            return False
        ready = self._ready(session, team_id, user_id)
        if not ready:
            return False
        key = self._enqueue(session, ready[0])
        for row in ready:
            row.delivery_key, row.due_at = key, self.now
        return True

    def has_unsaid(self, session: Session, team_id: str) -> bool:
        """Whether `hold_back` would do anything now."""
        query = select(Delivery.id).where(self._unsaid(team_id)).limit(1)
        return session.scalar(query) is not None

    def hold_back(self, session: Session, team_id: str) -> None:
        """What Slack has not taken in time waits until people may be disturbed again."""
        session.execute(
            update(Delivery)
            .where(self._unsaid(team_id))
            .values(not_before=next_disturbable(self.calendar, self.zone, self.now))
        )

    def _unsaid(self, team_id: str) -> ColumnElement[bool]:
        return and_(
            is_open(DeliveryState.PENDING, team_id=team_id),
            Delivery.kind.in_(AT_GOOD_HOURS),
            Delivery.ts.is_(None),
            Delivery.not_before < next_disturbable(self.calendar, self.zone, self.now),
        )

    def _ready(self, session: Session, team_id: str, user_id: str) -> list[Notice]:
        """What may go out now: at once, or with everything else in the evening."""
        if self.is_closed:
            return []
        rows = _waiting_for(session, team_id, user_id)
        chosen = preference.of(session, team_id, user_id).notices
        at_once = chosen == Notices.NOW or (
            chosen == Notices.BUNDLED and not self._has_heard_today(session, team_id, user_id)
        )
        return [row for row in rows if self._may_go(row.created_at, at_once=at_once)]

    def _may_go(self, created_at: datetime, *, at_once: bool) -> bool:
        local, created = self.now.astimezone(self.zone), created_at.astimezone(self.zone)
        if self.now < next_disturbable(self.calendar, self.zone, created_at):
            return False
        if created.date() != local.date() and local.time() < MORNING:
            return False
        evening = datetime.combine(local.date(), EVENING, self.zone)
        return at_once or (self.now >= evening and created_at < evening)

    def _has_heard_today(self, session: Session, team_id: str, user_id: str) -> bool:
        today = midnight(self.now.astimezone(self.zone).date(), self.zone)
        return (
            session.scalar(
                select(Notice.id)
                .where(
                    Notice.team_id == team_id,
                    Notice.user_id == user_id,
                    Notice.delivery_key != NOT_TOLD,
                    Notice.due_at >= today,
                )
                .limit(1)
            )
            is not None
        )

    def _enqueue(self, session: Session, first: Notice) -> str:
        key = f"recognition:{first.user_id}:{first.id}"
        number = 1
        # On SQLite a row may get the number of one that was taken back.
        while not enqueue(
            session,
            team_id=first.team_id,
            key=key,
            kind=RECOGNITION,
            channel_id=first.user_id,
            args={"user_id": first.user_id},
            now=self.now,
        ):
            number += 1
            key = f"recognition:{first.user_id}:{first.id}:{number}"
        return key


def told_with(session: Session, delivery: Delivery) -> Told | None:
    """What this message tells, as it stands now; None if there is nothing left, or nobody."""
    rows = of_delivery(session, delivery.team_id, delivery.key)
    if not rows:
        return None
    user_id = rows[0].user_id
    is_new = delivery.ts is None
    if is_new and not _may_be_written_to(session, delivery.team_id, user_id):
        return None
    posts: dict[Key, list[int]] = {}
    kudos: list[Kudos] = []
    for row in rows:
        if row.office_id is not None and row.ts is not None:
            posts.setdefault((row.channel_id, row.ts), []).append(row.office_id)
        elif row.kudos_id is not None:
            given = session.get(Kudos, row.kudos_id)
            if given is not None and given.withdrawn_at is None:
                kudos.append(given)
    still = _still_standing(session, delivery.team_id, posts)
    return Told(user_id, still, tuple(kudos)) if still or kudos else None


def _still_standing(
    session: Session, team_id: str, posts: dict[Key, list[int]]
) -> tuple[tuple[Message, tuple[Given, ...]], ...]:
    still = []
    for (channel_id, ts), office_ids in posts.items():
        post = session.get(Message, (team_id, channel_id, ts))
        standing = {} if post is None else _standing(session, post)
        given = tuple(one for office_id, one in standing.items() if office_id in office_ids)
        if post is not None and given:
            still.append((post, given))
    return tuple(still)


def _standing(session: Session, post: Message, offices: Offices | None = None) -> dict[int, Given]:
    """The acknowledgements of the post that its author is to hear of, by office."""
    if not post.counted or post.deleted_ts is not None or post.kind != MessageKind.POST:
        return {}
    key = (post.channel_id, post.ts)
    given = standing_on(session, post.team_id, [key], offices, besides=post.user_id)
    return {one.office_id: one for one in given.get(key, ())}


def _of_post(session: Session, team_id: str, channel_id: str, ts: str) -> Sequence[Notice]:
    return session.scalars(
        select(Notice)
        .where(
            Notice.team_id == team_id,
            Notice.channel_id == channel_id,
            Notice.ts == ts,
            Notice.office_id.is_not(None),
        )
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _deliveries(session: Session, team_id: str, rows: Collection[Notice]) -> dict[str, Delivery]:
    """The messages that these go out with, kept from the sender until the transaction ends."""
    keys = {row.delivery_key for row in rows if row.delivery_key}
    if not keys:
        return {}
    found = session.scalars(
        select(Delivery)
        .where(Delivery.team_id == team_id, Delivery.key.in_(keys))
        .order_by(Delivery.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {delivery.key: delivery for delivery in found}


def _may_be_told(delivery: Delivery | None) -> bool:
    """Whether Slack has the message, or may have it."""
    return delivery is not None and (
        delivery.ts is not None or delivery.state in _MAY_HAVE_BEEN_SAID
    )


def _add(
    session: Session,
    team_id: str,
    user_id: str,
    now: datetime,
    channel_id: str,
    ts: str | None,
    *,
    office_id: int | None = None,
    kudos_id: int | None = None,
    delivery_key: str | None = None,
) -> None:
    members.ensure(session, team_id, user_id)
    session.execute(
        insert(session, Notice)
        .values(
            team_id=team_id,
            user_id=user_id,
            channel_id=channel_id,
            ts=ts,
            office_id=office_id,
            kudos_id=kudos_id,
            created_at=now,
            due_at=now,
            delivery_key=delivery_key,
        )
        .on_conflict_do_nothing()
    )


def _waiting_for(session: Session, team_id: str, user_id: str) -> Sequence[Notice]:
    """Oldest first. None while nobody knows yet whom one would write to."""
    return session.scalars(
        select(Notice)
        .join(Member, and_(Member.team_id == Notice.team_id, Member.user_id == Notice.user_id))
        .where(
            Notice.team_id == team_id,
            Notice.user_id == user_id,
            Notice.delivery_key.is_(None),
            Member.fetched_at.is_not(None),
        )
        .order_by(Notice.id)
        .with_for_update(of=Notice)
        .execution_options(populate_existing=True)
    ).all()


def _is_to_be_told(member: Member | None) -> bool:
    """Whether the bot writes to this person at all: not to other organisations', not to bots."""
    return member is not None and not (member.is_deactivated or member.is_external or member.is_bot)


def _may_be_written_to(session: Session, team_id: str, user_id: str) -> bool:
    member = session.get(Member, (team_id, user_id))
    return _is_to_be_told(member) and not _wants_none(session, team_id, user_id)


def _wants_none(session: Session, team_id: str, user_id: str) -> bool:
    return preference.of(session, team_id, user_id).notices == Notices.NEVER
