"""What events say about messages: written, edited, deleted, in whatever order they arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import kudos, members, posts, questions
from bot.recording.belonging import TOMBSTONE, deleted_ts, project_of, subject_of
from bot.recording.payload import Arrival, Payload
from models import draft as drafts
from models import message as messages
from models.channel import current_id
from models.database import words_are_erased
from models.message import Decision, Message, MessageKind, Origin
from models.project import Project
from models.workspace import bot_user_of

# Messages of these subtypes are Slack's own words about what happened, not a person's
# (docs.slack.dev/reference/events/message lists them). Their text is not kept.
_SYSTEM_SUBTYPES = frozenset(
    {
        "assistant_app_thread",
        "bot_add",
        "bot_message",
        "bot_remove",
        "bot_enable",
        "bot_disable",
        "channel_archive",
        "channel_canvas_updated",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "ekm_access_denied",
        "file_comment",
        "file_mention",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "huddle_thread",
        "message_replied",
        "pinned_item",
        "reminder_add",
        "reply_broadcast",
        "sh_room_created",
        TOMBSTONE,
        "unpinned_item",
    }
)
_SLACKBOT = "USLACKBOT"
# Slack cuts messages at 40,000 characters (docs.slack.dev/reference/methods/chat.postMessage);
# written out as entities each of them can take five.
LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Words:
    """A message as one event shows it."""

    ts: str
    thread_ts: str | None
    user_id: str
    user_team: str
    subtype: str | None
    edited_ts: str
    text: str
    files: list[messages.File] = field(default_factory=list)

    @property
    def kind(self) -> MessageKind:
        in_thread = self.thread_ts is not None and self.thread_ts != self.ts
        if in_thread and self.subtype != posts.BROADCAST:
            return MessageKind.REPLY
        return MessageKind.POST


def apply(session: Session, team_id: str, event: Payload, arrival: Arrival) -> None:
    """Record what a `message` event says, if the message is a project's."""
    channel_id, ts = subject_of(event)
    channel_id = current_id(session, team_id, channel_id)
    if deleted_ts(event) is not None:
        kudos.card_is_gone(session, team_id, channel_id, ts, arrival.now)
        questions.asking_is_gone(
            session, team_id, channel_id, ts, deleted_ts=_when(event), now=arrival.now
        )
    project = project_of(session, team_id, channel_id, ts, arrival.received_at)
    if project is None:
        return
    place = _Place(session, project, channel_id, arrival.now, arrival.source)
    if deleted_ts(event) is not None:
        place.delete(ts, event)
    elif event.text("subtype") == "message_changed":
        place.write(event.inner("message"))
    else:
        place.write(event)


def is_of_deleted(session: Session, team_id: str, event: Payload) -> bool:
    """Whether the event speaks of a message that is known to be deleted."""
    ts = event.inner("message").text("ts") or event.text("ts")
    channel_id = current_id(session, team_id, event.text("channel"))
    message = session.get(Message, (team_id, channel_id, ts))
    return message is not None and message.deleted_ts is not None


def write(
    session: Session, project: Project, channel_id: str, payload: Payload, now: datetime
) -> None:
    """Record a message that a person wrote, as `payload` shows it now."""
    _Place(session, project, channel_id, now).write(payload)


def write_quietly(
    session: Session, project: Project, channel_id: str, words: Words, now: datetime
) -> Message:
    """The same for imported history: nothing follows from it, and it is still to be counted."""
    place = _Place(session, project, channel_id, now, Origin.IMPORT)
    message = place.row(words.ts, words)
    if message.deleted_ts is None and message.decision != Decision.LEAVE_OUT:
        place.keep(message, words)
    return message


def row_of(
    session: Session, project: Project, channel_id: str, payload: Payload, now: datetime
) -> Message:
    """The row of a message, locked, made if need be, without its words."""
    words = read(payload)
    return _Place(session, project, channel_id, now).row(words.ts, words)


def kind_of(payload: Payload) -> MessageKind:
    """Whether it is a top-level message or a reply."""
    return read(payload).kind


