"""Posts written with the form: their words in the channel, and what is noted once they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core import progress
from bot.core.outgoing import AS_IT_IS, OnLost, OnSaid, Outgoing, Renderer
from bot.core.permissions import language_of
from bot.core.written import written_from
from bot.settings import Settings
from bot.views import progress_post as view
from models.delivery import Delivery
from models.draft import Draft
from models.member import Member
from models.message import Message
from models.project import Project, of_channel


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts posts into words, under their author's name and in the workspace's language."""

    def post(session: Session, delivery: Delivery) -> Outgoing | None:
        """None once it is withdrawn; or before it stands, if the project has gone meanwhile."""
        draft = _draft(session, delivery)
        if draft is None:
            return None
        if draft.ts is None:
            card = _to_be_posted(session, delivery, draft)
            return None if card is None else _outgoing(session, draft, card, settings)
        row = session.get(Message, (delivery.team_id, delivery.channel_id, draft.ts))
        if row is None or row.deleted_ts is not None:
            return None
        card = _standing(session, draft, row)
        return AS_IT_IS if card is None else _outgoing(session, draft, card, settings)

    def returned(session: Session, delivery: Delivery) -> Outgoing | None:
        draft = _draft(session, delivery)
        if draft is None or draft.fields is None:
            return None
        author = session.get(Member, (draft.team_id, draft.user_id))
        project = session.get_one(Project, draft.project_id)
        default = settings.language
        language = default if author is None else language_of(session, author, default)
        text, blocks = view.returned(written_from(draft.fields), project.name, language)
        return Outgoing(text, _json(blocks))

    return {progress.PROGRESS: post, progress.LOST: returned}


def on_said(settings: Settings) -> Mapping[str, OnSaid]:
    """What is noted once Slack has them."""

    def posted(session: Session, delivery: Delivery) -> None:
        progress.stands(session, delivery, settings.language)

    return {progress.PROGRESS: posted, progress.LOST: progress.given_back}


def on_lost() -> Mapping[str, OnLost]:
    """What is done where Slack will never have them."""
    return {progress.PROGRESS: progress.lost, progress.LOST: progress.given_back}


def _draft(session: Session, delivery: Delivery) -> Draft | None:
    return session.get(Draft, delivery.args["draft_id"])


def _to_be_posted(session: Session, delivery: Delivery, draft: Draft) -> view.Card | None:
    project = of_channel(session, delivery.team_id, delivery.channel_id)
    if draft.fields is None or project is None or project.id != draft.project_id:
        return None
    written = written_from(draft.fields)
    return view.Card(draft.id, written, help_open=bool(written.help))


def _standing(session: Session, draft: Draft, row: Message) -> view.Card | None:
    """The post as it is recorded; None where its words are not kept by field any more."""
    written = progress.written_now(session, row)
    if written is None:
        return None
    return view.Card(
        draft.id,
        written,
        help_open=row.asks_help and row.help_resolved_at is None,
        is_edited=bool(row.edited_ts),
    )


def _outgoing(session: Session, draft: Draft, card: view.Card, settings: Settings) -> Outgoing:
    """The post; if Slack does not take the photos, without them, or else in one piece."""
    author = session.get(Member, (draft.team_id, draft.user_id))
    name = author.display_name if author is not None and author.display_name else None
    picture = author.picture if author is not None else None
    text, blocks = view.progress_post(card, settings.language)
    plainest = Outgoing(text, (), name, picture)
    if card.written.photos:
        _, without = view.progress_post(card, settings.language, with_photos=False)
        plainest = Outgoing(text, _json(without), name, picture, plainest)
    return Outgoing(text, _json(blocks), name, picture, plainest)


def _json(blocks: Sequence[Block]) -> tuple[dict[str, object], ...]:
    return tuple(block.to_dict() for block in blocks)
