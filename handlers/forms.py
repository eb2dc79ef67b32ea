"""What all forms have in common once they are sent.

Slack waits three seconds for the verdict on a form, and shows the errors at their fields
(docs.slack.dev/surfaces/modals). So the questions to Slack on the way are short of breath: the
person can send the form again, with everything that was typed still in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from slack_sdk import WebClient

from bot.core.names import names_of
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language
from bot.views.quoting import plain
from handlers.given import fields
from models.base import JsonObject

ERROR_LENGTH = 300
_PERSON = re.compile(r"<@([A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)>")

# Seconds for one answer of Slack, and for all of them before anything is written
SLACK_ANSWER = 2
ALL_ANSWERS = 2.5


class FormError(Exception):
    """Everything that is wrong with a form, each with its field."""

    def __init__(self, problems: Sequence[UserError]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def values_of(view: JsonObject) -> dict[str, dict[str, dict[str, object]]]:
    """What was filled in: by block, by action."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return values if isinstance(values, dict) else {}


def remembered(view: JsonObject) -> Mapping[str, object]:
    """What the form was given along when it was opened. Raises ForgedError."""
    return fields(view.get("private_metadata"))


def hasty(deps: Deps) -> WebClient:
    """Slack with little patience and no second try."""
    return WebClient(
        token=deps.slack.token,
        base_url=deps.slack.base_url,
        timeout=SLACK_ANSWER,
        retry_handlers=[],
        ssl=deps.slack.ssl,
    )


def deadline() -> Callable[[], None]:
    """Raises TimeoutError once it is too late to write anything and still tell the person."""
    started = time.monotonic()

    def in_time() -> None:
        if time.monotonic() - started > ALL_ANSWERS:
            raise TimeoutError("Slack took too long over a form")

    return in_time


def errors_at(
    deps: Deps,
    team_id: str,
    problems: Sequence[UserError],
    fields: Collection[str],
    first: str,
    language: Language,
) -> dict[str, str]:
    """The problems as Slack takes them, by field; of two at one field the first.

    What belongs to none of the form's `fields` stands at the `first` one.
    """
    errors: dict[str, str] = {}
    for problem in problems:
        field = problem.field if problem.field is not None and problem.field in fields else first
        errors.setdefault(field, unformatted(deps, team_id, problem.text.of(language), language))
    return errors


def unformatted(deps: Deps, team_id: str, sentence: str, language: Language) -> str:
    """The sentence for a place where Slack formats nothing: names instead of IDs, no marks."""
    people, channels = _PERSON.findall(sentence), _CHANNEL.findall(sentence)
    names: dict[str, str] = {}
    if people or channels:
        with deps.database.read() as session:
            names = names_of(session, team_id, people, channels)
    named = _CHANNEL.sub(
        lambda found: f"<#{found[1]}|{names[found[1]]}>" if found[1] in names else found[0],
        sentence,
    )
    words = plain(named, ERROR_LENGTH, names=names, language=language)
    return words.replace("＠", "@")  # nobody is notified there, and people copy it
