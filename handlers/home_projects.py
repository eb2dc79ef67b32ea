"""The buttons beside a project in the Home: write, edit, move, who is in it."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt import App

from bot.core.handover import keep_lead
from bot.core.people import roster
from bot.core.permissions import Actor, require_coordinator, require_staff
from bot.core.projects import Stage
from bot.core.registry import move_stage, of_workspace
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import home_coordination, home_lead
from bot.views.home import modal
from bot.views.people import member_list
from handlers import progress
from handlers.commands.project.change import open_edit_form
from handlers.given import number, reading
from handlers.home import Do, Press, answer
from models.project import channels_of

NO_CHANNEL = Text(
    ja="このプロジェクトには、いまチャンネルがありません。"
    " `/project チャンネル 追加 #チャンネル` で加えてください。",
    en="This project has no channel at present. `/project channel add #channel` adds one.",
)
_MEMBERS = Text(ja="メンバー", en="People")


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons."""
    answer(app, deps, ACTIONS)


def _write(deps: Deps, actor: Actor, press: Press) -> None:
    with deps.database.read() as session:
        project = of_workspace(session, actor, number(press.value))
        channels = channels_of(session, project.id)
    if not channels:
        raise UserError(NO_CHANNEL)
    progress.open_form(deps, actor, channel_id=channels[0].channel_id, trigger_id=press.trigger_id)


def _edit(deps: Deps, actor: Actor, press: Press) -> None:
    with deps.database.read() as session:
        project = of_workspace(session, actor, number(press.value))
    open_edit_form(deps, actor, project, press.trigger_id)


def _move(deps: Deps, actor: Actor, press: Press) -> None:
    project_id, _, wanted = press.value.partition(":")
    with reading():
        stage = Stage(wanted)
    with deps.database.write() as session:
        move_stage(session, actor, number(project_id), stage, now=deps.clock.now())


def _members(deps: Deps, actor: Actor, press: Press) -> None:
    require_staff(actor)
    with deps.database.read() as session:
        project = of_workspace(session, actor, number(press.value))
        people = roster(session, project)
    _, blocks = member_list(project.name, people, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=modal(_MEMBERS, blocks, actor.language))


def _keep_lead(deps: Deps, actor: Actor, press: Press) -> None:
    require_coordinator(actor)
    project_id, _, user_id = press.value.partition(":")
    with deps.database.write() as session:
        keep_lead(session, actor, number(project_id), user_id, now=deps.clock.now())


# What each button and list does, by its action_id
ACTIONS: Mapping[str, Do] = {
    home_lead.POST_ACTION: _write,
    home_lead.EDIT_ACTION: _edit,
    home_lead.STAGE_ACTION: _move,
    home_lead.MEMBERS_ACTION: _members,
    home_coordination.KEEP_LEAD: _keep_lead,
}
