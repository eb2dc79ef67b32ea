"""What people choose for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.text import LANGUAGES, Language
from models import home, preference
from models.preference import Notices, Preference

__all__ = ["Choices", "Notices"]


@dataclass(frozen=True)
class Choices:
    """A person's choices. `language` is None where Slack's own setting decides."""

    language: Language | None
    notices: Notices
    monthly: bool
    marks: bool
    highlights: bool


def choices_of(session: Session, team_id: str, user_id: str) -> Choices:
    """What this person has chosen, or the defaults."""
    return _choices(preference.of(session, team_id, user_id))


def choose(
    session: Session,
    team_id: str,
    user_id: str,
    choices: Choices,
    now: datetime,
) -> None:
    """Take over somebody's own choices; only they themselves may ask for it."""
    row = preference.for_change(session, team_id, user_id)
    row.language = choices.language
    row.notices = choices.notices
    row.monthly = choices.monthly
    row.marks = choices.marks
    row.highlights = choices.highlights
    home.hurry(session, team_id, user_id, now)


def _choices(row: Preference) -> Choices:
    return Choices(
        language=next((known for known in LANGUAGES if known == row.language), None),
        notices=Notices(row.notices),
        monthly=row.monthly,
        marks=row.marks,
        highlights=row.highlights,
    )
