"""What one person sees of the workspace. The page reads only through this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sandbox.records import ChannelRecord, MessageRecord, PersonRecord, ViewRecord
from sandbox.workspace import Workspace

JAPAN = ZoneInfo("Asia/Tokyo")
_PERMALINK = re.compile(
    r"archives/(?P<channel>[A-Z0-9]+)(?:/p(?P<seconds>\d{10})(?P<rest>\d{6}))?"
    r"(?:\?thread_ts=(?P<thread>\d{10}\.\d{6}))?"
)


@dataclass(frozen=True)
class Scene:
    """The workspace as `viewer` sees it; without a viewer everything said to several is seen.

    Also a `Lookup`: it puts names in place of ids. Whoever reads holds `workspace.changed`.
    """

    workspace: Workspace
    viewer: PersonRecord | None = None

    @property
    def viewer_id(self) -> str:
        """The viewer's user id, or empty."""
        return self.viewer.id if self.viewer else ""

    @property
    def zone(self) -> ZoneInfo:
        """The viewer's time zone; Japan's without a viewer."""
        return ZoneInfo(self.viewer.tz) if self.viewer else JAPAN

    def person_name(self, user_id: str) -> str | None:
        """See `Lookup`."""
        person = self.workspace.people.get(user_id)
        return person.shown_name if person else None

    def channel_name(self, channel_id: str) -> str | None:
        """See `Lookup`. A private channel's name is not shown to those outside it."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not channel.name:
            return None
        return channel.name if self.may_read(channel) else "プライベートチャンネル"

    def group_name(self, group_id: str) -> str | None:
        """See `Lookup`."""
        group = self.workspace.user_groups.get(group_id)
        return group.handle if group else None

    def local(self, moment: datetime) -> datetime:
        """See `Lookup`."""
        return moment.astimezone(self.zone)

    def today(self) -> datetime:
        """See `Lookup`."""
        return self.local(self.workspace.clock.now())

    def at(self, ts: str) -> datetime:
        """The local time of a message's ts."""
        return self.local(datetime.fromtimestamp(float(ts), UTC))

    def link(self, path: str, *, at: str = "") -> str:
        """A path of this page for the same viewer; `at` is the ts of a message to point out."""
        query = {"as": self.viewer_id, "at": at}
        kept = urlencode({key: value for key, value in query.items() if value})
        return f"{path}?{kept}" if kept else path

    def link_as(self, viewer: PersonRecord, path: str) -> str:
        """A path of this page as another person sees it."""
        return f"{path}?{urlencode({'as': viewer.id})}"

    def address(self, url: str) -> str:
        """See `Lookup`. The workspace's own permalinks lead to this page."""
        if not url.startswith(self.workspace.url):
            return url
        found = _PERMALINK.match(url, len(self.workspace.url))
        if not found or found["channel"] not in self.workspace.channels:
            return url
        ts = f"{found['seconds']}.{found['rest']}" if found["seconds"] else ""
        if found["thread"]:
            return self.link(f"/thread/{found['channel']}/{found['thread']}", at=ts)
        return self.link(f"/channel/{found['channel']}", at=ts)

    def channel_address(self, channel_id: str) -> str | None:
        """See `Lookup`."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not self.may_read(channel):
            return None
        return self.link(f"/channel/{channel_id}")

    def may_read(self, channel: ChannelRecord) -> bool:
        """Whether the viewer may open the channel. Without a viewer: all of them."""
        if self.viewer is None or self.viewer.id in channel.members:
            return True
        outside = self.viewer.is_guest or self.viewer.team_id != self.workspace.team_id
        return channel.kind == "channel" and not outside

    def conversations(self) -> list[ChannelRecord]:
        """Channels that are not DMs, by name; archived ones last."""
        shown = [
            channel
            for channel in self.workspace.channels.values()
            if channel.kind in ("channel", "group") and self.may_read(channel)
        ]
        return sorted(shown, key=lambda channel: (channel.archived, channel.name))

    def direct_message_with_bot(self, user_id: str) -> ChannelRecord | None:
        """The DM of a person and the app's bot, once it exists."""
        pair = {user_id, self.workspace.bot.id}
        for channel in self.workspace.channels.values():
            if channel.is_im and set(channel.members) == pair:
                return channel
        return None

    def title(self, channel: ChannelRecord) -> str:
        """A channel's name, or the names of the people in a DM other than the viewer."""
        if channel.kind in ("channel", "group"):
            return channel.name
        others = [user for user in channel.members if user != self.viewer_id]
        return "、".join(self.person_name(user) or user for user in others)

    def channel_messages(self, channel: ChannelRecord) -> list[MessageRecord]:
        """What stands in the channel itself, what only the viewer sees with it, oldest first."""
        said = [message for message in channel.messages.values() if message.in_channel]
        return self._with_own(channel, said, "")

    def thread_messages(self, channel: ChannelRecord, root: str) -> list[MessageRecord]:
        """The replies below `root`, what only the viewer sees among them, oldest first."""
        said = [
            message
            for message in channel.messages.values()
            if message.thread_ts == root and message.is_reply
        ]
        return self._with_own(channel, said, root)

    def _with_own(
        self, channel: ChannelRecord, said: list[MessageRecord], root: str
    ) -> list[MessageRecord]:
        own = [
            message
            for message in channel.ephemerals
            if self.viewer and message.ephemeral_to == self.viewer_id and message.thread_ts == root
        ]
        return sorted(said + own, key=lambda message: float(message.ts))

    def modal_of(self, user_id: str) -> ViewRecord | None:
        """The person's topmost open modal."""
        stack = self.open_modals(user_id)
        return stack[-1] if stack else None

    def open_modals(self, user_id: str) -> list[ViewRecord]:
        """The person's open modals, the one in front last."""
        stack = self.workspace.modals.get(user_id, [])
        found = [self.workspace.views[one] for one in stack if one in self.workspace.views]
        return [view for view in found if view.open]

    def whispers_to(self, user_id: str) -> list[MessageRecord]:
        """What only this person sees, in every channel that the viewer may read, oldest first."""
        found = [
            message
            for channel in self.workspace.channels.values()
            if self.may_read(channel)
            for message in channel.ephemerals
            if message.ephemeral_to == user_id
        ]
        return sorted(found, key=lambda message: float(message.ts))

    def people(self) -> list[PersonRecord]:
        """The people of this and connected workspaces; who has something of the app goes first."""
        workspace = self.workspace
        people = [one for one in workspace.people.values() if not one.is_bot and not one.deleted]
        talked = {
            user
            for channel in workspace.channels.values()
            if channel.is_im and channel.messages
            for user in channel.members
        }
        busy = talked | set(workspace.homes) | set(workspace.past_modals) | set(workspace.modals)
        return sorted(people, key=lambda person: person.id not in busy)

    def home_of(self, user_id: str) -> ViewRecord | None:
        """The Home tab that the app has published for a person."""
        return self.workspace.views.get(self.workspace.homes.get(user_id, ""))

    def path(self, channel: ChannelRecord) -> str:
        """Where a conversation stands on this page; a DM with the bot has a page of its own."""
        others = [user for user in channel.members if user != self.workspace.bot.id]
        if channel.is_im and len(others) == 1:
            return f"/dm/{others[0]}"
        return f"/channel/{channel.id}"
