"""Registering projects and changing them. Every change is noted in the audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core import announcements, audit, homes
from bot.core.channels import ChannelFacts, check_usable, ensure_free, remember, tie
from bot.core.markup import plain, printable_lines, safe
from bot.core.permissions import Actor, is_staff, require_manager, require_staff
from bot.core.projects import (
    NAME_LENGTH,
    PURPOSE_LENGTH,
    ProjectDetails,
    ProjectFacts,
    Stage,
    Status,
    details_of,
    facts_of,
    name_key,
)
from bot.errors import UserError
from bot.text import Text
from models.base import JsonObject
from models.member import Member
from models.project import (
    Project,
    ProjectMember,
    ProjectRole,
    by_name_key,
    channels_of,
    leads_of,
)

NAME_EMPTY = Text(
    ja="プロジェクトの名前が空です。 `/project 登録 防災DX` のように、名前を書いてください。",
    en="The project has no name yet. Please write one, as in `/project register Disaster DX`.",
)
NAME_TOO_LONG = Text(
    ja="名前が長すぎます（{length}文字）。{limit}文字までにしてください。",
    en="That name is too long ({length} characters). Please keep it to {limit}.",
)
NAME_TAKEN = Text(
    ja="「{name}」という名前は、すでに使われています。別の名前にしてください。",
    en="The name “{name}” is already in use. Please choose another one.",
)
PURPOSE_TOO_LONG = Text(
    ja="目的が長すぎます（{length}文字）。{limit}文字までにしてください。",
    en="The purpose is too long ({length} characters). Please keep it to {limit}.",
)
TARGET_BEFORE_START = Text(
    ja="目標日が開始日より前になっています。開始日か目標日を直してください。",
    en="The target date is before the start. Please correct one of the two dates.",
)
LEAD_MISSING = Text(
    ja="リーダーを1人以上選んでください。",
    en="Please choose at least one lead.",
)
LEADS_ARE_STAFF = Text(
    ja="<@{user}> さんはリーダーになれません。"
    "リーダーになれるのは、このワークスペースの職員だけです。職員の方を選んでください。",
    en="<@{user}> can't lead: only staff of this workspace can. Please choose a member of staff.",
)
NOT_HERE = Text(
    ja="そのプロジェクトは見つかりません。 `/project 一覧` で確かめてください。",
    en="There is no such project. `/project list` shows them all.",
)
CHANGED_MEANWHILE = Text(
    ja="この画面を開いている間に、ほかの方が内容を変えました。"
    "いったん閉じて、もう一度「編集」を開いてください。",
    en="Someone else has changed this project while the form was open. "
    "Please close it and open “edit” again.",
)
IS_CLOSED = Text(
    ja="「{name}」は終了しています。 `/project 再開 {name}` で、また始められます。",
    en="“{name}” is closed. `/project resume {name}` starts it again.",
)
ALREADY_AT_STAGE = Text(
    ja="「{name}」は、すでにその段階です。このままで大丈夫です。",
    en="“{name}” is at that stage already; there is nothing to change.",
)


def problems(details: ProjectDetails) -> tuple[UserError, ...]:
    """Everything that is wrong with what was filled in, each with its field."""
    found = []
    if not name_key(details.name):
        found.append(UserError(NAME_EMPTY, field="name"))
    elif len(details.name) > NAME_LENGTH:
        text = NAME_TOO_LONG.filled(length=len(details.name), limit=NAME_LENGTH)
        found.append(UserError(text, field="name"))
    if len(details.purpose) > PURPOSE_LENGTH:
        text = PURPOSE_TOO_LONG.filled(length=len(details.purpose), limit=PURPOSE_LENGTH)
        found.append(UserError(text, field="purpose"))
    if not details.leads:
        found.append(UserError(LEAD_MISSING, field="leads"))
    if details.starts_on and details.target_on and details.target_on < details.starts_on:
        found.append(UserError(TARGET_BEFORE_START, field="target_on"))
    return tuple(found)


def clean(details: ProjectDetails) -> ProjectDetails:
    """The details with a tidy name, free of markup, and no control characters anywhere."""
    return replace(details, name=plain(details.name), purpose=printable_lines(details.purpose))


def check_registration(
    session: Session, actor: Actor, details: ProjectDetails, channel_id: str
) -> None:
    """Raise UserError for whatever can be told before Slack is asked anything."""
    require_staff(actor)
    for problem in problems(details):
        raise problem
    ensure_free(session, actor.team_id, channel_id)
    _ensure_name_free(session, actor.team_id, details.name)


def register(
    session: Session,
    actor: Actor,
    details: ProjectDetails,
    channel: ChannelFacts,
    *,
    now: datetime,
) -> ProjectFacts:
    """Register a project for a channel that the bot is in, and put its card in the outbox.

    Raises UserError, having changed nothing.
    """
    check_usable(channel)
    check_registration(session, actor, details, channel.channel_id)
    project = _insert(session, actor, details, now)
    tie(session, actor, project.id, channel.channel_id, now)
    remember(session, actor.team_id, channel, now)
    after: JsonObject = {**details.as_json(), "channel": channel.channel_id}
    entry = audit.record(
        session, actor, "project.registered", now=now, project_id=project.id, after=after
    )
    announcements.card(session, project, channel.channel_id, entry.id, now)
    homes.project_changed(session, actor, project.id, now)
    return facts_of(session, project)


def of_workspace(session: Session, actor: Actor, project_id: int) -> Project:
    """The project. Raises UserError if the actor's workspace has none of this number."""
    project = session.get(Project, project_id)
    if project is None or project.team_id != actor.team_id:
        raise UserError(NOT_HERE)
    return project


