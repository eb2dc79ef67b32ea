"""The Home: opening it, choosing a page, turning pages.

Opening it is an event, and yet answered like the press of a button: somebody waits for it, and
nobody needs to know afterwards. Making the Home is the work of `bot.home`; here is noted what is
wanted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException

from slack_bolt import Ack, App, BoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.core import homes, members
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.recording.profiles import profile_of
from bot.views import home as views
from handlers.given import reading
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject
from models.member import Member

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Press:
    """A button that was pressed in a Home, or an entry that was chosen."""

    value: str
    chosen: tuple[str, ...]
    trigger_id: str


# What it does. It raises UserError with what to do instead.
Do = Callable[[Deps, Actor, Press], None]


def register(app: App, deps: Deps) -> None:
    """Let the app show Homes."""

    def on_open(event: JsonObject, context: BoltContext) -> None:
        if event.get("tab") == "home" and event.get("user"):
            _open(deps, team_of(context), str(event["user"]))

    app.event("app_home_opened")(on_open)
    answer(app, deps, ACTIONS)


def answer(app: App, deps: Deps, actions: Mapping[str, Do]) -> None:
    """Let the app answer these buttons and lists of the Home; the keys are patterns of action_ids.

    Rights are looked up now. What can't be done is said in front of the Home, which is made anew
    in any case: what it showed may be of yesterday.
    """

    for action_id, do in actions.items():
        app.action(re.compile(f"^{action_id}$"))(_listener(deps, do))


def _listener(deps: Deps, do: Do) -> Callable[..., None]:
    def listen(ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext) -> None:
        ack()
        language, team_id = deps.settings.language, team_of(context)
        trigger_id = str(body.get("trigger_id") or "")
        try:
            actor = actor_for(deps, team_id, context.user_id or "")
            language = actor.language
            do(deps, actor, Press(_value(action), _chosen(action), trigger_id))
        except Exception as error:
            sentence = sentence_for(error, "a Home").of(language)
            show(deps, trigger_id, views.message(sentence, language))
        with deps.database.write() as session:
            homes.opened(session, team_id, context.user_id or "", deps.clock.now())
        deps.wake()

    return listen


def show(deps: Deps, trigger_id: str, view: View) -> None:
    """Open a modal in front of the Home. If Slack opens none, the person can press again."""
    try:
        deps.slack.views_open(trigger_id=trigger_id, view=view)
    except (SlackApiError, OSError, HTTPException) as error:
        sentence_for(error, "a modal in front of a Home")


def _open(deps: Deps, team_id: str, user_id: str) -> None:
    """Show it at once to whoever is known; the profile is looked after later."""
    with deps.database.read() as session:
        known = session.get(Member, (team_id, user_id))
    if known is None or known.fetched_at is None:
        profile_of(deps, team_id, user_id)
    with deps.database.write() as session:
        homes.opened(session, team_id, user_id, deps.clock.now())
    deps.wake()
    if known is not None and not members.is_fresh(known, deps.clock.now()):
        profile_of(deps, team_id, user_id)


def _choose_tab(deps: Deps, actor: Actor, press: Press) -> None:
    with reading():
        tab = homes.Tab(press.value)
    with deps.database.write() as session:
        homes.go_to(session, actor.team_id, actor.user_id, tab, deps.clock.now())


def _turn(deps: Deps, actor: Actor, press: Press) -> None:
    with reading():
        name, page = views.turned_to(press.value)
    with deps.database.write() as session:
        homes.turn(session, actor.team_id, actor.user_id, name, page, deps.clock.now())


def _value(action: JsonObject) -> str:
    """What a button, or the entry of a list that was chosen, carries."""
    option = action.get("selected_option")
    return str(option.get("value") if isinstance(option, dict) else action.get("value") or "")


def _chosen(action: JsonObject) -> tuple[str, ...]:
    """The boxes that are ticked."""
    options = action.get("selected_options")
    if not isinstance(options, list):
        return ()
    return tuple(str(option.get("value")) for option in options if isinstance(option, dict))


# What each button and list does, by its action_id
ACTIONS: Mapping[str, Do] = {
    rf"{views.TAB_ACTION}_\w+": _choose_tab,
    rf"{views.TURN_ACTION}_\w+": _turn,
}
