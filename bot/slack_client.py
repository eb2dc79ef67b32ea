"""The clients of Slack's Web API."""

from __future__ import annotations

import logging
import ssl
from functools import cache
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.settings import Settings

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 8


class UnpromisedError(OSError):
    """Something is missing in an answer that Slack's documentation promises: nobody's but theirs.

    To whoever waits it is as if there were no answer.
    """


def slack_client(settings: Settings) -> WebClient:
    """The Web API. Nothing is tried again by itself: a message could be posted twice."""
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=TIMEOUT_SECONDS,
        ssl=_certificates(),
        retry_handlers=[],
    )


def without_token(settings: Settings) -> WebClient:
    """What Bolt begins with; it takes the token from `authorize` for each request."""
    return WebClient(base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS, ssl=_certificates())


def app_of(slack: WebClient, bot_id: str) -> str:
    """The ID of the app that this bot belongs to, "" if Slack does not say.

    https://docs.slack.dev/reference/methods/bots.info
    """
    try:
        bot = slack.bots_info(bot=bot_id).get("bot")
    except (SlackApiError, OSError, HTTPException) as error:
        log.warning("Slack does not say which app this is: %s", type(error).__name__)
        return ""
    app_id = bot.get("app_id") if isinstance(bot, dict) else None
    return app_id if isinstance(app_id, str) else ""


def said_by(answer: SlackResponse, field: str) -> str:
    """A field that Slack promises in its answer. Raises UnpromisedError if it is missing."""
    value = answer.get(field)
    if not isinstance(value, str) or not value:
        method = answer.api_url.rpartition("/")[2]
        raise UnpromisedError(f"{method} was answered without {field}")
    return value


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust. It takes 20 ms to read, and otherwise that is done for each connection."""
    return ssl.create_default_context()
