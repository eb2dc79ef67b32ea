"""Everybody's page: their projects, what came of their work, what they choose for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.core.my_projects import MyProject, MyProjects
from bot.core.preferences import Choices
from bot.core.successes import Month
from bot.text import Text
from bot.views import words
from bot.views.digest import Style, number, paragraph
from bot.views.home import PROJECTS, Listing, heading, pager
from bot.views.home_lead import name_of, progress_button
from bot.views.home_leaders import CHANNELS_SHOWN, between, last_post
from bot.views.home_settings import settings
from bot.views.home_successes import successes

PROJECTS_PER_PAGE = 6

_TITLE = Text(ja="🌱 わたしのページ", en="🌱 My page")
_PROJECTS = Text(ja="*参加しているプロジェクト {n}件*", en="*My projects: {n}*")
_NO_PROJECTS = Text(
    ja="*参加しているプロジェクト*\nまだありません。 `/project 一覧` で探して、"
    "チャンネルで `/project 参加` と送ると加われます。",
    en="*My projects*\nNone yet. `/project list` shows them; "
    "`/project join` in a project's channel is how to join.",
)
_WELCOME = Text(ja="👋 iine へようこそ", en="👋 Welcome to iine")
_VISITOR = Text(
    ja="iine は、ワーキンググループの取り組みに光を当てるボットです。\n"
    "参加しているチャンネルに、いつもどおり書いてください。"
    "📝 が付いた投稿は、グループの取り組みとして記録されています。\n"
    "記録してほしくないときや、困ったときは、同じチャンネルの職員に声をかけてください。",
    en="iine brings the work of the groups to light.\n"
    "Just write in your channels as you always do. "
    "A post with 📝 on it has been recorded as part of the group's work.\n"
    "If you would rather not be recorded, or need help, "
    "please talk to a member of staff in the channel.",
)


@dataclass(frozen=True)
class MyPage:
    """What is on it. `version` differs each time the page is made."""

    projects: MyProjects
    page: int
    successes: Sequence[Month]
    successes_page: int
    choices: Choices
    version: str


def page(shown: MyPage, style: Style) -> list[Block]:
    """The page: where this person takes part, what came of it, what they have chosen."""
    return [
        heading(_TITLE, style),
        *_projects(shown, style),
        *successes(shown.successes, shown.successes_page, style),
        *settings(shown.choices, shown.version, style),
    ]


def visitor(shown: MyPage, style: Style) -> list[Block]:
    """The page of guests and people from outside: what is theirs, nothing of what is inside."""
    return [
        heading(_WELCOME, style),
        paragraph(style.of(_VISITOR)),
        *(successes(shown.successes, shown.successes_page, style) if shown.successes else []),
        *settings(shown.choices, shown.version, style, for_staff=False),
    ]


def _projects(shown: MyPage, style: Style) -> list[Block]:
    if not shown.projects.number:
        return [paragraph(style.of(_NO_PROJECTS))]
    blocks: list[Block] = [paragraph(style.of(_PROJECTS, n=number(shown.projects.number)))]
    blocks += [
        paragraph(_project(project, style), progress_button(project.project_id, style.language))
        for project in shown.projects.page
    ]
    listing = Listing(PROJECTS, shown.page, PROJECTS_PER_PAGE, shown.projects.number)
    return [*blocks, *pager(listing, style)]


def _project(project: MyProject, style: Style) -> str:
    """A project in three lines; whose it is, one knows."""
    language = style.language
    about = [words.stage_name(project.stage, language), last_post(project.last_post_at, style)]
    channels = words.channels(project.channels[:CHANNELS_SHOWN], language)
    return f"{name_of(project)}\n{between(about, style)}\n{channels}".rstrip()
