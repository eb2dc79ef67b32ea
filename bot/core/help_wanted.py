"""Posts whose authors ask for help: 困りごと in the form, or 🆘 on their own post.

A post asks by what is stored (`bot.core.posts`); it is open until its author or a lead says that
it is resolved, and again if its author asks anew after that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from bot.core import acknowledgements, posts, slack_time
from bot.core.evidence import Key, QuotedPost, quoted
from bot.core.permissions import RESOLVERS_ONLY, Actor, require_author_or_manager
from bot.core.written import as_slack_reads
from bot.errors import UserError
from bot.text import Text
from models import home, message
from models.channel import current_id
from models.message import Message
from models.project import Project, Status, leads_of

NOT_ASKING = Text(
    ja="この投稿には、いま力を貸してほしいことはありません。書き直されたか、取り下げられています。",
    en="This post does not ask for help any more: it was edited or withdrawn.",
)
ALREADY_RESOLVED = Text(ja="これは、すでに解決しています。", en="This has been resolved already.")


@dataclass(frozen=True)
class Wanted:
    """A post that asks for help. Its `text` says what for."""

    post: QuotedPost
    is_resolved: bool


def count_open(session: Session, team_id: str, *, before: datetime | None = None) -> int:
    """How many posts ask for help now; of those written before a moment, if one is given."""
    query = select(func.count()).select_from(Message).join(Project).where(*_open(team_id))
    if before is not None:
        query = query.where(Message.ts < slack_time.from_datetime(before))
    return session.scalar(query) or 0


def open_posts(
    session: Session,
    team_id: str,
    *,
    project_ids: Collection[int] | None = None,
    before: datetime | None = None,
    offset: int = 0,
    limit: int = 10,
) -> tuple[Key, ...]:
    """(channel, ts) of posts that ask for help, those that have waited longest first.

    Of these projects only, and of posts written before a moment, where that is given.
    """
    query = (
        select(Message.channel_id, Message.ts)
        .join(Project)
        .where(*_open(team_id))
        .order_by(Message.ts, Message.channel_id)
        .offset(offset)
        .limit(limit)
    )
    if project_ids is not None:
        query = query.where(Message.project_id.in_(project_ids))
    if before is not None:
        query = query.where(Message.ts < slack_time.from_datetime(before))
    return tuple((row.channel_id, row.ts) for row in session.execute(query))


def wanted(session: Session, team_id: str, keys: Sequence[Key]) -> tuple[Wanted, ...]:
    """These posts in this order, with what they ask; without those that ask for nothing now."""
    found = []
    for quote in quoted(session, team_id, keys):
        post = session.get(Message, (team_id, quote.channel_id, quote.ts))
        if post is None or not post.asks_help:
            continue
        version = message.current_version(session, post)
        words = str(((version.fields if version else None) or {}).get(posts.HELP) or "")
        if words:
            quote = replace(quote, text=as_slack_reads(words))
        found.append(Wanted(quote, post.help_resolved_at is not None))
    return tuple(found)


def resolve(session: Session, actor: Actor, channel_id: str, ts: str, *, now: datetime) -> None:
    """Say that the post needs no more help. Raises UserError where that is not the actor's."""
    post = message.locked(
        session, actor.team_id, current_id(session, actor.team_id, channel_id), ts
    )
    if post is None or not post.asks_help:
        raise UserError(NOT_ASKING)
    leads = () if post.project_id is None else leads_of(session, post.project_id)
    require_author_or_manager(actor, post.user_id, leads, RESOLVERS_ONLY)
    if post.help_resolved_at is not None:
        raise UserError(ALREADY_RESOLVED)
    # Slack's clock may be ahead of ours; what was asked so far is resolved.
    post.help_resolved_at = max(now, posts.help_asked_at(session, post) or now)
    post.help_resolved_by = actor.user_id
    posts.renew_form_post(session, post, now)
    acknowledgements.follow(session, post.team_id, post.channel_id, post.ts, now)
    if post.project_id is not None:
        home.touch_project(session, post.team_id, post.project_id, now)
    home.hurry(session, actor.team_id, actor.user_id, now)


def _open(team_id: str) -> tuple[ColumnElement[bool], ...]:
    """As in the partial index, so that SQLite uses it."""
    return (
        Message.team_id == team_id,
        literal_column("messages.asks_help"),
        Message.help_resolved_at.is_(None),
        Message.deleted_ts.is_(None),
        Project.status != Status.CLOSED,
    )
