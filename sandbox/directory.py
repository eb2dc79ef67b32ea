"""What there is in the sandbox's Slack: people, channels, files, views, and the time.

Nothing here tells the app anything; `Workspace` does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta

from sandbox.clock import SandboxClock, microseconds
from sandbox.records import (
    Call,
    ChannelRecord,
    FileRecord,
    PersonRecord,
    ResponseUrlRecord,
    TriggerRecord,
    UserGroupRecord,
    ViewRecord,
)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Directory:
    """The state of a workspace. Whoever reads or writes holds `changed`.

    `reaction_users_shown` is how many people a reaction names in a message; Slack says that they
    "may not always" be all and publishes no number
    (https://docs.slack.dev/reference/events/message).
    `hidden_before` is the `ts` before which history is hidden, as on Slack's free plan.
    `changed` is a condition on a re-entrant lock; `revision` grows with every change, so that
    a waiting thread knows that something happened. `edit_window` is for how long messages may
    be edited; None for ever.
    """

    def __init__(self, clock: SandboxClock, *, domain: str, name: str, language: str) -> None:
        self.clock = clock
        self.domain = domain
        self.name = name
        self.language = language
        self.changed = threading.Condition(threading.RLock())
        self.revision = 0
        self.people: dict[str, PersonRecord] = {}
        self.channels: dict[str, ChannelRecord] = {}
        self.user_groups: dict[str, UserGroupRecord] = {}
        self.views: dict[str, ViewRecord] = {}
        self.modals: dict[str, list[str]] = {}
        self.past_modals: dict[str, dict[str, ViewRecord]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, TriggerRecord] = {}
        self.response_urls: dict[str, ResponseUrlRecord] = {}
        self.files: dict[str, FileRecord] = {}
        self.custom_emoji: dict[str, str] = {}
        self.calls: list[Call] = []
        self.edit_window: timedelta | None = None
        self.reaction_users_shown = 20
        self.throttled = False
        self.hidden_before = ""
        self._waiting = 0
        self._last_ts = 0
        self._counters: dict[str, int] = {}
        self.team_id = self.new_id("T")
        self.app_id = self.new_id("A")
        self.bot = self.add_person("iine", username="iine", is_bot=True)
        self.bot.app_id = self.app_id

    @property
    def url(self) -> str:
        """The address of the workspace, as auth.test says it and permalinks begin with it."""
        return f"https://{self.domain}.slack.com/"

    # --- time, identity and waiting -------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """An ID in Slack's form, counted up, so that runs are alike."""
        number = self._counters.get(prefix, 0) + 1
        self._counters[prefix] = number
        digits = ""
        while number:
            number, rest = divmod(number, 36)
            digits = ALPHABET[rest] + digits
        return f"{prefix}0SBX{digits.zfill(6)}"

    def new_ts(self) -> str:
        """A time stamp that no other message or event has, never before the one before."""
        self._last_ts = max(microseconds(self.clock.now()), self._last_ts + 1)
        seconds, rest = divmod(self._last_ts, 1_000_000)
        return f"{seconds}.{rest:06d}"

    def seconds(self) -> int:
        """Whole seconds since 1970 on the sandbox's clock."""
        return microseconds(self.clock.now()) // 1_000_000

    def touch(self) -> None:
        """Say that something changed; costs next to nothing when nobody waits."""
        self.revision += 1
        if self._waiting:
            self.changed.notify_all()

    def wait_for_change(self, since: int, timeout: float) -> None:
        """Wait until `revision` differs from `since`, at most `timeout` real seconds."""
        with self.changed:
            self._waiting += 1
            try:
                self.changed.wait_for(lambda: self.revision != since, timeout=timeout)
            finally:
                self._waiting -= 1

    # --- people and channels --------------------------------------------------------------

    def add_person(
        self,
        real_name: str,
        *,
        username: str = "",
        display_name: str = "",
        team_id: str = "",
        is_bot: bool = False,
    ) -> PersonRecord:
        """Add a person; a bot gets a bot_id and an app of its own as well."""
        user_id = self.new_id("U")
        record = PersonRecord(
            id=user_id,
            username=username or f"user{len(self.people) + 1}",
            real_name=real_name,
            display_name=display_name,
            team_id=team_id or self.team_id,
            is_bot=is_bot,
            updated=self.seconds(),
        )
        if is_bot:
            record.bot_id = self.new_id("B")
            record.app_id = self.new_id("A")
        self.people[user_id] = record
        self.touch()
        return record

    def add_channel(self, name: str, *, creator: str, is_private: bool = False) -> ChannelRecord:
        """Add a channel without telling anybody (it was there before)."""
        channel_id = self.new_id("G" if is_private else "C")
        channel = ChannelRecord(channel_id, name, self.seconds(), creator, is_private=is_private)
        self.channels[channel_id] = channel
        self.touch()
        return channel

    def dm(self, user_id: str) -> ChannelRecord:
        """The DM between the bot and a person, made when there is none."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        return self.add_conversation([user_id])

    def add_conversation(self, users: Iterable[str]) -> ChannelRecord:
        """A DM with one person or a group DM with several."""
        people = list(users)
        is_im = len(people) == 1
        channel = ChannelRecord(
            self.new_id("D" if is_im else "G"),
            "" if is_im else "mpdm-" + "--".join(self.people[user].username for user in people),
            self.seconds(),
            people[0],
            is_private=not is_im,
            is_im=is_im,
            is_mpim=not is_im,
            members=dict.fromkeys([*people, self.bot.id]),
        )
        self.channels[channel.id] = channel
        self.touch()
        return channel

    def add_user_group(self, handle: str, name: str, members: Iterable[str]) -> UserGroupRecord:
        """Add a user group that can be mentioned as @handle."""
        group = UserGroupRecord(self.new_id("S"), handle, name, tuple(members), self.seconds())
        self.user_groups[group.id] = group
        return group

    def add_file(self, name: str, owner: str, *, size: int = 1024) -> FileRecord:
        """Upload a file; nobody but its owner sees it until it is shared."""
        file = FileRecord(self.new_id("F"), name, owner, self.seconds(), size=size)
        self.files[file.id] = file
        self.touch()
        return file
