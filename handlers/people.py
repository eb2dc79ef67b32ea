"""Who is asking."""

from __future__ import annotations

from slack_bolt import BoltContext

from bot.core.permissions import Actor, actor_of
from bot.deps import Deps
from bot.errors import UserError
from bot.recording.profiles import profile_of
from handlers.problems import SLACK_SILENT
from models.member import Member


def team_of(context: BoltContext) -> str:
    """The workspace in which the app is installed.

    A payload names the workspace of the person who acts, which in a shared channel can be
    another one (docs.slack.dev/apis/slack-connect).
    """
    result = context.authorize_result
    team_id = (result.team_id if result else None) or context.team_id
    if not team_id:
        raise LookupError("a request without a workspace")
    return team_id


def actor_for(deps: Deps, team_id: str, user_id: str) -> Actor:
    """The person with the rights they have now.

    Raises UserError where nothing is known of them and Slack gives no profile: a guest must not
    pass for staff.
    """
    member = known_member(deps, team_id, user_id)
    with deps.database.read() as session:
        return actor_of(
            session,
            member,
            coordinators=deps.settings.coordinators,
            default_language=deps.settings.language,
            now=deps.clock.now(),
        )


def known_member(deps: Deps, team_id: str, user_id: str) -> Member:
    """The person's profile. Raises UserError where Slack has never given one."""
    member = profile_of(deps, team_id, user_id)
    if member.fetched_at is None:
        raise UserError(SLACK_SILENT)
    return member
