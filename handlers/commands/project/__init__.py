"""`/project`: registering groups' projects and looking after them."""

from __future__ import annotations

from bot.text import Text
from handlers.commands.project import browse, change, channels, people, register
from handlers.commands.router import Command

COMMAND = Command(
    name="/project",
    summary=Text(
        ja="*プロジェクトの登録と管理*\n名前を省くと、このチャンネルのプロジェクトを指します。",
        en="*Registering and managing projects*\nWithout a name, this channel's project is meant.",
    ),
    subcommands=(
        register.REGISTER,
        browse.LIST,
        browse.SHOW,
        change.EDIT,
        change.STAGE,
        change.PAUSE,
        change.RESUME,
        change.CLOSE,
        channels.CHANNEL,
        people.JOIN,
        people.LEAVE,
        people.MEMBERS,
        people.INVITE,
        people.HANDOVER,
    ),
)
