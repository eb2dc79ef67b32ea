"""Emoji that people put on messages: the last word of each person on each emoji."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import Executable, Index, Select, String, and_, bindparam, not_, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.ahead import Ahead
from models.base import ID_LENGTH, TS_LENGTH, Base, SlackId, SlackTs
from models.database import inserting

EMOJI_LENGTH = 128


class Reaction(Base):
    """A last-writer-wins register on `event_ts`.

    There is no foreign key to the message: the reaction may arrive first. `name` is Slack's own
    (`+1::skin-tone-2`), `emoji` the one that it counts as (`+1`). `source` is how the last word
    came (`models.message.Origin`), None for an event; `event_ts` then is when it was looked up.
    """

    __tablename__ = "reactions"
    __table_args__ = (
        Index(
            "ix_reactions_by_time",
            "team_id",
            "event_ts",
            sqlite_where=text("present"),
            postgresql_where=text("present"),
        ),
        # Those few whose name is not the one that they count as
        Index(
            "ix_reactions_by_other_name",
            *("team_id", "channel_id", "ts", "user_id", "emoji"),
            sqlite_where=text("name <> emoji"),
            postgresql_where=text("name <> emoji"),
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(EMOJI_LENGTH), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(EMOJI_LENGTH))
    present: Mapped[bool]
    event_ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH))
    source: Mapped[str | None] = mapped_column(String(16))


_IS_THERE: Ahead[tuple[str, str, str], bool] = Ahead()


def record(
    session: Session,
    *,
    team_id: str,
    channel_id: str,
    ts: str,
    user_id: str,
    name: str,
    emoji: str,
    present: bool,
    event_ts: str,
    source: str | None = None,
) -> None:
    """Take over what was said last; at the very same moment, taking back wins."""
    statement = _recording(session.get_bind().dialect.name)
    word = {"emoji": emoji, "present": present, "event_ts": event_ts, "source": source}
    key = {"team_id": team_id, "channel_id": channel_id, "ts": ts, "user_id": user_id, "name": name}
    session.connection().execute(statement, {**key, **word})
    _IS_THERE.of(session)[team_id, channel_id, ts] = True


def is_known_to_have_none(session: Session, team_id: str, channel_id: str, ts: str) -> bool:
    """Whether it was read in this transaction that nobody has ever reacted to this message."""
    return _IS_THERE.of(session).get((team_id, channel_id, ts)) is False


def read_ahead(session: Session, team_id: str, keys: Collection[tuple[str, str]]) -> None:
    """Have `is_known_to_have_none` ready for these messages (channel, `ts`)."""
    asked = {
        "team": team_id,
        "channels": list({channel_id for channel_id, _ in keys}),
        "times": list({ts for _, ts in keys}),
    }
    there = {(row.channel_id, row.ts) for row in session.execute(_asking_where(), asked)}
    _IS_THERE.of(session).update(((team_id, *key), key in there) for key in keys)


@cache
def _asking_where() -> Select[str, str]:
    return (
        select(Reaction.channel_id, Reaction.ts)
        .where(
            Reaction.team_id == bindparam("team"),
            Reaction.channel_id.in_(bindparam("channels", expanding=True)),
            Reaction.ts.in_(bindparam("times", expanding=True)),
        )
        .distinct()
    )


@cache
def _recording(dialect: str) -> Executable:
    new = inserting(Reaction, dialect)
    later = Reaction.event_ts < new.excluded.event_ts
    at_once = and_(Reaction.event_ts == new.excluded.event_ts, not_(new.excluded.present))
    return new.on_conflict_do_update(
        index_elements=["team_id", "channel_id", "ts", "user_id", "name"],
        set_={name: new.excluded[name] for name in ("present", "event_ts", "source")},
        where=or_(later, at_once),
    )
