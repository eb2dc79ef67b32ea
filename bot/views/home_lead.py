"""The page of those who lead projects: each with what can be changed, and its latest posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from bot.core.evidence import QuotedPost
from bot.core.my_projects import MyProject, MyProjects
from bot.core.projects import Stage, Status
from bot.core.question_lists import QuestionPage
from bot.text import Language, Text
from bot.views import words
from bot.views.digest import (
    PROJECT_SHOWN,
    Style,
    number,
    paragraph,
    recognition,
    small_print,
)
from bot.views.digest import words as quoted_words
from bot.views.home import LED, Listing, button, heading, pager
from bot.views.home_leaders import CHANNELS_SHOWN, between, last_post
from bot.views.questions import with_button
from bot.views.quoting import label

PROJECTS_PER_PAGE = 4
POSTS_SHOWN = 2
POST_SHOWN = 80
QUESTIONS_SHOWN = 3
POST_ACTION, EDIT_ACTION = "home_progress", "home_project_edit"
STAGE_ACTION, MEMBERS_ACTION = "home_project_stage", "home_project_members"

_TITLE = Text(ja="📁 担当プロジェクト", en="📁 The projects you lead")
_WHAT = Text(ja="{kind}・{stage}", en="{kind}, {stage}")
_PEOPLE = Text(ja="{n}人", en="{n} people")
_PERSON = Text(ja="1人", en="1 person")
_LATEST = Text(ja="最近の投稿", en="Latest posts")
_NONE = Text(
    ja="まだ投稿がありません。チャンネルにいつもどおり書くだけで、ここに載ります。",
    en="No posts yet. Just write in the channel as you always do.",
)
_QUESTIONS = Text(
    ja="💬 回答を待っている質問 {n}件（古い順）",
    en="💬 Questions waiting for your answer, oldest first: {n}",
)
_POST = Text(ja="進捗を書く", en="Write progress")
_EDIT = Text(ja="編集", en="Edit")
_MEMBERS = Text(ja="メンバー", en="People")
_STAGE = Text(ja="段階：{stage}", en="Stage: {stage}")


@dataclass(frozen=True)
class LeadPage:
    """What is on it. `posts` are the latest ones, `questions` the open ones, by project ID.

    `version` differs each time the page is made: otherwise Slack goes on showing what somebody
    chose in a list, whether it was taken over or not.
    """

    projects: MyProjects
    page: int
    posts: Mapping[int, tuple[QuotedPost, ...]]
    questions: Mapping[int, QuestionPage]
    version: str


def page(shown: LeadPage, style: Style) -> list[Block]:
    """The page: each project with its buttons, and what is asked about it."""
    blocks: list[Block] = [heading(_TITLE, style)]
    for place, project in enumerate(shown.projects.page):
        blocks += [DividerBlock()] if place else []
        posts = shown.posts.get(project.project_id, ())
        blocks += [
            _project(project, posts, style),
            _buttons(project, shown.version, style.language),
        ]
        blocks += _questions(shown.questions.get(project.project_id), style)
    listing = Listing(LED, shown.page, PROJECTS_PER_PAGE, shown.projects.number)
    return [*blocks, *pager(listing, style)]


def _project(project: MyProject, posts: Sequence[QuotedPost], style: Style) -> Block:
    lines = [style.of(_NONE)]
    if posts:
        lines = [style.of(_LATEST), *(line for post in posts for line in _post(post, style))]
    return paragraph(f"{facts(project, style)}\n\n" + "\n".join(lines))


def facts(project: MyProject, style: Style) -> str:
    """A project in three lines: what it is, how it is going, where."""
    language = style.language
    what = style.of(
        _WHAT,
        kind=words.kind_name(project.kind, language),
        stage=words.stage_name(project.stage, language),
    )
    about = [what]
    if project.status != Status.ACTIVE:
        about.append(words.STATUSES[project.status].of(language))
    about.append(style.of(_PERSON) if project.people == 1 else style.of(_PEOPLE, n=project.people))
    where = [last_post(project.last_post_at, style)]
    where.append(words.channels(project.channels[:CHANNELS_SHOWN], language))
    return f"{name_of(project)}\n{between(about, style)}\n{between(where, style)}"


def name_of(project: MyProject) -> str:
    """A project's name."""
    return f"*{label(project.name, PROJECT_SHOWN)}*"


def _post(post: QuotedPost, style: Style) -> list[str]:
    said = style.link(post, quoted_words(post, POST_SHOWN, style))
    given = recognition(post, style) if post.emoji or post.offices else ""
    return [f"• {said}", *([f"　{given}"] if given else [])]


def _questions(asked: QuestionPage | None, style: Style) -> list[Block]:
    if asked is None or not asked.number:
        return []
    title = small_print(style.of(_QUESTIONS, n=number(asked.number)))
    return [title, *(with_button(question, style) for question in asked.questions)]


def _buttons(project: MyProject, version: str, language: Language) -> ActionsBlock:
    project_id = str(project.project_id)
    return ActionsBlock(
        block_id=f"home_lead:{project_id}:{version}",
        elements=[
            progress_button(project.project_id, language),
            _stages(project, language),
            button(_EDIT, EDIT_ACTION, project_id, language),
            button(_MEMBERS, MEMBERS_ACTION, project_id, language),
        ],
    )


def progress_button(project_id: int, language: Language) -> ButtonElement:
    """Opens the form for a progress post."""
    return button(_POST, POST_ACTION, str(project_id), language)


def _stages(project: MyProject, language: Language) -> StaticSelectElement:
    options = {
        stage: Option(
            text=PlainTextObject(text=_STAGE.of(language, stage=words.stage_name(stage, language))),
            value=f"{project.project_id}:{stage.value}",
        )
        for stage in Stage
    }
    return StaticSelectElement(
        action_id=STAGE_ACTION,
        options=list(options.values()),
        initial_option=options[project.stage],
    )
