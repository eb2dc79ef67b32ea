"""`/progress`: the form for progress."""

from __future__ import annotations

from bot.deps import Deps
from bot.text import Text
from handlers.commands.router import Answer, Call, Command, Direct
from handlers.progress import open_form_here


def _open(deps: Deps, call: Call) -> Answer | None:
    """Open the form of this channel's project; what was written after the command is in it."""
    open_form_here(
        deps,
        call.actor,
        channel_id=call.channel_id,
        trigger_id=call.trigger_id,
        text=call.text,
    )
    return None


COMMAND = Command(
    name="/progress",
    summary=Text(
        ja="*進捗を入力画面から投稿*\nいつもどおりチャンネルに書くだけでも記録されます。"
        "項目に沿って書きたいときに使ってください。",
        en="*Posting progress with a form*\nWriting in the channel as always is recorded just as "
        "well; this is for those who like a form.",
    ),
    direct=Direct(
        usage=Text(ja="[やったこと]", en="[what you did]"),
        help=Text(
            ja="入力画面が開きます。続けて書いた言葉は「やったこと」に入ります。",
            en="Opens the form. What you write after it goes into “What we did”.",
        ),
        run=_open,
    ),
)
