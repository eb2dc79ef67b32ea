"""What is on each page of the Home: asked of the database, handed to the views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.core.coverage import coverage
from bot.core.digests_made import past_digests
from bot.core.handover import leaving_leads, projects_without_lead
from bot.core.health import ward
from bot.core.homes import Tab, tabs_of
from bot.core.my_projects import MyProjects, latest_posts, my_projects
from bot.core.preferences import choices_of
from bot.core.question_lists import QuestionPage, open_questions
from bot.core.quiet import quiet_projects
from bot.core.setup import setup, trouble
from bot.core.successes import Month, of_person
from bot.core.waiting import AHEAD, clamped, overlooked, waiting
from bot.home.viewer import Viewer
from bot.views import home, home_coordination, home_lead, home_leaders, home_mine

DIGESTS_SHOWN = 6
# In which leads change posts: the fiscal year begins in April
HANDOVER_MONTHS = (3, 4)
WEEK = timedelta(days=7)


def make(session: Session, viewer: Viewer) -> tuple[View, Tab]:
    """The person's Home, and the tab that it shows: the one they chose, if they have it."""
    tabs = tabs_of(session, viewer.actor)
    tab = next((tab for tab in tabs if tab == viewer.place.tab), tabs[0])
    blocks = _PAGES[tab](session, viewer)
    return home.home(tab, tabs, blocks, viewer.now, viewer.style), tab


def _leaders(session: Session, viewer: Viewer) -> Sequence[Block]:
    actor, place = viewer.actor, viewer.place
    page = place.page(home.WAITING)
    questions, asked = _questions(session, viewer)
    shown = home_leaders.LeadersPage(
        offices=actor.offices,
        waiting=waiting(
            session,
            actor.team_id,
            actor.user_id,
            viewer.now,
            page=page,
            per_page=home_leaders.POSTS_PER_PAGE,
        ),
        waiting_page=page,
        questions=questions,
        questions_page=asked,
        overlooked=overlooked(session, actor.team_id, viewer.now),
        overlooked_page=place.page(home.OVERLOOKED),
        digests=past_digests(session, actor.team_id, actor.user_id, limit=DIGESTS_SHOWN),
    )
    return home_leaders.page(shown, viewer.style)


def _coordination(session: Session, viewer: Viewer) -> Sequence[Block]:
    team_id, page = viewer.actor.team_id, viewer.place.page(home.HEALTH)
    quiet = quiet_projects(session, team_id, viewer.zone, viewer.now)
    shown = home_coordination.CoordinationPage(
        setup=setup(session, team_id, viewer.zone, viewer.now),
        trouble=trouble(session, team_id, viewer.now),
        ward=ward(
            session,
            team_id,
            viewer.zone,
            viewer.now,
            [one.project_id for one in quiet],
            page=page,
            per_page=home_coordination.PROJECTS_PER_PAGE,
        ),
        page=page,
        leaving=leaving_leads(session, team_id),
        leaderless=projects_without_lead(session, team_id),
        asks_for_handover=viewer.now.astimezone(viewer.zone).month in HANDOVER_MONTHS,
        coverage=coverage(session, team_id, viewer.now - WEEK, viewer.now),
    )
    return home_coordination.page(shown, viewer.style)


def _lead(session: Session, viewer: Viewer) -> Sequence[Block]:
    page = viewer.place.page(home.LED)
    projects = my_projects(
        session, viewer.actor, led=True, page=page, per_page=home_lead.PROJECTS_PER_PAGE
    )
    ids = [project.project_id for project in projects.page]
    team_id = viewer.actor.team_id
    posts = latest_posts(session, team_id, ids, home_lead.POSTS_SHOWN)
    questions = {
        project_id: open_questions(
            session, team_id, project_ids=[project_id], limit=home_lead.QUESTIONS_SHOWN
        )
        for project_id in ids
    }
    shown = home_lead.LeadPage(projects, page, posts, questions, viewer.version)
    return home_lead.page(shown, viewer.style)


def _mine(session: Session, viewer: Viewer) -> Sequence[Block]:
    actor, page = viewer.actor, viewer.place.page(home.PROJECTS)
    shown = home_mine.MyPage(
        projects=my_projects(session, actor, page=page, per_page=home_mine.PROJECTS_PER_PAGE),
        page=page,
        successes=_successes(session, viewer),
        successes_page=viewer.place.page(home.MONTHS),
        choices=choices_of(session, actor.team_id, actor.user_id),
        version=viewer.version,
    )
    return home_mine.page(shown, viewer.style)


def _visitor(session: Session, viewer: Viewer) -> Sequence[Block]:
    shown = home_mine.MyPage(
        projects=MyProjects(0, ()),
        page=0,
        successes=_successes(session, viewer),
        successes_page=viewer.place.page(home.MONTHS),
        choices=choices_of(session, viewer.actor.team_id, viewer.actor.user_id),
        version=viewer.version,
    )
    return home_mine.visitor(shown, viewer.style)


def _successes(session: Session, viewer: Viewer) -> Sequence[Month]:
    actor, end = viewer.actor, viewer.now + AHEAD
    return of_person(session, actor.team_id, actor.user_id, viewer.zone, end=end)


def _questions(session: Session, viewer: Viewer) -> tuple[QuestionPage, int]:
    """The open questions on the page of the list where the viewer is, and which page it is."""
    team_id, per_page = viewer.actor.team_id, home_leaders.QUESTIONS_PER_PAGE
    number = open_questions(session, team_id, limit=0).number
    page = clamped(viewer.place.page(home.QUESTIONS), number, per_page)
    return open_questions(session, team_id, offset=page * per_page, limit=per_page), page


_PAGES: Mapping[Tab, Callable[[Session, Viewer], Sequence[Block]]] = {
    Tab.LEADERS: _leaders,
    Tab.COORDINATION: _coordination,
    Tab.LEAD: _lead,
    Tab.MINE: _mine,
    Tab.VISITOR: _visitor,
}
