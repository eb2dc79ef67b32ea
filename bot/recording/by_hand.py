"""Recording a message by hand, or leaving it out for good, whatever the rules say.

What Slack shows of the message comes with the request: it may be older than the registration, or
have been written while the bot was away.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import posts, questions
from bot.core.permissions import Actor, require_author_or_manager
from bot.errors import UserError
from bot.recording.belonging import project_of
from bot.recording.messages import is_by_person, kind_of, row_of, write
from bot.recording.payload import Payload
from bot.text import Text
from models import home
from models import message as messages
from models.channel import current_id
from models.member import Member
from models.message import Decision, Message, MessageKind
from models.project import Project, leads_of, of_channel
from models.workspace import bot_user_of

NOT_REGISTERED = Text(
    ja="このチャンネルは、いまは登録されていません。 `/project 登録 名前` で登録すると、"
    "これからの投稿を記録します。",
    en="This channel isn't registered at present. `/project register NAME` registers it; "
    "posts are recorded from then on.",
)
NOTHING_RECORDED = Text(
    ja="このチャンネルは登録されていないので、もともと記録していません。そのままで大丈夫です。",
    en="This channel isn't registered, so nothing is recorded here. There is nothing to do.",
)
ONLY_PEOPLE = Text(
    ja="記録するのは、人が書いたメッセージだけです。アプリやお知らせの投稿は記録しません。",
    en="Only what people write is recorded, not posts of apps or Slack's own notes.",
)
REPLIES_COUNT_APART = Text(
    ja="返信は、スレッドの元の投稿と一緒に「返信」として数えています。"
    "進捗として記録したいときは、チャンネルにも投稿してください。",
    en="Replies are counted as replies, with the post their thread began with. "
    "To have it recorded as progress, please post it in the channel as well.",
)
ALREADY_RECORDED = Text(
    ja="これは、すでに進捗として記録されています。", en="This is recorded as progress already."
)
ALREADY_LEFT_OUT = Text(
    ja="これは、すでに記録から外れています。", en="This has been left out of the record already."
)
DELETED = Text(ja="このメッセージは、もう削除されています。", en="This message has been deleted.")
NOTHING_IN_IT = Text(
    ja="文章も添付ファイルもないので、記録できませんでした。",
    en="There are neither words nor files in it, so it could not be recorded.",
)
LEFT_OUT_BY_AUTHOR = Text(
    ja="書いた方が記録から外しています。記録に戻せるのは、書いた方だけです。",
    en="Its author has left it out of the record. Only they can bring it back.",
)


def record(
    session: Session, actor: Actor, channel_id: str, seen: Payload, *, now: datetime
) -> Message:
    """Have the message count as a post. `seen` is the message as Slack shows it.

    Raises UserError, having changed nothing.
    """
    channel_id = current_id(session, actor.team_id, channel_id)
    if of_channel(session, actor.team_id, channel_id) is None:
        raise UserError(NOT_REGISTERED)
    post = messages.locked(session, actor.team_id, channel_id, seen.required("ts"))
    if post is None and not is_by_person(seen, bot_user_of(session, actor.team_id)):
        raise UserError(ONLY_PEOPLE)
    was_left_out = post is not None and post.decision == Decision.LEAVE_OUT
    project = _require_right(session, actor, channel_id, seen, post, now)
    if post is not None and post.deleted_ts is not None:
        raise UserError(DELETED)
    if post is not None and was_left_out:
        _require_not_the_authors_wish(actor, post)
    elif post is not None and post.counted and post.kind == MessageKind.POST:
        raise UserError(ALREADY_RECORDED)
    elif kind_of(seen) == MessageKind.REPLY:
        raise UserError(REPLIES_COUNT_APART)
    post = post or row_of(session, project, channel_id, seen, now)
    post.decision, post.decided_by = Decision.RECORD, actor.user_id
    _take_over(session, project, post, seen, now)
    if not post.counted:
        raise UserError(NOTHING_IN_IT)
    return post


def leave_out(
    session: Session, actor: Actor, channel_id: str, seen: Payload, *, now: datetime
) -> Message:
    """Take the message out of the record for good and erase its words, whatever comes later.

    That goes on after the project was closed. Raises UserError, having changed nothing.
    """
    channel_id = current_id(session, actor.team_id, channel_id)
    post = messages.locked(session, actor.team_id, channel_id, seen.required("ts"))
    if post is None and of_channel(session, actor.team_id, channel_id) is None:
        raise UserError(NOTHING_RECORDED)
    if post is None and not is_by_person(seen, bot_user_of(session, actor.team_id)):
        raise UserError(ONLY_PEOPLE)
    project = _require_right(session, actor, channel_id, seen, post, now)
    if post is not None and post.deleted_ts is not None:
        raise UserError(DELETED)
    if post is not None and post.decision == Decision.LEAVE_OUT:
        if post.user_id != actor.user_id or post.decided_by == actor.user_id:
            raise UserError(ALREADY_LEFT_OUT)
        post.decided_by = actor.user_id  # from now on nobody else brings it back
        return post
    post = post or row_of(session, project, channel_id, seen, now)
    post.decision, post.decided_by = Decision.LEAVE_OUT, actor.user_id
    posts.erase_words(session, post)
    _follow(session, post, now)
    return post


def _require_right(
    session: Session,
    actor: Actor,
    channel_id: str,
    seen: Payload,
    post: Message | None,
    now: datetime,
) -> Project:
    """The message's project. Raises UserError unless the actor wrote it or manages the project."""
    project = project_of(session, actor.team_id, channel_id, seen.required("ts"), now)
    if project is None:
        raise UserError(NOT_REGISTERED)
    author = post.user_id if post is not None and post.user_id else seen.text("user")
    require_author_or_manager(actor, author, leads_of(session, project.id))
    return project


def _require_not_the_authors_wish(actor: Actor, post: Message) -> None:
    if post.decided_by == post.user_id != actor.user_id:
        raise UserError(LEFT_OUT_BY_AUTHOR)


def _take_over(
    session: Session, project: Project, post: Message, seen: Payload, now: datetime
) -> None:
    """Record the words as Slack shows them now."""
    author = session.get(Member, (post.team_id, post.user_id or ""))
    if author is not None and author.fetched_at is not None:
        post.author_name, post.author_department = author.display_name, author.department
    else:
        post.author_name = post.author_department = None
    if is_by_person(seen, bot_user_of(session, post.team_id)):
        write(session, project, post.channel_id, seen, now)
    elif messages.current_version(session, post) is None:
        # Written with the form and left out since: what stands there is all that is known of it.
        messages.add_version(session, post, edited_ts="", text=seen.text("text"), files=[])
    _follow(session, post, now)


def _follow(session: Session, post: Message, now: datetime) -> None:
    posts.recount(session, post, now)
    questions.refresh(session, post.team_id, post.channel_id, post.ts, now)
    if post.project_id is not None:
        home.touch_project(session, post.team_id, post.project_id, now)
