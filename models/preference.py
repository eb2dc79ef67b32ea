"""What each person has chosen for themselves."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from functools import cache

from sqlalchemy import Select, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.ahead import Ahead
from models.base import ID_LENGTH, Base, SlackId


class Notices(StrEnum):
    """When a person hears that they were acknowledged or thanked.

    BUNDLED: the first of a day at once, the rest in one message at the end of the day.
    """

    BUNDLED = "bundled"
    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


class Preference(Base):
    """A person's choices; who has no row has chosen nothing, and the defaults hold.

    - `language`: "ja" or "en"; None follows Slack's own setting.
    - `monthly`: whether they get their month's successes by direct message.
    - `marks`: whether the bot's 📝 is put on their posts.
    - `highlights`: whether the digest may show their posts among those that moved people.
    """

    __tablename__ = "preferences"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(2))
    notices: Mapped[str] = mapped_column(String(8), default=Notices.BUNDLED)
    monthly: Mapped[bool] = mapped_column(default=True)
    marks: Mapped[bool] = mapped_column(default=True)
    highlights: Mapped[bool] = mapped_column(default=True)


_MARKS: Ahead[tuple[str, str], bool] = Ahead()


def of(session: Session, team_id: str, user_id: str) -> Preference:
    """The person's choices; the defaults, not stored, for who has chosen nothing."""
    return session.get(Preference, (team_id, user_id)) or Preference(
        team_id=team_id,
        user_id=user_id,
        language=None,
        notices=Notices.BUNDLED,
        monthly=True,
        marks=True,
        highlights=True,
    )


def wants_marks(session: Session, team_id: str, user_id: str) -> bool:
    """Whether the bot's 📝 is put on the person's posts."""
    known = _MARKS.of(session).get((team_id, user_id))
    if known is not None:
        return known
    asked = {"team": team_id, "users": [user_id]}
    return session.scalar(_asking_who_wants_no_marks(), asked) is None


def read_marks_ahead(session: Session, team_id: str, user_ids: Collection[str]) -> None:
    """Have `wants_marks` ready for these people in this transaction."""
    asked = {"team": team_id, "users": list(user_ids)}
    refused = set(session.scalars(_asking_who_wants_no_marks(), asked))
    _MARKS.of(session).update(((team_id, one), one not in refused) for one in user_ids)


@cache
def _asking_who_wants_no_marks() -> Select[str]:
    return select(Preference.user_id).where(
        Preference.team_id == bindparam("team"),
        Preference.user_id.in_(bindparam("users", expanding=True)),
        Preference.marks.is_(False),
    )


def for_change(session: Session, team_id: str, user_id: str) -> Preference:
    """The same, stored with this session."""
    return session.merge(of(session, team_id, user_id))
