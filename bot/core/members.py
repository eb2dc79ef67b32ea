"""People: what their Slack profile says of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import home, message, project
from models.base import storable
from models.database import insert
from models.member import PICTURE_LENGTH, Member

# A cached profile is asked for again after a day; `user_change` keeps it fresh in between.
FRESH_FOR = timedelta(days=1)


def ensure(session: Session, team_id: str, user_id: str, user_team: str = "") -> Member:
    """The row of this person, made if need be: the profile is then still to be fetched.

    `user_team` is the organisation that the event names, "" if it names none.
    """
    member = session.get(Member, (team_id, user_id))
    if member is None:
        session.execute(
            insert(session, Member)
            .values(
                team_id=team_id,
                user_id=user_id,
                display_name="",
                department="",
                is_bot=False,
                is_deactivated=False,
                is_guest=False,
                is_external=False,
                is_admin=False,
                profile_updated=0,
            )
            .on_conflict_do_nothing()
        )
        member = session.get_one(Member, (team_id, user_id))
    if user_team not in ("", team_id) and member.fetched_at is None:
        member.is_external = True
    return member


def is_known(session: Session, team_id: str, user_id: str) -> bool:
    """Whether this person has had to do with iine; of others no profile is kept."""
    return session.get(Member, (team_id, user_id)) is not None


def is_fresh(member: Member | None, now: datetime) -> bool:
    """Whether the cached profile still serves."""
    return (
        member is not None and member.fetched_at is not None and now - member.fetched_at < FRESH_FOR
    )


def is_reachable(member: Member | None) -> bool:
    """Whether the bot writes to this person of its own accord.

    Not to bots, to whoever has left, or to people of other organisations. Of whom nothing is
    known yet may be staff.
    """
    return member is None or not (member.is_deactivated or member.is_bot or member.is_external)


def take_profile(
    session: Session, team_id: str, profile: Mapping[str, object], now: datetime
) -> Member:
    """Take over a `user` object (docs.slack.dev/reference/objects/user-object).

    An older profile than the one stored changes nothing. Messages that were waiting for their
    author's name get it. Raises ValueError if the object has no ID.
    """
    user_id = profile.get("id")
    if not isinstance(user_id, str) or not user_id:
        raise ValueError("a user object without an id")
    member = ensure(session, team_id, user_id)
    updated = profile.get("updated")
    updated = int(updated) if isinstance(updated, int | float) else 0
    if member.fetched_at is None or updated >= member.profile_updated:
        fill(member, profile, team_id)
        member.profile_updated = updated
    member.fetched_at = max(member.fetched_at or now, now)
    member.retry_at = None
    session.flush()
    home.touch(session, team_id, [user_id], now)
    message.name_author(session, team_id, user_id, member.display_name, member.department)
    project.note_department(session, team_id, user_id, member.department)
    return member


def fill(member: Member, profile: Mapping[str, object], team_id: str) -> None:
    """Write into the row what a `user` object says."""
    details = profile.get("profile")
    details = details if isinstance(details, Mapping) else {}
    names = (
        details.get("display_name"),
        details.get("real_name"),
        profile.get("real_name"),
        profile.get("name"),
        member.user_id,
    )
    name = next(n for n in names if isinstance(n, str) and n.strip())
    member.display_name = storable(name)[:255]
    title = details.get("title")
    member.department = storable(title)[:255] if isinstance(title, str) else ""
    member.is_bot = profile.get("is_bot") is True or member.user_id == "USLACKBOT"
    member.is_deactivated = profile.get("deleted") is True
    member.is_guest = (
        profile.get("is_restricted") is True or profile.get("is_ultra_restricted") is True
    )
    home = profile.get("team_id")
    is_elsewhere = isinstance(home, str) and home not in ("", team_id)
    is_stranger = profile.get("is_stranger") is True
    member.is_external = is_stranger or (is_elsewhere and not _is_of(team_id, profile))
    member.is_admin = profile.get("is_admin") is True or profile.get("is_owner") is True
    member.picture = _picture(details)
    locale = profile.get("locale")
    if isinstance(locale, str):  # only `users.info` with include_locale carries it
        member.locale = locale[:32]


def _is_of(team_id: str, profile: Mapping[str, object]) -> bool:
    """Whether the workspace is one of those that the person has in their organisation.

    `team_id` may then be another of them (docs.slack.dev/reference/objects/user-object:
    `enterprise_user`).
    """
    enterprise = profile.get("enterprise_user")
    teams = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
    return isinstance(teams, list) and team_id in teams


def _picture(details: Mapping[str, object]) -> str | None:
    """The address of a picture of the size that Slack shows beside a message, or a larger one."""
    for size in ("image_72", "image_192", "image_512"):
        address = details.get(size)
        if isinstance(address, str) and address.startswith("https://"):
            return address if len(address) <= PICTURE_LENGTH else None
    return None
