"""Who holds which office, from when to when.

An acknowledgement belongs to the office, so the past is never rewritten by a new name: a tenure
is ended, and the next one begins.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core import audit, homes
from bot.core.acknowledgements import Held, follow_office
from bot.core.markup import fold, folded_key, plain, safe
from bot.core.permissions import Actor, require_coordinator
from bot.errors import UserError
from bot.text import Text
from models.office import OFFICE_NAME_LENGTH, Office, Tenure

OFFICE_EMPTY = Text(
    ja="役職の名前がありません。 `/office 任命 市長 @名前` のように書いてください。",
    en="The office is missing. Please write it as in `/office assign Mayor @name`.",
)
VACATE_WHAT = Text(
    ja="役職の名前がありません。 `/office 退任 市長` のように書いてください。",
    en="The office is missing. Please write it as in `/office vacate Mayor`.",
)
OFFICE_TOO_LONG = Text(
    ja="役職の名前が長すぎます（{length}文字）。{limit}文字までにしてください。",
    en="The office's name is too long ({length} characters). Please keep it to {limit}.",
)
NO_SUCH_OFFICE = Text(
    ja="「{name}」という役職はありません。 `/office 一覧` で確かめられます。",
    en="There is no office called “{name}”. `/office list` shows them all.",
)
DID_YOU_MEAN_OFFICE = Text(
    ja="「{name}」という役職はありません。「{nearest}」のことですか。",
    en="There is no office called “{name}”. Did you mean “{nearest}”?",
)
ALREADY_VACANT = Text(
    ja="「{name}」は、いま空席です。次の方は `/office 任命 {name} @名前` で決められます。",
    en="The office “{name}” is vacant already. `/office assign {name} @name` fills it.",
)
ALREADY_HOLDS = Text(
    ja="<@{user}> さんは、すでに「{name}」です。 `/office 一覧` で確かめられます。",
    en="<@{user}> holds the office “{name}” already. `/office list` shows it.",
)


@dataclass(frozen=True)
class Appointment:
    """A person in an office. `until` is None while no end is known."""

    office: str
    user_id: str
    since: datetime
    until: datetime | None
    predecessor: str | None = None


@dataclass(frozen=True)
class OfficeFacts:
    """An office with who holds it now (None: vacant) and who will."""

    name: str
    current: Appointment | None
    coming: tuple[Appointment, ...]


def office_key(name: str) -> str:
    """The name of an office as it is compared; as long as the column is wide."""
    return folded_key(name)[: OFFICE_NAME_LENGTH * 4]


def assign(
    session: Session, actor: Actor, name: str, user_id: str, *, since: datetime, now: datetime
) -> Appointment:
    """Let a person hold an office from `since` on; the office is made if it is new.

    Whoever holds it at that moment leaves then. Where somebody follows later already, it ends
    there. The same person with an earlier start just starts earlier. What they reacted to since
    then is told of as if it had been so from the start.
    """
    require_coordinator(actor)
    office = _office_or_new(session, actor.team_id, plain(name))
    tenures = _tenures(session, office.id)
    before, held_before = _as_json(tenures), _held(tenures)
    if _holds_already(tenures, user_id, since):
        raise UserError(ALREADY_HOLDS.filled(user=user_id, name=safe(office.name)))
    tenure, predecessor = _take_over(session, office, tenures, user_id, since)
    session.flush()
    held = _held(_tenures(session, office.id))
    follow_office(session, actor.team_id, held_before, held, now)
    homes.people_changed(session, actor, [one.user_id for one in held], now)
    audit.record(
        session,
        actor,
        "office.assigned",
        now=now,
        before={"office": office.name, "tenures": before},
        after={"office": office.name, "tenures": _as_json(_tenures(session, office.id))},
    )
    return Appointment(office.name, user_id, tenure.since, tenure.until, predecessor)


def vacate(session: Session, actor: Actor, name: str, *, now: datetime) -> Appointment:
    """End the tenure of whoever holds the office now."""
    require_coordinator(actor)
    office = _office(session, actor.team_id, plain(name))
    tenures = _tenures(session, office.id)
    tenure = _at(tenures, now)
    if tenure is None:
        raise UserError(ALREADY_VACANT.filled(name=safe(office.name)))
    before = _as_json(tenures)
    ended = Appointment(office.name, tenure.user_id, tenure.since, now)
    if tenure.since == now:
        session.delete(tenure)
    else:
        tenure.until = now
    session.flush()
    homes.people_changed(session, actor, [ended.user_id], now)
    audit.record(
        session,
        actor,
        "office.vacated",
        now=now,
        before={"office": office.name, "tenures": before},
        after={"office": office.name, "tenures": _as_json(_tenures(session, office.id))},
    )
    return ended


def all_offices(session: Session, team_id: str, now: datetime) -> tuple[OfficeFacts, ...]:
    """Every office, in the order in which they were made."""
    query = select(Office).where(Office.team_id == team_id).order_by(Office.id)
    return tuple(_facts(session, office, now) for office in session.scalars(query))


def _office_or_new(session: Session, team_id: str, name: str) -> Office:
    key = office_key(name)
    if not key:
        raise UserError(OFFICE_EMPTY)
    if len(name) > OFFICE_NAME_LENGTH:
        text = OFFICE_TOO_LONG.filled(length=len(name), limit=OFFICE_NAME_LENGTH)
        raise UserError(text)
    office = _by_key(session, team_id, key)
    if office is None:
        try:
            with session.begin_nested():
                session.add(Office(team_id=team_id, name=name, name_key=key))
        except IntegrityError:  # someone else has just made it
            session.expire_all()
        office = _by_key(session, team_id, key)
    if office is None:
        raise LookupError("an office that was just made is gone")
    return office


def _office(session: Session, team_id: str, name: str) -> Office:
    if not office_key(name):
        raise UserError(VACATE_WHAT)
    office = _by_key(session, team_id, office_key(name))
    if office is not None:
        return office
    names = session.scalars(select(Office.name).where(Office.team_id == team_id)).all()
    by_fold = {fold(known): known for known in names}
    near = difflib.get_close_matches(fold(name), by_fold, n=1, cutoff=0.4)
    if near:
        nearest = safe(by_fold[near[0]])
        raise UserError(DID_YOU_MEAN_OFFICE.filled(name=safe(name), nearest=nearest))
    raise UserError(NO_SUCH_OFFICE.filled(name=safe(name)))


def _by_key(session: Session, team_id: str, key: str) -> Office | None:
    """The office, kept from other workers until the end of the transaction."""
    query = select(Office).where(Office.team_id == team_id, Office.name_key == key)
    return session.scalars(query.with_for_update()).one_or_none()


def _tenures(session: Session, office_id: int) -> Sequence[Tenure]:
    query = select(Tenure).where(Tenure.office_id == office_id).order_by(Tenure.since, Tenure.id)
    return session.scalars(query).all()


def _at(tenures: Sequence[Tenure], moment: datetime) -> Tenure | None:
    """Whoever held, holds or will hold the office at this moment."""
    for tenure in tenures:
        if tenure.since <= moment and (tenure.until is None or tenure.until > moment):
            return tenure
    return None


def _next_start(tenures: Sequence[Tenure], moment: datetime) -> Tenure | None:
    return next((tenure for tenure in tenures if tenure.since > moment), None)


def _holds_already(tenures: Sequence[Tenure], user_id: str, since: datetime) -> bool:
    """Whether the person holds it at that moment, and until somebody else follows."""
    current, following = _at(tenures, since), _next_start(tenures, since)
    return (
        current is not None
        and current.user_id == user_id
        and current.until == (following.since if following else None)
    )


def _take_over(
    session: Session, office: Office, tenures: Sequence[Tenure], user_id: str, since: datetime
) -> tuple[Tenure, str | None]:
    """The person's tenure, and whom they took over from."""
    following = _next_start(tenures, since)
    until = following.since if following else None
    current = _at(tenures, since)
    same_start = next((tenure for tenure in tenures if tenure.since == since), None)
    predecessor = current.user_id if current and current.user_id != user_id else None
    if current is not None and current.user_id == user_id:
        current.until = until
        return current, None
    if current is not None and current is not same_start:
        current.until = since
    if same_start is not None:
        same_start.user_id, same_start.until = user_id, until
        return same_start, predecessor
    if following is not None and following.user_id == user_id:
        following.since = since
        return following, predecessor
    new = Tenure(
        team_id=office.team_id, office_id=office.id, user_id=user_id, since=since, until=until
    )
    session.add(new)
    return new, predecessor


def _facts(session: Session, office: Office, now: datetime) -> OfficeFacts:
    tenures = _tenures(session, office.id)
    current = _at(tenures, now)
    return OfficeFacts(
        name=office.name,
        current=_appointment(office, current) if current else None,
        coming=tuple(_appointment(office, tenure) for tenure in tenures if tenure.since > now),
    )


def _appointment(office: Office, tenure: Tenure) -> Appointment:
    return Appointment(office.name, tenure.user_id, tenure.since, tenure.until)


def _held(tenures: Sequence[Tenure]) -> list[Held]:
    return [Held(tenure.user_id, tenure.since, tenure.until) for tenure in tenures]


def _as_json(tenures: Sequence[Tenure]) -> list[object]:
    return [
        {
            "user": tenure.user_id,
            "since": tenure.since.isoformat(),
            "until": tenure.until.isoformat() if tenure.until else None,
        }
        for tenure in tenures
    ]
