"""`/project list` and `/project show`."""

from __future__ import annotations

from bot.core.audit import history
from bot.core.markup import plain, safe
from bot.core.people import OF_PEOPLE
from bot.core.permissions import Actor, require_staff
from bot.core.projects import facts_of, find, listing
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import words
from bot.views.projects import project_details, project_list
from handlers.commands.router import Answer, Call, Subcommand

CHANGES_SHOWN = 10

UNKNOWN_FILTER = Text(
    ja="「{word}」では絞り込めません。種類（{kinds}）か段階（{stages}）、"
    "または「休止」「終了」を書いてください。",
    en="“{word}” is neither a kind ({kinds}) nor a stage ({stages}). "
    "“paused” and “closed” work as well.",
)


def list_page(deps: Deps, actor: Actor, wanted: str, page: int) -> Answer:
    """One page of the list, filtered by the word for a kind, a stage or a status."""
    require_staff(actor)
    kind, stage = words.kind_of(wanted), words.stage_of(wanted)
    status = words.status_of(wanted)
    if wanted and kind is None and stage is None and status is None:
        raise UserError(
            UNKNOWN_FILTER.filled(
                word=safe(wanted),
                kinds=words.all_words(words.KINDS),
                stages=words.all_words(words.STAGES),
            )
        )
    with deps.database.read() as session:
        projects = listing(session, actor.team_id, kind=kind, stage=stage, status=status)
    return Answer(*project_list(projects, wanted, page, actor.language))


def _list(deps: Deps, call: Call) -> Answer:
    return list_page(deps, call.actor, plain(call.text), 0)


def _show(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    with deps.database.read() as session:
        project = find(session, call.team_id, call.channel_id, call.text)
        facts = facts_of(session, project)
        changes = history(session, project.id, CHANGES_SHOWN, without=OF_PEOPLE)
    return Answer(*project_details(facts, changes, call.language, deps.settings.timezone))


LIST = Subcommand(
    names=("list", "一覧"),
    usage=Text(ja="一覧 [種類か段階]", en="list [kind or stage]"),
    help=Text(
        ja="プロジェクトの一覧です。「一覧 実証」のように絞り込めます。",
        en="Lists the projects; “list trial” shows those at that stage.",
    ),
    run=_list,
)
SHOW = Subcommand(
    names=("show", "表示"),
    usage=Text(ja="表示 [名前]", en="show [name]"),
    help=Text(
        ja="内容と変更の履歴を表示します。",
        en="Shows everything about a project and who changed what.",
    ),
    run=_show,
)
