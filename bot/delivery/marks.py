"""The bot's 📝 on the posts that count, put on and taken off as the database says."""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core import posts
from bot.core.emoji import MEMO
from models.database import Database
from models.delivery import Delivery
from models.message import Message

# Slack's answers that mean that it is as it should be, or that there is nothing left to mark
# (docs.slack.dev/reference/methods/reactions.add and reactions.remove)
_DONE = frozenset({"already_reacted", "no_reaction", "message_not_found", "no_item_specified"})


def should_be_marked(database: Database, delivery: Delivery) -> bool:
    """Whether the post carries the mark by what is stored now."""
    with database.read() as session:
        post = session.get(
            Message, (delivery.team_id, delivery.channel_id, str(delivery.args["ts"]))
        )
        return post is not None and posts.should_be_marked(session, post)


def put(slack: WebClient, delivery: Delivery, *, marked: bool) -> None:
    """Make it so in Slack; it does no harm to do it twice. Raises what slack_sdk raises."""
    ts = str(delivery.args["ts"])
    change = slack.reactions_add if marked else slack.reactions_remove
    try:
        change(channel=delivery.channel_id, timestamp=ts, name=MEMO)
    except SlackApiError as error:
        if error.response.get("error") not in _DONE:
            raise
