"""The words with which authors and threads hear of recognition, made when they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import evidence
from bot.core.acknowledged import Given, words_at
from bot.core.acknowledgements import ACK_NOTICE, offices_that_like
from bot.core.names import names_of
from bot.core.notices import RECOGNITION, told_with
from bot.core.outgoing import Outgoing, Renderer
from bot.core.permissions import language_of
from bot.settings import Settings
from bot.views import notices as view
from bot.views.digest import Style
from models.delivery import Delivery
from models.kudos import Kudos
from models.member import Member
from models.message import Message
from models.office import Office
from models.project import Project
from models.workspace import Workspace


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts into words what a thread and what an author are told."""

    def in_thread(session: Session, delivery: Delivery) -> Outgoing | None:
        """In the workspace's language; None where the office's いいね! does not stand any more."""
        key = (delivery.team_id, delivery.channel_id, str(delivery.args["ts"]))
        post = session.get(Message, key)
        office = session.get(Office, delivery.args["office_id"])
        if post is None or office is None:
            return None
        if office.id not in (offices_that_like(session, post) or ()):
            return None
        return _outgoing(*view.in_thread(office.name, settings.language))

    def to_author(session: Session, delivery: Delivery) -> Outgoing | None:
        """In the person's language; None where nothing stands any more, or they want none."""
        told = told_with(session, delivery)
        if told is None:
            return None
        member = session.get_one(Member, (delivery.team_id, told.user_id))
        workspace = session.get_one(Workspace, delivery.team_id)
        language = language_of(session, member, settings.language)
        style = Style(language, settings.timezone, workspace.url)
        acknowledged = [_acknowledged(session, post, given) for post, given in told.posts]
        thanked = [_thanked(session, kudos) for kudos in told.kudos]
        return _outgoing(*view.recognition(acknowledged, thanked, style))

    return {ACK_NOTICE: in_thread, RECOGNITION: to_author}


def _acknowledged(session: Session, post: Message, given: Sequence[Given]) -> view.Acknowledged:
    """With the words that the first of these acknowledgements was given to."""
    key = (post.channel_id, post.ts)
    first = min(one.event_ts for one in given)
    words = words_at(session, post.team_id, {key: first})[key]
    office_names = {
        office.id: office.name
        for office in session.scalars(
            select(Office).where(Office.id.in_([one.office_id for one in given]))
        )
    }
    quoted = evidence.QuotedPost(
        channel_id=post.channel_id,
        ts=post.ts,
        project=session.get_one(Project, post.project_id).name,
        thread_ts=post.thread_ts,
        text=words.text,
        files=words.files,
        names=evidence.names_in(session, post.team_id, [words.text]),
    )
    return view.Acknowledged(
        post=quoted,
        offices=tuple(office_names[one.office_id] for one in given),
        emoji=tuple(dict.fromkeys(one.emoji for one in given)),
        edited_after=post.edited_ts > first,
    )


def _thanked(session: Session, kudos: Kudos) -> view.Thanked:
    senders = names_of(session, kudos.team_id, [kudos.sender_id], [])
    return view.Thanked(
        sender=senders.get(kudos.sender_id, ""),
        words=kudos.words,
        channel_id=kudos.channel_id,
        ts=kudos.ts,
        names=evidence.names_in(session, kudos.team_id, [kudos.words]),
    )


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
