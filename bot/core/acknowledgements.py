"""What follows when somebody who holds an office reacts, or no longer does.

What stands is in the reactions and nowhere else. What tells of it (the line in the post's thread,
the author's message, the digests that show the post, the Homes) is made to agree with that at the
end of whatever transaction changed it, so that neither order nor repetition matters.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from bot.core import emoji, notices, slack_time
from bot.core.acknowledged import Key, Offices
from bot.core.recognition import offices as all_offices
from models import digest as digests
from models import home
from models import message as messages
from models.channel import current_id
from models.database import at_the_end
from models.delivery import (
    IN_DOUBT,
    Delivery,
    DeliveryState,
    enqueue,
    renew,
    renew_standing,
)
from models.message import Message, MessageKind
from models.notice import Notice
from models.office import Tenure
from models.reaction import Reaction

log = logging.getLogger(__name__)

ACK_NOTICE = "ack_notice"

# Several presses in a row change a digest once.
DIGEST_AFTER = timedelta(seconds=3)
# Digests that are older than the last so many stay as they are.
DIGESTS = 8
# As far back as they reach, where they come every week
LATELY = timedelta(weeks=DIGESTS)

_CHANGED = "posts_with_changed_acknowledgements"
# Of so many posts is asked at once: every channel with every time of theirs is looked up.
_KEYS_AT_ONCE = 20

PostKey = tuple[str, str, str]  # team, channel, ts


@dataclass(frozen=True)
class Held:
    """A person held an office from a moment to just before another (None: still)."""

    user_id: str
    since: datetime
    until: datetime | None


def may_acknowledge(session: Session, team_id: str, user_id: str) -> bool:
    """Whether the person holds an office, has held one, or will."""
    asked = {"team": team_id, "user": user_id}
    return session.scalar(_asking_for_tenure(), asked) is not None


@cache
def _asking_for_tenure() -> Select[int]:
    """It is asked so often that it is built once."""
    of_person = (Tenure.team_id == bindparam("team"), Tenure.user_id == bindparam("user"))
    return select(Tenure.id).where(*of_person).limit(1)


def follow(session: Session, team_id: str, channel_id: str, ts: str, now: datetime) -> None:
    """Have everything that tells of this post's acknowledgements agree with what stands.

    To be called in the transaction that changes a reaction of somebody who may acknowledge, the
    words of a post, or whether it counts. It is done at the end, once for each post.
    """
    kept: dict[PostKey, datetime] = session.info.setdefault(_CHANGED, {})
    if not kept:
        at_the_end(session, _settle)
    kept[team_id, channel_id, ts] = now


def follow_office(
    session: Session, team_id: str, tenures: Iterable[Held], others: Iterable[Held], now: datetime
) -> None:
    """Who held an office when was put right, from `tenures` to `others`.

    What tells of the posts to which these people reacted meanwhile is made to agree; posts of
    which neither a digest nor a message would tell any more stay as they are.
    """
    before, after = set(tenures), set(others)
    changed = before ^ after
    if not changed:
        return
    since = max(min(held.since for held in changed), now - LATELY)
    posts = session.execute(
        select(Reaction.channel_id, Reaction.ts)
        .where(
            Reaction.team_id == team_id,
            Reaction.present,
            Reaction.event_ts >= slack_time.from_datetime(since),
            Reaction.user_id.in_({held.user_id for held in changed}),
        )
        .distinct()
    )
    for channel_id, ts in posts:
        follow(session, team_id, channel_id, ts, now)


def _settle(session: Session) -> None:
    """One post after the other, in the same order in every transaction, whatever came first.

    What goes wrong with one is logged: neither the others nor those who record are held up.
    """
    session.flush()
    changed: dict[PostKey, datetime] = session.info.pop(_CHANGED, {})
    messages.lock(session, changed)
    _wait_for_turn(session, sorted(changed))
    of_team = {
        team_id: _Team(session, team_id, list(changed))
        for team_id in {team_id for team_id, _, _ in changed}
    }
    for key, now in sorted(changed.items()):
        team = of_team[key[0]]
        try:
            post = messages.locked(session, *key)
            if post is None:
                continue
            _touch_homes(session, post, team.offices, now)
            if key in team.told_of:
                with session.begin_nested():
                    _agree(session, post, team.offices, now)
        except DBAPIError:
            raise
        except Exception:
            log.exception("what tells of the post %s could not be renewed", key[-1])


def _agree(session: Session, post: Message, offices: Offices, now: datetime) -> None:
    notices.refresh(session, post.team_id, post.channel_id, post.ts, now, offices)
    _renew_replies(session, post, offices, now)
    _renew_digests(session, post, now)


class _Team:
    """What is read once for all the posts of a workspace that changed.

    `told_of` are those of which something tells, or is to: a holder of an office has reacted, the
    author was told, or is to be, or a digest shows the post. Most new posts are not among them.
    """

    def __init__(self, session: Session, team_id: str, changed: Sequence[PostKey]) -> None:
        self.offices = Offices(session, team_id)
        keys = [(channel_id, ts) for team, channel_id, ts in changed if team == team_id]
        found = {*_reacted_to_or_told(session, team_id, keys, self.offices)}
        oldest = slack_time.to_datetime(min(ts for _, ts in keys))
        for digest in digests.latest(session, team_id, oldest, DIGESTS):
            found.update(_shown_in(session, digest))
        self.told_of = {(team_id, *key) for key in found}


def _wait_for_turn(session: Session, keys: Sequence[PostKey]) -> None:
    """Let a post and a reaction to it, applied at the same time, see each other.

    The row of the post may not be there yet to be locked. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = array([":".join(key) for key in keys])
        each = func.unnest(names)
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(each, 0))))


