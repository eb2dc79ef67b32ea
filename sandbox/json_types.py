"""JSON as it comes over the wire: looked at with care, because a caller may send anything."""

from __future__ import annotations

JsonObject = dict[str, object]


def as_object(value: object) -> JsonObject:
    """The value if it is a JSON object, otherwise an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value if it is a JSON array, otherwise an empty one."""
    return list(value) if isinstance(value, list | tuple) else []


def as_objects(value: object) -> list[JsonObject]:
    """The objects in a JSON array; whatever else is in it is left out."""
    return [as_object(item) for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str:
    """The value if it is a string, otherwise an empty one."""
    return value if isinstance(value, str) else ""
