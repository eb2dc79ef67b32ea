"""What a person is told when something went wrong, whatever surface they were on."""

from __future__ import annotations

import logging
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from bot.errors import ForgedError, UserError
from bot.text import Text
from bot.trouble import is_database_away

log = logging.getLogger(__name__)

SLACK_SILENT = Text(
    ja="Slackから返事がありませんでした。何も変わっていません。"
    "少し待ってから、もう一度お試しください。",
    en="Slack did not answer in time. Nothing has changed. Please try again in a moment.",
)
NOT_PERMITTED = Text(
    ja="Slackで許可されていないため、できませんでした。何も変わっていません。"
    "アプリの権限の確認を、事務局に頼んでください。",
    en="Slack does not allow this app to do that. Nothing has changed. "
    "Please ask a coordinator to check the app's permissions.",
)
DATABASE_AWAY = Text(
    ja="ただいま記録の保存先につながらないため、できませんでした。何も変わっていません。"
    "数分待ってから、もう一度お試しください。",
    en="The records can't be reached at the moment. Nothing has changed. "
    "Please try again in a few minutes.",
)
UNEXPECTED = Text(
    ja="うまくいきませんでした。何も変わっていません。"
    "もう一度試してもだめなら、事務局に知らせてください。",
    en="That did not work. Nothing has changed. If it fails again, please tell a coordinator.",
)

# docs.slack.dev/reference/methods/conversations.join and others: "Errors"
_PERMISSION = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "restricted_action",
        "token_expired",
        "token_revoked",
    }
)

# The same pages, and docs.slack.dev/reference/methods/views.open: another moment may do
_NOT_NOW = frozenset(
    {
        "exchanged_trigger_id",
        "expired_trigger_id",
        "fatal_error",
        "internal_error",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "trigger_expired",
        "trigger_exchanged",
    }
)


def sentence_for(error: Exception, where: str) -> Text:
    """One sentence for the person. What only an administrator can put right is logged.

    `where` names the surface for the log; nothing that people wrote goes there.
    """
    if isinstance(error, UserError):
        return error.text
    if isinstance(error, ForgedError):
        log.warning("%s carried something that we never gave out", where)
        return UNEXPECTED
    if isinstance(error, SlackApiError):
        return _refused(error, where)
    if isinstance(error, OSError | HTTPException):
        log.warning("%s: Slack did not answer: %s", where, type(error).__name__)
        return SLACK_SILENT
    if is_database_away(error):
        log.warning("%s: the database is away: %s", where, type(error).__name__)
        return DATABASE_AWAY
    log.error("%s failed", where, exc_info=error)
    return UNEXPECTED


def _refused(error: SlackApiError, where: str) -> Text:
    code = error.response.get("error")
    if code in _PERMISSION:
        log.warning("%s: Slack does not permit it: %s", where, code)
        return NOT_PERMITTED
    if code in _NOT_NOW or error.response.status_code != HTTPStatus.OK:
        log.warning("%s: Slack refused with %s", where, code)
        return SLACK_SILENT
    log.error("%s: Slack refused with %s", where, code, exc_info=error)
    return UNEXPECTED
