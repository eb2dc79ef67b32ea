"""The Home tab of each person who has opened it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Index,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, JsonObject, SlackId
from models.database import at_the_end, insert
from models.project import ProjectMember

TAB_LENGTH = 16
HASH_LENGTH = 64

# Other people's changes are shown to a person no more often than this
REFRESH_EVERY = timedelta(seconds=5)
# A Home that nobody has looked at for so long is made anew when it is opened again
LOOKED_AT_WITHIN = timedelta(hours=12)

# Whoever makes a Home and has not said for so long what became of it has died over it.
IN_HAND_FOR = timedelta(seconds=20)

_MARKS = "homes_to_make_anew"


class HomeView(Base):
    """Somebody's Home. `stale_at` is set when something that it shows has changed since; in the

    future, it is not to be tried again before then.

    - `opened_at`: when they last opened it or pressed something in it.
    - `published_at`: when it was last made; None if it is to be made at once.
    - `tab`: the one that it shows. `state`: where they are in it (`bot.core.homes.Place`).
    - `hash`: Slack's, of what stands there; empty if that is not known.
    """

    __tablename__ = "home_views"
    __table_args__ = (
        Index(
            "ix_home_views_stale",
            "stale_at",
            sqlite_where=text("stale_at IS NOT NULL"),
            postgresql_where=text("stale_at IS NOT NULL"),
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    opened_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    stale_at: Mapped[datetime | None]
    tab: Mapped[str] = mapped_column(String(TAB_LENGTH), default="", server_default="")
    state: Mapped[JsonObject]
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), default="", server_default="")


def touch(session: Session, team_id: str, user_ids: Collection[str] | None, now: datetime) -> None:
    """Have the Homes of these people made anew (None: everyone's); who never opened it has none."""
    marks = _marks(session, team_id, now)
    if user_ids is None:
        marks.everyone = True
    else:
        marks.people.update(user_ids)


def touch_tabs(session: Session, team_id: str, tabs: Collection[str], now: datetime) -> None:
    """The same for all whose Home shows one of these tabs now."""
    _marks(session, team_id, now).tabs.update(tabs)


def touch_project(session: Session, team_id: str, project_id: int, now: datetime) -> None:
    """The same for the people of a project."""
    _marks(session, team_id, now).projects.add(project_id)


def hurry(session: Session, team_id: str, user_id: str, now: datetime) -> None:
    """Have a person's Home made anew at once: they themselves have just changed what it shows."""
    _marks(session, team_id, now).hurried.add(user_id)


def ensure(session: Session, team_id: str, user_id: str, now: datetime) -> HomeView:
    """The row of a person who is looking at their Home, made if need be, and locked."""
    statement = insert(session, HomeView).values(
        team_id=team_id, user_id=user_id, opened_at=now, tab="", state={}, hash=""
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["team_id", "user_id"]))
    return session.get_one(HomeView, (team_id, user_id), with_for_update=True)


