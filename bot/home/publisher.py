"""Putting Homes into Slack: at once for whoever looks at theirs, in a while for the others."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import pauses
from bot.clock import Clock
from bot.core.homes import Place, Tab
from bot.core.permissions import actor_of
from bot.home import pages
from bot.home.viewer import Viewer
from bot.settings import Settings
from bot.text import Text
from bot.views import home as views
from bot.views.digest import Style
from models import home
from models.database import Database
from models.home import HomeView
from models.member import Member
from models.workspace import Workspace

log = logging.getLogger(__name__)

# After Slack did not answer, or said that it can't for the moment
TRY_AGAIN_AFTER = timedelta(seconds=15)

# docs.slack.dev/reference/methods/views.publish: "Errors". Somebody else has published meanwhile.
_CONFLICT = "hash_conflict"
_NOT_NOW = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_BUSY = frozenset({"ratelimited", "rate_limited"})

BROKEN = Text(
    ja="うまく表示できませんでした。少し待ってから、もう一度開いてください。"
    "くり返すときは、事務局に知らせてください。",
    en="This page could not be shown. Please open it again in a moment. "
    "If it keeps happening, please tell a coordinator.",
)


class Publisher:
    """Takes the Homes that are to be made anew, one by one. Several may work side by side."""

    def __init__(
        self, settings: Settings, database: Database, slack: WebClient, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._slack = slack
        self._clock = clock
        self._paused_until: datetime | None = None

    def step(self) -> bool:
        """Make the next Home; says whether there may be more."""
        now = self._clock.now()
        if self._paused_until is not None and now < self._paused_until:
            return False
        with self._database.read() as session:
            if not home.is_anything_due(session, now):
                return False
        with self._database.write() as session:
            claimed = home.claim(session, now)
        if claimed is None:
            return False
        self._show(claimed, now)
        return True

    def _show(self, claimed: HomeView, now: datetime) -> None:
        try:
            view, tab = self._make(claimed, now)
        except DBAPIError as error:
            log.warning("a Home could not be read: %s", type(error).__name__)
            self._put_off(claimed, now + TRY_AGAIN_AFTER)
            return
        try:
            answer = self._slack.views_publish(
                user_id=claimed.user_id, view=view, hash=claimed.hash or None
            )
        except SlackApiError as error:
            self._refused(claimed, error)
        except (OSError, HTTPException, ValueError) as error:  # also: not text, nor JSON
            log.warning("Slack did not answer about a Home: %s", type(error).__name__)
            self._put_off(claimed, self._clock.now() + TRY_AGAIN_AFTER)
        else:
            published = answer.get("view") or {}
            with self._database.write() as session:
                home.shown(session, claimed, tab, str(published.get("hash") or ""))

    def _make(self, claimed: HomeView, now: datetime) -> tuple[View, Tab | str]:
        """The view, and the page that it shows. What can't be made is one sentence."""
        try:
            with self._database.read() as session:
                viewer = self._viewer(session, claimed, now)
                return pages.make(session, viewer)
        except DBAPIError:
            raise  # the database's fault: what stands there stays
        except Exception:
            log.exception("the Home of %s can't be made", claimed.user_id)
            return views.sentence(BROKEN.of(self._settings.language)), claimed.tab

    def _viewer(self, session: Session, claimed: HomeView, now: datetime) -> Viewer:
        member = session.get(Member, (claimed.team_id, claimed.user_id))
        if member is None or member.fetched_at is None:
            # Nobody knows yet whether this is a guest.
            member = Member(team_id=claimed.team_id, user_id=claimed.user_id, is_external=True)
        actor = actor_of(
            session,
            member,
            coordinators=self._settings.coordinators,
            default_language=self._settings.language,
            now=now,
        )
        workspace = session.get_one(Workspace, claimed.team_id)
        style = Style(actor.language, self._settings.timezone, workspace.url)
        return Viewer(actor, Place.of(claimed.state), now, style)

    def _refused(self, claimed: HomeView, error: SlackApiError) -> None:
        code, status = str(error.response.get("error") or ""), error.response.status_code
        now = self._clock.now()
        if code == _CONFLICT:
            self._put_off(claimed, now)
        elif status == HTTPStatus.TOO_MANY_REQUESTS or code in _BUSY:
            pause = timedelta(seconds=pauses.seconds_of(error.response.headers))
            self._paused_until = now + pause
            self._put_off(claimed, self._paused_until)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _NOT_NOW:
            log.warning("Slack can't show a Home for the moment: %s", code or status)
            self._put_off(claimed, now + TRY_AGAIN_AFTER)
        else:
            # The Home tab is switched off, the person has left, the token serves no more: when
            # they open it again, it is tried again.
            log.error("Slack takes no Home for %s: %s", claimed.user_id, code or status)
            with self._database.write() as session:
                home.leave_alone(session, claimed)

    def _put_off(self, claimed: HomeView, until: datetime) -> None:
        with self._database.write() as session:
            home.put_off(session, claimed, until)
