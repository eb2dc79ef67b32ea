"""Fetching people's profiles from Slack, beside the way of the events and never on it."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import pauses
from bot.core import members
from bot.deps import Deps
from models import lease, member, message
from models.member import Member

log = logging.getLogger(__name__)

BATCH = 20
LEASE_NAME = "profiles"
# A profile that Slack does not give (a person of another organisation, say) is asked for again
RETRY_AFTER = timedelta(hours=1)
# None in time, no connection, one that was cut off, or something that is neither text nor JSON
_NO_ANSWER = (OSError, HTTPException, ValueError)


class ProfileFetcher:
    """Fetches the profiles of people of whom only the ID is known."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._holder = secrets.token_hex(8)
        self._paused_until: datetime | None = None

    def step(self) -> bool:
        """Fetch the next profiles; says whether there may be more."""
        deps, now = self._deps, self._deps.clock.now()
        if self._paused_until is not None and now < self._paused_until:
            return False
        with deps.database.read() as session:
            people = [(m.team_id, m.user_id) for m in member.unknown(session, now, BATCH)]
        if people and not self._may_ask(now):
            return False  # another process asks for them
        try:
            for team_id, user_id in people:
                self._fetch(team_id, user_id)
        except _RateLimitedError as error:
            self._paused_until = now + error.retry_after
            return False
        finally:
            if people:
                self._give_up()
        with deps.database.read() as session:
            waiting = message.known_authors_without_name(session)
        if waiting:
            with deps.database.write() as session:
                for m in waiting:
                    message.name_author(session, m.team_id, m.user_id, m.display_name, m.department)
        return len(people) == BATCH

    def _may_ask(self, now: datetime) -> bool:
        """One process at a time: Slack is not to be asked twice for each person."""
        with self._deps.database.write() as session:
            return lease.take(session, LEASE_NAME, self._holder, now)

    def _give_up(self) -> None:
        with self._deps.database.write() as session:
            lease.give_up(session, LEASE_NAME, self._holder)

    def _fetch(self, team_id: str, user_id: str) -> None:
        try:
            fetch(self._deps, team_id, user_id)
        except SlackApiError as error:
            if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                raise _RateLimitedError(error) from error
            self._later(team_id, user_id, error)
        except _NO_ANSWER as error:
            self._later(team_id, user_id, error)

    def _later(self, team_id: str, user_id: str, error: Exception) -> None:
        log.warning("the profile of %s is asked for again later: %s", user_id, error)
        with self._deps.database.write() as session:
            row = session.get(Member, (team_id, user_id))
            if row is not None:
                row.retry_at = self._deps.clock.now() + RETRY_AFTER


class _RateLimitedError(Exception):
    def __init__(self, error: SlackApiError) -> None:
        super().__init__(str(error))
        self.retry_after = timedelta(seconds=pauses.seconds_of(error.response.headers))


def fetch(deps: Deps, team_id: str, user_id: str) -> Member:
    """Ask Slack for a profile and store it. Raises what slack_sdk raises."""
    profile = _users_info(deps.slack, user_id)
    with deps.database.write() as session:
        return members.take_profile(session, team_id, profile, deps.clock.now())


def profile_of(deps: Deps, team_id: str, user_id: str) -> Member:
    """The person's profile: the cached one if it is fresh, or else Slack's.

    Where Slack does not answer, what is known; `fetched_at` is None if that is the ID alone.
    """
    with deps.database.read() as session:
        cached = session.get(Member, (team_id, user_id))
    if cached is not None and members.is_fresh(cached, deps.clock.now()):
        return cached
    try:
        return fetch(deps, team_id, user_id)
    except (SlackApiError, *_NO_ANSWER) as error:
        log.warning("the profile of %s could not be fetched: %s", user_id, error)
    if cached is not None:
        return cached
    with deps.database.write() as session:
        return members.ensure(session, team_id, user_id)


def _users_info(slack: WebClient, user_id: str) -> dict[str, object]:
    response = slack.users_info(user=user_id, include_locale=True)
    user = response.get("user")
    if not isinstance(user, dict):
        raise OSError("users.info answered without a user")
    return {**user, "id": user_id}  # whatever else the person may be called elsewhere
