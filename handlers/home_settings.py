"""What people choose for themselves in their Home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from slack_bolt import App

from bot.core import preferences
from bot.core.permissions import Actor
from bot.core.preferences import Choices, Notices
from bot.deps import Deps
from bot.views import home_settings as views
from handlers.given import reading
from handlers.home import Do, Press, answer


def register(app: App, deps: Deps) -> None:
    """Let the app answer these lists and boxes."""
    answer(app, deps, ACTIONS)


def _language(deps: Deps, actor: Actor, press: Press) -> None:
    with reading():
        language = views.language_of(press.value)
    _change(deps, actor, lambda choices: replace(choices, language=language))


def _notices(deps: Deps, actor: Actor, press: Press) -> None:
    with reading():
        notices = Notices(press.value)
    _change(deps, actor, lambda choices: replace(choices, notices=notices))


def _switches(deps: Deps, actor: Actor, press: Press) -> None:
    on = press.chosen
    _change(
        deps,
        actor,
        lambda choices: replace(
            choices,
            monthly=views.MONTHLY in on,
            marks=views.MARKS in on,
            highlights=views.HIGHLIGHTS in on if actor.is_staff else choices.highlights,
        ),
    )


def _change(deps: Deps, actor: Actor, change: Callable[[Choices], Choices]) -> None:
    with deps.database.write() as session:
        now = deps.clock.now()
        choices = preferences.choices_of(session, actor.team_id, actor.user_id)
        preferences.choose(session, actor.team_id, actor.user_id, change(choices), now)


# What each button and list does, by its action_id
ACTIONS: Mapping[str, Do] = {
    views.LANGUAGE_ACTION: _language,
    views.NOTICES_ACTION: _notices,
    views.SWITCHES_ACTION: _switches,
}
