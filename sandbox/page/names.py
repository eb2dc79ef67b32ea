"""Names in place of ids, and the reader's time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo


class Lookup(Protocol):
    """What a text must know of the workspace in order to be read. None: unknown, show the id."""

    def person_name(self, user_id: str) -> str | None:
        """The display name of a person or a bot user."""
        ...

    def channel_name(self, channel_id: str) -> str | None:
        """The name of a channel, without `#`."""
        ...

    def group_name(self, group_id: str) -> str | None:
        """The handle of a user group, without `@`."""
        ...

    def address(self, url: str) -> str:
        """Where a reader who follows `url` is sent: usually to `url` itself."""
        ...

    def channel_address(self, channel_id: str) -> str | None:
        """Where a channel can be opened, if anywhere."""
        ...

    def local(self, moment: datetime) -> datetime:
        """The aware `moment` in the reader's time zone."""
        ...

    def today(self) -> datetime:
        """The present moment in the reader's time zone: what 今日 and 昨日 are counted from."""
        ...


@dataclass(frozen=True)
class Names:
    """A `Lookup` over plain mappings from id to name."""

    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Tokyo"))

    def person_name(self, user_id: str) -> str | None:
        """See `Lookup`."""
        return self.people.get(user_id)

    def channel_name(self, channel_id: str) -> str | None:
        """See `Lookup`."""
        return self.channels.get(channel_id)

    def group_name(self, group_id: str) -> str | None:
        """See `Lookup`."""
        return self.groups.get(group_id)

    def address(self, url: str) -> str:
        """See `Lookup`."""
        return url

    def channel_address(self, channel_id: str) -> str | None:
        """See `Lookup`: channels can't be opened from a list of names."""
        return None

    def local(self, moment: datetime) -> datetime:
        """See `Lookup`."""
        return moment.astimezone(self.zone)

    def today(self) -> datetime:
        """See `Lookup`."""
        return self.now.astimezone(self.zone)
