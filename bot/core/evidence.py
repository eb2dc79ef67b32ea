"""The posts behind a number, so that everyone can look at what was counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from bot.core.acknowledged import standing_on, words_at
from bot.core.lateness import came_late
from bot.core.recognition import (
    Span,
    acknowledgements_given,
    acknowledgements_standing,
    holders,
    is_counted,
    is_one_of,
    offices,
    posts_given,
    reactions_given,
    reactions_on,
    written_in,
)
from models.member import Member
from models.message import Decision, Message, MessageKind, MessageVersion
from models.preference import Preference
from models.project import Project

Key = tuple[str, str]  # channel ID, ts

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
_KEYS_AT_ONCE = 200


class Measure(StrEnum):
    """What is counted. UNSEEN: posts that no holder of an office has reacted to. LATE: posts

    that were written before the span and reached us too late for their own digest.
    """

    POSTS = "posts"
    REPLIES = "replies"
    REACTIONS = "reactions"
    ACKNOWLEDGEMENTS = "acknowledgements"
    UNSEEN = "unseen"
    LATE = "late"


@dataclass(frozen=True)
class QuotedPost:
    """A post as it is quoted: never with its author's name.

    `number` is how much of what was counted is on it. `emoji` and `offices` are what stands on
    it now. `is_known` is False for a thread that began with something that is not recorded.
    `edited_after`: its author has changed the words since the first of these offices reacted;
    `text_then` is what it said at that moment. `is_deleted`: the words are gone, the
    acknowledgement stays as a fact.
    """

    channel_id: str
    ts: str
    project: str
    number: int = 1
    thread_ts: str | None = None
    department: str = ""
    text: str = ""
    files: tuple[str, ...] = ()
    emoji: tuple[tuple[str, int], ...] = ()
    offices: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    is_known: bool = True
    is_counted: bool = True
    edited_after: bool = False
    text_then: str = ""
    is_deleted: bool = False


@dataclass(frozen=True)
class Page:
    """Some of the posts behind a number. `number` is the number itself, `posts_in_all` of how

    many posts it is made up.
    """

    number: int
    posts_in_all: int
    posts: tuple[QuotedPost, ...]


def behind(
    session: Session,
    span: Span,
    measure: Measure,
    *,
    project_id: int | None = None,
    offset: int = 0,
    limit: int = 10,
) -> Page:
    """A page of the posts behind this number, newest first; of one project if it is given."""
    counted = _counted(session, span, measure, project_id).subquery("counted")
    number, posts_in_all = session.execute(
        select(func.coalesce(func.sum(counted.c.number), 0), func.count())
    ).one()
    rows = session.execute(
        select(counted.c.channel_id, counted.c.ts, counted.c.project_id, counted.c.number)
        .order_by(counted.c.ts.desc(), counted.c.channel_id)
        .offset(offset)
        .limit(limit)
    ).all()
    return Page(
        number=int(number),
        posts_in_all=posts_in_all,
        posts=_quoted_rows(session, span.team_id, [tuple(row) for row in rows]),
    )


def most_recognised(
    session: Session, span: Span, *, limit: int, limit_per_project: int
) -> list[Key]:
    """The posts that were given most reactions in the span, oldest first: no ranking.

    Not more than `limit_per_project` of one project, so that small groups are seen as well; and
    nobody's who has chosen to be left out.
    """
    counted = (
        _counted(session, span, Measure.REACTIONS, None)
        .where(may_be_highlighted())
        .subquery("counted")
    )
    order = (counted.c.number.desc(), counted.c.ts.desc(), counted.c.channel_id)
    place = func.row_number().over(partition_by=counted.c.project_id, order_by=order)
    placed = select(counted, place.label("place")).subquery("placed")
    rows = session.execute(
        select(placed.c.channel_id, placed.c.ts)
        .where(placed.c.place <= limit_per_project)
        .order_by(placed.c.number.desc(), placed.c.ts.desc(), placed.c.channel_id)
        .limit(limit)
    )
    return sorted(((row.channel_id, row.ts) for row in rows), key=lambda key: (key[1], key[0]))


def without_left_out(session: Session, team_id: str, keys: Sequence[Key]) -> list[Key]:
    """Those of these posts whose authors have not chosen to be left out of what moved people."""
    left_out = select(Message.channel_id, Message.ts).where(
        is_one_of(Message, team_id, keys), ~may_be_highlighted()
    )
    gone = {(row.channel_id, row.ts) for row in session.execute(left_out)}
    return [key for key in keys if key not in gone]


def may_be_highlighted() -> ColumnElement[bool]:
    """The message's author has not chosen to be left out of what moved people."""
    return ~exists().where(
        Preference.team_id == Message.team_id,
        Preference.user_id == Message.user_id,
        ~Preference.highlights,
    )


