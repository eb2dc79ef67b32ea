"""Which reactions and acknowledgements count, as SQL that works on sets.

A reaction is one person and one emoji on a post: names of the same emoji are one, bots do not
count, and its time is that of the earliest name that still stands. An acknowledgement is one
office and one post: the first standing reaction of whoever held the office at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    String,
    and_,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from bot.core import slack_time
from models.base import ID_LENGTH, TS_LENGTH
from models.member import Member
from models.message import Message, MessageKind, MessageVersion
from models.notice import Notice
from models.office import Office, Tenure
from models.reaction import Reaction
from models.workspace import Workspace

SLACKBOT = "USLACKBOT"

_ALWAYS = "9999999999.999999"
_EARLIER = "earlier"


@dataclass(frozen=True)
class Span:
    """Slack time stamps of a period: from `start` to just before `end`."""

    team_id: str
    start: str
    end: str


def span_of(team_id: str, start: datetime, end: datetime) -> Span:
    """The span of a period given as instants."""
    return Span(team_id, slack_time.from_datetime(start), slack_time.from_datetime(end))


def is_counted(kind: MessageKind) -> ColumnElement[bool]:
    """The message is a post (or a reply) that counts and stands.

    `counted` is written as it stands in the partial indexes: SQLite only uses them if the words
    are the same (sqlite.org/partialindex.html).
    """
    return and_(
        literal_column("messages.counted"),
        Message.kind == kind.value,
        Message.deleted_ts.is_(None),
    )


def written_in(span: Span) -> ColumnElement[bool]:
    """The message was written in the span."""
    return and_(Message.team_id == span.team_id, Message.ts >= span.start, Message.ts < span.end)


def same_message(team_id: str, keys: FromClause) -> ColumnElement[bool]:
    """The message is the one that a row of `keys` (channel_id, ts) names."""
    return and_(
        Message.team_id == team_id,
        Message.channel_id == keys.c.channel_id,
        Message.ts == keys.c.ts,
    )


def is_one_of(
    table: type[Message] | type[MessageVersion] | type[Reaction] | type[Notice],
    team_id: str,
    keys: Sequence[tuple[str, str]],
) -> ColumnElement[bool]:
    """The row is of one of these messages (channel, ts), to be looked up by the primary key.

    For a list of pairs SQLite would read every row there is, and the same without the workspace
    in each of the alternatives.
    """
    by_channel: dict[str, list[str]] = {}
    for channel_id, ts in keys:
        by_channel.setdefault(channel_id, []).append(ts)
    return or_(
        false(),
        *(
            and_(table.team_id == team_id, table.channel_id == channel_id, table.ts.in_(times))
            for channel_id, times in by_channel.items()
        ),
    )


def reactions_given(span: Span) -> Select[str, str, str, str]:
    """(channel, ts, user, emoji) of the reactions given in the span, on messages of any kind.

    What stood before has another name. Nearly all bear the name that they count as: for them
    nothing is looked up but the small index of the others. It asks for the first of them and not
    whether there is one: of that PostgreSQL believes that it leaves next to nothing, and then
    goes through all messages for each reaction.
    """
    same = aliased(Reaction, name="same")
    first = select(func.min(same.event_ts)).where(
        same.team_id == Reaction.team_id,
        same.channel_id == Reaction.channel_id,
        same.ts == Reaction.ts,
        same.user_id == Reaction.user_id,
        same.emoji == Reaction.emoji,
        same.present,
    )
    first_in_other_name = first.where(same.name != same.emoji).scalar_subquery()
    return (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.emoji)
        .where(
            given_in(span),
            _by_people(span.team_id),
            func.coalesce(first_in_other_name, span.start) >= span.start,
            or_(Reaction.name == Reaction.emoji, first.scalar_subquery() >= span.start),
        )
        .distinct()
    )


def posts_given(
    team_id: str, given: Select[str, str, str, str] | Select[int, str, str]
) -> Select[str, str, int | None, int]:
    """(channel, ts, project, number) of the posts that count to which these were given.

    `given` has a `channel_id` and a `ts`. They are put together before the posts are looked up:
    there are ten times as many.
    """
    each = given.subquery("given")
    on_posts = (
        select(
            literal(team_id).label("team_id"),
            each.c.channel_id,
            each.c.ts,
            func.count().label("number"),
        )
        .group_by(each.c.channel_id, each.c.ts)
        .cte("on_posts")
        .prefix_with("MATERIALIZED")
    )
    by_key = and_(
        Message.team_id == on_posts.c.team_id,
        Message.channel_id == on_posts.c.channel_id,
        Message.ts == on_posts.c.ts,
    )
    return (
        select(Message.channel_id, Message.ts, Message.project_id, on_posts.c.number)
        .join_from(on_posts, Message, by_key)
        .where(_is_a_post())
    )


def _is_a_post() -> ColumnElement[bool]:
    """`is_counted(POST)` for messages that are found by their keys.

    `counted` is written in other words than in the partial indexes, and the workspace is asked
    for by the keys: SQLite would go through all the posts there ever were, by the index of those
    that count, rather than look up these few.
    """
    return and_(
        Message.counted.is_(True),
        Message.kind == MessageKind.POST,
        Message.deleted_ts.is_(None),
    )


def reactions_standing(posts: CTE, team_id: str) -> Select[str, str, str, str]:
    """(channel, ts, user, emoji) of all that stands on these posts (channel_id, ts) now."""
    return (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.emoji)
        .join(
            posts,
            and_(Reaction.channel_id == posts.c.channel_id, Reaction.ts == posts.c.ts),
        )
        .where(Reaction.team_id == team_id, Reaction.present, _by_people(team_id))
        .distinct()
    )


def reactions_on(team_id: str, keys: Sequence[tuple[str, str]]) -> Select[str, str, str, str]:
    """The same for a few messages (channel, ts)."""
    return (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.emoji)
        .where(is_one_of(Reaction, team_id, keys), Reaction.present, _by_people(team_id))
        .distinct()
    )


def acknowledgements_given(span: Span, holders: CTE) -> Select[int, str, str]:
    """(office, channel, ts) of the acknowledgements given in the span, on messages of any kind."""
    given = (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.event_ts)
        .where(
            given_in(span),
            _by_people(span.team_id),
            Reaction.user_id.in_(select(holders.c.user_id)),
        )
        .cte("given_by_holders")
        .prefix_with("MATERIALIZED")
    )
    earlier = aliased(Reaction, name=_EARLIER)
    holder_then = holders.alias("holder_then")
    given_before = exists().where(
        earlier.team_id == span.team_id,
        earlier.channel_id == given.c.channel_id,
        earlier.ts == given.c.ts,
        earlier.present,
        earlier.event_ts < span.start,
        _by_people(span.team_id, earlier.user_id),
        holder_then.c.office_id == holders.c.office_id,
        _held(holder_then, earlier.user_id, earlier.event_ts),
    )
    return (
        select(holders.c.office_id, given.c.channel_id, given.c.ts)
        .join_from(given, holders, _held(holders, given.c.user_id, given.c.event_ts))
        .where(~given_before)
        .distinct()
    )


def acknowledgements_standing(posts: CTE, team_id: str, holders: CTE) -> Select[int, str, str]:
    """(office, channel, ts) of all acknowledgements that stand on these posts now."""
    standing = (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.event_ts)
        .join(
            posts,
            and_(Reaction.channel_id == posts.c.channel_id, Reaction.ts == posts.c.ts),
        )
        .where(
            Reaction.team_id == team_id,
            Reaction.present,
            _by_people(team_id),
            Reaction.user_id.in_(select(holders.c.user_id)),
        )
        .cte("standing_by_holders")
        .prefix_with("MATERIALIZED")
    )
    return (
        select(holders.c.office_id, standing.c.channel_id, standing.c.ts)
        .join_from(standing, holders, _held(holders, standing.c.user_id, standing.c.event_ts))
        .distinct()
    )


def is_acknowledged(team_id: str, holders: CTE, since: str) -> ColumnElement[bool]:
    """An office has acknowledged the message: for a look at a few messages among many.

    They must have been written after `since`: so were their reactions, and PostgreSQL, which
    collects all of them first, collects no older ones.
    """
    held = holders.alias("held")
    return exists().where(
        Reaction.team_id == team_id,
        Reaction.channel_id == Message.channel_id,
        Reaction.ts == Message.ts,
        Reaction.event_ts >= since,
        Reaction.present,
        _by_people(team_id),
        _held(held, Reaction.user_id, Reaction.event_ts),
    )


def projects_acknowledged(span: Span, holders: CTE) -> Select[int | None]:
    """The projects of posts to which whoever held an office has reacted in the span."""
    given = (
        select(Reaction.channel_id, Reaction.ts, Reaction.user_id, Reaction.event_ts)
        .where(
            given_in(span),
            _by_people(span.team_id),
            Reaction.user_id.in_(select(holders.c.user_id)),
        )
        .cte("given_by_holders")
        .prefix_with("MATERIALIZED")
    )
    return (
        select(Message.project_id)
        .join_from(given, holders, _held(holders, given.c.user_id, given.c.event_ts))
        .join(Message, same_message(span.team_id, given))
        .where(is_counted(MessageKind.POST))
        .distinct()
    )


def holders(session: Session, team_id: str) -> CTE:
    """Who held which office from when to when, as Slack time stamps (`since`, `until`)."""
    tenures = session.scalars(select(Tenure).where(Tenure.team_id == team_id)).all()
    rows = [
        select(
            literal(tenure.office_id).label("office_id"),
            _text(tenure.user_id, ID_LENGTH).label("user_id"),
            _text(slack_time.from_datetime(tenure.since), TS_LENGTH).label("since"),
            _text(_end(tenure), TS_LENGTH).label("until"),
        )
        for tenure in tenures
    ]
    nobody = select(
        literal(0).label("office_id"),
        _text("", ID_LENGTH).label("user_id"),
        _text("", TS_LENGTH).label("since"),
        _text("", TS_LENGTH).label("until"),
    )
    return union_all(nobody, *rows).cte("holders")


def offices(session: Session, team_id: str) -> Sequence[Office]:
    """All offices in the order in which they are shown."""
    return session.scalars(
        select(Office).where(Office.team_id == team_id).order_by(Office.id)
    ).all()


def _end(tenure: Tenure) -> str:
    return _ALWAYS if tenure.until is None else slack_time.from_datetime(tenure.until)


def _text(value: str, length: int) -> ColumnElement[str]:
    return literal(value, String(length))


def given_in(span: Span) -> ColumnElement[bool]:
    """`present` is written as in the partial index `ix_reactions_by_time`.

    Everywhere else it is not, so that SQLite, which guesses without statistics, keeps to the
    primary key there: it names the post.
    """
    return and_(
        Reaction.team_id == span.team_id,
        literal_column("reactions.present"),
        Reaction.event_ts >= span.start,
        Reaction.event_ts < span.end,
    )


def _by_people(
    team_id: str, user_id: SQLColumnExpression[str] = Reaction.user_id
) -> ColumnElement[bool]:
    """Unknown members count as people: a bot is known as such when its profile is fetched."""
    bots = union_all(
        select(Member.user_id).where(Member.team_id == team_id, Member.is_bot),
        select(Workspace.bot_user_id).where(Workspace.team_id == team_id),
    )
    return and_(user_id != SLACKBOT, user_id.not_in(bots))


def _held(
    holders: FromClause,
    user_id: SQLColumnExpression[str],
    event_ts: SQLColumnExpression[str],
) -> ColumnElement[bool]:
    """The person held the office at the moment of the reaction."""
    return and_(
        holders.c.user_id == user_id,
        holders.c.since <= event_ts,
        holders.c.until > event_ts,
    )
