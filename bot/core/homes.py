"""Who sees what in their Home, where they are in it, and whose has to be made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.permissions import Actor
from models import home
from models.base import JsonObject
from models.project import Project, ProjectMember, ProjectRole, Status

# Whoever comes back after this begins at the top again
REMEMBERED_FOR = timedelta(minutes=10)


class Tab(StrEnum):
    """A page of the Home. `VISITOR` is the only one of guests and people from outside."""

    LEADERS = "leaders"
    COORDINATION = "coordination"
    LEAD = "lead"
    MINE = "mine"
    VISITOR = "visitor"


@dataclass(frozen=True)
class Place:
    """Where somebody is in their Home: the tab that they chose ("" if none), each list's page."""

    tab: str = ""
    pages: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, state: Mapping[str, object]) -> Place:
        """From what is stored."""
        tab, pages = state.get("tab"), state.get("pages")
        return cls(
            str(tab or ""),
            {str(name): int(page) for name, page in pages.items()}
            if isinstance(pages, Mapping)
            else {},
        )

    def as_json(self) -> JsonObject:
        """As it is stored."""
        return {"tab": self.tab, "pages": dict(self.pages)}

    def page(self, name: str) -> int:
        """The page of a list, from 0."""
        return self.pages.get(name, 0)

    def turned(self, name: str, page: int) -> Place:
        """The same with another page of one list."""
        return replace(self, pages={**self.pages, name: max(0, page)})


def tabs_of(session: Session, actor: Actor) -> tuple[Tab, ...]:
    """The pages that this person has, first the one that is for them before all."""
    if not actor.is_staff:
        return (Tab.VISITOR,)
    tabs = []
    if actor.offices:
        tabs.append(Tab.LEADERS)
    if actor.manages_everything:
        tabs.append(Tab.COORDINATION)
    if projects_led(session, actor):
        tabs.append(Tab.LEAD)
    return (*tabs, Tab.MINE)


def projects_led(session: Session, actor: Actor) -> Sequence[int]:
    """The IDs of the projects that this person leads, in order of registration."""
    return session.scalars(
        select(Project.id)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .where(
            Project.team_id == actor.team_id,
            Project.status != Status.CLOSED,
            ProjectMember.user_id == actor.user_id,
            ProjectMember.role == ProjectRole.LEAD,
        )
        .order_by(Project.id)
    ).all()


def opened(session: Session, team_id: str, user_id: str, now: datetime) -> None:
    """Somebody opens their Home, or has pressed something in it: it is made at once."""
    row = home.ensure(session, team_id, user_id, now)
    if now - row.opened_at > REMEMBERED_FOR:
        row.state = Place().as_json()
    home.look_at(session, team_id, user_id, now)


def go_to(session: Session, team_id: str, user_id: str, tab: Tab, now: datetime) -> None:
    """Somebody chooses a page of their Home. Whether it is theirs is seen when it is made."""
    row = home.ensure(session, team_id, user_id, now)
    row.state = Place(tab).as_json()


def turn(session: Session, team_id: str, user_id: str, name: str, page: int, now: datetime) -> None:
    """Somebody turns a page of a list."""
    row = home.ensure(session, team_id, user_id, now)
    row.state = Place.of(row.state).turned(name, page).as_json()


def post_changed(
    session: Session, team_id: str, project_id: int | None, author: str | None, now: datetime
) -> None:
    """A post came, went or changed."""
    if project_id is not None:
        home.touch_project(session, team_id, project_id, now)
    if author is not None:
        home.touch(session, team_id, [author], now)
    home.touch_tabs(session, team_id, (Tab.LEADERS, Tab.COORDINATION), now)


def post_was_reacted_to(session: Session, team_id: str, project_id: int, now: datetime) -> None:
    """An emoji was put on a post of this project or taken off."""
    home.touch_project(session, team_id, project_id, now)
    home.touch_tabs(session, team_id, [Tab.LEADERS], now)


def project_changed(session: Session, actor: Actor, project_id: int, now: datetime) -> None:
    """Somebody has changed a project."""
    home.touch_project(session, actor.team_id, project_id, now)
    home.touch_tabs(session, actor.team_id, (Tab.LEADERS, Tab.COORDINATION), now)
    home.hurry(session, actor.team_id, actor.user_id, now)


def people_changed(session: Session, actor: Actor, user_ids: Sequence[str], now: datetime) -> None:
    """Somebody has given these people other rights."""
    home.touch(session, actor.team_id, user_ids, now)
    settings_changed(session, actor, now)


def settings_changed(session: Session, actor: Actor, now: datetime) -> None:
    """Somebody has changed offices, or where and when digests go."""
    home.touch_tabs(session, actor.team_id, (Tab.LEADERS, Tab.COORDINATION), now)
    home.hurry(session, actor.team_id, actor.user_id, now)


def trouble_changed(session: Session, team_id: str, now: datetime) -> None:
    """Something does not arrive, or does again."""
    home.touch_tabs(session, team_id, [Tab.COORDINATION], now)


def digest_changed(session: Session, team_id: str, now: datetime) -> None:
    """A digest was made or sent."""
    home.touch_tabs(session, team_id, (Tab.LEADERS, Tab.COORDINATION), now)
