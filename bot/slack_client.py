"""The clients of Slack's Web API."""

from __future__ import annotations

import ssl
from functools import cache

from slack_sdk import WebClient

from bot.settings import Settings

TIMEOUT_SECONDS = 8


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


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust. It takes 20 ms to read, and otherwise that is done for each connection."""
    return ssl.create_default_context()
