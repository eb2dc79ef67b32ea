"""Progress written with the form: where it may go, what is kept of it, editing and withdrawing.

The words go out through the outbox under their author's name. Once they stand in the channel
they are their author's post like any other: a row in `messages`, with its versions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core import posts, questions, slack_time
from bot.core.permissions import Actor, require_author
from bot.core.written import Written, text_of, written_from
from bot.errors import UserError
from bot.text import Language, Text
from models import delivery, draft, home, message
from models.channel import Channel, current_id
from models.database import words_are_erased
from models.delivery import Delivery
from models.draft import Draft
from models.member import Member
from models.message import Decision, Message, MessageKind
from models.project import Project, ProjectChannel, Status, of_channel

PROGRESS = "progress"
LOST = "progress_lost"

NOT_REGISTERED_NOW = Text(
    ja="このプロジェクトは終了したか、チャンネルの登録が外れました。"
    "別のプロジェクトを選ぶか、リーダーに確かめてください。",
    en="This project has been closed, or its channel is no longer registered. "
    "Please choose another one, or ask its lead.",
)
IS_ARCHIVED = Text(
    ja="このプロジェクトのチャンネルはアーカイブされているので、投稿できません。"
    "リーダーに確かめてください。",
    en="The channel of this project is archived, so nothing can be posted there. "
    "Please ask its lead.",
)
BOT_IS_OUT = Text(
    ja="私がこのプロジェクトのチャンネルから外れているので、投稿できません。"
    "チャンネルで `/invite` を使って招待してもらってから、もう一度送ってください。",
    en="I am not in this project's channel any more. Please have somebody invite me with "
    "`/invite` there, then send this again.",
)
NOT_IN_CHANNEL = Text(
    ja="このプロジェクトのチャンネルに入っていないので、投稿できません。"
    "チャンネルに参加するか、自分が入っているプロジェクトを選んでください。",
    en="You are not in this project's channel. Please join it, or choose a project whose "
    "channel you are in.",
)
NOWHERE = Text(
    ja="投稿できるプロジェクトが見つかりません。プロジェクトのチャンネルに参加してから、"
    "もう一度お試しください。 `/project 一覧` でプロジェクトを見られます。",
    en="There is no project you could post to yet. Please join a project's channel and try "
    "again; `/project list` shows the projects.",
)
IS_GONE = Text(
    ja="この投稿は、もうありません。取り下げられたか、削除されています。",
    en="This post is gone: it was withdrawn or deleted.",
)
IS_LEFT_OUT = Text(
    ja="この投稿は記録から外してあるので、ここからは直せません。取り下げることはできます。",
    en="This post has been left out of the record, so it can't be edited here. "
    "You can still withdraw it.",
)

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Where somebody may post: a project's channel. `name` is the project's."""

    channel_id: str
    name: str
    channel_name: str = ""


def places(session: Session, team_id: str, channel_ids: Collection[str]) -> tuple[Place, ...]:
    """Those of these channels to which progress can be posted now, by the project's name."""
    if not channel_ids:
        return ()
    today = {current_id(session, team_id, channel_id) for channel_id in channel_ids}
    rows = session.execute(
        select(ProjectChannel.channel_id, Project.name, Channel.name)
        .join(Project, Project.id == ProjectChannel.project_id)
        .join(
            Channel,
            (Channel.team_id == ProjectChannel.team_id)
            & (Channel.channel_id == ProjectChannel.channel_id),
        )
        .where(
            ProjectChannel.team_id == team_id,
            ProjectChannel.removed_at.is_(None),
            ProjectChannel.channel_id.in_(today),
            Project.status != Status.CLOSED,
            Channel.has_bot,
            ~Channel.is_archived,
        )
        .order_by(Project.name_key, ProjectChannel.id)
    )
    return tuple(Place(channel_id, name, channel_name) for channel_id, name, channel_name in rows)


