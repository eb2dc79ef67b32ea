"""What all tables share: names of constraints, types of Slack's identifiers, instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

# Slack does not publish the longest ID; today's have 9 to 11 characters.
ID_LENGTH = 64
TS_LENGTH = 32

SlackId = Annotated[str, mapped_column(String(ID_LENGTH))]
# A Slack time stamp such as "1700000000.000100": kept as the string that Slack sent, because it
# is a key. All of them have ten digits before the point until the year 2286, so they sort as
# strings.
SlackTs = Annotated[str, mapped_column(String(TS_LENGTH))]

JsonObject = dict[str, object]


def storable(value: str) -> str:
    """The string without what a database refuses: NUL, and surrogates without their partner."""
    if value.isascii() and "\0" not in value:
        return value
    paired = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return paired.replace("\0", "\N{REPLACEMENT CHARACTER}")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on every database; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; constraints get names, so that a migration can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads a plain class attribute)
        datetime: UtcDateTime(),
        JsonObject: JSON(none_as_null=True),
    }
