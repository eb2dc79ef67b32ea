"""Why a message counts or does not, and what counts of the reactions on it.

The rules themselves are in `bot.core.posts` and `bot.core.recognition`; this names the one that
applied.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import posts, slack_time
from bot.core.acknowledged import Offices, standing_on
from bot.core.permissions import Actor
from bot.core.recognition import SLACKBOT, offices
from models import home, message, preference
from models.channel import current_id
from models.member import Member
from models.message import Decision, Message, MessageKind, MessageVersion
from models.project import Capture, Project, of_channel, ties_of
from models.reaction import Reaction
from models.workspace import Workspace


class Rule(StrEnum):
    """What decided. The first ones let it count, the others do not."""

    BY_HAND = "by_hand"
    FORM = "form"
    REPLY = "reply"
    ALL = "all"
    MARKED_WORDS = "marked_words"
    MARKED_EMOJI = "marked_emoji"
    NOT_MARKED = "not_marked"
    LEFT_OUT = "left_out"
    EMPTY = "empty"
    SYSTEM = "system"
    MACHINE = "machine"
    NOT_REGISTERED = "not_registered"
    WRITTEN_BEFORE = "written_before"
    NOT_RECORDED = "not_recorded"
    DELETED = "deleted"


COUNTING = frozenset(
    {Rule.BY_HAND, Rule.FORM, Rule.REPLY, Rule.ALL, Rule.MARKED_WORDS, Rule.MARKED_EMOJI}
)


@dataclass(frozen=True)
class Acknowledged:
    """An office that has acknowledged the post: with which emoji, and when."""

    office: str
    emoji: str
    at: datetime


@dataclass(frozen=True)
class Explanation:
    """What the asker is told.

    - `decided_by`: who recorded it or left it out by hand.
    - `reactions`: how many people gave each emoji, each person once; the commonest first.
    - `of_machines`: the emoji that bots gave, which count for nothing.
    - `marks`: whether the asker's posts carry the bot's 📝; None where it is not their post, or
      the project puts none on.
    """

    channel_id: str
    ts: str
    rule: Rule
    project: str = ""
    decided_by: str | None = None
    reactions: tuple[tuple[str, int], ...] = ()
    of_machines: tuple[str, ...] = ()
    acknowledgements: tuple[Acknowledged, ...] = ()
    marks: bool | None = None

    @property
    def counts(self) -> bool:
        """Whether the message counts."""
        return self.rule in COUNTING


def explain(
    session: Session, actor: Actor, channel_id: str, ts: str, *, by_machine: bool
) -> Explanation:
    """Say what decided about this message. `by_machine`: Slack shows it as a bot's."""
    team_id = actor.team_id
    channel_id = current_id(session, team_id, channel_id)
    post = session.get(Message, (team_id, channel_id, ts))
    if post is None or (post.user_id is None and post.decision is None):
        rule = _why_unknown(session, team_id, channel_id, ts, by_machine)
        project = of_channel(session, team_id, channel_id)
        return Explanation(channel_id, ts, rule, project.name if project else "")
    owner = session.get(Project, post.project_id)
    given, of_machines = _reactions(session, post)
    return Explanation(
        channel_id=channel_id,
        ts=ts,
        rule=_rule(session, post),
        project=owner.name if owner else "",
        decided_by=post.decided_by,
        reactions=given,
        of_machines=of_machines,
        acknowledgements=_acknowledgements(session, post),
        marks=_marks(session, actor, post, owner),
    )


def choose_marks(
    session: Session, actor: Actor, channel_id: str, ts: str, on: bool, *, now: datetime
) -> None:
    """Put 📝 on the actor's posts from now on, or none any more; this post follows at once."""
    preference.for_change(session, actor.team_id, actor.user_id).marks = on
    home.hurry(session, actor.team_id, actor.user_id, now)
    channel_id = current_id(session, actor.team_id, channel_id)
    post = message.locked(session, actor.team_id, channel_id, ts)
    if post is not None and post.user_id == actor.user_id:
        session.flush()
        posts.marks_changed(session, post, now)


def _why_unknown(
    session: Session, team_id: str, channel_id: str, ts: str, by_machine: bool
) -> Rule:
    """What no event told of is found in history, if the channel was registered by then."""
    if of_channel(session, team_id, channel_id) is None:
        return Rule.NOT_REGISTERED
    if by_machine:
        return Rule.MACHINE
    written_at = slack_time.to_datetime(ts)
    ties = ties_of(session, team_id, channel_id)
    was_registered = any(tie.covers(written_at) for tie in ties)
    return Rule.NOT_RECORDED if was_registered else Rule.WRITTEN_BEFORE


def _rule(session: Session, post: Message) -> Rule:
    """In the order in which `posts` asks."""
    version = message.current_version(session, post)
    if post.deleted_ts is not None:
        return Rule.DELETED
    if post.decision == Decision.LEAVE_OUT:
        return Rule.LEFT_OUT
    if not posts.is_of_counted_kind(post):
        return Rule.SYSTEM
    if version is None:
        return Rule.NOT_RECORDED
    if not posts.has_words(version):
        return Rule.EMPTY
    return _why_counted(session, post, version)


def _why_counted(session: Session, post: Message, version: MessageVersion) -> Rule:
    if post.kind == MessageKind.REPLY:
        return Rule.REPLY
    if post.decision == Decision.RECORD:
        return Rule.BY_HAND
    if version.fields is not None:
        return Rule.FORM
    if post.capture == Capture.ALL:
        return Rule.ALL
    if posts.is_marked(version.text):
        return Rule.MARKED_WORDS
    return Rule.MARKED_EMOJI if posts.has_memo_of_author(session, post) else Rule.NOT_MARKED


def _reactions(
    session: Session, post: Message
) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    rows = session.execute(
        select(Reaction.user_id, Reaction.emoji, Member.is_bot)
        .outerjoin(
            Member, (Member.team_id == Reaction.team_id) & (Member.user_id == Reaction.user_id)
        )
        .where(
            Reaction.team_id == post.team_id,
            Reaction.channel_id == post.channel_id,
            Reaction.ts == post.ts,
            Reaction.present,
        )
    ).all()
    workspace = session.get(Workspace, post.team_id)
    bots = {SLACKBOT, workspace.bot_user_id if workspace else ""}
    people = {
        (row.user_id, row.emoji) for row in rows if not row.is_bot and row.user_id not in bots
    }
    machines = {row.emoji for row in rows if row.is_bot or row.user_id in bots}
    counted = Counter(emoji for _, emoji in sorted(people))
    return tuple(counted.most_common()), tuple(sorted(machines))


def _acknowledgements(session: Session, post: Message) -> tuple[Acknowledged, ...]:
    key = (post.channel_id, post.ts)
    given = standing_on(session, post.team_id, [key], Offices(session, post.team_id)).get(key, ())
    names = {office.id: office.name for office in offices(session, post.team_id)}
    return tuple(
        Acknowledged(names[one.office_id], one.emoji, slack_time.to_datetime(one.event_ts))
        for one in given
    )


def _marks(session: Session, actor: Actor, post: Message, owner: Project | None) -> bool | None:
    is_own_post = post.user_id == actor.user_id and post.kind == MessageKind.POST
    if not is_own_post or owner is None or not owner.marks_posts:
        return None
    return preference.of(session, actor.team_id, actor.user_id).marks
