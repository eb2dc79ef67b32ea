"""Finding out whether something was said, by the key in its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from slack_sdk import WebClient

from bot.core import slack_time
from models.delivery import Delivery

METADATA_EVENT = "iine_delivery"
# docs.slack.dev/reference/methods/conversations.history recommends no more than 200
PAGE = 200
# Slack's clock and ours may differ.
_MARGIN = timedelta(minutes=10)


def find(slack: WebClient, delivery: Delivery, thread_ts: str | None) -> str | None:
    """The `ts` of the message that carries the delivery's key, None if there is none.

    Looks through the channel, or the thread, since the delivery was put in the outbox. Raises
    what slack_sdk raises: it then is still unknown.
    """
    oldest = slack_time.from_datetime(delivery.created_at - _MARGIN)
    cursor: str | None = None
    while True:
        if thread_ts is None:
            page = slack.conversations_history(
                channel=delivery.channel_id,
                oldest=oldest,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata=True,
            )
        else:
            page = slack.conversations_replies(
                channel=delivery.channel_id,
                ts=thread_ts,
                oldest=oldest,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata=True,
            )
        for message in page.get("messages") or []:
            if _key_of(message) == delivery.key:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None


def _key_of(message: Mapping[str, object]) -> object:
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != METADATA_EVENT:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, Mapping) else None
