"""Pages of the Home with as much on them as there can be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.core.audiences import Audience, Hindrance
from bot.core.digests_made import PastDigest
from bot.core.evidence import QuotedPost
from bot.core.handover import Leaderless, Leaving, LeavingLead
from bot.core.health import Health, Ward
from bot.core.homes import Tab
from bot.core.my_projects import MyProject, MyProjects
from bot.core.preferences import Choices, Notices
from bot.core.projects import NAME_LENGTH, Kind, Stage, Status
from bot.core.question_lists import QuestionFacts, QuestionPage
from bot.core.setup import Setup, Trouble
from bot.core.successes import Month, Success
from bot.core.waiting import COUNTED_AT_MOST, Overlooked, Waiting
from bot.text import Language
from bot.views import (
    home,
    home_coordination,
    home_forms,
    home_lead,
    home_leaders,
    home_mine,
    home_successes,
)
from bot.views.digest import Style

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
PROJECTS = 80
LONGEST = "避難所の受付と備蓄の見える化を市民と一緒に考えるプロジェクト＆<!channel>"
LONGEST = (LONGEST * 3)[:NAME_LENGTH]
OFFICE = "副市長・最高デジタル責任者（ＣＤＯ）・危機管理監・防災担当統括"[:40]
WORDS = (
    "<!channel> とても長い投稿です。<https://example.jp/|資料>を見てください。*太字* `code` " * 60
)
USER = "U" + "0" * 10
CHANNEL = "C" + "0" * 10


def pages(language: Language, name: str = LONGEST) -> Mapping[str, View]:
    """Every page, filled to the brim; and those with nothing on them."""
    style = Style(language, UTC, "https://a-city-with-a-very-long-name.slack.com/")
    tabs = (Tab.LEADERS, Tab.COORDINATION, Tab.LEAD, Tab.MINE)

    def show(tab: Tab, blocks: list[Block]) -> View:
        return home.home(tab, tabs, blocks, NOW, style)

    return {
        "leaders": show(Tab.LEADERS, home_leaders.page(_leaders(name), style)),
        "leaders, nothing": show(Tab.LEADERS, home_leaders.page(_no_leaders(name), style)),
        "coordination": show(
            Tab.COORDINATION, home_coordination.page(_coordination(name, 3), style)
        ),
        "checklist": show(Tab.COORDINATION, home_coordination.page(_coordination(name, 0), style)),
        "checklist, nothing": show(Tab.COORDINATION, home_coordination.page(_nothing_yet(), style)),
        "lead": show(Tab.LEAD, home_lead.page(_lead(name), style)),
        "mine": show(Tab.MINE, home_mine.page(_mine(name), style)),
        "mine, nothing": show(Tab.MINE, home_mine.page(_nobody(), style)),
        "visitor": show(Tab.VISITOR, home_mine.visitor(_mine(name), style)),
    }


def modals(language: Language) -> Mapping[str, View]:
    """What opens in front of the Home."""
    return {
        "office": home_forms.office_form(date(2026, 11, 20), language),
        "audience": home_forms.audience_form("ja", language),
        "schedule": home_forms.schedule_form(4, "16:00", language),
        "done": home_forms.done(WORDS[:3000], language),
        "export": home_successes.export("とても長い文章です。\n" * 20_000, 1, language),
        "message": home.message(WORDS[:3000], language),
    }


def _post(name: str) -> QuotedPost:
    return QuotedPost(
        channel_id=CHANNEL,
        ts="1790000000.000100",
        project=name,
        thread_ts="1789999999.000100",
        department="危機管理部防災危機管理課地域防災推進係" * 3,
        text=WORDS,
        emoji=tuple((f"a_rather_long_custom_emoji_{n}", 1234) for n in range(30)),
        offices=(OFFICE,) * 5,
        edited_after=True,
        text_then=WORDS,
    )


def _questions(name: str, number: int) -> QuestionPage:
    one = QuestionFacts(
        id=1,
        channel_id=CHANNEL,
        ts="1790000000.000100",
        thread_ts="1789999999.000100",
        project_id=1,
        project=name,
        asked_by=USER,
        office=OFFICE,
        words=WORDS,
        asked_at=NOW,
        is_withdrawn=False,
        answered_at=None,
        answer_ts=None,
        post=_post(name),
        answer=None,
    )
    return QuestionPage(number * 9, (one,) * number)


def _leaders(name: str) -> home_leaders.LeadersPage:
    post = _post(name)
    return home_leaders.LeadersPage(
        offices=(OFFICE,) * 5,
        waiting=Waiting(
            COUNTED_AT_MOST,
            (post,) * home_leaders.POSTS_PER_PAGE,
            frozenset({(post.channel_id, post.ts)}),
            True,
        ),
        waiting_page=3,
        questions=_questions(name, home_leaders.QUESTIONS_PER_PAGE),
        questions_page=3,
        overlooked=(Overlooked(1, name, (CHANNEL,) * 9, NOW),) * PROJECTS,
        overlooked_page=99,
        digests=(PastDigest(NOW - timedelta(weeks=1), NOW, CHANNEL, "1790000000.000100"),) * 6,
    )


def _no_leaders(name: str) -> home_leaders.LeadersPage:
    return home_leaders.LeadersPage(
        offices=(name,),
        waiting=Waiting(0, (), frozenset(), False),
        waiting_page=0,
        questions=QuestionPage(0, ()),
        questions_page=0,
        overlooked=(),
        overlooked_page=0,
        digests=(),
    )


def _coordination(name: str, digests: int) -> home_coordination.CoordinationPage:
    health = Health(
        project_id=1,
        name=name,
        status=Status.PAUSED,
        stage=Stage.ROLLOUT,
        channels=(CHANNEL,) * 20,
        leads=(USER,) * 30,
        weeks=(0, 1, 2, 3, 4, 5, 600, 1200),
        last_post_at=NOW,
        is_quiet=True,
    )
    leaving = [
        LeavingLead(1, name, USER, why, "前の課" * 30, "今の課" * 30) for why in Leaving
    ] * 30
    return home_coordination.CoordinationPage(
        setup=Setup(
            offices=(OFFICE,) * 30,
            audiences=(Audience(CHANNEL, USER, "ja", Hindrance.ARCHIVED),) * 30,
            weekday=2,
            time="16:00",
            is_schedule_chosen=True,
            projects=PROJECTS,
            digests=digests,
            next_digest=NOW,
        ),
        trouble=Trouble(1234, 1234, (CHANNEL,) * 80, (CHANNEL,) * 80),
        ward=Ward(PROJECTS, PROJECTS, (health,) * home_coordination.PROJECTS_PER_PAGE),
        page=4,
        leaving=tuple(leaving),
        leaderless=(Leaderless(1, name),) * PROJECTS,
        asks_for_handover=True,
    )


def _nothing_yet() -> home_coordination.CoordinationPage:
    return home_coordination.CoordinationPage(
        setup=Setup((), (), 4, "16:00", False, 0, 0, None),
        trouble=Trouble(),
        ward=Ward(0, 0, ()),
        page=0,
        leaving=(),
        leaderless=(),
        asks_for_handover=True,
    )


def _project(name: str) -> MyProject:
    return MyProject(
        project_id=1,
        name=name,
        kind=Kind.WORKING_GROUP,
        stage=Stage.ROLLOUT,
        status=Status.PAUSED,
        leads_it=True,
        channels=(CHANNEL,) * 20,
        people=123,
        last_post_at=NOW,
    )


def _lead(name: str) -> home_lead.LeadPage:
    # Different ones: each has a block of its own, with an ID of its own.
    projects = tuple(
        MyProject(**{**vars(_project(name)), "project_id": number})
        for number in range(home_lead.PROJECTS_PER_PAGE)
    )
    return home_lead.LeadPage(
        projects=MyProjects(PROJECTS, projects),
        page=2,
        posts={one.project_id: (_post(name),) * home_lead.POSTS_SHOWN for one in projects},
        questions={one.project_id: _questions(name, home_lead.QUESTIONS_SHOWN) for one in projects},
        version="1790000000.000000",
    )


def _mine(name: str) -> home_mine.MyPage:
    success = Success(
        at=NOW,
        channel_id=CHANNEL,
        ts="1790000000.000100",
        offices=(OFFICE,) * 9,
        project=name,
        words=WORDS,
        edited_after=True,
    )
    thanks = Success(NOW, CHANNEL, "1790000000.000100", sender=name, words=WORDS)
    return home_mine.MyPage(
        projects=MyProjects(PROJECTS, (_project(name),) * home_mine.PROJECTS_PER_PAGE),
        page=4,
        successes=(Month(date(2026, 11, 1), (success, thanks) * 40),) * 3,
        successes_page=5,
        choices=Choices("ja", Notices.DAILY, True, True, True),
        version="1790000000.000000",
    )


def _nobody() -> home_mine.MyPage:
    nothing = Choices(None, Notices.BUNDLED, False, False, False)
    return home_mine.MyPage(MyProjects(0, ()), 0, (), 0, nothing, "1790000000.000000")
