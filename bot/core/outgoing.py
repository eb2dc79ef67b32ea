"""What goes out to Slack, as the sender sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.base import JsonObject
from models.delivery import Delivery


@dataclass(frozen=True)
class Outgoing:
    """A message: `text` for notifications and screen readers, `blocks` as Block Kit JSON.

    With a `username` it stands under that name and, if there is one, with that picture.
    `plainer` is what is said instead if Slack does not take the blocks: a photo of which it
    can't get hold, or more words than it takes in one message.
    """

    text: str
    blocks: tuple[JsonObject, ...] = ()
    username: str | None = None
    icon_url: str | None = None
    plainer: Outgoing | None = None


# What a renderer answers where the message in the channel is to stay as it stands.
AS_IT_IS = Outgoing("")

# The error that is kept of a delivery for which there was nothing to say.
NOTHING_TO_SAY = "nothing to say any more"

# Makes the words of a delivery at the moment it is said; None if there is nothing to say any more.
Renderer = Callable[[Session, Delivery], Outgoing | None]

# Called in the transaction that notes that a delivery was said, changed or taken away. Its `ts`
# is the message's, None once it was taken away.
OnSaid = Callable[[Session, Delivery], None]

# Called in the transaction that notes that a delivery will not be said: Slack has refused it for
# good, or there turned out to be nothing to say.
OnLost = Callable[[Session, Delivery], None]
