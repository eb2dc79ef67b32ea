"""The form for progress: opening it, and what comes of it when it is sent."""

from __future__ import annotations

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core import progress
from bot.core.markup import plain
from bot.core.permissions import Actor
from bot.core.written import FIELD_LENGTH, Written, clean, problems
from bot.deps import Deps
from bot.errors import UserError
from bot.manifest import PROGRESS_FORM
from bot.text import Language
from bot.views import progress_form as form
from handlers.forms import FormError, errors_at, hasty, remembered, values_of
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.slack_channels import is_in
from models.base import JsonObject
from models.channel import current_id

# docs.slack.dev/reference/methods/users.conversations: fewer than 1,000 a page
CHANNELS_PER_PAGE = 999
# One person's channels: nobody is in so many, but the loop must end
PAGES_AT_MOST = 10


def register(app: App, deps: Deps) -> None:
    """Let the app answer the form and its shortcut."""

    def on_shortcut(ack: Ack, body: JsonObject, context: BoltContext) -> None:
        ack()
        _open_by_shortcut(deps, context, str(body.get("trigger_id") or ""))

    def on_form(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit(deps, ack, view, context)

    app.global_shortcut(PROGRESS_FORM)(on_shortcut)
    app.view(form.FORM)(on_form)


def open_form(
    deps: Deps, actor: Actor, *, channel_id: str | None, trigger_id: str, text: str = ""
) -> None:
    """Open the form with all the projects to which the person can post.

    Of these the channel's is chosen already, if it is among them. Where the person may post is
    found out while they wait. Raises what slack_sdk raises if the form does not open.
    """
    language = actor.language
    opened = deps.slack.views_open(trigger_id=trigger_id, view=form.loading(language))
    view_id = str((opened.get("view") or {})["id"])
    try:
        channel_ids = _channels_of(deps.slack, actor.user_id)
        with deps.database.read() as session:
            found = progress.places(session, actor.team_id, channel_ids)
            chosen = current_id(session, actor.team_id, channel_id) if channel_id else None
        if not found:
            raise UserError(progress.NOWHERE)
        view = form.progress_form(found, chosen, language, text=text)
    except Exception as error:
        view = form.notice(sentence_for(error, "the progress form").of(language), language)
    deps.slack.views_update(view_id=view_id, view=view)


def open_form_here(
    deps: Deps, actor: Actor, *, channel_id: str, trigger_id: str, text: str
) -> None:
    """Open it for somebody who is in this channel, as a command proves: nothing has to be asked.

    In a channel of no project it is the same as `open_form`.
    """
    words = plain(text)[:FIELD_LENGTH]
    with deps.database.read() as session:
        found = progress.places(session, actor.team_id, [channel_id])
    if not found:
        open_form(deps, actor, channel_id=None, trigger_id=trigger_id, text=words)
        return
    here = found[0].channel_id
    view = form.progress_form(found, here, actor.language, text=words, opened_in=here)
    deps.slack.views_open(trigger_id=trigger_id, view=view)


def _open_by_shortcut(deps: Deps, context: BoltContext, trigger_id: str) -> None:
    """A global shortcut has nowhere to say that something went wrong but a modal."""
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        open_form(deps, actor, channel_id=None, trigger_id=trigger_id)
    except Exception as error:
        sentence = sentence_for(error, "the progress shortcut").of(language)
        try:
            deps.slack.views_open(trigger_id=trigger_id, view=form.notice(sentence, language))
        except (SlackApiError, OSError) as again:
            sentence_for(again, "the progress shortcut")


def _channels_of(slack: WebClient, user_id: str) -> list[str]:
    """The channels that the person is in, as far as the bot may know of them."""
    found: list[str] = []
    cursor = ""
    for _ in range(PAGES_AT_MOST):
        page = slack.users_conversations(
            user=user_id,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=CHANNELS_PER_PAGE,
            cursor=cursor or None,
        )
        found += [str(channel["id"]) for channel in page.get("channels") or ()]
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return found


def _submit(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language, team_id = deps.settings.language, team_of(context)
    try:
        actor = actor_for(deps, team_id, context.user_id or "")
        language = actor.language
        sent = form.read_form(values_of(view))
        written = checked(sent.written)
        channel_id, opened_in = sent.channel_id or "", remembered(view).get("opened_in")
        _require_postable(deps, actor, channel_id)
        with deps.database.write() as session:
            progress.submit(
                session,
                actor,
                channel_id,
                written,
                view_id=str(view["id"]),
                language=deps.settings.language,
                now=deps.clock.now(),
            )
    except Exception as error:
        refuse(deps, ack, view, team_id, error, language)
        return
    deps.wake()
    if opened_in == channel_id:
        ack()
    else:
        ack(response_action="update", view=form.sent_off(channel_id, language))


def _require_postable(deps: Deps, actor: Actor, channel_id: str) -> None:
    """The form can have been open for long: everything is looked at again."""
    with deps.database.read() as session:
        today = current_id(session, actor.team_id, channel_id)
        progress.require_postable(session, actor.team_id, today)
    if not is_in(hasty(deps), today, actor.user_id):
        raise UserError(progress.NOT_IN_CHANNEL, field="project")


def checked(written: Written) -> Written:
    """What was written, tidied up. Raises FormError with everything that is wrong with it."""
    tidy = clean(written)
    wrong = problems(tidy)
    if wrong:
        raise FormError(wrong)
    return tidy


def refuse(
    deps: Deps, ack: Ack, view: JsonObject, team_id: str, error: Exception, language: Language
) -> None:
    """Say what is wrong at its field; the form stays open with everything in it."""
    if isinstance(error, FormError):
        found = error.problems
    elif isinstance(error, UserError):
        found = (error,)
    else:
        found = (UserError(sentence_for(error, "the progress form")),)
    fields = values_of(view)
    first = "project" if "project" in fields else "done"
    errors = errors_at(deps, team_id, found, fields, first, language)
    ack(response_action="errors", errors=errors)
