"""What Slack says of a channel, and entering it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.channels import BOT_IS_NOT_IN, DIRECT_MESSAGE, ChannelFacts
from bot.deps import Deps
from bot.errors import UserError
from models.workspace import Workspace

# docs.slack.dev/reference/methods/conversations.members: at most 1,000 a page
MEMBERS_PER_PAGE = 1_000
# A channel of 100,000 people: nobody's, but the loop must end
PAGES_AT_MOST = 100


def look_up(
    deps: Deps, slack: WebClient, team_id: str, channel_id: str, channel_name: str = ""
) -> ChannelFacts:
    """What Slack says of the channel, by `conversations.info`.

    `channel_name` is the one that a command carries: `directmessage`, or beginning with `mpdm-`
    for a few people's conversation, which Slack shows to nobody who isn't in it. Raises UserError
    for a private channel that the bot isn't in, and what slack_sdk raises.
    """
    if channel_id.startswith("D") or channel_name == "directmessage":
        raise UserError(DIRECT_MESSAGE, field="channel")
    try:
        channel = slack.conversations_info(channel=channel_id).get("channel")
    except SlackApiError as error:
        if error.response.get("error") != "channel_not_found":
            raise
        if channel_name.startswith("mpdm-"):
            raise UserError(DIRECT_MESSAGE, field="channel") from error
        raise _bot_is_not_in(deps, team_id) from error
    if not isinstance(channel, dict):
        raise OSError("conversations.info answered without a channel")
    facts = _facts(channel)
    if facts.is_private and not facts.has_bot and not facts.is_direct:
        raise _bot_is_not_in(deps, team_id)
    return facts


def enter(slack: WebClient, channel: ChannelFacts) -> ChannelFacts:
    """Let the bot join a public channel; into a private one it has been invited."""
    if channel.has_bot:
        return channel
    slack.conversations_join(channel=channel.channel_id)
    return replace(channel, has_bot=True)


def is_in(slack: WebClient, channel_id: str, user_id: str) -> bool:
    """Whether the person is in the channel, by `conversations.members`."""
    cursor = ""
    for _ in range(PAGES_AT_MOST):
        page = slack.conversations_members(
            channel=channel_id, limit=MEMBERS_PER_PAGE, cursor=cursor or None
        )
        if user_id in (page.get("members") or ()):
            return True
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return False
    return False


def _facts(channel: Mapping[str, object]) -> ChannelFacts:
    """From a conversation object (docs.slack.dev/reference/objects/conversation-object)."""
    return ChannelFacts(
        channel_id=str(channel["id"]),
        name=str(channel.get("name") or ""),
        is_private=channel.get("is_private") is True,
        is_shared=channel.get("is_ext_shared") is True,
        is_archived=channel.get("is_archived") is True,
        is_direct=channel.get("is_im") is True or channel.get("is_mpim") is True,
        has_bot=channel.get("is_member") is True,
    )


def bot_mention(deps: Deps, team_id: str) -> str:
    """How the bot is written where people are to invite it."""
    with deps.database.read() as session:
        workspace = session.get(Workspace, team_id)
    return f"<@{workspace.bot_user_id}>" if workspace else "@iine"


def _bot_is_not_in(deps: Deps, team_id: str) -> UserError:
    return UserError(BOT_IS_NOT_IN.filled(bot=bot_mention(deps, team_id)), field="channel")