def _reacted_to_or_told(
    session: Session, team_id: str, keys: Sequence[Key], offices: Offices
) -> Iterator[Key]:
    """Those to which a holder of an office has reacted, in Slack or with a button; or whose

    author was told so, or is to be.
    """
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        asked = {
            "team": team_id,
            "channels": list({channel_id for channel_id, _ in some}),
            "times": list({ts for _, ts in some}),
        }
        reacted = session.execute(
            _asking_who_reacted(), {**asked, "people": list(offices.people)}
        ).all()
        told = session.execute(_asking_who_was_told(), asked).all()
        yield from {(row.channel_id, row.ts) for row in (*reacted, *told)}.intersection(some)


@cache
def _asking_who_reacted() -> Select[str, str]:
    by_holder = Reaction.user_id.in_(bindparam("people", expanding=True))
    by_button = Reaction.name == emoji.DIGEST_LIKE
    return select(Reaction.channel_id, Reaction.ts).where(
        _is_among(Reaction), or_(by_holder, by_button)
    )


@cache
def _asking_who_was_told() -> Select[str, str | None]:
    return select(Notice.channel_id, Notice.ts).where(
        _is_among(Notice), Notice.office_id.is_not(None)
    )


def _is_among(table: type[Reaction] | type[Notice]) -> ColumnElement[bool]:
    """Some more than are asked for: SQLite would go through all rows for pairs."""
    return and_(
        table.team_id == bindparam("team"),
        table.channel_id.in_(bindparam("channels", expanding=True)),
        table.ts.in_(bindparam("times", expanding=True)),
    )


def follow_new_channel(session: Session, team_id: str, old_id: str, new_id: str) -> None:
    """A channel has got another ID: what tells of acknowledgements in it goes by that one.

    What is being said at this moment keeps its key, by which it may be looked for in Slack.
    """
    told = aliased(Notice)
    old_notices = (Notice.team_id == team_id, Notice.channel_id == old_id)
    session.execute(
        delete(Notice).where(
            *old_notices,
            exists().where(
                told.team_id == team_id,
                told.channel_id == new_id,
                told.ts == Notice.ts,
                told.office_id == Notice.office_id,
            ),
        )
    )
    session.execute(update(Notice).where(*old_notices).values(channel_id=new_id))
    other = aliased(Delivery)
    renamed = func.replace(Delivery.key, f":{old_id}:", f":{new_id}:")
    session.execute(
        update(Delivery)
        .where(
            Delivery.team_id == team_id,
            Delivery.kind == ACK_NOTICE,
            Delivery.channel_id.in_((old_id, new_id)),
            Delivery.state.not_in(IN_DOUBT),
            ~exists().where(other.team_id == team_id, other.key == renamed),
        )
        .values(key=renamed)
        .execution_options(synchronize_session=False)
    )


