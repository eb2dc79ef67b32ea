"""What has a pace of its own in Slack, and the pauses that Slack has asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, func

from bot.core.posts import MARK
from bot.pauses import LONGEST_SECONDS
from models.delivery import Delivery

# What IDs of people begin with: such a delivery goes to direct messages that are yet to be opened.
PERSON = ("U", "W")
# All marks together, all changes of what stands, the opening of direct messages, and new messages
# in each channel (docs.slack.dev/apis/web-api/rate-limits)
pace_of = case(
    (Delivery.kind == MARK, MARK),
    (Delivery.ts.is_not(None), "chat.update"),
    (func.substr(Delivery.channel_id, 1, 1).in_(PERSON), "conversations.open"),
    else_=Delivery.channel_id,
)


class Pauses:
    """Until when Slack has asked for a pause, by what has a pace of its own."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def add(self, pace: str, until: datetime) -> None:
        """Slack wants to be left alone with this until then."""
        self._until[pace] = until

    def lasting(self, now: datetime) -> Sequence[str]:
        """What Slack wants to be left alone with. A clock that was set back ends a pause."""
        longest = timedelta(seconds=LONGEST_SECONDS)
        self._until = {
            what: until for what, until in self._until.items() if now < until <= now + longest
        }
        return list(self._until)

    def until(self, pace: str, now: datetime) -> datetime | None:
        """Until when the pause of this lasts; None if there is none."""
        return self._until[pace] if pace in self.lasting(now) else None
