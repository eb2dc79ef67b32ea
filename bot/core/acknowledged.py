"""Who acknowledged a post, when, and the words that it was given to.

What counts as an acknowledgement is said in `bot.core.recognition`; this is the same for a few
posts at a time, with the people, the moments and the versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.recognition import is_one_of
from models.member import Member
from models.message import Decision, Message, MessageKind, MessageVersion, Origin
from models.notice import Notice
from models.office import Office, Tenure
from models.project import Capture, Project
from models.reaction import Reaction

Key = tuple[str, str]  # channel ID, ts

KEYS_AT_ONCE = 200


@dataclass(frozen=True)
class Given:
    """An office's acknowledgement: the first reaction of its holder that stands.

    `name` is Slack's, or `emoji.DIGEST_LIKE`; `emoji` is what it counts as. `is_imported`: known
    from an export alone, which does not say when it was given.
    """

    office_id: int
    user_id: str
    event_ts: str
    name: str
    emoji: str
    is_imported: bool = False


@dataclass(frozen=True)
class Words:
    """What a post said at a moment. `text` is as Slack sent it, `files` are names."""

    text: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class AuthorAcknowledgement:
    """An office acknowledged somebody's post. `words` are those it was given to.

    `words` is None once the author has deleted the post: the fact stays, the text does not.
    """

    office_id: int
    office: str
    holder: str
    given_at: datetime
    channel_id: str
    ts: str
    thread_ts: str | None
    project_id: int
    project: str
    words: str | None
    files: tuple[str, ...] = ()
    edited_after: bool = False


class Offices:
    """Who held which office when; read once."""

    def __init__(self, session: Session, team_id: str) -> None:
        tenures = session.scalars(
            select(Tenure)
            .outerjoin(
                Member, and_(Member.team_id == Tenure.team_id, Member.user_id == Tenure.user_id)
            )
            .where(Tenure.team_id == team_id, Member.is_bot.is_not(True))
        )
        self._by_user: dict[str, list[tuple[int, str, str | None]]] = {}
        for tenure in tenures:
            until = None if tenure.until is None else slack_time.from_datetime(tenure.until)
            since = slack_time.from_datetime(tenure.since)
            held = (tenure.office_id, since, until)
            self._by_user.setdefault(tenure.user_id, []).append(held)

    @property
    def people(self) -> Sequence[str]:
        """Everyone who holds an office, has held one, or will."""
        return sorted(self._by_user)

    def held_by(self, user_id: str, ts: str) -> set[int]:
        """The offices that the person held at this moment, a Slack time stamp."""
        return {
            office_id
            for office_id, since, until in self._by_user.get(user_id, ())
            if since <= ts and (until is None or ts < until)
        }

    def holders_at(self, ts: str) -> set[str]:
        """Everyone who held an office at this moment."""
        return {user_id for user_id in self._by_user if self.held_by(user_id, ts)}

    def first(
        self, reactions: Iterable[Reaction], *, besides: str | None = None
    ) -> tuple[Given, ...]:
        """The first acknowledgement of each office among one post's standing reactions.

        In the order of the offices. Reactions of the person `besides` are left out.
        """
        first: dict[int, Given] = {}
        for one in sorted(reactions, key=lambda reaction: (reaction.event_ts, reaction.name)):
            if not one.present or one.user_id == besides:
                continue
            for office_id in self.held_by(one.user_id, one.event_ts):
                given = Given(
                    office_id,
                    one.user_id,
                    one.event_ts,
                    one.name,
                    one.emoji,
                    is_imported=one.source == Origin.IMPORT,
                )
                first.setdefault(office_id, given)
        return tuple(first[office_id] for office_id in sorted(first))


def standing_on(
    session: Session,
    team_id: str,
    keys: Sequence[Key],
    offices: Offices | None = None,
    *,
    besides: str | None = None,
) -> dict[Key, tuple[Given, ...]]:
    """The acknowledgements that stand on these messages, by the order of the offices.

    Those of the person `besides` are left out.
    """
    offices = offices or Offices(session, team_id)
    found: dict[Key, list[Reaction]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        reactions = session.scalars(
            select(Reaction).where(
                is_one_of(Reaction, team_id, keys[start : start + KEYS_AT_ONCE]),
                Reaction.user_id.in_(offices.people),
                Reaction.present,
            )
        )
        for reaction in reactions:
            found.setdefault((reaction.channel_id, reaction.ts), []).append(reaction)
    given = {key: offices.first(those, besides=besides) for key, those in found.items()}
    return {key: one for key, one in given.items() if one}


def words_at(session: Session, team_id: str, moments: Mapping[Key, str]) -> dict[Key, Words]:
    """What each post said at its moment (a Slack time stamp); deleted posts are left out.

    Where that version was never heard of, the oldest one that was.
    """
    versions = _versions(session, team_id, list(moments))
    return {key: _words_at(those, moments[key]) for key, those in versions.items()}


def acknowledgements_of_author(
    session: Session, team_id: str, user_id: str, start: datetime, end: datetime
) -> list[AuthorAcknowledgement]:
    """The acknowledgements of this person's posts given from `start` to just before `end`.

    In the order in which they were given; those of deleted posts are among them. What somebody
    gave to their own post is not.
    """
    offices = Offices(session, team_id)
    # Looked up from the posts, not from the reactions: SQLite would begin with those in a join.
    is_noticed = exists().where(
        Reaction.team_id == team_id,
        Reaction.channel_id == Message.channel_id,
        Reaction.ts == Message.ts,
        Reaction.user_id.in_(offices.people),
        Reaction.present,
    )
    posts = session.scalars(
        select(Message).where(
            Message.team_id == team_id,
            Message.user_id == user_id,
            Message.kind == MessageKind.POST.value,
            or_(Message.counted, Message.deleted_ts.is_not(None)),
            is_noticed,
        )
    )
    messages = {(post.channel_id, post.ts): post for post in posts}
    standing = standing_on(session, team_id, list(messages), offices, besides=user_id)
    span = slack_time.from_datetime(start), slack_time.from_datetime(end)
    given = [
        (messages[key], one)
        for key, those in standing.items()
        for one in those
        if span[0] <= one.event_ts < span[1]
    ]
    return _described(session, team_id, given)


def _described(
    session: Session, team_id: str, given: Sequence[tuple[Message, Given]]
) -> list[AuthorAcknowledgement]:
    office_ids = {one.office_id for _, one in given}
    names = {
        office.id: office.name
        for office in session.scalars(select(Office).where(Office.id.in_(office_ids)))
    }
    projects = {
        project.id: project.name
        for project in session.scalars(
            select(Project).where(Project.id.in_({post.project_id for post, _ in given}))
        )
    }
    versions = _versions(session, team_id, [(post.channel_id, post.ts) for post, _ in given])
    ordered = sorted(given, key=lambda pair: (pair[1].event_ts, pair[0].ts, pair[1].office_id))
    described = []
    for post, one in ordered:
        if post.deleted_ts is not None and not _counted_once(session, post, one.office_id):
            continue
        said = versions.get((post.channel_id, post.ts))
        words = _words_at(said, one.event_ts) if said else None
        described.append(
            AuthorAcknowledgement(
                office_id=one.office_id,
                office=names[one.office_id],
                holder=one.user_id,
                given_at=slack_time.to_datetime(one.event_ts),
                channel_id=post.channel_id,
                ts=post.ts,
                thread_ts=post.thread_ts,
                project_id=post.project_id or 0,
                project=projects.get(post.project_id or 0, ""),
                words=None if words is None else words.text,
                files=() if words is None else words.files,
                edited_after=words is not None and post.edited_ts > one.event_ts,
            )
        )
    return described


def _counted_once(session: Session, post: Message, office_id: int) -> bool:
    """Whether a deleted message was a post that counted: its words can't be asked any more.

    Where only marked messages count it is known of those whose author was told.
    """
    if post.decision == Decision.LEAVE_OUT:
        return False
    if post.capture == Capture.ALL or post.decision == Decision.RECORD:
        return True
    return (
        session.scalar(
            select(Notice.id).where(
                Notice.team_id == post.team_id,
                Notice.channel_id == post.channel_id,
                Notice.ts == post.ts,
                Notice.office_id == office_id,
            )
        )
        is not None
    )


def _versions(
    session: Session, team_id: str, keys: Sequence[Key]
) -> dict[Key, list[MessageVersion]]:
    """All versions of these messages, oldest first."""
    versions: dict[Key, list[MessageVersion]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        rows = session.scalars(
            select(MessageVersion)
            .where(
                is_one_of(MessageVersion, team_id, keys[start : start + KEYS_AT_ONCE]),
            )
            .order_by(MessageVersion.edited_ts)
        )
        for version in rows:
            versions.setdefault((version.channel_id, version.ts), []).append(version)
    return versions


def _words_at(versions: Sequence[MessageVersion], moment: str) -> Words:
    """Of these versions, oldest first, the one that stood at the moment."""
    version = next((one for one in reversed(versions) if one.edited_ts <= moment), versions[0])
    return Words(version.text, tuple(file.get("name", "") for file in version.standing_files))