def require_postable(session: Session, team_id: str, channel_id: str) -> Project:
    """The project of this channel. Raises UserError if nothing can be posted there now."""
    project = of_channel(session, team_id, channel_id)
    if project is None or project.status == Status.CLOSED:
        raise UserError(NOT_REGISTERED_NOW, field="project")
    channel = session.get(Channel, (team_id, channel_id))
    if channel is not None and channel.is_archived:
        raise UserError(IS_ARCHIVED, field="project")
    if channel is None or not channel.has_bot:
        raise UserError(BOT_IS_OUT, field="project")
    return project


def submit(
    session: Session,
    actor: Actor,
    channel_id: str,
    written: Written,
    *,
    view_id: str,
    language: Language,
    now: datetime,
) -> None:
    """Have it posted. What the same form sends again is the same post, in its latest words."""
    channel_id = current_id(session, actor.team_id, channel_id)
    project = require_postable(session, actor.team_id, channel_id)
    sent = _sent_before(session, actor.team_id, view_id)
    if sent is not None:
        require_author(actor, sent.user_id, field="done")
    if sent is not None and sent.channel_id != channel_id:
        _take_back(session, sent, now)
        sent = None
    sent = sent or _put_in_outbox(session, actor, project, channel_id, written, view_id, now)
    if sent is None:
        return
    if sent.ts is not None:
        edit(session, actor, channel_id, sent.ts, written, language=language, now=now)
    else:
        sent.fields = written.as_json()
        delivery.renew(session, actor.team_id, sent.delivery_key, now)


def stands(session: Session, said: Delivery, language: Language) -> None:
    """The post stands in the channel: from now on it is its author's message."""
    sent = _draft_of(session, said)
    if sent is None or said.ts is None or sent.ts is not None:
        return
    now = said.sent_at or said.created_at
    fields = sent.fields
    post = _row(session, sent, said.channel_id, said.ts)
    words_are_erased(session)
    if fields is None:  # taken back while it was on its way
        _erase(session, post, now)
    elif post.deleted_ts is None:
        written = written_from(fields)
        message.add_version(
            session,
            post,
            edited_ts="",
            text=text_of(written, language),
            files=list(written.photos),
            fields={**written.fields()},
        )
        changed(session, post, now)
    sent.fields, sent.ts, sent.channel_id = None, said.ts, said.channel_id
    if post.asks_help and not (fields or {}).get(posts.HELP):  # by a 🆘 that came first
        posts.renew_form_post(session, post, now)


def lost(session: Session, unsaid: Delivery) -> None:
    """It could not be posted, for good: its author gets back what they wrote."""
    written_in_form = _draft_of(session, unsaid)
    if written_in_form is None or written_in_form.fields is None:
        return
    now = unsaid.claimed_at or unsaid.created_at
    delivery.enqueue(
        session,
        team_id=unsaid.team_id,
        key=f"progress-lost:{written_in_form.id}",
        kind=LOST,
        channel_id=written_in_form.user_id,
        args={"draft_id": written_in_form.id},
        now=now,
    )


def given_back(session: Session, said: Delivery) -> None:
    """The author has got back what could not be posted, or can't be reached: it is kept no more."""
    written_in_form = _draft_of(session, said)
    if written_in_form is not None:
        written_in_form.fields = None
        words_are_erased(session)


def own_post(session: Session, actor: Actor, written_in_form: Draft | None) -> Message:
    """The author's own post, locked. Raises UserError for anybody else, and if it is gone."""
    if written_in_form is None or written_in_form.team_id != actor.team_id:
        raise UserError(IS_GONE)
    require_author(actor, written_in_form.user_id)
    key = (actor.team_id, written_in_form.channel_id, written_in_form.ts or "")
    post = message.locked(session, *key)
    if post is None or post.deleted_ts is not None:
        raise UserError(IS_GONE)
    return post


def written_now(session: Session, post: Message) -> Written | None:
    """What the post says now, by field; None where that is not kept."""
    version = message.current_version(session, post)
    if version is None or version.fields is None:
        return None
    return written_from(version.fields, version.standing_files)


