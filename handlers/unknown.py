"""What nobody answers any more: a button of last year, a form of an older version.

It is acknowledged, so that Slack shows no warning and does not send it again.
"""

from __future__ import annotations

import re

from slack_bolt import Ack, App, Respond

from bot.deps import Deps
from bot.text import Text
from handlers.commands.router import Answer, send
from models.base import JsonObject

OUTDATED = Text(
    ja="これは、いまは使えません。新しい投稿やホームから、もう一度お試しください。",
    en="This can't be used any more. Please try again from a newer message or from the Home.",
)
_ANYTHING = re.compile("")


def register(app: App, deps: Deps) -> None:
    """Let the app answer whatever nothing else answers; to be registered last."""
    words = Answer(OUTDATED.of(deps.settings.language))

    def on_press(ack: Ack, body: JsonObject, respond: Respond) -> None:
        ack()
        if body.get("response_url"):
            send(respond, words)

    def on_nothing(ack: Ack) -> None:
        ack()

    app.command(_ANYTHING)(on_press)
    app.shortcut(_ANYTHING)(on_press)
    app.action(_ANYTHING)(on_press)
    app.view_submission(_ANYTHING)(on_nothing)
    app.view_closed(_ANYTHING)(on_nothing)
    app.options(_ANYTHING)(on_nothing)
