"""The app manifest: what Slack is asked for when the app is made, and why.

The schema is docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.text import Language, Text

APP_NAME = "iine"

_DESCRIPTION = Text(
    ja="ワーキンググループの投稿といいね!を記録し、週に一度、首長にお届けします。",
    en="Records the posts and reactions of working groups and sends leadership one digest a week.",
)
_BACKGROUND = "#1f5f4a"


@dataclass(frozen=True)
class Scope:
    """A permission of the bot token, and what it is needed for."""

    name: str
    why: Text


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: `global`, in the menu beside the message field, or `message`, in a message's own.

    Slack shows names of up to 24 characters and descriptions of up to 150
    (docs.slack.dev/reference/app-manifest: `features.shortcuts`).
    """

    type: Literal["global", "message"]
    callback_id: str
    name: Text
    description: Text


@dataclass(frozen=True)
class SlashCommand:
    """A slash command as the manifest lists it."""

    name: str
    description: str
    usage_hint: str


SCOPES: tuple[Scope, ...] = (
    Scope(
        "channels:history",
        Text(
            ja="登録されたパブリックチャンネルの投稿を受け取るため",
            en="to receive posts in registered public channels",
        ),
    ),
    Scope(
        "channels:join",
        Text(
            ja="登録のとき、パブリックチャンネルに自分で参加するため",
            en="to join a public channel when it is registered",
        ),
    ),
    Scope(
        "channels:read",
        Text(
            ja="パブリックチャンネルの名前・参加者・アーカイブの有無を確かめるため",
            en="to know the name, the members and the state of public channels",
        ),
    ),
    Scope(
        "chat:write",
        Text(ja="カードとダイジェストを投稿するため", en="to post cards and digests"),
    ),
    Scope(
        "chat:write.customize",
        Text(
            ja="入力画面で書かれた進捗を、書いた人の名前と写真で投稿するため",
            en="to post what was written in the form under its author's name and picture",
        ),
    ),
    Scope(
        "commands",
        Text(
            ja="スラッシュコマンドとショートカットを受け取るため",
            en="to receive slash commands and shortcuts",
        ),
    ),
    Scope(
        "files:read",
        Text(
            ja="進捗の入力画面で写真を受け取るため",
            en="to take photos in the progress form",
        ),
    ),
    Scope(
        "groups:history",
        Text(
            ja="招待されたプライベートチャンネルの投稿を受け取るため",
            en="to receive posts in private channels it is invited to",
        ),
    ),
    Scope(
        "groups:read",
        Text(
            ja="招待されたプライベートチャンネルの名前・参加者を確かめるため",
            en="to know the name and the members of private channels it is invited to",
        ),
    ),
    Scope(
        "im:history",
        Text(
            ja="送ったかどうか分からないDMを、送り直す前に確かめるため",
            en="to look whether a direct message arrived before it is sent again",
        ),
    ),
    Scope(
        "im:write",
        Text(
            ja="ダイジェストを個人のDMに届けるため",
            en="to deliver digests to a person's direct messages",
        ),
    ),
    Scope(
        "reactions:read",
        Text(ja="リアクションを受け取るため", en="to receive reactions"),
    ),
    Scope(
        "reactions:write",
        Text(
            ja="記録した投稿に📝をつけるため",
            en="to put a memo emoji on what is recorded",
        ),
    ),
    Scope(
        "usergroups:read",
        Text(
            ja="ユーザーグループに感謝を伝えるとき、誰がいるかを知るため",
            en="to know who is in a user group that is thanked",
        ),
    ),
    Scope(
        "users:read",
        Text(
            ja="投稿した人の表示名と部署、ゲストかどうかを知るため",
            en="to know the display name and department of authors, and who is a guest",
        ),
    ),
)

# Each is applied by bot/recording, or answered at once (handlers/front_door.py); what it needs is
# among the scopes above.
EVENTS: tuple[str, ...] = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
)


PROGRESS_FORM = "progress_form"
RECORD_MESSAGE = "record_message"
LEAVE_OUT_MESSAGE = "leave_out_message"
WHY_COUNTED = "why_counted"
ASK_ABOUT_POST = "ask_about_post"

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(
        "global",
        PROGRESS_FORM,
        Text(ja="進捗を投稿", en="Post progress"),
        Text(ja="やったことを書く入力画面を開きます。", en="Opens a form for what you have done."),
    ),
    Shortcut(
        "message",
        RECORD_MESSAGE,
        Text(ja="進捗として記録", en="Record as progress"),
        Text(ja="このメッセージを進捗として記録します。", en="Records this message as progress."),
    ),
    Shortcut(
        "message",
        LEAVE_OUT_MESSAGE,
        Text(ja="記録から外す", en="Leave out of the record"),
        Text(
            ja="このメッセージを記録から外し、記録した言葉を消します。",
            en="Takes this message out of the record and erases its recorded words.",
        ),
    ),
    Shortcut(
        "message",
        WHY_COUNTED,
        Text(ja="なぜ数えられた？", en="Why was this counted?"),
        Text(
            ja="このメッセージとリアクションの数え方を、あなただけに説明します。",
            en="Tells you alone how this message and its reactions are counted.",
        ),
    ),
    Shortcut(
        "message",
        ASK_ABOUT_POST,
        Text(ja="教えて", en="Ask about this"),
        Text(
            ja="役職にある方が、この投稿のことをスレッドで聞きます。",
            en="For office holders: asks about this post in its thread.",
        ),
    ),
)


def manifest(
    commands: Iterable[SlashCommand], language: Language, url: str | None = None
) -> dict[str, object]:
    """The manifest as JSON, to paste into Slack (“Create New App” → “From a manifest”).

    With a `url`, Slack sends everything there over HTTP; without one it takes Socket Mode.
    """
    request_url = {} if url is None else {"request_url": url}
    return {
        "display_information": {
            "name": APP_NAME,
            "description": _DESCRIPTION.of(language),
            "background_color": _BACKGROUND,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": APP_NAME, "always_online": True},
            "slash_commands": [
                {
                    "command": command.name,
                    "description": command.description,
                    "usage_hint": command.usage_hint,
                    "should_escape": True,
                    **({} if url is None else {"url": url}),
                }
                for command in commands
            ],
            "shortcuts": [
                {
                    "name": shortcut.name.of(language),
                    "type": shortcut.type,
                    "callback_id": shortcut.callback_id,
                    "description": shortcut.description.of(language),
                }
                for shortcut in SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in SCOPES]}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
