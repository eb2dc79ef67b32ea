"""What the app was installed with: scopes, event subscriptions, commands and shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.records import ChannelRecord

CONVERSATION_FAMILIES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_rename": ("channels:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_created": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "channel_id_changed": ("channels:read", "groups:read", "mpim:read", "im:read"),
    "group_rename": ("groups:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "app_mention": ("app_mentions:read",),
    "app_home_opened": (),
    "app_uninstalled": (),
    "tokens_revoked": (),
    **{f"message.{name}": (f"{name}:history",) for name in CONVERSATION_FAMILIES.values()},
}
"""Subscriptions with the scopes of which one is needed: https://docs.slack.dev/reference/events"""

OUTSIDE_EVENTS = frozenset(
    {
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "channel_created",
        "channel_left",
        "group_left",
        "channel_id_changed",
    }
)
"""Events about a channel that also reach a bot that is not in it."""

SCOPES = frozenset(
    {
        "app_mentions:read",
        "bookmarks:read",
        "bookmarks:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "chat:write.public",
        "commands",
        "emoji:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "metadata.message:read",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
        "users:write",
    }
)
"""Scopes of a bot token that an app may ask for: https://docs.slack.dev/reference/scopes"""


@dataclass
class Installation:
    """What the workspace's admins approved. `events` None means every event."""

    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    events: set[str] | None = None
    commands: dict[str, bool] = field(default_factory=dict)
    shortcuts: dict[str, str] = field(default_factory=dict)
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    interactive: bool = True

    def take(self, manifest: JsonObject) -> None:
        """Install what an app manifest asks for.

        https://docs.slack.dev/reference/app-manifest. Raises ValueError for what Slack would
        not accept: an unknown scope or event, a subscription without its scope, a command
        without the scope `commands`.
        """
        features = as_object(manifest.get("features"))
        settings = as_object(manifest.get("settings"))
        oauth = as_object(as_object(manifest.get("oauth_config")).get("scopes"))
        scopes = {as_text(scope) for scope in as_list(oauth.get("bot"))}
        bot_events = as_list(as_object(settings.get("event_subscriptions")).get("bot_events"))
        events = {as_text(name) for name in bot_events}
        _refuse_nonsense(scopes, events)
        _refuse_overlong(features)
        commands = {
            as_text(command.get("command")): bool(command.get("should_escape", False))
            for command in as_objects(features.get("slash_commands"))
        }
        shortcuts = {
            as_text(shortcut.get("callback_id")): as_text(shortcut.get("type"))
            for shortcut in as_objects(features.get("shortcuts"))
        }
        if len(shortcuts) != len(as_list(features.get("shortcuts"))):
            raise ValueError("each shortcut needs a callback_id of its own")
        if (commands or shortcuts) and "commands" not in scopes:
            raise ValueError("commands and shortcuts need the scope commands")
        home = as_object(features.get("app_home"))
        self.scopes, self.events = scopes, events
        self.commands, self.shortcuts = commands, shortcuts
        self.home_tab = bool(home.get("home_tab_enabled", False))
        self.messages_tab = bool(home.get("messages_tab_enabled", False))
        self.messages_tab_read_only = bool(home.get("messages_tab_read_only_enabled", False))
        interactivity = as_object(settings.get("interactivity"))
        self.interactive = bool(interactivity.get("is_enabled", False))

    def hears(self, event: JsonObject, channel: ChannelRecord | None, bot_user: str) -> bool:
        """Whether the app is told of an event: subscribed, with the scope, and in the channel."""
        kind = as_text(event.get("type"))
        outside = kind in OUTSIDE_EVENTS or event.get("user") == bot_user
        if channel is not None and bot_user not in channel.members and not outside:
            return False
        if kind == "channel_id_changed" and channel is not None:
            return self._subscribed(kind) and bot_user in channel.members
        if kind == "message" and channel is not None:
            kind = f"message.{CONVERSATION_FAMILIES[channel.kind]}"
        return self._subscribed(kind)

    def _subscribed(self, kind: str) -> bool:
        if self.events is not None and kind not in self.events:
            return False
        needed = EVENT_SCOPES.get(kind)
        return needed is not None and (not needed or any(one in self.scopes for one in needed))


def _refuse_nonsense(scopes: set[str], events: set[str]) -> None:
    for scope in sorted(scopes - SCOPES):
        raise ValueError(f"there is no bot scope {scope!r}")
    for name in sorted(events):
        if name not in EVENT_SCOPES:
            raise ValueError(f"the sandbox knows no bot event {name!r}")
        needed = EVENT_SCOPES[name]
        if needed and not any(scope in scopes for scope in needed):
            raise ValueError(f"the event {name} needs one of the scopes {', '.join(needed)}")


MOST_SHORTCUTS = 10
MOST_COMMANDS = 50
SHORTCUT_LENGTHS = {"name": 24, "callback_id": 255, "description": 150}
COMMAND_LENGTHS = {"command": 32, "description": 2000}


def _refuse_overlong(features: JsonObject) -> None:
    """https://docs.slack.dev/reference/app-manifest#features"""
    shortcuts = as_objects(features.get("shortcuts"))
    commands = as_objects(features.get("slash_commands"))
    if len(shortcuts) > MOST_SHORTCUTS or len(commands) > MOST_COMMANDS:
        raise ValueError(f"at most {MOST_SHORTCUTS} shortcuts and {MOST_COMMANDS} commands")
    for shortcut in shortcuts:
        if shortcut.get("type") not in ("global", "message"):
            raise ValueError(f"a shortcut is global or message, not {shortcut.get('type')!r}")
        _refuse_fields(shortcut, SHORTCUT_LENGTHS)
    for command in commands:
        _refuse_fields(command, COMMAND_LENGTHS)
        if not as_text(command.get("command")).startswith("/"):
            raise ValueError(f"a command begins with /: {command.get('command')!r}")


def _refuse_fields(thing: JsonObject, lengths: dict[str, int]) -> None:
    for name, most in lengths.items():
        if not 0 < len(as_text(thing.get(name))) <= most:
            raise ValueError(f"{name} must have 1 to {most} characters: {thing.get(name)!r}")
