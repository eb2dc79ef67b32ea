"""Why something was not said, and what one can do, in words: from the error that is kept."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.outgoing import NOTHING_TO_SAY
from bot.text import Text

_INVITE = Text(
    ja="私がチャンネルに入っていないか、チャンネルがもうありません。"
    " `/invite @iine` で招待すると、自動で送り直します。",
    en="I am not in the channel, or it is gone. After `/invite @iine` I send it by myself.",
)
_ARCHIVED = Text(
    ja="チャンネルがアーカイブされています。解除すると、自動で送り直します。",
    en="The channel is archived. Once it is unarchived I send it by myself.",
)
_SCOPES = Text(
    ja="アプリの権限が足りません。 `app.py check` で足りない権限が分かります。"
    "そろうと、自動で送ります。",
    en="The app lacks a scope; `app.py check` says which. Once it is granted I send it by myself.",
)
_TOKEN = Text(
    ja="Slackのトークンが使えません。サーバーの SLACK_BOT_TOKEN を確かめてください。"
    "直ると、自動で送ります。",
    en="Slack does not take the token. Check SLACK_BOT_TOKEN on the server. "
    "Once it works I send it by myself.",
)
_RULES = Text(
    ja="ワークスペースの設定で、そこへの投稿が制限されています。"
    "ワークスペースの管理者に相談してください。許可されると、自動で送ります。",
    en="The workspace's settings forbid posting there. Please ask an admin of the workspace. "
    "Once it is allowed I send it by myself.",
)
_MIGRATION = Text(
    ja="ワークスペースが移行中です。終わると、自動で送ります。",
    en="The workspace is being migrated. When that is over I send it by myself.",
)
_NO_MESSAGES = Text(
    ja="アプリのメッセージ欄が閉じられています。"
    "Slackのアプリ設定で Messages Tab を開いてください。",
    en="The app's messages are switched off. Switch on the Messages Tab in its settings in Slack.",
)
_GONE = Text(
    ja="送る相手の方か、返信する元の投稿が、もうありません。",
    en="The person, or the message that it replies to, is gone.",
)
_PAUSE = Text(
    ja="Slackが混み合っています。少し待って、自動で送ります。",
    en="Slack asked for a pause. I send it a little later by myself.",
)
_TOO_LONG = Text(
    ja="送れたかどうかを調べるには、チャンネルの投稿が多すぎます。チャンネルを見て確かめてください。",
    en="There is too much in the channel to find out whether it arrived. Please look there.",
)
_NO_ANSWER = Text(
    ja="Slackから返事がありませんでした。届いたかどうかを確かめてから、自動で送り直します。",
    en="Slack did not answer. I look whether it has arrived, and else send it again by myself.",
)
_WITH_ANOTHER = Text(
    ja="この上に来るお知らせが送れていません。", en="What it belongs below has not been sent."
)
_NOTHING = Text(
    ja="送る中身がなくなっていました。共有チャンネルには送りません。",
    en="There was nothing to send any more. Nothing goes to shared channels.",
)
_WAITS = Text(ja="まだ送れていません。", en="It is not sent yet.")
_REFUSED = Text(ja="Slackが受け取りませんでした（{code}）。", en="Slack does not take it ({code}).")

_BY_CODE: Mapping[str, Text] = {
    "account_inactive": _TOKEN,
    "access_denied": _RULES,
    "accesslimited": _RULES,
    "cannot_dm_bot": _GONE,
    "cannot_reply_to_message": _GONE,
    "channel_not_found": _INVITE,
    "ekm_access_denied": _RULES,
    "external_channel_migrating": _MIGRATION,
    "invalid_auth": _TOKEN,
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "message_limit_exceeded": _PAUSE,
    "messages_tab_disabled": _NO_MESSAGES,
    "missing_scope": _SCOPES,
    "no_permission": _SCOPES,
    "not_authed": _TOKEN,
    "not_in_channel": _INVITE,
    NOTHING_TO_SAY: _NOTHING,
    "org_login_required": _MIGRATION,
    "rate_limited": _PAUSE,
    "ratelimited": _PAUSE,
    "search_too_long": _TOO_LONG,
    "team_access_not_granted": _RULES,
    "team_added_to_org": _MIGRATION,
    "thread_not_found": _GONE,
    "token_expired": _TOKEN,
    "token_revoked": _TOKEN,
    "user_disabled": _GONE,
}
_UNANSWERED = (
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "update_failed",
    "HTTP ",
)
CODE_SHOWN = 60


def in_words(error: str | None, *, is_unknown: bool = False) -> Text:
    """What the error of a delivery means. `is_unknown`: nobody knows whether Slack has it."""
    if not error:
        return _NO_ANSWER if is_unknown else _WAITS
    code = error.partition(";")[0].strip()
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    if code.startswith("restricted_action"):
        return _RULES
    if error.endswith(" was not said"):
        return _WITH_ANOTHER
    if is_unknown or code.startswith(_UNANSWERED):
        return _NO_ANSWER
    shown = "".join(sign for sign in code[:CODE_SHOWN] if sign.isascii() and sign.isprintable())
    return _REFUSED.filled(code=shown)
