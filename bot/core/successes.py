"""What came of one person's work: their posts that were acknowledged, and thanks they were given.

For the person alone. Nothing is counted up, and nobody is compared with anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.acknowledged import AuthorAcknowledgement, acknowledgements_of_author
from bot.core.calendar import Calendar
from bot.core.dates import midnight
from bot.core.evidence import names_in
from bot.core.hours import may_disturb, next_disturbable
from bot.core.names import names_of
from bot.core.recognition import acknowledgements_given, holders, span_of
from models import preference
from models.delivery import by_key, enqueue
from models.kudos import Kudos, KudosRecipient
from models.member import Member
from models.message import Message, MessageKind

SUCCESSES = "successes"
# After that, last month's successes are no news any more
NEWS_FOR = timedelta(days=7)

# Before Slack was
BEGINNING = datetime(2013, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Success:
    """Offices acknowledged a post (`offices`), or a colleague gave thanks (`sender`, a name).

    `words` are those of that moment, as Slack sent them; None once the author has deleted the
    post. `names` are names by user ID. `ts` is None while the card with the thanks does not stand.
    """

    at: datetime
    channel_id: str
    ts: str | None
    offices: tuple[str, ...] = ()
    sender: str = ""
    project: str = ""
    thread_ts: str | None = None
    words: str | None = None
    files: tuple[str, ...] = ()
    edited_after: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Month:
    """What came of one person's work in a month, oldest first. `first` is its first day."""

    first: date
    successes: tuple[Success, ...]


def of_person(
    session: Session,
    team_id: str,
    user_id: str,
    zone: tzinfo,
    *,
    start: datetime = BEGINNING,
    end: datetime,
) -> tuple[Month, ...]:
    """What somebody was given from `start` to just before `end`, latest month first.

    A post that several offices acknowledged in one month is there once, with all of them.
    """
    given = acknowledgements_of_author(session, team_id, user_id, start, end)
    found = [*_posts(given, zone), *_thanks(session, team_id, user_id, start, end)]
    found = _with_names(session, team_id, sorted(found, key=lambda one: (one.at, one.channel_id)))
    months = [
        Month(first, tuple(those))
        for first, those in groupby(found, key=lambda one: month_of(one.at, zone))
    ]
    return tuple(reversed(months))


def month_of(moment: datetime, zone: tzinfo) -> date:
    """The first day of the month in which the moment is there."""
    return moment.astimezone(zone).date().replace(day=1)


def span_of_month(first: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when to when the month is there."""
    following = (first + timedelta(days=31)).replace(day=1)
    return midnight(first, zone), midnight(following, zone)


def month_to_tell(calendar: Calendar, zone: tzinfo, now: datetime) -> date | None:
    """The month of which people are to hear now: last month, from its first working morning on.

    None while nobody may be disturbed, and once it is more than a week ago.
    """
    this_month = month_of(now, zone)
    due = next_disturbable(calendar, zone, midnight(this_month, zone))
    if not (due <= now < due + NEWS_FOR and may_disturb(calendar, zone, now)):
        return None
    return (this_month - timedelta(days=1)).replace(day=1)


def people_of(session: Session, team_id: str, start: datetime, end: datetime) -> tuple[str, ...]:
    """Everyone who may have been given something in this time."""
    span = span_of(team_id, start, end)
    given = acknowledgements_given(span, holders(session, team_id)).subquery("given")
    authors = session.scalars(
        select(Message.user_id)
        .join(given, (Message.channel_id == given.c.channel_id) & (Message.ts == given.c.ts))
        .where(Message.team_id == team_id, Message.kind == MessageKind.POST.value)
        .distinct()
    )
    thanked = session.scalars(
        select(KudosRecipient.user_id)
        .join(Kudos, Kudos.id == KudosRecipient.kudos_id)
        .where(
            Kudos.team_id == team_id,
            Kudos.given_at >= start,
            Kudos.given_at < end,
            Kudos.withdrawn_at.is_(None),
        )
        .distinct()
    )
    return tuple(sorted({user_id for user_id in (*authors, *thanked) if user_id}))


def wants_to_hear(session: Session, team_id: str, user_id: str) -> bool:
    """Whether this person is written to at the beginning of a month at all."""
    member = session.get(Member, (team_id, user_id))
    if member is None or member.is_deactivated or member.is_external or member.is_bot:
        return False
    return preference.of(session, team_id, user_id).monthly


def was_told(session: Session, team_id: str, user_id: str, month: date) -> bool:
    """Whether this month of theirs was put in the outbox already."""
    return by_key(session, team_id, _key(user_id, month)) is not None


def tell(session: Session, team_id: str, user_id: str, month: date, now: datetime) -> bool:
    """Put somebody's month in the outbox, once; says whether it is new."""
    return enqueue(
        session,
        team_id=team_id,
        key=_key(user_id, month),
        kind=SUCCESSES,
        channel_id=user_id,
        args={"user_id": user_id, "month": month.isoformat()},
        now=now,
    )


def _key(user_id: str, month: date) -> str:
    return f"{SUCCESSES}:{user_id}:{month:%Y-%m}"


def _posts(given: Iterable[AuthorAcknowledgement], zone: tzinfo) -> list[Success]:
    """Each post once a month, as the first office that acknowledged it in that month saw it."""
    by_post: dict[tuple[date, str, str], list[AuthorAcknowledgement]] = {}
    for one in given:
        key = (month_of(one.given_at, zone), one.channel_id, one.ts)
        by_post.setdefault(key, []).append(one)
    return [
        Success(
            at=those[0].given_at,
            channel_id=those[0].channel_id,
            ts=those[0].ts,
            offices=tuple(dict.fromkeys(one.office for one in those)),
            project=those[0].project,
            thread_ts=those[0].thread_ts,
            words=those[0].words,
            files=those[0].files,
            edited_after=those[0].edited_after,
        )
        for those in by_post.values()
    ]


def _thanks(
    session: Session, team_id: str, user_id: str, start: datetime, end: datetime
) -> list[Success]:
    given = session.scalars(
        select(Kudos)
        .join(KudosRecipient, KudosRecipient.kudos_id == Kudos.id)
        .where(
            KudosRecipient.user_id == user_id,
            Kudos.team_id == team_id,
            Kudos.given_at >= start,
            Kudos.given_at < end,
            Kudos.withdrawn_at.is_(None),
        )
    ).all()
    senders = names_of(session, team_id, [one.sender_id for one in given], [])
    return [
        Success(
            at=one.given_at,
            channel_id=one.channel_id,
            ts=one.ts,
            sender=senders.get(one.sender_id, one.sender_id),
            words=one.words,
        )
        for one in given
    ]


def _with_names(session: Session, team_id: str, successes: Sequence[Success]) -> list[Success]:
    names = names_in(session, team_id, [one.words for one in successes if one.words])
    return [replace(one, names=names) if one.words else one for one in successes]
