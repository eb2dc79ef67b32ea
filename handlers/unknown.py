"""What nobody answers any more: a button of last year, a form of an older version.

It is acknowledged, so that Slack shows no warning and does not send it again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus

from slack_bolt import Ack, App, BoltRequest, BoltResponse, Respond
from slack_bolt.error import BoltUnhandledRequestError

from bot.deps import Deps
from bot.text import Text
from bot.trouble import tell
from handlers.commands.router import Answer, send
from handlers.front_door import is_kept
from models.base import JsonObject

log = logging.getLogger(__name__)

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


def register_errors(app: App, on_refusal: Callable[[str], None]) -> None:
    """Acknowledge and count what nothing can answer, so that Slack does not send it again.

    `on_refusal` is told why: unknown, or failed. For an app that is built with
    `raise_error_for_unhandled_request`; its own way is to answer 404 and to log what it got. What
    could not be kept stays unacknowledged.
    """

    def on_error(
        error: Exception, request: BoltRequest, response: BoltResponse | None
    ) -> BoltResponse | None:
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("Slack sent something that nothing here answers")
            on_refusal("unknown")
            return BoltResponse(status=HTTPStatus.OK)
        if is_kept(request.body):
            tell(log, error, "an event was not kept, and Slack sends it again")
            return None
        tell(log, error, "what Slack sent could not be answered")
        on_refusal("failed")
        return BoltResponse(status=HTTPStatus.OK) if response is not None else None

    app.error(on_error)
