"""Reading what Slack sent without trusting its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.base import JsonObject, storable


class MalformedEventError(ValueError):
    """An event lacks something that Slack's documentation promises."""


@dataclass(frozen=True)
class Arrival:
    """When an event was received, and when it is applied (`now`)."""

    received_at: datetime
    now: datetime


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

    def flag(self, key: str) -> bool:
        """Whether a field is true."""
        return self._value.get(key) is True

    def number(self, key: str) -> int:
        """An integer, 0 if it is absent."""
        value = self._value.get(key)
        return int(value) if isinstance(value, int | float) else 0

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

    def id_of(self, key: str) -> str:
        """An ID that stands there by itself or as the `id` of an object."""
        return self.text(key) or self.inner(key).text("id")

    def __bool__(self) -> bool:
        return bool(self._value)


def payload_of(value: JsonObject | None) -> Payload:
    """A stored body as a payload."""
    return Payload(value or {})
