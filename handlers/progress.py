"""The form for a progress post: opening it, and what comes of it when it is sent."""

from __future__ import annotations

from bot.core.permissions import Actor
from bot.deps import Deps


def open_form(deps: Deps, actor: Actor, *, channel_id: str | None, trigger_id: str) -> None:
    """Open the form for this channel's project; without one it asks for the project.

    Raises UserError where the person may post nowhere, and what slack_sdk raises.
    """
    raise NotImplementedError
