"""What events say about reactions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.core import acknowledgements, emoji, homes, members, posts, questions, slack_time
from bot.recording.belonging import project_of, subject_of
from bot.recording.payload import Arrival, MalformedEventError, Payload
from models import reaction
from models.channel import current_id
from models.message import locked
from models.reaction import EMOJI_LENGTH


def apply(session: Session, team_id: str, event: Payload, arrival: Arrival) -> None:
    """Record a reaction that was added or taken back, if the message is a project's.

    `item` may also be a file (docs.slack.dev/reference/events/reaction_added): nothing to do.
    """
    if event.inner("item").text("type") not in ("", "message"):
        return
    channel_id, ts = subject_of(event)
    channel_id = current_id(session, team_id, channel_id)
    project = project_of(session, team_id, channel_id, ts, arrival.received_at)
    if project is None:
        return
    user_id = event.required_id("user")
    name = event.required("reaction")[:EMOJI_LENGTH]
    if emoji.canonical(name) == emoji.DIGEST_LIKE:
        raise MalformedEventError("a name that no emoji of Slack's can have")
    added, at = event.text("type") == "reaction_added", event.required_ts("event_ts")
    members.ensure(session, team_id, user_id)  # the profile says whether it is a bot
    reaction.record(
        session,
        team_id=team_id,
        channel_id=channel_id,
        ts=ts,
        user_id=user_id,
        name=name,
        emoji=emoji.canonical(name),
        present=added,
        event_ts=slack_time.normal(at),
        source=arrival.source,
    )
    homes.post_was_reacted_to(session, team_id, project.id, arrival.now)
    if acknowledgements.may_acknowledge(session, team_id, user_id):
        acknowledgements.follow(session, team_id, channel_id, ts, arrival.now)
    if emoji.canonical(name) in posts.AUTHORS_SIGNS:
        message = locked(session, team_id, channel_id, ts)
        if message is not None and message.user_id == user_id:
            posts.recount(session, message, arrival.now)
            questions.refresh(session, team_id, channel_id, ts, arrival.now)
    if emoji.canonical(name) == questions.EMOJI:
        questions.emoji_changed(
            session, project, channel_id, ts, user_id, added=added, at=at, now=arrival.now
        )