def edit(
    session: Session,
    actor: Actor,
    channel_id: str,
    ts: str,
    written: Written,
    *,
    language: Language,
    now: datetime,
) -> None:
    """Change the words of one's own post: a new version, and the message in the channel."""
    channel_id = current_id(session, actor.team_id, channel_id)
    post = own_post(session, actor, draft.of_post(session, actor.team_id, channel_id, ts))
    require_postable(session, actor.team_id, channel_id)
    if post.decision == Decision.LEAVE_OUT or written_now(session, post) is None:
        raise UserError(IS_LEFT_OUT, field="done")
    if written_now(session, post) == written:
        return
    latest = slack_time.to_datetime(max(post.edited_ts or post.ts, post.ts))
    edited_ts = slack_time.from_datetime(max(now, latest + _TICK))
    message.add_version(
        session,
        post,
        edited_ts=edited_ts,
        text=text_of(written, language),
        files=list(written.photos),
        fields={**written.fields()},
    )
    post.edited_ts = edited_ts
    changed(session, post, now)
    posts.renew_form_post(session, post, now)


def withdraw(session: Session, actor: Actor, draft_id: int, *, now: datetime) -> None:
    """Take one's own post out of the channel and erase its words, as when a message is deleted."""
    written_in_form = session.get(Draft, draft_id)
    post = own_post(session, actor, written_in_form)
    _erase(session, post, now)
    posts.renew_form_post(session, post, now)


def changed(session: Session, post: Message, now: datetime) -> None:
    """Have everything follow that depends on what the post says."""
    posts.recount(session, post, now)
    questions.refresh(session, post.team_id, post.channel_id, post.ts, now)
    if post.project_id is not None:
        home.touch_project(session, post.team_id, post.project_id, now)


def _sent_before(session: Session, team_id: str, view_id: str) -> Draft | None:
    """What the form has sent already, kept from the sender until the transaction ends."""
    sent = draft.of_form(session, team_id, view_id)
    if sent is None:
        return None
    delivery.locked(session, team_id, sent.delivery_key)
    return draft.of_form(session, team_id, view_id)


def _put_in_outbox(
    session: Session,
    actor: Actor,
    project: Project,
    channel_id: str,
    written: Written,
    view_id: str,
    now: datetime,
) -> Draft | None:
    """Have it posted; if the form has sent it at this very moment, that is returned instead."""
    row = Draft(
        team_id=actor.team_id,
        channel_id=channel_id,
        project_id=project.id,
        user_id=actor.user_id,
        view_id=view_id,
        fields=written.as_json(),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return _sent_before(session, actor.team_id, view_id)
    delivery.enqueue(
        session,
        team_id=actor.team_id,
        key=row.delivery_key,
        kind=PROGRESS,
        channel_id=channel_id,
        args={"draft_id": row.id},
        now=now,
    )
    return None


def _take_back(session: Session, sent: Draft, now: datetime) -> None:
    """The same form was sent again for another channel: nothing may stay where it was first."""
    sent.view_id = None
    if sent.ts is not None:
        post = message.locked(session, sent.team_id, sent.channel_id, sent.ts)
        if post is not None and post.deleted_ts is None:
            _erase(session, post, now)
    sent.fields = None
    session.flush()
    words_are_erased(session)
    delivery.renew(session, sent.team_id, sent.delivery_key, now)


def _row(session: Session, sent: Draft, channel_id: str, ts: str) -> Message:
    """The row of the post, locked, as its author's; a tombstone may be there already."""
    project = session.get_one(Project, sent.project_id)
    key = (sent.team_id, channel_id, ts)
    post = message.insert_blank(
        session, *key, project_id=project.id, capture=project.capture
    ) or message.locked(session, *key)
    if post is None:
        raise LookupError("a post vanished while it was recorded")
    post.user_id, post.kind = sent.user_id, MessageKind.POST
    author = session.get(Member, (sent.team_id, sent.user_id))
    if author is not None and author.fetched_at is not None and post.deleted_ts is None:
        post.author_name, post.author_department = author.display_name, author.department
    return post


def _erase(session: Session, post: Message, now: datetime) -> None:
    post.deleted_ts = slack_time.from_datetime(now)
    posts.erase_words(session, post)
    changed(session, post, now)


def _draft_of(session: Session, said: Delivery) -> Draft | None:
    return session.get(Draft, said.args["draft_id"], populate_existing=True)
