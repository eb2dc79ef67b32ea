"""`/digest`: who receives the weekly digest, when, and looking at it before."""

from __future__ import annotations

from bot.text import Text
from handlers.commands.digest import audience, closures, schedule, sending
from handlers.commands.router import Command

COMMAND = Command(
    name="/digest",
    summary=Text(
        ja="*週次ダイジェスト*\n週に一度、グループの動きをまとめて首長に届けます。",
        en="*The weekly digest*\nOnce a week it tells leadership what the groups have done.",
    ),
    subcommands=(
        audience.TO,
        audience.REMOVE,
        schedule.SCHEDULE,
        sending.PREVIEW,
        sending.NOW,
        audience.LIST,
        closures.CLOSURE,
    ),
)
