"""Reading what Slack sent without trusting its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from models.base import ID_LENGTH, JsonObject, storable

# What a database takes for an integer
_BIGGEST = 2**63
# Ten digits until the year 2286, so that they sort as strings (models.base)
_TS = re.compile(r"[0-9]{10}\.[0-9]{6}", re.ASCII)


class MalformedEventError(ValueError):
    """An event lacks something that Slack's documentation promises."""


@dataclass(frozen=True)
class Arrival:
    """When an event was received, and when it is applied (`now`).

    `source` is None for an event that Slack sent (`models.message.Origin`).
    """

    received_at: datetime
    now: datetime
    source: str | None = None


class Payload:
    """A JSON object that is asked for what it should contain."""

    def __init__(self, value: Mapping[str, object]) -> None:
        self._value = value

    @property
    def whole(self) -> Mapping[str, object]:
        """The object as it is."""
        return self._value

    def text(self, key: str) -> str:
        """A string, "" if it is absent. NUL and lone surrogates can't be stored: replaced."""
        value = self._value.get(key)
        return storable(value) if isinstance(value, str) else ""

    def required(self, key: str) -> str:
        """A string that must be there. Raises `MalformedEventError`."""
        value = self.text(key)
        if not value:
            raise MalformedEventError(f"{key} is missing")
        return value

    def required_ts(self, key: str) -> str:
        """A time stamp that must be there. Raises `MalformedEventError`."""
        self.required(key)
        return self.ts(key)

    def required_id(self, key: str) -> str:
        """An ID that must be there. Raises `MalformedEventError`."""
        self.required(key)
        return self.id(key)

    def id(self, key: str) -> str:
        """An ID of Slack's, "" if it is absent. Raises `MalformedEventError` if it can't be one."""
        value = self.text(key)
        if len(value) > ID_LENGTH:
            raise MalformedEventError(f"{key} is too long for an ID")
        return value

    def ts(self, key: str) -> str:
        """A time stamp, "" if it is absent. Raises `MalformedEventError` if it is none."""
        value = self.text(key)
        if value and not _TS.fullmatch(value):
            raise MalformedEventError(f"{key} is no time stamp: {value[:40]!r}")
        return value

    def flag(self, key: str) -> bool:
        """Whether a field is true."""
        return self._value.get(key) is True

    def number(self, key: str) -> int:
        """An integer, 0 if it is absent or beyond what a database takes."""
        value = self._value.get(key)
        if isinstance(value, bool):  # an integer to Python, and none to PostgreSQL
            return 0
        if isinstance(value, float):
            value = int(value) if isfinite(value) else 0
        return value if isinstance(value, int) and abs(value) < _BIGGEST else 0

    def mapping(self, key: str) -> Mapping[str, object]:
        """An object as it is, empty if it is absent."""
        value = self._value.get(key)
        return value if isinstance(value, Mapping) else {}

    def inner(self, key: str) -> Payload:
        """An object, empty if it is absent."""
        return Payload(self.mapping(key))

    def each(self, key: str) -> Iterator[Payload]:
        """The objects of a list."""
        value = self._value.get(key)
        for item in value if isinstance(value, list) else []:
            if isinstance(item, Mapping):
                yield Payload(item)

    def strings(self, key: str) -> list[str]:
        """The strings of a list."""
        value = self._value.get(key)
        items = value if isinstance(value, list) else []
        return [storable(item) for item in items if isinstance(item, str)]

    def id_of(self, key: str) -> str:
        """An ID that stands there by itself or as the `id` of an object."""
        return self.text(key) or self.inner(key).text("id")

    def __bool__(self) -> bool:
        return bool(self._value)


def payload_of(value: JsonObject | None) -> Payload:
    """A stored body as a payload."""
    return Payload(value or {})