def look_at(session: Session, team_id: str, user_id: str, now: datetime) -> HomeView:
    """Somebody waits for their Home: it is made at once."""
    row = ensure(session, team_id, user_id, now)
    row.opened_at, row.stale_at, row.published_at = now, now, None
    return row


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether some Home is to be made anew now."""
    return session.scalar(_anything_due(), _moments(now)) is not None


def claim(session: Session, now: datetime) -> HomeView | None:
    """The next Home to make anew, those first whose owner waits for it.

    It counts as made from now on: what changes from now on marks it again. Until it is `shown` it
    is only taken for a while, so that another makes it if this process dies.
    """
    row = session.scalars(
        select(HomeView)
        .where(*_due())
        .order_by(HomeView.published_at.is_not(None), HomeView.stale_at)
        .limit(1)
        .with_for_update(skip_locked=True),
        _moments(now),
    ).one_or_none()
    if row is not None:
        row.stale_at, row.published_at = now + IN_HAND_FOR, now
    return row


def shown(session: Session, claimed: HomeView, tab: str, hash: str) -> None:
    """Remember what stands in Slack now. What has changed since it was claimed marks it still."""
    unchanged = HomeView.stale_at == claimed.stale_at
    session.execute(
        update(HomeView)
        .where(HomeView.team_id == claimed.team_id, HomeView.user_id == claimed.user_id)
        .values(
            tab=tab,
            hash=hash[:HASH_LENGTH],
            stale_at=case((unchanged, None), else_=HomeView.stale_at),
        )
    )


def put_off(session: Session, claimed: HomeView, until: datetime) -> None:
    """It could not be shown: not again before `until`, and whatever stands there now."""
    session.execute(
        update(HomeView)
        .where(HomeView.team_id == claimed.team_id, HomeView.user_id == claimed.user_id)
        .values(stale_at=until, published_at=None, hash="")
    )


def leave_alone(session: Session, claimed: HomeView) -> None:
    """Slack shows this person no Home: none is made until they open it again."""
    session.execute(
        update(HomeView)
        .where(HomeView.team_id == claimed.team_id, HomeView.user_id == claimed.user_id)
        .values(opened_at=claimed.opened_at - LOOKED_AT_WITHIN, stale_at=None, hash="")
    )


@cache
def _anything_due() -> Select[str]:
    """It is asked so often that it is built once."""
    return select(HomeView.user_id).where(*_due()).limit(1)


def _due() -> Sequence[ColumnElement[bool]]:
    """With the `_moments` of now."""
    now, looked_at, shown = (
        bindparam(name, type_=HomeView.opened_at.type) for name in ("now", "looked_at", "shown")
    )
    return (
        HomeView.stale_at.is_not(None),
        HomeView.stale_at <= now,
        HomeView.opened_at >= looked_at,
        or_(HomeView.published_at.is_(None), HomeView.published_at <= shown),
    )


def _moments(now: datetime) -> Mapping[str, datetime]:
    return {"now": now, "looked_at": now - LOOKED_AT_WITHIN, "shown": now - REFRESH_EVERY}


@dataclass
class _Marks:
    """Whose Homes are to be made anew once the transaction is done."""

    now: datetime
    everyone: bool = False
    people: set[str] = field(default_factory=set)
    tabs: set[str] = field(default_factory=set)
    projects: set[int] = field(default_factory=set)
    hurried: set[str] = field(default_factory=set)


def _marks(session: Session, team_id: str, now: datetime) -> _Marks:
    """What this transaction has marked so far."""
    kept: dict[str, _Marks] = session.info.setdefault(_MARKS, {})
    if team_id not in kept:
        kept[team_id] = _Marks(now)
        at_the_end(session, lambda ending: _write(ending, team_id, kept.pop(team_id)))
    return kept[team_id]


def _write(session: Session, team_id: str, marks: _Marks) -> None:
    """Mark all of them at once, and at the very end.

    Rows are locked in one order and not for long: two transactions that mark the same Homes must
    not wait for each other in a circle (postgresql.org/docs/current/explicit-locking.html).
    """
    session.execute(
        _marking(),
        {
            "team": team_id,
            "now": marks.now,
            "everyone": marks.everyone,
            "people": sorted(marks.people),
            "tabs": sorted(marks.tabs),
            "projects": sorted(marks.projects),
            "hurried": sorted(marks.hurried),
        },
    )


@cache
def _marking() -> Update:
    """It is done so often that it is built once."""
    of_projects = ProjectMember.project_id.in_(bindparam("projects", expanding=True))
    hurried = HomeView.user_id.in_(bindparam("hurried", expanding=True))
    touched = or_(
        bindparam("everyone", type_=Boolean()),
        HomeView.user_id.in_(bindparam("people", expanding=True)),
        HomeView.tab.in_(bindparam("tabs", expanding=True)),
        HomeView.user_id.in_(select(ProjectMember.user_id).where(of_projects)),
    )
    in_team = HomeView.team_id == bindparam("team")
    # What is put off has no `published_at`: Slack has asked for that.
    in_hand = and_(HomeView.stale_at > bindparam("now"), HomeView.published_at.is_not(None))
    unmarked = or_(HomeView.stale_at.is_(None), in_hand)
    locked = (
        select(HomeView.user_id)
        .where(in_team, or_(hurried, and_(unmarked, touched)))
        .order_by(HomeView.user_id)
        .with_for_update()
    )
    return (
        update(HomeView)
        .where(in_team, HomeView.user_id.in_(locked))
        .values(
            stale_at=bindparam("now"),
            published_at=case((hurried, None), else_=HomeView.published_at),
        )
        .execution_options(synchronize_session=False)
    )
