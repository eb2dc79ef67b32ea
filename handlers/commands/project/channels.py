"""`/project channel add|remove #channel`: a project may have several channels."""

from __future__ import annotations

from bot.core import lifecycle
from bot.core.markup import fold, safe, split_channel, split_word
from bot.core.permissions import require_staff
from bot.core.projects import find
from bot.core.registry import require_change
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from handlers.commands.router import Answer, Call, Subcommand
from handlers.registration import (
    CONFIRM_CHANNEL,
    channel_added,
    look_up_for_adding,
    question,
    tie_channel,
)
from models.project import Project

ADD = ("add", "追加")
REMOVE = ("remove", "削除")

HOW = Text(
    ja="`/project チャンネル 追加 #チャンネル` か `/project チャンネル 削除 #チャンネル` の"
    "ように、チャンネルを候補から選んで書いてください。",
    en="Please write `/project channel add #channel` or `/project channel remove #channel`, "
    "choosing the channel from the suggestions.",
)
REMOVED = Text(
    ja="<#{channel}> を「{name}」から外しました。これからの投稿は記録しません。",
    en="<#{channel}> no longer belongs to “{name}”. New posts there are not recorded.",
)


def _channel(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    word, rest = split_word(call.text)
    _, channel_id, name = split_channel(rest)
    if channel_id is None or fold(word) not in (*ADD, *REMOVE):
        raise UserError(HOW)
    with deps.database.read() as session:
        project = find(session, call.team_id, call.channel_id, name)
        require_change(session, call.actor, project)
    if fold(word) in ADD:
        return _add(deps, call, project, channel_id)
    return _remove(deps, call, project, channel_id)


def _add(deps: Deps, call: Call, project: Project, channel_id: str) -> Answer:
    channel = look_up_for_adding(deps, call.actor, channel_id)
    if channel.is_private:
        value: dict[str, object] = {"project": project.id, "channel": channel.channel_id}
        return question(deps, call.actor, CONFIRM_CHANNEL, value, project.name, channel.channel_id)
    facts = tie_channel(deps, call.actor, project.id, channel)
    return channel_added(facts, channel.channel_id, call.language)


def _remove(deps: Deps, call: Call, project: Project, channel_id: str) -> Answer:
    with deps.database.write() as session:
        lifecycle.remove_channel(
            session,
            call.actor,
            project.id,
            channel_id,
            now=deps.clock.now(),
        )
    deps.wake()
    return Answer(REMOVED.of(call.language, channel=channel_id, name=safe(project.name)))


CHANNEL = Subcommand(
    names=("channel", "チャンネル"),
    usage=Text(
        ja="チャンネル <追加|削除> #チャンネル [名前]", en="channel <add|remove> #channel [name]"
    ),
    help=Text(
        ja="プロジェクトのチャンネルを増やしたり外したりします。",
        en="Adds a channel to the project, or removes one.",
    ),
    run=_channel,
)