def reply_key(channel_id: str, ts: str, office_id: int) -> str:
    """The key of the line in a post's thread that says that an office gave its いいね!."""
    return f"ack-notice:{channel_id}:{ts}:{office_id}"


def offices_that_like(
    session: Session, post: Message, offices: Offices | None = None
) -> frozenset[int] | None:
    """The offices whose holder gave いいね! with a button, where the post counts and stands.

    None if nobody ever pressed one.
    """
    likes = session.execute(
        select(Reaction.user_id, Reaction.event_ts, Reaction.present).where(
            Reaction.team_id == post.team_id,
            Reaction.channel_id == post.channel_id,
            Reaction.ts == post.ts,
            Reaction.name == emoji.DIGEST_LIKE,
        )
    ).all()
    if not likes:
        return None
    if not post.counted or post.deleted_ts is not None or post.kind != MessageKind.POST:
        return frozenset()
    offices = offices or Offices(session, post.team_id)
    standing = (like for like in likes if like.present)
    return frozenset().union(*(offices.held_by(like.user_id, like.event_ts) for like in standing))


def _renew_replies(session: Session, post: Message, offices: Offices, now: datetime) -> None:
    """One line for each office whose いいね! stands, and none of the others."""
    wanted = offices_that_like(session, post, offices)
    if wanted is None:
        return
    keys = {
        reply_key(post.channel_id, post.ts, office.id): office.id
        for office in all_offices(session, post.team_id)
    }
    there = {
        delivery.key: delivery
        for delivery in session.scalars(
            select(Delivery)
            .where(Delivery.team_id == post.team_id, Delivery.key.in_(keys))
            .order_by(Delivery.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    for key, office_id in keys.items():
        delivery = there.get(key)
        if delivery is None and office_id in wanted:
            _say_it(session, post, office_id, now)
        elif delivery is not None and not _is_as_wanted(delivery, office_id in wanted):
            renew(session, post.team_id, key, now)


def _say_it(session: Session, post: Message, office_id: int, now: datetime) -> None:
    enqueue(
        session,
        team_id=post.team_id,
        key=reply_key(post.channel_id, post.ts, office_id),
        kind=ACK_NOTICE,
        channel_id=post.channel_id,
        args={"ts": post.ts, "office_id": office_id, "thread_ts": post.thread_ts or post.ts},
        now=now,
    )


def _is_as_wanted(delivery: Delivery, is_wanted: bool) -> bool:
    """Whether the line stands, or will, if it is wanted; or does not, nor will, if it is not."""
    if delivery.state == DeliveryState.PENDING:
        return is_wanted or delivery.ts is None  # its words are still to be made
    if delivery.state == DeliveryState.SENT:
        return is_wanted
    if delivery.state in (DeliveryState.DROPPED, DeliveryState.FAILED):
        return not is_wanted and delivery.ts is None
    return False


def _renew_digests(session: Session, post: Message, now: datetime) -> None:
    """The last digests that show the post say what stands now."""
    written = slack_time.to_datetime(post.ts)
    for digest in digests.latest(session, post.team_id, written, DIGESTS):
        if (post.channel_id, post.ts) in _shown_in(session, digest):
            keys = digests.delivery_keys(digest)
            renew_standing(session, post.team_id, keys, now + DIGEST_AFTER)


def _shown_in(session: Session, digest: digests.Digest) -> Collection[Key]:
    return {
        (current_id(session, digest.team_id, channel_id), ts)
        for posts in digests.shown_posts(digest).values()
        for channel_id, ts in posts
    }


def _touch_homes(session: Session, post: Message, offices: Offices, now: datetime) -> None:
    """The author's, the leaders', and those of the project's people."""
    people = offices.holders_at(slack_time.from_datetime(now))
    home.touch(session, post.team_id, people | {post.user_id or ""}, now)
    if post.project_id is not None:
        home.touch_project(session, post.team_id, post.project_id, now)
