"""What Slack's errors mean for what was to be said.

docs.slack.dev/reference/methods: chat.postMessage, chat.update, chat.delete, reactions.add,
conversations.open, conversations.history and conversations.replies, each under "Errors".
"""

from __future__ import annotations

import re
from http import HTTPStatus

from slack_sdk.errors import SlackApiError

from bot import pauses

# The token, the scopes, the bot's membership or the workspace's own rules are at fault, not the
# message: it is said once they are put right.
UNTIL_PUT_RIGHT = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "external_channel_migrating",
        "invalid_auth",
        "message_limit_exceeded",
        "missing_scope",
        "no_permission",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
    }
)
# The channel's history is closed to us: nobody can find out whether something stands there.
CANT_LOOK = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "thread_not_found",
    }
)
# Slack may have acted before it answered so.
UNCERTAIN = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "update_failed"}
)
# The message that is to be changed is not there any more.
GONE = frozenset({"message_not_found"})
# What it was to be said to is gone: the person, or the message above it. Nobody has to do anything.
NOBODY_THERE = frozenset(
    {"cannot_dm_bot", "cannot_reply_to_message", "thread_not_found", "user_disabled"}
)
# Somebody's direct messages as they were known are not there any more; there may be others.
DIRECT_MESSAGES_CLOSED = frozenset({"channel_not_found", "is_archived"})
# Slack does not take the blocks as they are; a photo that was just uploaded it takes a little later
# (for the latter, which is not among the documented ones, github.com/slackapi/bolt-js/issues/2509).
BLOCKS_REFUSED = "invalid_blocks"
TOO_LONG = "msg_blocks_too_long"

# What Slack's errors look like. slack_sdk puts other things in their place if somebody else
# answers for Slack (a proxy, say): they tell nothing of what Slack has done.
_SLACKS_OWN = re.compile(r"[a-z][a-z0-9_]*")
PAUSE = "ratelimited"
_PAUSES = frozenset({PAUSE, "rate_limited"})


def code_of(error: SlackApiError) -> str:
    """Slack's word for what was wrong, "" if there is none."""
    return str(error.response.get("error") or "")


def asks_for_pause(error: SlackApiError) -> int | None:
    """For how many seconds Slack wants to be left alone; None if it does not say so."""
    status, code = error.response.status_code, code_of(error)
    if status != HTTPStatus.TOO_MANY_REQUESTS and code not in _PAUSES:
        return None
    return pauses.seconds_of(error.response.headers)


def tells_nothing(error: SlackApiError) -> str | None:
    """Why this answer says nothing of what Slack has done; None if it does."""
    status, code = error.response.status_code, code_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in UNCERTAIN:
        return code or str(status)
    if not _SLACKS_OWN.fullmatch(code):
        return f"HTTP status {status} without an error of Slack's"
    return None


def reason(error: SlackApiError) -> str:
    """Slack's error and what it says about it, without the words of the message."""
    details = (error.response.get("response_metadata") or {}).get("messages") or []
    return "; ".join([code_of(error), *map(str, details)])[:2000]
