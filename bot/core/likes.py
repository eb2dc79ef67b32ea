"""Giving いいね! under a post that is shown somewhere, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from bot.core import emoji, members, slack_time
from bot.core.acknowledged import Offices
from bot.core.acknowledgements import follow
from bot.core.permissions import Actor, require_staff
from bot.core.recognition import offices as all_offices
from bot.errors import UserError
from bot.text import Text
from models import home, reaction
from models import message as messages
from models.channel import current_id
from models.message import Message, MessageKind
from models.reaction import Reaction

NOT_FOUND = Text(
    ja="この投稿は見つかりませんでした。ダイジェストか、ホームの一覧から選び直してください。",
    en="That post could not be found. Please choose it again in a digest or on my Home tab.",
)
DELETED = Text(
    ja="この投稿は、書いた方が削除しました。",
    en="Its author has deleted this post.",
)
NOT_COUNTED = Text(
    ja="この投稿は、いまは進捗として記録されていません。"
    "気持ちは、投稿に絵文字を付けて伝えられます。",
    en="This post is not recorded as progress at present. "
    "You can still put an emoji on it in its channel.",
)


@dataclass(frozen=True)
class Pressed:
    """What became of a press. `stands`: the いいね! stands now, else it was taken back.

    `offices`: the names of the offices for which it counts, or counted. `leaves_others`: another
    reaction of the same person stands on the post.
    """

    stands: bool
    offices: tuple[str, ...]
    leaves_others: bool


def toggle(session: Session, actor: Actor, channel_id: str, ts: str, now: datetime) -> Pressed:
    """Give the actor's いいね! to the post, or take it back if it stands.

    By whoever holds an office it is an acknowledgement, by others a reaction. Raises UserError for
    guests and people from outside, and for a post that is gone or does not count.
    """
    require_staff(actor)
    post = _counted_post(session, actor.team_id, channel_id, ts)
    stood = _standing_like(session, post, actor.user_id)
    stands = stood is None
    at = slack_time.from_datetime(_not_before(session, post, actor.user_id, now))
    members.ensure(session, actor.team_id, actor.user_id)
    reaction.record(
        session,
        team_id=post.team_id,
        channel_id=post.channel_id,
        ts=post.ts,
        user_id=actor.user_id,
        name=emoji.DIGEST_LIKE,
        emoji=emoji.LIKE,
        present=stands,
        event_ts=at,
    )
    follow(session, post.team_id, post.channel_id, post.ts, now)
    home.hurry(session, actor.team_id, actor.user_id, now)
    held = Offices(session, actor.team_id).held_by(actor.user_id, stood or at)
    return Pressed(
        stands=stands,
        offices=tuple(
            office.name for office in all_offices(session, actor.team_id) if office.id in held
        ),
        leaves_others=_has_others(session, post, actor.user_id),
    )


def _counted_post(session: Session, team_id: str, channel_id: str, ts: str) -> Message:
    """The post, kept from others until the transaction ends. Raises UserError if it is none."""
    post = messages.locked(session, team_id, current_id(session, team_id, channel_id), ts)
    if post is None:
        raise UserError(NOT_FOUND)
    if post.deleted_ts is not None:
        raise UserError(DELETED)
    if not post.counted or post.kind != MessageKind.POST:
        raise UserError(NOT_COUNTED)
    return post


def _standing_like(session: Session, post: Message, user_id: str) -> str | None:
    """When the person gave the いいね! that stands, as Slack writes times; None if none does."""
    return session.scalar(
        select(Reaction.event_ts).where(
            _is_by(post, user_id), Reaction.name == emoji.DIGEST_LIKE, Reaction.present
        )
    )


def _has_others(session: Session, post: Message, user_id: str) -> bool:
    """Whether another reaction of this person stands on the post."""
    query = select(Reaction.name).where(
        _is_by(post, user_id), Reaction.name != emoji.DIGEST_LIKE, Reaction.present
    )
    return session.scalar(query.limit(1)) is not None


def _not_before(session: Session, post: Message, user_id: str, now: datetime) -> datetime:
    """Now, or just after their last press: the clocks of several machines may differ."""
    last = session.scalar(
        select(Reaction.event_ts).where(_is_by(post, user_id), Reaction.name == emoji.DIGEST_LIKE)
    )
    if last is None:
        return now
    return max(now, slack_time.to_datetime(last) + timedelta(microseconds=1))


def _is_by(post: Message, user_id: str) -> ColumnElement[bool]:
    return and_(
        Reaction.team_id == post.team_id,
        Reaction.channel_id == post.channel_id,
        Reaction.ts == post.ts,
        Reaction.user_id == user_id,
    )
