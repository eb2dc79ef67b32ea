"""Who may do what. Rights are looked up each time something is asked for, never remembered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.text import LANGUAGES, Language, Text, language_of_locale
from models import preference
from models.coordinator import Coordinator
from models.member import Member
from models.office import Office, Tenure

STAFF_ONLY = Text(
    ja="これは、このワークスペースの職員だけができます。"
    "ゲストや外部の方は、同じチャンネルの職員に頼んでください。",
    en="Only staff of this workspace can do this. "
    "Guests and people from outside: please ask a member of staff in the channel.",
)
COORDINATORS_ONLY = Text(
    ja="これは、事務局とワークスペースの管理者だけができます。"
    "事務局が誰かは `/office 事務局 一覧` で分かります。",
    en="Only coordinators and workspace admins can do this. "
    "`/office coordinator list` shows who the coordinators are.",
)
MANAGERS_ONLY = Text(
    ja="このプロジェクトを変えられるのは、リーダー（{leads}）と事務局、"
    "ワークスペースの管理者です。リーダーか事務局に頼んでください。",
    en="Only its leads ({leads}), coordinators and workspace admins can change this project. "
    "Please ask a lead or a coordinator.",
)
INSIDERS_ONLY = Text(
    ja="招待できるのは、このプロジェクトのリーダー（{leads}）とメンバー、事務局、"
    "ワークスペースの管理者です。リーダーか事務局に頼んでください。",
    en="Only its leads ({leads}) and members, coordinators and workspace admins can invite people "
    "to this project. Please ask a lead or a coordinator.",
)
NO_LEADS = Text(ja="いまはいません", en="none at present")
INVITED_ONLY = Text(
    ja="招待を見送れるのは、招待された <@{user}> さんだけです。",
    en="Only <@{user}>, who was invited, can decline.",
)
AUTHOR_ONLY = Text(
    ja="この投稿を直したり取り下げたりできるのは、書いた方（<@{author}>）だけです。",
    en="Only its author (<@{author}>) can edit or withdraw this post.",
)
AUTHOR_AND_MANAGERS_ONLY = Text(
    ja="これができるのは、書いた方とリーダー（{leads}）、事務局、ワークスペースの管理者です。",
    en="Only its author, the leads ({leads}), coordinators and workspace admins can do this.",
)
RESOLVERS_ONLY = Text(
    ja="「解決しました」にできるのは、書いた方とリーダー（{leads}）、事務局、"
    "ワークスペースの管理者です。",
    en="Only its author, the leads ({leads}), coordinators and workspace admins can say that it "
    "is resolved.",
)
ASKERS_ONLY = Text(
    ja="「教えて」で聞けるのは、市長など役職にある方です。"
    "投稿への質問は、スレッドにそのまま書いていただければ届きます。",
    en="Asking like this is for office holders such as the mayor. "
    "A reply in the thread reaches the group just as well.",
)
ANSWERERS_ONLY = Text(
    ja="回答済みにできるのは、投稿した方、プロジェクトのリーダーとメンバー、質問した方、事務局、"
    "ワークスペースの管理者です。",
    en="Only the author of the post, the project's leads and members, whoever asked, "
    "coordinators and workspace admins can mark a question as answered.",
)
SENDER_ONLY = Text(
    ja="取り消せるのは、感謝を送った <@{sender}> さんと、事務局、ワークスペースの管理者です。"
    "<@{sender}> さんか事務局に頼んでください。",
    en="Only <@{sender}>, who gave these thanks, coordinators and workspace admins can take them "
    "back. Please ask one of them.",
)
DIGEST_READERS_ONLY = Text(
    ja="ダイジェストを見られるのは、市長など役職にある方と事務局、ワークスペースの管理者です。"
    "必要なときは事務局に相談してください。",
    en="Digests are for office holders such as the mayor, coordinators and workspace admins. "
    "If you need them, please talk to a coordinator.",
)


@dataclass(frozen=True)
class Actor:
    """A person who asks for something, with the rights they have at this moment.

    A guest, an outside person, a bot or a deactivated person has none of the rights of staff,
    whatever else is noted about them.
    """

    team_id: str
    user_id: str
    language: Language
    is_staff: bool
    is_admin: bool
    is_coordinator: bool
    offices: tuple[str, ...]

    @property
    def manages_everything(self) -> bool:
        """Coordinators and workspace admins may manage every project."""
        return self.is_coordinator or self.is_admin


def actor_of(
    session: Session,
    member: Member,
    *,
    coordinators: frozenset[str],
    default_language: Language,
    now: datetime,
) -> Actor:
    """What this member may do now. `coordinators` are the user IDs named in the settings."""
    staff = is_staff(member)
    named = session.get(Coordinator, (member.team_id, member.user_id)) is not None
    return Actor(
        team_id=member.team_id,
        user_id=member.user_id,
        language=language_of(session, member, default_language),
        is_staff=staff,
        is_admin=staff and member.is_admin,
        is_coordinator=staff and (named or member.user_id in coordinators),
        offices=_offices_held(session, member, now),
    )


def is_staff(member: Member) -> bool:
    """Whether this is a person of this workspace who is no guest, and still there."""
    return not (member.is_guest or member.is_external or member.is_bot or member.is_deactivated)


def language_of(session: Session, member: Member, default: Language) -> Language:
    """The language this person chose, else that of their Slack, else `default`."""
    chosen = preference.of(session, member.team_id, member.user_id).language
    if chosen in LANGUAGES:
        return chosen
    return language_of_locale(member.locale, default)


def require_staff(actor: Actor) -> None:
    """Raise UserError unless the actor is staff of this workspace."""
    if not actor.is_staff:
        raise UserError(STAFF_ONLY)


def require_coordinator(actor: Actor) -> None:
    """Raise UserError unless the actor is a coordinator or a workspace admin."""
    if not actor.manages_everything:
        raise UserError(COORDINATORS_ONLY)


def may_manage(actor: Actor, lead_ids: Sequence[str]) -> bool:
    """Whether the actor may change the project that these people lead."""
    return actor.manages_everything or (actor.is_staff and actor.user_id in lead_ids)


def require_manager(actor: Actor, lead_ids: Sequence[str]) -> None:
    """Raise UserError unless the actor may change the project that these people lead."""
    require_staff(actor)
    if not may_manage(actor, lead_ids):
        raise UserError(MANAGERS_ONLY.filled(leads=_named(lead_ids)))


def require_insider(actor: Actor, lead_ids: Sequence[str], *, is_in: bool) -> None:
    """Raise UserError unless the actor is in the project that these people lead, or manages it."""
    require_staff(actor)
    if not (is_in or may_manage(actor, lead_ids)):
        raise UserError(INSIDERS_ONLY.filled(leads=_named(lead_ids)))


def require_invited(actor: Actor, user_id: str) -> None:
    """Raise UserError unless it is the actor who was invited."""
    if actor.user_id != user_id:
        raise UserError(INVITED_ONLY.filled(user=user_id))


def require_author(actor: Actor, author_id: str, *, field: str | None = None) -> None:
    """Raise UserError unless the actor wrote it; at this field of a form, if one is given."""
    if actor.user_id != author_id:
        raise UserError(AUTHOR_ONLY.filled(author=author_id), field=field)


def require_author_or_manager(
    actor: Actor,
    author_id: str | None,
    lead_ids: Sequence[str],
    refusal: Text = AUTHOR_AND_MANAGERS_ONLY,
) -> None:
    """Raise UserError unless the actor wrote it, or manages the project of these leads.

    Guests and people from outside may do with their own words what anybody may.
    """
    if actor.user_id != author_id and not may_manage(actor, lead_ids):
        raise UserError(refusal.filled(leads=_named(lead_ids)))


def require_asker(actor: Actor) -> None:
    """Raise UserError unless the actor holds an office, whose holders ask questions on posts."""
    if not (actor.is_staff and actor.offices):
        raise UserError(ASKERS_ONLY)


def require_answerer(actor: Actor, asked_by: str, answerers: Collection[str]) -> None:
    """Raise UserError unless the actor asked, is one of those who answer, or manages all."""
    may = actor.manages_everything or actor.user_id == asked_by
    if not may and actor.user_id not in answerers:
        raise UserError(ANSWERERS_ONLY)


def require_sender(actor: Actor, sender_id: str) -> None:
    """Raise UserError unless the actor gave these thanks, or manages everything."""
    if actor.user_id != sender_id and not actor.manages_everything:
        raise UserError(SENDER_ONLY.filled(sender=sender_id))


def require_digest_reader(actor: Actor) -> None:
    """Raise UserError unless the actor holds an office, or is a coordinator or an admin."""
    if not (actor.manages_everything or (actor.is_staff and actor.offices)):
        raise UserError(DIGEST_READERS_ONLY)


def _named(lead_ids: Sequence[str]) -> Text:
    if not lead_ids:
        return NO_LEADS
    mentions = [f"<@{lead}>" for lead in lead_ids]
    return Text(ja="、".join(mentions), en=", ".join(mentions))


def _offices_held(session: Session, member: Member, now: datetime) -> tuple[str, ...]:
    query = (
        select(Office.name)
        .join(Tenure, Tenure.office_id == Office.id)
        .where(
            Tenure.team_id == member.team_id,
            Tenure.user_id == member.user_id,
            Tenure.since <= now,
            or_(Tenure.until.is_(None), Tenure.until > now),
        )
        .order_by(Office.id)
    )
    return tuple(session.scalars(query))
