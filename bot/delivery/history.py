"""Finding out whether something was said, by the key in its metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk import WebClient

from bot.core import slack_time
from models.delivery import Delivery

METADATA_EVENT = "iine_delivery"
# docs.slack.dev/reference/methods/conversations.history recommends no more than 200
PAGE = 200
# In a minute Slack allows 50 of them (the same page: tier 3).
MOST_PAGES = 50
# What the error of such a delivery begins with
TOO_LONG = "search_too_long"
# Slack's clock and ours may differ: by hours, where a server takes its local time for UTC. And
# so long after Slack was asked it does nothing about it any more.
_MARGIN = timedelta(days=1)


class TooLongError(Exception):
    """There is more in the channel than can be looked through."""


@dataclass
class Place:
    """How far a search has come; a new one is at the beginning."""

    cursor: str | None = None


def find(
    slack: WebClient,
    delivery: Delivery,
    thread_ts: str | None,
    before_each_page: Callable[[], None] = lambda: None,
    place: Place | None = None,
) -> str | None:
    """The `ts` of the message that carries the delivery's key, None if there is surely none.

    Looks through the channel, or the thread, around the moment at which Slack was asked. Raises
    what slack_sdk raises, ValueError for an answer from which nothing follows, and TooLongError:
    it then is still unknown. A search that Slack interrupts can go on at its `place`: an app that
    Slack throttles gets fifteen messages, once a minute.
    """
    place = place or Place()
    asked_at = delivery.asked_at or delivery.created_at
    oldest = slack_time.from_datetime(asked_at - _MARGIN)
    latest = slack_time.from_datetime(asked_at + _MARGIN)
    for _ in range(MOST_PAGES):
        before_each_page()
        if thread_ts is None:
            page = slack.conversations_history(
                channel=delivery.channel_id,
                oldest=oldest,
                latest=latest,
                limit=PAGE,
                cursor=place.cursor,
                include_all_metadata=True,
            )
        else:
            page = slack.conversations_replies(
                channel=delivery.channel_id,
                ts=thread_ts,
                oldest=oldest,
                latest=latest,
                limit=PAGE,
                cursor=place.cursor,
                include_all_metadata=True,
            )
        messages = page.get("messages")
        if not isinstance(messages, list):
            raise ValueError("a history without messages")
        for message in messages:
            if _key_of(message) == delivery.key:
                return str(message["ts"])
        place.cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not place.cursor:
            if page.get("has_more"):
                raise ValueError("a history that does not say how it goes on")
            return None
    raise TooLongError(f"more than {MOST_PAGES * PAGE} messages since Slack was asked")


def _key_of(message: Mapping[str, object]) -> object:
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != METADATA_EVENT:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, Mapping) else None