@dataclass(frozen=True)
class _Place:
    """The channel that an event speaks of, the project of its message, the moment it is applied."""

    session: Session
    project: Project
    channel_id: str
    now: datetime
    source: str | None = None

    @property
    def _ours(self) -> str:
        return bot_user_of(self.session, self.project.team_id)

    def write(self, payload: Payload) -> None:
        if not is_by_person(payload, self._ours):
            return
        words = read(payload)
        message = self.row(words.ts, words)
        if message.deleted_ts is not None or message.decision == Decision.LEAVE_OUT:
            return
        self.keep(message, words)
        posts.recount(self.session, message, self.now)
        questions.refresh(self.session, message.team_id, message.channel_id, words.ts, self.now)
        if words.edited_ts:
            questions.words_changed(self.session, message, self.now)

    def keep(self, message: Message, words: Words) -> None:
        """Keep this version of the words; the newest is the current one."""
        messages.add_version(
            self.session, message, edited_ts=words.edited_ts, text=words.text, files=words.files
        )
        if words.files and messages.forget_files(self.session, message, words.files):
            words_are_erased(self.session)
        if words.edited_ts > message.edited_ts:
            message.edited_ts = words.edited_ts

    def delete(self, ts: str, event: Payload) -> None:
        """Leave a tombstone, also for a message whose own event is still to come."""
        before = event.inner("previous_message")
        if before and not is_by_person(before, self._ours):
            # A machine's message; or the tombstone of a person's, which is gone by now as well.
            # What was written with the form may be recorded later than this.
            place = (self.project.team_id, self.channel_id)
            recorded = messages.locked(self.session, *place, ts)
            if recorded is None and drafts.is_any_on_its_way(self.session, *place):
                recorded = self.row(ts, None)
            if recorded is not None:
                self._erase(recorded, event)
            return
        message = self.row(ts, read(before) if before else None)
        self._erase(message, event)

    def _erase(self, message: Message, event: Payload) -> None:
        at = _when(event)
        if message.deleted_ts is None:
            message.deleted_source = self.source
        message.deleted_ts = min(message.deleted_ts or at, at)
        posts.erase_words(self.session, message)
        posts.recount(self.session, message, self.now)
        questions.refresh(self.session, message.team_id, message.channel_id, message.ts, self.now)

    def row(self, ts: str, words: Words | None) -> Message:
        """The row of a message, locked, made if need be, with all that `words` adds to it."""
        key = (self.project.team_id, self.channel_id, ts)
        known = self._known(words) if words is not None else messages.Known()
        known["source"] = self.source
        made = messages.insert_blank(
            self.session,
            *key,
            project_id=self.project.id,
            capture=self.project.capture,
            **known,
        )
        if made is not None:
            return made
        message = messages.locked(self.session, *key)
        if message is None:
            raise LookupError(f"the message {ts} vanished while it was recorded")
        if words is not None and message.user_id is None:
            _fill(message, known)
        elif words is not None and words.subtype == posts.BROADCAST != message.subtype:
            # A reply that was sent to the channel as well, at once or later: a post from now on,
            # and so it has to be looked at anew.
            message.kind, message.subtype, message.counted = words.kind, words.subtype, False
        return message

    def _known(self, words: Words) -> messages.Known:
        profile = members.ensure(self.session, self.project.team_id, words.user_id, words.user_team)
        is_named = profile.fetched_at is not None
        return messages.Known(
            user_id=words.user_id,
            thread_ts=words.thread_ts,
            subtype=words.subtype,
            kind=words.kind,
            author_name=profile.display_name if is_named else None,
            author_department=profile.department if is_named else None,
        )


def _fill(message: Message, known: messages.Known) -> None:
    """Add what is known by now to a row that was made when less was."""
    message.user_id = known["user_id"]
    message.thread_ts = known["thread_ts"]
    message.subtype = known["subtype"]
    message.kind = known["kind"]
    is_kept = message.deleted_ts is None and message.decision != Decision.LEAVE_OUT
    if known["author_name"] is not None and is_kept:
        message.author_name = known["author_name"]
        message.author_department = known["author_department"]


def _when(event: Payload) -> str:
    return event.text("event_ts") or event.required("ts")


def is_by_person(message: Payload, ours: str = "") -> bool:
    """Whether a person wrote the message, as it stands in an event, and not an app or Slack.

    `ours` is the bot's own user: what it says is no person's, even if nothing else shows it.
    """
    by_machine = message.text("bot_id") or message.inner("bot_profile")
    user_id = message.text("user")
    return (
        bool(user_id)
        and user_id not in (_SLACKBOT, ours)
        and not by_machine
        and message.text("subtype") not in _SYSTEM_SUBTYPES
    )


def read(message: Payload) -> Words:
    ts, thread_ts = message.required_ts("ts"), message.ts("thread_ts")
    return Words(
        ts=ts,
        # The first message of a thread bears its own once somebody has replied.
        thread_ts=thread_ts if thread_ts and thread_ts != ts else None,
        user_id=message.id("user"),
        user_team=message.text("user_team") or message.text("source_team"),
        subtype=message.text("subtype")[:64] or None,
        edited_ts=message.inner("edited").ts("ts"),
        text=message.text("text")[:LONGEST_TEXT],
        files=[_file(file) for file in message.each("files")],
    )


def _file(file: Payload) -> messages.File:
    if file.text("mode") == TOMBSTONE:
        return messages.deleted_file(file.text("id"))
    return {"id": file.text("id"), "name": file.text("name"), "mimetype": file.text("mimetype")}
