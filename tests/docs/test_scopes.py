"""The app asks Slack for what the code needs, for nothing else, and says why."""

from __future__ import annotations

import pytest

from bot.manifest import EVENTS, SCOPES
from bot.recording.projector import APPLIERS
from handlers.front_door import ANSWERED
from tests.docs.markdown import READMES, Page, codes
from tests.docs.source import calls, slack_methods, strings

# Each method's scopes of a bot token, from “Scopes” on docs.slack.dev/reference/methods/<method>.
# Where the scope depends on the kind of conversation, those of the kinds that iine works in.
METHODS: dict[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # the app-level token, with connections:write
    "auth.test": frozenset(),
    "bots.info": frozenset({"users:read"}),
    "chat.delete": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write", "chat:write.customize"}),  # under another name
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.join": frozenset({"channels:join"}),
    "conversations.members": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": frozenset({"channels:history", "groups:history", "im:history"}),
    "reactions.add": frozenset({"reactions:write"}),
    "reactions.get": frozenset({"reactions:read"}),
    "reactions.remove": frozenset({"reactions:write"}),
    "users.conversations": frozenset({"channels:read", "groups:read"}),
    "usergroups.users.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.push": frozenset(),
    "views.update": frozenset(),
}
# Elements of Block Kit that need a scope (docs.slack.dev/reference/block-kit/block-elements/…),
# by their name in slack_sdk
ELEMENTS: dict[str, tuple[str, str]] = {"FileInputElement": ("file_input", "files:read")}
# From “Required Scopes” on docs.slack.dev/reference/events/<event>; each of them lets in the
# events of its own kind of channel.
_EITHER = frozenset({"channels:read", "groups:read"})
EVENT_SCOPES: dict[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_uninstalled": frozenset(),
    "channel_archive": frozenset({"channels:read"}),
    "channel_deleted": frozenset({"channels:read"}),
    "channel_id_changed": _EITHER,
    "channel_left": frozenset({"channels:read"}),
    "channel_rename": frozenset({"channels:read"}),
    "channel_shared": _EITHER,
    "channel_unarchive": frozenset({"channels:read"}),
    "channel_unshared": _EITHER,
    "group_archive": frozenset({"groups:read"}),
    "group_deleted": frozenset({"groups:read"}),
    "group_left": frozenset({"groups:read"}),
    "group_rename": frozenset({"groups:read"}),
    "group_unarchive": frozenset({"groups:read"}),
    "member_joined_channel": _EITHER,
    "member_left_channel": _EITHER,
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
    "tokens_revoked": frozenset(),
    "user_change": frozenset({"users:read"}),
}
# Followed when it is taken in, before anything else of the channel can arrive
AT_THE_DOOR = "channel_id_changed"
INBOX = "bot/recording/inbox.py"

PAGES = pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
NAMES = [scope.name for scope in SCOPES]


def _opened_by(scope: str) -> set[str]:
    """The events, methods and elements that need this scope."""
    methods = {method for method in slack_methods() if scope in METHODS.get(method, ())}
    methods |= {
        name for element, (name, needed) in ELEMENTS.items() if needed == scope and calls(element)
    }
    return methods | {event for event in EVENTS if scope in EVENT_SCOPES[event]}


def test_every_method_that_is_called_has_its_scopes() -> None:
    for method, place in slack_methods().items():
        assert method in METHODS, (
            f"{place} calls {method}: write its scopes into METHODS of tests/docs/test_scopes.py "
            f"(docs.slack.dev/reference/methods/{method} lists them)."
        )
        missing = METHODS[method] - set(NAMES)
        assert not missing, f"{place} calls {method}: add {sorted(missing)} to bot/manifest.py."


def test_every_event_has_its_scopes() -> None:
    assert set(EVENTS) == EVENT_SCOPES.keys(), (
        "EVENTS of bot/manifest.py and EVENT_SCOPES of tests/docs/test_scopes.py must name the "
        f"same events; they differ in {sorted(set(EVENTS) ^ EVENT_SCOPES.keys())}."
    )
    for event in EVENTS:
        missing = EVENT_SCOPES[event] - set(NAMES)
        assert not missing, f"bot/manifest.py: the event {event} needs {sorted(missing)}."


def test_no_scope_is_asked_for_in_vain() -> None:
    for scope in NAMES:
        assert scope == "commands" or _opened_by(scope), (
            f"bot/manifest.py: nothing needs {scope}; don't ask for it."
        )


def test_every_event_that_is_subscribed_is_applied() -> None:
    for event in EVENTS:
        type_ = event.split(".")[0]
        followed = type_ == AT_THE_DOOR and AT_THE_DOOR in strings(INBOX)
        assert followed or type_ in APPLIERS or type_ in ANSWERED, (
            f"bot/manifest.py subscribes to {event}, which APPLIERS of "
            "bot/recording/projector.py doesn't apply."
        )


def test_every_event_that_is_applied_is_subscribed() -> None:
    subscribed = {event.split(".")[0] for event in EVENTS}
    missing = APPLIERS.keys() - subscribed
    assert not missing, f"bot/manifest.py: subscribe to {sorted(missing)}, they are applied."


@PAGES
def test_the_table_lists_every_scope(page: Page) -> None:
    table = page.table("scopes")
    table.must_list(NAMES)
    table.must_be_filled()


@PAGES
def test_the_table_says_what_each_scope_opens(page: Page) -> None:
    table = page.table("scopes")
    for scope in NAMES:
        shown, wanted = set(codes(table.row(scope)[2])), _opened_by(scope)
        assert shown == wanted, (
            f"{page.name}, table “scopes”: the third cell of `{scope}` must name "
            f"{', '.join(sorted(wanted)) or 'no event and no method'}; it names "
            f"{', '.join(sorted(shown)) or 'none'}."
        )
