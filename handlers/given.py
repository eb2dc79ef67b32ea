"""Reading what buttons, menus and forms carry, as if anybody could have written it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bot.errors import ForgedError

# As many digits as fit into every database's integers
_DIGITS = 9


def number(value: object) -> int:
    """A number that a button carries. Raises ForgedError for anything else."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise ForgedError(f"not a number: {text[:40]!r}")
    return int(text)


def fields(value: object) -> Mapping[str, object]:
    """What a button or a form carries as JSON. Raises ForgedError for anything else."""
    with reading():
        read = json.loads(str(value or "{}"))
    if not isinstance(read, dict):
        raise ForgedError("not an object")
    return read


@contextmanager
def reading() -> Iterator[None]:
    """Whatever fails in here fails because of what was carried: raises ForgedError instead."""
    try:
        yield
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise ForgedError(f"{type(error).__name__}: {error}"[:200]) from error
