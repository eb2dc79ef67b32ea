"""Registering a project, the same way from a command, a form or a button.

Slack is asked first and the database is changed last, in one transaction, so that whatever goes
wrong on the way has changed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from slack_sdk import WebClient

from bot.core.channels import CALLER_IS_NOT_IN, ChannelFacts, check_usable, ensure_free
from bot.core.lifecycle import add_channel
from bot.core.markup import safe
from bot.core.offices import all_offices
from bot.core.permissions import Actor
from bot.core.projects import ProjectDetails, ProjectFacts
from bot.core.registry import check_registration, register
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language, Text
from bot.views.blocks import button, buttons, section
from bot.views.project_card import readers_of
from bot.views.project_form import CONSENT_QUESTION, CONSENT_YES
from handlers.commands.router import Answer
from handlers.slack_channels import enter, is_in, look_up

CONFIRM_REGISTER = "project_confirm_register"
CONFIRM_CHANNEL = "project_confirm_channel"
CANCEL_ACTION = "project_cancel"

REGISTERED = Text(
    ja="「{name}」を登録しました。<#{channel}> に案内を投稿します。"
    "目的や目標日は、案内の「詳細を編集」から書けます。",
    en="“{name}” is registered. A card will be posted in <#{channel}>; "
    "“Edit details” on it is where purpose and dates go.",
)
CHANNEL_ADDED = Text(
    ja="<#{channel}> を「{name}」に加えました。このチャンネルにも案内を投稿します。",
    en="<#{channel}> now belongs to “{name}”. A card will be posted there as well.",
)
CANCEL = Text(ja="やめる", en="Cancel")


def prepare(
    deps: Deps,
    slack: WebClient,
    actor: Actor,
    details: ProjectDetails,
    channel_id: str,
    *,
    channel_name: str = "",
    ask_membership: bool = False,
) -> ChannelFacts:
    """Check everything that can be checked without changing anything.

    With `ask_membership` the caller must be in the channel; a command that was sent in it
    proves that. Raises UserError, and what slack_sdk raises.
    """
    with deps.database.read() as session:
        check_registration(session, actor, details, channel_id)
    channel = look_up(deps, slack, actor.team_id, channel_id, channel_name)
    check_usable(channel)
    if ask_membership and not is_in(slack, channel.channel_id, actor.user_id):
        raise UserError(CALLER_IS_NOT_IN.filled(channel=channel.channel_id), field="channel")
    return channel


def complete(
    deps: Deps,
    slack: WebClient,
    actor: Actor,
    details: ProjectDetails,
    channel: ChannelFacts,
    *,
    in_time: Callable[[], None] = lambda: None,
) -> ProjectFacts:
    """Enter the channel and register. `in_time` may raise before anything is written."""
    asked_at = deps.clock.now()
    entered = enter(slack, channel)
    in_time()
    with deps.database.write() as session:
        facts = register(session, actor, details, entered, now=asked_at)
    deps.wake()
    return facts


def tie_channel(deps: Deps, actor: Actor, project_id: int, channel: ChannelFacts) -> ProjectFacts:
    """Enter one more channel of a project and record in it."""
    asked_at = deps.clock.now()
    entered = enter(deps.slack, channel)
    with deps.database.write() as session:
        facts = add_channel(session, actor, project_id, entered, now=asked_at)
    deps.wake()
    return facts


def look_up_for_adding(
    deps: Deps, actor: Actor, channel_id: str, channel_name: str = ""
) -> ChannelFacts:
    """What Slack says of a channel that the actor is in and that is still free."""
    with deps.database.read() as session:
        ensure_free(session, actor.team_id, channel_id)
    channel = look_up(deps, deps.slack, actor.team_id, channel_id, channel_name)
    check_usable(channel)
    if not is_in(deps.slack, channel.channel_id, actor.user_id):
        raise UserError(CALLER_IS_NOT_IN.filled(channel=channel.channel_id))
    return channel


def registered(facts: ProjectFacts, language: Language) -> Answer:
    """What the caller is told once it is done."""
    name, channel = safe(facts.details.name), facts.channels[0]
    return Answer(REGISTERED.of(language, name=name, channel=channel))


def channel_added(facts: ProjectFacts, channel_id: str, language: Language) -> Answer:
    """What the caller is told once one more channel belongs to the project."""
    name = safe(facts.details.name)
    return Answer(CHANNEL_ADDED.of(language, channel=channel_id, name=name))


def readers(deps: Deps, actor: Actor) -> str:
    """Who reads the digest, in the actor's language: the offices that are held now."""
    with deps.database.read() as session:
        offices = all_offices(session, actor.team_id, deps.clock.now())
    return readers_of([office.name for office in offices if office.current], actor.language)


def question(
    deps: Deps, actor: Actor, action: str, value: dict[str, object], name: str, channel_id: str
) -> Answer:
    """Ask whether the group agrees. What was asked for travels in the button's value."""
    language, who = actor.language, readers(deps, actor)
    text = CONSENT_QUESTION.of(language, channel=channel_id, name=safe(name), readers=who)
    carried = json.dumps(value, ensure_ascii=False)
    yes = button(CONSENT_YES.of(language), action, carried, style="primary")
    no = button(CANCEL.of(language), CANCEL_ACTION, "cancel")
    return Answer(text, [section(text), buttons(yes, no)])
