"""Which of many events are about something that is recorded: asked once for all of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import kudos, slack_time
from bot.recording import belonging
from bot.recording.payload import MalformedEventError, Payload
from models import channel, message, project


class RegisteredChannels:
    """To which projects some channels are tied, as it is in this transaction."""

    def __init__(self, session: Session, team_id: str, channel_ids: Collection[str]) -> None:
        self._session = session
        self._team_id = team_id
        moved = channel.moved(session, team_id, channel_ids)
        self._current = {old: channel.current_id(session, team_id, old) for old in moved}
        current = {self._current.get(one, one) for one in channel_ids}
        self._ties = project.ties_of_all(session, team_id, current)

    def has(self, event: Payload, received_at: datetime) -> bool:
        """Whether this message or reaction is to be recorded (`belonging.project_of`), or says

        that a card with thanks is gone.
        """
        try:
            channel_id, ts = belonging.subject_of(event)
            if self._has_message(channel_id, ts, received_at):
                return True
            if event.text("type") != "message" or belonging.deleted_ts(event) is None:
                return False
            now = self._current.get(channel_id, channel_id)
            return kudos.is_card(self._session, self._team_id, now, ts)
        except MalformedEventError:
            # From a registered channel: to be set aside where it is seen, when it can't be applied
            return any(tie.removed_at is None for tie in self._ties_of(channel_of(event)))

    def _has_message(self, channel_id: str, ts: str, received_at: datetime) -> bool:
        try:
            written_at = slack_time.to_datetime(ts)
        except (ValueError, OverflowError) as error:
            raise MalformedEventError(f"{ts[:40]!r} is not a time") from error
        ties = self._ties_of(channel_id)
        if project.owner_among(ties, written_at, received_at) is not None:
            return True
        now = self._current.get(channel_id, channel_id)
        return message.project_id_of(self._session, self._team_id, now, ts) is not None

    def _ties_of(self, channel_id: str) -> list[project.ProjectChannel]:
        return self._ties.get(self._current.get(channel_id, channel_id), [])


def channel_of(event: Payload) -> str:
    """The channel that a message or a reaction is in; "" if it does not say."""
    return event.text("channel") or event.inner("item").text("channel")
