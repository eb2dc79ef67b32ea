"""Whom a message notifies through its mentions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox import markup
from sandbox.json_types import JsonObject
from sandbox.records import ChannelRecord

if TYPE_CHECKING:
    from sandbox.workspace import Workspace


def notified(
    workspace: Workspace,
    channel: ChannelRecord,
    text: str,
    blocks: Iterable[JsonObject] = (),
    *,
    typed: bool = False,
) -> frozenset[str]:
    """The people whom the mentions in a text and its blocks would reach.

    Counted with care for the reader's peace: a person who is mentioned counts even when they
    are not in the channel, and mentions in `text` count beside blocks. `typed` counts bare
    @words too, as `link_names` and `parse=full` do.
    """
    kept = list(blocks)
    texts = [text, *markup.block_texts(kept)]
    found = [pair for one in texts for pair in markup.mentions(one)]
    found += markup.rich_mentions(kept)
    if typed:
        handles = [group.handle for group in workspace.user_groups.values()]
        found += [pair for one in texts for pair in markup.typed_mentions(one, handles)]
    reached: set[str] = set()
    for kind, target in found:
        reached.update(_reached(workspace, channel, kind, target))
    return frozenset(reached)


def _reached(workspace: Workspace, channel: ChannelRecord, kind: str, target: str) -> Iterable[str]:
    if kind == "user":
        return [target] if target in workspace.people else []
    if kind == "broadcast":
        return [user for user in channel.members if not workspace.people[user].is_bot]
    for group in workspace.user_groups.values():
        if target == (group.id if kind == "group" else group.handle):
            return group.members
    return []
