"""The whole sandbox: a workspace, a server for the app, and people who act."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from sandbox import events
from sandbox.actors import Bot, Channel, Message
from sandbox.clock import SandboxClock
from sandbox.delivery import Dispatcher, EventDelivery
from sandbox.faults import Faults
from sandbox.http_target import HttpTarget
from sandbox.installation import Installation
from sandbox.interactions import Interactions
from sandbox.json_types import JsonObject
from sandbox.page import add_routes
from sandbox.person import Person
from sandbox.records import Call
from sandbox.server import Server
from sandbox.sockets import SocketHub
from sandbox.workspace import Workspace

T = TypeVar("T")
LOOK_AGAIN = 0.02
"""Real seconds after which a condition is looked at even when nothing changed in Slack: it may
speak of something outside, such as the app's database."""


class Sandbox:
    """A local Slack. Use it as a context manager; everything may be called from any thread."""

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        language: str = "ja",
        domain: str = "machi",
        name: str = "まち役場",
    ) -> None:
        self.clock = clock or SandboxClock()
        self.workspace = Workspace(self.clock, domain=domain, name=name, language=language)
        self.installation = Installation()
        self.faults = Faults()
        self.dispatcher = Dispatcher(self.workspace, self.installation)
        self.hub = SocketHub(self.dispatcher, self.faults, self.workspace.app_id)
        self.dispatcher.transport = self.hub
        self.faults.disconnect = self.hub.disconnect
        self.workspace.emit = self.dispatcher.emit
        self.interactions = Interactions(self.workspace, self.dispatcher, lambda: self.origin)
        self.server = Server(
            self.workspace, self.installation, self.faults, self.hub, self.interactions
        )
        self.server.add_routes = lambda app: add_routes(app, self.workspace)
        self.bot = Bot(self, self.workspace.bot)
        self._teams: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.stop()
        self.clock.close()

    # --- how the app reaches it -----------------------------------------------------------

    @property
    def origin(self) -> str:
        """The server's address without a path."""
        return self.server.origin

    @property
    def url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.origin}/api/"

    @property
    def web_url(self) -> str:
        """The page for people."""
        return f"{self.origin}/"

    @property
    def bot_token(self) -> str:
        """xoxb-…"""
        return self.server.tokens.bot

    @property
    def app_token(self) -> str:
        """xapp-…"""
        return self.server.tokens.app

    @property
    def signing_secret(self) -> str:
        """The secret that signs HTTP requests."""
        return self.server.tokens.signing_secret

    @property
    def team_id(self) -> str:
        """T…"""
        return self.workspace.team_id

    @property
    def app_id(self) -> str:
        """A…"""
        return self.workspace.app_id

    @property
    def bot_user_id(self) -> str:
        """U… of the bot."""
        return self.workspace.bot.id

    @property
    def bot_id(self) -> str:
        """B… of the bot."""
        return self.workspace.bot.bot_id

    @property
    def enforce_rate_limits(self) -> bool:
        """Whether calls beyond a method's tier get a 429."""
        return self.server.enforce_rate_limits

    @enforce_rate_limits.setter
    def enforce_rate_limits(self, value: bool) -> None:
        self.server.enforce_rate_limits = value

    # --- what was installed ---------------------------------------------------------------

    def install(self, manifest: JsonObject) -> None:
        """Install the app with a manifest; see `Installation.take` for what is refused."""
        with self.workspace.changed:
            self.installation.take(manifest)

    def grant(self, scopes: Iterable[str]) -> None:
        """Give the bot token exactly these scopes."""
        with self.workspace.changed:
            self.installation.scopes.clear()
            self.installation.scopes.update(scopes)

    @property
    def commands(self) -> set[str]:
        """The slash commands that can be run."""
        return set(self.installation.commands)

    @commands.setter
    def commands(self, names: Iterable[str]) -> None:
        """Set the commands, with names in their text turned into IDs (should_escape)."""
        self.installation.commands.clear()
        self.installation.commands.update(dict.fromkeys(names, True))

    def revoke_tokens(self) -> None:
        """The app was removed: every call is refused with token_revoked."""
        self.server.tokens.revoked = True

    # --- people and channels --------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        display_name: str | None = None,
        title: str = "",
        admin: bool = False,
        owner: bool = False,
        guest: bool = False,
        external_team: str | None = None,
        bot: bool = False,
        locale: str = "ja-JP",
        tz: str = "Asia/Tokyo",
        deactivated: bool = False,
        username: str = "",
        announced: bool = False,
    ) -> Person:
        """Add a person; `external_team` is the name of the workspace they belong to.

        The app hears nothing of it (they were there before) unless `announced` (team_join).
        """
        with self.workspace.changed:
            record = self.workspace.add_person(
                name,
                username=username,
                display_name=name if display_name is None else display_name,
                team_id=self._team(external_team),
                is_bot=bot,
            )
            record.title = title
            record.is_admin, record.is_owner, record.is_guest = admin, owner, guest
            record.locale, record.tz, record.deleted = locale, tz, deactivated
            if announced:
                self.workspace.emit(events.team_join(self.workspace, record), None)
            return Person(self, record)

    def _team(self, name: str | None) -> str:
        if not name:
            return ""
        if name not in self._teams:
            self._teams[name] = self.workspace.new_id("T")
        return self._teams[name]

    def channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Iterable[Person] = (),
        shared_with: str | None = None,
        archived: bool = False,
        announced: bool = False,
    ) -> Channel:
        """Add a channel; `shared_with` is the name of another workspace that is in it.

        The app hears nothing of it unless it is public and `announced` (channel_created).
        """
        with self.workspace.changed:
            people = list(members)
            creator = people[0].id if people else ""
            record = self.workspace.add_channel(name, creator=creator, is_private=private)
            record.members = dict.fromkeys(person.id for person in people)
            record.shared_with = self._team(shared_with)
            record.archived = archived
            if announced and not private:
                created = events.channel_created(self.workspace, record)
                self.workspace.emit(created, record)
            return Channel(self, record)

    def user_group(self, handle: str, members: Iterable[Person], *, name: str = "") -> str:
        """Add a user group; returns its ID."""
        with self.workspace.changed:
            ids = [person.id for person in members]
            return self.workspace.add_user_group(handle, name or handle, ids).id

    def disable_user_group(self, group_id: str) -> None:
        """Somebody disables a user group."""
        with self.workspace.changed:
            self.workspace.user_groups[group_id].disabled = True
            self.workspace.touch()

    def invite_bot(self, channel: Channel) -> None:
        """Somebody invites the bot into a channel."""
        channel.invites(self.bot)

    def unfurls(self, message: Message, url: str = "https://example.com/") -> None:
        """Slack itself adds the preview of a link: message_changed, but no person edited."""
        with self.workspace.changed:
            preview: JsonObject = {"from_url": url, "original_url": url, "fallback": url, "id": 1}
            self.workspace.unfurl(message.record, preview)

    # --- looking on -----------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far."""
        with self.workspace.changed:
            return list(self.workspace.calls)

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[EventDelivery]:
        """Every event so far."""
        with self.workspace.changed:
            return list(self.dispatcher.deliveries)

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open and were not told to go."""
        return len(self.hub.staying)

    @property
    def messages(self) -> list[Message]:
        """Every message that stands anywhere, in the order of channels and time."""
        with self.workspace.changed:
            return [
                Message(self, record)
                for channel in self.workspace.channels.values()
                for record in channel.messages.values()
            ]

    def until(self, condition: Callable[[], T], timeout: float = 30.0, what: str = "") -> T:
        """Wait until a condition gives something true, and return that.

        Raises AssertionError after `timeout` real seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self.workspace.revision
            value = condition()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(self._in_vain(what or _source(condition), timeout))
            self.workspace.wait_for_change(seen, min(left, LOOK_AGAIN))

    def _in_vain(self, what: str, timeout: float) -> str:
        calls = "\n".join(f"  {call.method} {call.error or 'ok'}" for call in self.calls[-8:])
        pending = "\n".join(f"  {line}" for line in self.dispatcher.pending()[:8])
        return (
            f"waited {timeout:g} s in vain for {what}\n"
            f"last calls:\n{calls or '  none'}\n"
            f"events under way:\n{pending or '  none'}\n"
            f"connections: {self.connections}"
        )

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until every event is acknowledged or given up."""
        self.until(lambda: self.dispatcher.unsettled == 0, timeout, "every event to be settled")

    def connected(self, timeout: float = 30.0) -> None:
        """Wait until the app has opened a Socket Mode connection."""
        self.until(lambda: self.connections, timeout, "a Socket Mode connection")

    def http_target(self, url: str) -> None:
        """Deliver everything to this address from now on, in place of Socket Mode."""
        self.dispatcher.transport = HttpTarget(
            url, self.dispatcher, self.signing_secret, lambda: self.server.loop
        )

    def deliver_again(self, delivery: EventDelivery) -> None:
        """Send an event once more although it was acknowledged; `settle` waits for this too."""
        self.dispatcher.repeat(delivery)

    # --- trouble --------------------------------------------------------------------------

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send a disconnect frame to every connection (warning, refresh_requested, …)."""
        self.hub.disconnect(reason)

    @property
    def throttled(self) -> bool:
        """Whether history comes 15 messages at a time, and with rate limits once a minute."""
        return self.workspace.throttled

    @throttled.setter
    def throttled(self, value: bool) -> None:
        self.workspace.throttled = self.server.limits.throttled = value

    @contextmanager
    def losing_events(self) -> Iterator[None]:
        """For what happens meanwhile Slack sends no event, now or later."""
        self.dispatcher.losing = True
        try:
            yield
        finally:
            self.dispatcher.losing = False

    @contextmanager
    def rate_limiting_events(self) -> Iterator[None]:
        """The same because there are too many: the app is told of the first and the last minute."""
        first = self.workspace.seconds() // 60 * 60
        self.dispatcher.say_rate_limited(first)
        with self.losing_events():
            yield
        last = self.workspace.seconds() // 60 * 60
        if last > first:
            self.dispatcher.say_rate_limited(last)

    def drop_connections(self) -> None:
        """Break every Socket Mode connection without a word."""
        self.hub.drop()


def _source(condition: Callable[[], object]) -> str:
    code = getattr(condition, "__code__", None)
    if code is None:
        return repr(condition)
    return f"the condition at {code.co_filename}:{code.co_firstlineno}"