def lock(session: Session, actor: Actor, project_id: int) -> Project:
    """The project, kept from other workers until the end of the transaction.

    Raises UserError if the actor's workspace has none of this number.
    """
    of_workspace(session, actor, project_id)
    return session.get_one(Project, project_id, with_for_update=True, populate_existing=True)


def require_change(session: Session, actor: Actor, project: Project) -> None:
    """Raise UserError unless the actor may change the project and it isn't closed."""
    require_manager(actor, leads_of(session, project.id))
    if project.status == Status.CLOSED:
        raise UserError(IS_CLOSED.filled(name=safe(project.name)))


def edit(
    session: Session,
    actor: Actor,
    project_id: int,
    new: ProjectDetails,
    *,
    seen: str,
    now: datetime,
) -> ProjectFacts:
    """Take over what was filled in. `seen` is the fingerprint of what the form showed."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    for problem in problems(new):
        raise problem
    old = details_of(session, project)
    if old.fingerprint() != seen:
        raise UserError(CHANGED_MEANWHILE, field="name")
    if new != old:
        _apply(session, actor, project, new, "project.edited", now)
    return facts_of(session, project)


def move_stage(
    session: Session,
    actor: Actor,
    project_id: int,
    stage: Stage,
    *,
    now: datetime,
) -> ProjectFacts:
    """Move the project to another stage and announce it in its channels."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    old = details_of(session, project)
    if old.stage == stage:
        raise UserError(ALREADY_AT_STAGE.filled(name=safe(project.name)))
    new = replace(old, stage=stage)
    _apply(session, actor, project, new, "project.stage", now)
    return facts_of(session, project)


def _insert(session: Session, actor: Actor, details: ProjectDetails, now: datetime) -> Project:
    project = Project(
        team_id=actor.team_id,
        status=Status.ACTIVE,
        created_by=actor.user_id,
        created_at=now,
        stage_changed_at=now,
        status_changed_at=now,
    )
    _fill(project, details)
    _save(session, project, details.name)
    _set_leads(session, project, (), details.leads, now)
    return project


def _apply(
    session: Session,
    actor: Actor,
    project: Project,
    new: ProjectDetails,
    action: str,
    now: datetime,
) -> None:
    old = details_of(session, project)
    if name_key(new.name) != project.name_key:
        _ensure_name_free(session, actor.team_id, new.name)
    _fill(project, new)
    if new.stage != old.stage:
        project.stage_changed_at = now
    _save(session, project, new.name)
    _set_leads(session, project, old.leads, new.leads, now)
    homes.project_changed(session, actor, project.id, now)
    homes.people_changed(session, actor, [*old.leads, *new.leads], now)
    was, became = old.as_json(), new.as_json()
    differing = [field for field in was if was[field] != became[field]]
    entry = audit.record(
        session,
        actor,
        action,
        now=now,
        project_id=project.id,
        before={field: was[field] for field in differing},
        after={field: became[field] for field in differing},
    )
    if new.stage != old.stage:
        tied = [channel.channel_id for channel in channels_of(session, project.id)]
        announcements.notices(
            session,
            project,
            tied,
            entry.id,
            "stage",
            now,
            before=old.stage,
            after=new.stage,
        )


def _fill(project: Project, details: ProjectDetails) -> None:
    project.name = details.name
    project.name_key = name_key(details.name)
    project.kind = details.kind
    project.purpose = details.purpose
    project.stage = details.stage
    project.starts_on = details.starts_on
    project.target_on = details.target_on
    project.capture = details.capture
    project.marks_posts = details.marks_posts


def _save(session: Session, project: Project, name: str) -> None:
    """Write the row; of two with one name at once the second gets the UserError."""
    try:
        with session.begin_nested():
            session.add(project)
    except IntegrityError as error:
        raise _name_taken(name) from error


def _ensure_name_free(session: Session, team_id: str, name: str) -> None:
    if by_name_key(session, team_id, name_key(name)) is not None:
        raise _name_taken(name)


def _name_taken(name: str) -> UserError:
    return UserError(NAME_TAKEN.filled(name=safe(name)), field="name")


def _set_leads(
    session: Session,
    project: Project,
    old: tuple[str, ...],
    new: tuple[str, ...],
    now: datetime,
) -> None:
    """Who is no lead any more stays in the project. Raises UserError for who can't lead."""
    for user_id in set(old) - set(new):
        session.get_one(ProjectMember, (project.id, user_id)).role = ProjectRole.MEMBER
    for user_id in new:
        if user_id not in old:
            known = session.get(Member, (project.team_id, user_id))
            if known is not None and not is_staff(known):
                raise UserError(LEADS_ARE_STAFF.filled(user=user_id), field="leads")
            session.merge(
                ProjectMember(
                    project_id=project.id,
                    user_id=user_id,
                    role=ProjectRole.LEAD,
                    since=now,
                    department=(known.department if known else "") or None,
                )
            )
    session.flush()
