"""What goes out to Slack, as the sender sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.base import JsonObject
from models.delivery import Delivery


@dataclass(frozen=True)
class Outgoing:
    """A message: `text` for notifications and screen readers, `blocks` as Block Kit JSON."""

    text: str
    blocks: tuple[JsonObject, ...] = ()


# Makes the words of a delivery at the moment it is said; None if there is nothing to say any more.
Renderer = Callable[[Session, Delivery], Outgoing | None]
