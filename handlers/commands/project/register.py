"""`/project register`: at once with a name, through a form without one."""

from __future__ import annotations

from bot.core.permissions import require_staff
from bot.core.projects import ProjectDetails
from bot.core.registry import clean
from bot.deps import Deps
from bot.text import Text
from bot.views.project_form import register_form
from handlers.commands.router import Answer, Call, Subcommand
from handlers.registration import CONFIRM_REGISTER, complete, prepare, question, registered


def run(deps: Deps, call: Call) -> Answer | None:
    """Register the channel in which the command was sent."""
    if not call.text:
        _open_form(deps, call)
        return None
    details = clean(ProjectDetails(name=call.text, leads=(call.user_id,)))
    channel = prepare(
        deps,
        deps.slack,
        call.actor,
        details,
        call.channel_id,
        channel_name=call.channel_name,
    )
    if channel.is_private:
        value: dict[str, object] = {"name": details.name, "channel": channel.channel_id}
        return question(deps, call.actor, CONFIRM_REGISTER, value, details.name, channel.channel_id)
    facts = complete(deps, deps.slack, call.actor, details, channel)
    return registered(facts, call.language)


def _open_form(deps: Deps, call: Call) -> None:
    require_staff(call.actor)
    details = ProjectDetails(name="", leads=(call.user_id,))
    is_direct = call.channel_id.startswith("D") or call.channel_name.startswith("mpdm-")
    channel = None if is_direct else call.channel_id
    deps.slack.views_open(
        trigger_id=call.trigger_id, view=register_form(details, channel, call.language)
    )


REGISTER = Subcommand(
    names=("register", "登録"),
    usage=Text(ja="登録 [名前]", en="register [name]"),
    help=Text(
        ja="このチャンネルを登録します。名前を省くと入力画面が開きます。",
        en="Registers this channel. Without a name, a form opens.",
    ),
    run=run,
)
