"""What the clients of Slack's Web API have in common."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack_client import DEFAULT_RETRY_AFTER_SECONDS, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12),
        ({"retry-after": " 12 "}, 12),
        ({"Retry-After": "0"}, 1),
        ({}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": ""}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": "0.5"}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": "-1"}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": "²"}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": "9" * 400}, DEFAULT_RETRY_AFTER_SECONDS),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, DEFAULT_RETRY_AFTER_SECONDS),
    ],
)
def test_for_how_long_slack_is_left_alone(headers: dict[str, str], seconds: int) -> None:
    refused = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/views.publish",
        req_args={},
        data={"ok": False, "error": "ratelimited"},
        headers=headers,
        status_code=429,
    )
    with pytest.raises(SlackApiError) as raised:
        refused.validate()  # type: ignore[no-untyped-call]  # slack_sdk says nothing of its types
    assert retry_after(raised.value) == seconds