def quoted(
    session: Session, team_id: str, keys: Sequence[Key], *, with_deleted: bool = False
) -> tuple[QuotedPost, ...]:
    """These posts in this order, with their words; what is gone or does not count is left out.

    `with_deleted`: not so those that an office has acknowledged and the author has deleted.
    """
    found = {key: post for key, post in _by_key(session, team_id, keys).items() if post.is_counted}
    if with_deleted:
        found |= _deleted(session, team_id, [key for key in keys if key not in found])
    return tuple(found[key] for key in keys if key in found)


def _counted(
    session: Session, span: Span, measure: Measure, project_id: int | None
) -> Select[str, str, int | None, int]:
    """(channel, ts, project, number) of the posts behind a number."""
    if measure == Measure.LATE:
        query = select(
            Message.channel_id, Message.ts, Message.project_id, literal(1).label("number")
        ).where(came_late(session, span), is_counted(MessageKind.POST))
    elif measure == Measure.POSTS or measure == Measure.UNSEEN:
        query = select(
            Message.channel_id, Message.ts, Message.project_id, literal(1).label("number")
        ).where(written_in(span), is_counted(MessageKind.POST))
        if measure == Measure.UNSEEN:
            query = query.where(~_is_acknowledged(session, span))
    elif measure == Measure.REPLIES:
        thread = func.coalesce(Message.thread_ts, Message.ts)
        query = (
            select(
                Message.channel_id,
                thread.label("ts"),
                func.max(Message.project_id).label("project_id"),
                func.count().label("number"),
            )
            .where(written_in(span), is_counted(MessageKind.REPLY))
            .group_by(Message.channel_id, thread)
        )
    else:
        given = (
            reactions_given(span)
            if measure == Measure.REACTIONS
            else acknowledgements_given(span, holders(session, span.team_id))
        )
        query = posts_given(span.team_id, given)
    return query if project_id is None else query.where(Message.project_id == project_id)


def _is_acknowledged(session: Session, span: Span) -> ColumnElement[bool]:
    posts = (
        select(Message.channel_id, Message.ts)
        .where(written_in(span), is_counted(MessageKind.POST))
        .cte("posts")
        .prefix_with("MATERIALIZED")
    )
    standing = acknowledgements_standing(
        posts, span.team_id, holders(session, span.team_id)
    ).subquery("standing")
    return tuple_(Message.channel_id, Message.ts).in_(select(standing.c.channel_id, standing.c.ts))


def _quoted_rows(
    session: Session, team_id: str, rows: Iterable[tuple[str, str, int, int]]
) -> tuple[QuotedPost, ...]:
    rows = list(rows)
    found = _by_key(session, team_id, [(channel_id, ts) for channel_id, ts, _, _ in rows])
    projects = _project_names(session, {project_id for _, _, project_id, _ in rows})
    quotes = []
    for channel_id, ts, project_id, number in rows:
        unknown = QuotedPost(channel_id, ts, projects.get(project_id, ""), is_known=False)
        post = found.get((channel_id, ts), unknown)
        quotes.append(replace(post, number=number))
    return tuple(quotes)


def _by_key(session: Session, team_id: str, keys: Sequence[Key]) -> dict[Key, QuotedPost]:
    found: dict[Key, QuotedPost] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        found.update(_read(session, team_id, some))
    return found


