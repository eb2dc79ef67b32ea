"""Reading JSON that an app sent: whatever is missing or of the wrong kind reads as empty.

The page must show a malformed block as something visible, never fall over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Payload = Mapping[str, object]

_EMPTY: Payload = {}


def text_at(payload: Payload, key: str, default: str = "") -> str:
    """The string under `key`, or `default`."""
    value = payload.get(key)
    return value if isinstance(value, str) else default


def number_at(payload: Payload, key: str, default: int = 0) -> int:
    """The whole number under `key` (also when it was written as a string), or `default`."""
    value = payload.get(key)
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 16 and value.isascii() and value.isdigit():
        return int(value)
    return default


def flag_at(payload: Payload, key: str, default: bool = False) -> bool:
    """The boolean under `key`, or `default`."""
    value = payload.get(key)
    return value if isinstance(value, bool) else default


def object_at(payload: Payload, key: str) -> Payload:
    """The JSON object under `key`, or an empty one."""
    return as_object(payload.get(key))


def objects_at(payload: Payload, key: str) -> list[Payload]:
    """The JSON objects of the array under `key`; anything else in it is left out."""
    return [item for item in list_at(payload, key) if isinstance(item, Mapping)]


def list_at(payload: Payload, key: str) -> Sequence[object]:
    """The array under `key`, or an empty one."""
    value = payload.get(key)
    return value if isinstance(value, list | tuple) else []


def texts_at(payload: Payload, key: str) -> list[str]:
    """The strings of the array under `key`."""
    return [item for item in list_at(payload, key) if isinstance(item, str)]


def as_object(value: object) -> Payload:
    """`value` if it is a JSON object, otherwise an empty one."""
    return value if isinstance(value, Mapping) else _EMPTY
