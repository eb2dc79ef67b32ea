"""Which number of a digest is opened: what its buttons carry, and what comes back from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement, Option, PlainTextObject, StaticSelectElement

from bot.core import slack_time
from bot.core.evidence import Measure
from bot.text import Language, Text
from bot.views.limits import BUTTON_TEXT, OPTION_TEXT, PLACEHOLDER_TEXT, SELECT_OPTIONS
from bot.views.quoting import plain_label

OPEN = "digest_open"
OPEN_PROJECT = "digest_open_project"

_OPEN_LABEL = Text(ja="開く", en="Open")
_NO_PROJECT = 0


@dataclass(frozen=True)
class Scope:
    """A number: what is counted, from when to when, and of which project (None: of all)."""

    measure: Measure
    start: datetime
    end: datetime
    project_id: int | None = None
    page: int = 0

    def encode(self) -> str:
        """As a button, an option or a modal carries it: well under 150 characters."""
        start, end = slack_time.from_datetime(self.start), slack_time.from_datetime(self.end)
        return f"{self.measure}:{start}:{end}:{self.project_id or _NO_PROJECT}:{self.page}"

    @classmethod
    def decode(cls, value: str) -> Scope:
        """From what `encode` made. Raises ValueError for anything else."""
        measure, start, end, project_id, page = value.split(":")
        return cls(
            Measure(measure),
            slack_time.to_datetime(start),
            slack_time.to_datetime(end),
            int(project_id) or None,
            max(0, int(page)),
        )

    def at_page(self, page: int) -> Scope:
        """The same number, another page."""
        return replace(self, page=page)


def open_button(scope: Scope, language: Language, words: Text = _OPEN_LABEL) -> ButtonElement:
    """The button that shows the posts behind a number."""
    return ButtonElement(
        text=PlainTextObject(text=words.of(language)[:BUTTON_TEXT], emoji=True),
        action_id=f"{OPEN}_{scope.measure}",
        value=scope.encode(),
    )


def project_select(
    scope: Scope, projects: Sequence[tuple[int, str]], placeholder: str, number: int = 1
) -> StaticSelectElement:
    """A list of projects (ID, name) to choose from; no more than SELECT_OPTIONS of them.

    `number` tells several lists in one message apart.
    """
    options = [
        Option(
            text=PlainTextObject(text=plain_label(name, OPTION_TEXT) or "–", emoji=True),
            value=replace(scope, project_id=project_id).encode(),
        )
        for project_id, name in projects[:SELECT_OPTIONS]
    ]
    return StaticSelectElement(
        placeholder=PlainTextObject(text=placeholder[:PLACEHOLDER_TEXT], emoji=True),
        action_id=f"{OPEN_PROJECT}_{number}",
        options=options,
    )
