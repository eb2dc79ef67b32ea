"""What many events will ask for while they are applied, read for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bot.recording.belonging import subject_of
from bot.recording.payload import MalformedEventError, Payload, payload_of
from models import channel, member, message, preference, project, reaction
from models.inbox import InboxEvent

_OF_MESSAGES = frozenset({"message", "reaction_added", "reaction_removed"})


@dataclass
class _Subjects:
    """What the events of a workspace are about: messages (channel, `ts`) and people."""

    messages: set[tuple[str, str]] = field(default_factory=set)
    people: set[str] = field(default_factory=set)


def read_ahead(session: Session, events: Sequence[InboxEvent]) -> None:
    """Read it. An event that is not as it should be is left to whoever applies it."""
    of_team: defaultdict[str, _Subjects] = defaultdict(_Subjects)
    for stored in events:
        event = payload_of(stored.payload).inner("event")
        if event.text("type") in _OF_MESSAGES:
            try:
                of_team[stored.team_id].messages.add(subject_of(event))
                of_team[stored.team_id].people.add(_person_in(event))
            except MalformedEventError:
                continue
    for team_id, about in sorted(of_team.items()):
        channels = {channel_id for channel_id, _ in about.messages}
        channel.read_ahead(session, team_id, channels)
        project.read_owners_ahead(session, team_id, channels)
        message.read_projects_ahead(session, team_id, about.messages)
        reaction.read_ahead(session, team_id, about.messages)
        member.read_ahead(session, team_id, about.people)
        preference.read_marks_ahead(session, team_id, about.people)


def _person_in(event: Payload) -> str:
    return event.id("user") or event.inner("message").id("user")
