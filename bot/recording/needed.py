"""What of an event is kept until it is applied: what the appliers read, and nothing else.

A message carries other people's words along. Whoever shares one shows it as an attachment, and it
may be of a channel that nobody registered. A profile has addresses, numbers and moods in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.recording import channels

# By name, at whatever depth
_OF_MESSAGE = frozenset(
    {
        "type",
        "subtype",
        "channel",
        "user",
        "user_team",
        "source_team",
        "bot_id",
        "bot_profile",
        "ts",
        "thread_ts",
        "event_ts",
        "deleted_ts",
        "text",
        "edited",
        "files",
        "id",
        "name",
        "mimetype",
        "mode",
        "message",
        "previous_message",
    }
)
_OF_REACTION = frozenset({"type", "user", "reaction", "item", "channel", "ts", "event_ts"})
_OF_CHANNEL = frozenset({"type", "channel", "id", "name", "user", "is_ext_shared", "event_ts"})
_OF_PROFILE = frozenset(
    {
        "type",
        "user",
        "id",
        "team_id",
        "updated",
        "deleted",
        "name",
        "real_name",
        "is_admin",
        "is_owner",
        "is_bot",
        "is_restricted",
        "is_ultra_restricted",
        "is_stranger",
        "locale",
        "enterprise_user",
        "teams",
        "profile",
        "display_name",
        "title",
        "image_72",
        "image_192",
        "image_512",
    }
)
_OF_THE_APP = frozenset({"type", "tokens", "bot"})

NEEDED: Mapping[str, frozenset[str]] = {
    "message": _OF_MESSAGE,
    "reaction_added": _OF_REACTION,
    "reaction_removed": _OF_REACTION,
    "user_change": _OF_PROFILE,
    "app_uninstalled": _OF_THE_APP,
    "tokens_revoked": _OF_THE_APP,
    **dict.fromkeys(channels.TYPES - channels.RENAMED, _OF_CHANNEL - {"name"}),
    **dict.fromkeys(channels.RENAMED, _OF_CHANNEL),
}


def needed(event: Mapping[str, object], type_: str) -> dict[str, object]:
    """An event of a type that is applied, without what nobody reads."""
    return _only(event, NEEDED[type_])


def _only(value: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    return {key: _inside(inner, names) for key, inner in value.items() if key in names}


def _inside(value: object, names: frozenset[str]) -> object:
    if isinstance(value, Mapping):
        return _only(value, names)
    if isinstance(value, list):
        return [_inside(item, names) for item in value]
    return value
