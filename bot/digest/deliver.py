"""The words of a digest, made when it is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.core import homes
from bot.core.audiences import is_shared
from bot.core.evidence import Key
from bot.core.outgoing import OnSaid, Outgoing, Renderer
from bot.core.periods import period_of
from bot.digest.compose import Message, gather
from bot.digest.make import DIGEST, language_of
from bot.digest.section import Shown
from bot.settings import Settings
from models import digest as digests
from models.channel import current_id
from models.delivery import Delivery
from models.digest import Digest, DigestAudience
from models.workspace import Workspace


def on_said(session: Session, delivery: Delivery) -> None:
    """It stands in the channel: Homes lead to it from now on."""
    homes.digest_changed(session, delivery.team_id, delivery.sent_at or delivery.created_at)


ON_SAID: Mapping[str, OnSaid] = {DIGEST: on_said}

# As long as what was written for one of a digest's messages may serve the others
SERVES_FOR = timedelta(minutes=1)


class LastWritten:
    """The messages of the digest that was written anew last.

    All messages of a digest, for all its audiences, are asked for anew together
    (`models.delivery.renew_standing`), and each would be made of the same: so one writing serves
    all, until they are asked for once more. What was never said is written for each by itself:
    what changes meanwhile does not ask for it again.
    """

    def __init__(self) -> None:
        self._what: tuple[object, ...] = ()
        self._at: datetime | None = None
        self._messages: Sequence[Message] = ()

    def messages(
        self, delivery: Delivery, language: str, write: Callable[[], Sequence[Message]]
    ) -> Sequence[Message]:
        """What `write` returns, or returned for another message of the same writing."""
        at = delivery.claimed_at
        if not delivery.revision or at is None:
            return write()
        what = (delivery.team_id, delivery.args["digest_id"], language, delivery.revision)
        is_fresh = self._at is not None and self._at <= at <= self._at + SERVES_FOR
        if not is_fresh or what != self._what:
            self._messages = write()
            self._what, self._at = what, at
        return self._messages


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts digests into words, each in its audience's language."""
    last = LastWritten()

    def digest(session: Session, delivery: Delivery) -> Outgoing | None:
        """The message, made of what stands now.

        None if the audience is gone or has become shared with another organisation, or if the
        thread has become shorter meanwhile. What stands with an audience that gets no more
        digests is not taken away from it.
        """
        made = session.get(Digest, delivery.args["digest_id"])
        audience = session.get(DigestAudience, delivery.args["audience_id"])
        part = delivery.args["part"]
        if made is None or audience is None or is_shared(session, audience):
            return None
        if audience.removed_at is not None and delivery.ts is None:
            return None
        workspace = session.get_one(Workspace, delivery.team_id)
        period = period_of(session, workspace, settings.timezone, made)
        language = language_of(audience)

        def write() -> Sequence[Message]:
            shown = Shown(_posts_of(session, made))
            material = gather(session, workspace, period, settings.timezone, shown)
            return material.write(language)

        messages = last.messages(delivery, language, write)
        if not isinstance(part, int) or part >= len(messages):
            return None
        return messages[part].outgoing()

    return {DIGEST: digest}


def _posts_of(session: Session, made: Digest) -> dict[str, list[Key]]:
    """The posts that were chosen, by section; a channel may have got another ID since."""
    return {
        section: [(current_id(session, made.team_id, channel_id), ts) for channel_id, ts in keys]
        for section, keys in digests.shown_posts(made).items()
    }