def _read(session: Session, team_id: str, keys: Sequence[Key]) -> dict[Key, QuotedPost]:
    is_one = is_one_of(Message, team_id, keys)
    emoji = _emoji(session, reactions_on(team_id, keys))
    given = standing_on(session, team_id, keys)
    office_names = {office.id: office.name for office in offices(session, team_id)}
    rows = session.execute(
        select(Message, MessageVersion, Project.name)
        .join(
            MessageVersion,
            and_(
                MessageVersion.team_id == Message.team_id,
                MessageVersion.channel_id == Message.channel_id,
                MessageVersion.ts == Message.ts,
                MessageVersion.edited_ts == Message.edited_ts,
            ),
        )
        .join(Project, Project.id == Message.project_id)
        .where(is_one, Message.deleted_ts.is_(None))
    ).all()
    first = {key: min(one.event_ts for one in those) for key, those in given.items()}
    edited = {
        key: first[key]
        for key, edited_ts in (((m.channel_id, m.ts), m.edited_ts) for m, _, _ in rows)
        if key in first and edited_ts > first[key]
    }
    then = words_at(session, team_id, edited)
    texts = [version.text for _, version, _ in rows] + [words.text for words in then.values()]
    names = names_in(session, team_id, texts)
    quotes = {}
    for message, version, project in rows:
        key = (message.channel_id, message.ts)
        quotes[key] = QuotedPost(
            channel_id=message.channel_id,
            ts=message.ts,
            project=project,
            thread_ts=message.thread_ts,
            department=message.author_department or "",
            text=version.text,
            files=tuple(file.get("name", "") for file in version.standing_files),
            emoji=tuple(emoji.get(key, Counter()).most_common()),
            offices=tuple(office_names[one.office_id] for one in given.get(key, ())),
            names=names,
            is_counted=message.counted,
            edited_after=key in then,
            text_then=then[key].text if key in then else "",
        )
    return quotes


def _deleted(session: Session, team_id: str, keys: Sequence[Key]) -> dict[Key, QuotedPost]:
    """Those of these posts that were deleted, and that an office has acknowledged."""
    given = standing_on(session, team_id, keys)
    office_names = {office.id: office.name for office in offices(session, team_id)}
    rows = session.execute(
        select(Message, Project.name)
        .join(Project, Project.id == Message.project_id)
        .where(is_one_of(Message, team_id, list(given)), Message.deleted_ts.is_not(None))
    )
    return {
        (message.channel_id, message.ts): QuotedPost(
            channel_id=message.channel_id,
            ts=message.ts,
            project=project,
            offices=tuple(
                office_names[one.office_id] for one in given[message.channel_id, message.ts]
            ),
            is_deleted=True,
        )
        for message, project in rows
        if message.decision != Decision.LEAVE_OUT
    }


def _emoji(session: Session, standing: Select[str, str, str, str]) -> dict[Key, Counter[str]]:
    given = standing.subquery("standing")
    counts: dict[Key, Counter[str]] = {}
    for channel_id, ts, emoji, number in session.execute(
        select(given.c.channel_id, given.c.ts, given.c.emoji, func.count())
        .group_by(given.c.channel_id, given.c.ts, given.c.emoji)
        .order_by(given.c.emoji)
    ):
        counts.setdefault((channel_id, ts), Counter())[emoji] = number
    return counts


def names_in(session: Session, team_id: str, texts: Iterable[str]) -> dict[str, str]:
    """The names of those who are mentioned in these texts, by user ID, as far as they are known."""
    mentioned = {user for text in texts for user in _MENTION.findall(text)}
    if not mentioned:
        return {}
    rows = session.execute(
        select(Member.user_id, Member.display_name).where(
            Member.team_id == team_id, Member.user_id.in_(mentioned), Member.display_name != ""
        )
    )
    return {row.user_id: row.display_name for row in rows}


def _project_names(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Project.id, Project.name).where(Project.id.in_(ids)))
    return {row.id: row.name for row in rows}
