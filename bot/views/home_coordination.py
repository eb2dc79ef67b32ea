"""The coordinators' page: from nothing to the first digest, then how every project is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.coverage import Coverage
from bot.core.handover import Leaderless, Leaving, LeavingLead
from bot.core.health import WEEKS, Health, Ward
from bot.core.projects import Stage, Status
from bot.core.setup import Setup, Trouble
from bot.text import Text
from bot.views import words
from bot.views.coverage import summary
from bot.views.digest import PROJECT_SHOWN, Style, number, paragraph, small_print
from bot.views.home import HEALTH, Listing, button, heading, pager
from bot.views.home_checklist import checklist, in_a_row, settings, where
from bot.views.home_leaders import CHANNELS_SHOWN, between, last_post
from bot.views.quoting import label

PROJECTS_PER_PAGE = 10
KEEP_LEAD = "home_keep_lead"
LEAVING_SHOWN = 10

# From no post at all to as many as the project's busiest week
_NONE, _BARS = "▁", "▂▃▅▇"

_TITLE = Text(ja="🗂 事務局のページ", en="🗂 Coordination")
_TROUBLE = Text(ja="*⚠️ 届いていないもの*", en="*⚠️ What does not arrive*")
_DEAD = Text(
    ja="• 記録できなかった出来事が{n}件あります。"
    "サーバーの担当者に、 `app.py check` を見てもらってください。",
    en="• Events that could not be recorded: {n}. "
    "Ask whoever runs the server to look at `app.py check`.",
)
_UNSAID = Text(
    ja="• 送れていないお知らせが{n}件あります。"
    "サーバーの担当者に、 `app.py deliveries` を見てもらってください。",
    en="• Messages that could not be sent: {n}. "
    "Ask whoever runs the server to look at `app.py deliveries`.",
)
_WITHOUT_BOT = Text(
    ja="• {channels} に私が入っていないため、記録できていません。"
    " `/invite @iine` で招待してください。",
    en="• I am not in {channels}, so nothing is recorded there. Please type `/invite @iine` there.",
)
_ARCHIVED = Text(
    ja="• {channels} はアーカイブされています。プロジェクトを `/project 終了` で終えてください。",
    en="• {channels} is archived. Please end its project with `/project close`.",
)
_LAST_WEEK = Text(
    ja="🔎 この7日間は、{n}チャンネルを記録しています。",
    en="🔎 Channels recorded in the last seven days: {n}.",
)
_NOT_SENT = Text(
    ja="• {where} にはダイジェストが届きません。 `/digest 一覧` で理由が分かります。",
    en="• No digest reaches {where}. `/digest list` says why.",
)

_HANDOVER = Text(
    ja="*🌸 引き継ぎの確認*\n異動などで担当が変わったかもしれないリーダーです。"
    " `/project 引き継ぎ @いまの方 @次の方` で引き継げます。",
    en="*🌸 Handing over*\nLeads who may have moved on. "
    "`/project handover @lead @next` passes the lead on.",
)
_NOTHING_TO_HAND_OVER = Text(
    ja="*🌸 引き継ぎの確認*\nいまのところ、引き継ぎが必要なリーダーはいません。",
    en="*🌸 Handing over*\nAt present no lead has to be passed on.",
)
_WHY = {
    Leaving.DEACTIVATED: Text(ja="利用停止になりました", en="is deactivated"),
    Leaving.NOT_STAFF: Text(ja="職員ではなくなりました", en="is no longer staff"),
    Leaving.MOVED: Text(ja="{then} → {now}", en="{then} → {now}"),
}
_LEAVING = Text(ja="*{project}* <@{user}>　{why}", en="*{project}* <@{user}>: {why}")
_STAYS = Text(ja="引き続き担当", en="Stays the lead")
_MORE_LEAVING = Text(ja="ほか{n}人", en="{n} more")
_LEADERLESS = Text(
    ja="リーダーのいないプロジェクト：{names}", en="Projects without a lead: {names}"
)

_HEALTH = Text(
    ja="*プロジェクトの様子 {n}件*\n棒は、この{weeks}週の投稿の数です（右端が今週）。",
    en="*How the projects are doing: {n}*\n"
    "The bars are the posts of the last {weeks} weeks, this week on the right.",
)
_QUIET = Text(
    ja="🌙 の{n}件は、10営業日のあいだ投稿がありません。リーダーには、そっと声をかけています。",
    en="Those with 🌙 ({n}) had no post for ten business days. Their leads are asked in private.",
)
_NO_PROJECTS = Text(
    ja="*プロジェクトの様子*\nまだプロジェクトがありません。",
    en="*How the projects are doing*\nThere are no projects yet.",
)
_IN_WEEKS = Text(ja="計{n}件", en="{n} in all")
_NAMED = Text(ja="*{name}* （{facts}）", en="*{name}* ({facts})")
_LEADS = Text(ja="リーダー {people}", en="lead: {people}")


@dataclass(frozen=True)
class CoordinationPage:
    """What is on it. `asks_for_handover`: it is the season in which people change posts.

    `coverage` is on what the numbers of the last week rest.
    """

    setup: Setup
    trouble: Trouble
    ward: Ward
    page: int
    leaving: tuple[LeavingLead, ...]
    leaderless: tuple[Leaderless, ...]
    asks_for_handover: bool
    coverage: Coverage = field(default_factory=Coverage)


def page(shown: CoordinationPage, style: Style) -> list[Block]:
    """The page: what is to be done first, then the projects."""
    setup = shown.setup
    first = settings(setup, style) if setup.digests else checklist(setup, style)
    return [
        heading(_TITLE, style),
        *first,
        *_trouble(shown, style),
        *_coverage(shown, style),
        *_handover(shown, style),
        *_health(shown, style),
    ]


def _trouble(shown: CoordinationPage, style: Style) -> list[Block]:
    trouble = shown.trouble
    lost = [where(audience) for audience in shown.setup.audiences if audience.hindrance]
    lines = [
        *([style.of(_DEAD, n=number(trouble.dead_letters))] if trouble.dead_letters else []),
        *([style.of(_UNSAID, n=number(trouble.unsaid))] if trouble.unsaid else []),
        *_about_channels(_WITHOUT_BOT, trouble.channels_without_bot, style),
        *_about_channels(_ARCHIVED, trouble.channels_archived, style),
        *([style.of(_NOT_SENT, where=in_a_row(lost, style))] if lost else []),
    ]
    return [DividerBlock(), paragraph("\n".join([style.of(_TROUBLE), *lines]))] if lines else []


def _coverage(shown: CoordinationPage, style: Style) -> list[Block]:
    """On what the numbers of the last week rest, as a digest would say it."""
    words = summary(shown.coverage, style, _LAST_WEEK)
    return [small_print(words)] if words else []


def _about_channels(text: Text, channels: Sequence[str], style: Style) -> list[str]:
    if not channels:
        return []
    return [style.of(text, channels=in_a_row([f"<#{channel}>" for channel in channels], style))]


def _handover(shown: CoordinationPage, style: Style) -> list[Block]:
    if not (shown.leaving or shown.leaderless):
        if not (shown.asks_for_handover and shown.setup.digests):
            return []
        return [DividerBlock(), paragraph(style.of(_NOTHING_TO_HAND_OVER))]
    blocks: list[Block] = [DividerBlock(), paragraph(style.of(_HANDOVER))]
    for lead in shown.leaving[:LEAVING_SHOWN]:
        stays = button(_STAYS, KEEP_LEAD, f"{lead.project_id}:{lead.user_id}", style.language)
        may_stay = lead.why == Leaving.MOVED
        blocks.append(paragraph(_leaving(lead, style), stays if may_stay else None))
    if len(shown.leaving) > LEAVING_SHOWN:
        blocks.append(small_print(style.of(_MORE_LEAVING, n=len(shown.leaving) - LEAVING_SHOWN)))
    if shown.leaderless:
        names = in_a_row([label(one.project, PROJECT_SHOWN) for one in shown.leaderless], style)
        blocks.append(paragraph(style.of(_LEADERLESS, names=names)))
    return blocks


def _leaving(lead: LeavingLead, style: Style) -> str:
    why = style.of(
        _WHY[lead.why],
        then=label(lead.department_then, PROJECT_SHOWN),
        now=label(lead.department_now, PROJECT_SHOWN),
    )
    project = label(lead.project, PROJECT_SHOWN)
    return style.of(_LEAVING, project=project, user=lead.user_id, why=why)


def _health(shown: CoordinationPage, style: Style) -> list[Block]:
    ward = shown.ward
    if not ward.projects:
        return (
            [] if not shown.setup.digests else [DividerBlock(), paragraph(style.of(_NO_PROJECTS))]
        )
    title = style.of(_HEALTH, n=number(ward.projects), weeks=WEEKS)
    if ward.quiet:
        title = f"{title}\n{style.of(_QUIET, n=number(ward.quiet))}"
    projects = [paragraph(_project(project, style)) for project in ward.page]
    listing = Listing(HEALTH, shown.page, PROJECTS_PER_PAGE, ward.projects)
    return [DividerBlock(), paragraph(title), *projects, *pager(listing, style)]


def _project(project: Health, style: Style) -> str:
    """Three lines: what it is, how much was posted, where and led by whom."""
    language = style.language
    title = [words.stage_name(Stage(project.stage), language)]
    if project.status != Status.ACTIVE:
        title.append(words.STATUSES[project.status].of(language))
    posts = [last_post(project.last_post_at, style)]
    if any(project.weeks):
        posts = [
            f"{chart(project.weeks)} {style.of(_IN_WEEKS, n=number(sum(project.weeks)))}",
            *posts,
        ]
    where = [words.channels(project.channels[:CHANNELS_SHOWN], language)]
    if project.leads:
        people = in_a_row([f"<@{lead}>" for lead in project.leads], style)
        where.append(style.of(_LEADS, people=people))
    name = label(project.name, PROJECT_SHOWN)
    first = style.of(_NAMED, name=name, facts=words.joined(title, language))
    lines = [first, between(posts, style), between(where, style)]
    return ("🌙 " if project.is_quiet else "") + "\n".join(line for line in lines if line)


def chart(weeks: Sequence[int]) -> str:
    """Numbers as bars, the highest as high as it gets: ▁▂▃▅▇."""
    highest = max(weeks, default=0)
    return "".join(
        _NONE if not posts else _BARS[(posts * len(_BARS) - 1) // highest] for posts in weeks
    )
