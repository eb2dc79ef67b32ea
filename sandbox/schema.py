"""The small language in which the sandbox writes down what Block Kit accepts.

A check looks at a value and notes what is wrong with it, in the words that Slack uses in
`response_metadata.messages`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class Problems:
    """What is wrong with a request, each with a JSON pointer to the place."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, pointer: str) -> None:
        """Note one problem."""
        self.found.append((what, pointer))

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def errors(self) -> list[str]:
        """The problems as in the `errors` of an answer."""
        return [f"{what} [json-pointer:{pointer}]" for what, pointer in self.found]

    @property
    def messages(self) -> list[str]:
        """The problems as in `response_metadata.messages`."""
        return [f"[ERROR] {error}" for error in self.errors]


Check = Callable[[object, str, Problems], None]
Field = tuple[Check, bool]


def required(check: Check) -> Field:
    """A field that must be there."""
    return check, True


def optional(check: Check) -> Field:
    """A field that may be there."""
    return check, False


def text(most: int | None = None, *, least: int = 0) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add("must provide a string", pointer)
        elif most is not None and len(value) > most:
            problems.add(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            problems.add(f"must be more than {least - 1} characters", pointer)

    return check


def flag(value: object, pointer: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.add("must provide a boolean", pointer)


def whole(least: int | None = None, most: int | None = None) -> Check:
    """A whole number within bounds."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add("must provide an integer", pointer)
        elif least is not None and value < least:
            problems.add(f"must be greater than {least - 1}", pointer)
        elif most is not None and value > most:
            problems.add(f"must be less than {most + 1}", pointer)

    return check


def number(value: object, pointer: str, problems: Problems) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.add("must provide a number", pointer)


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def url(most: int = 3000) -> Check:
    """An address that begins with http:// or https://."""
    of_length = text(most, least=1)

    def check(value: object, pointer: str, problems: Problems) -> None:
        of_length(value, pointer, problems)
        if isinstance(value, str) and not value.startswith(("http://", "https://")):
            problems.add("must provide a valid url", pointer)

    return check


def items(each: Check, *, least: int = 0, most: int | None = None) -> Check:
    """A list of `least` to `most` things of one sort."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add("must provide an array", pointer)
            return
        if most is not None and len(value) > most:
            problems.add(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            problems.add(f"no less than {least} items allowed", pointer)
        for index, item in enumerate(value):
            each(item, f"{pointer}/{index}", problems)

    return check


def nullable(inner: Check) -> Check:
    """Null or something that passes the check."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if value is not None:
            inner(value, pointer, problems)

    return check


def thing(fields: Mapping[str, Field], *, one_of: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others; of `one_of` at least one must be there."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add("must provide an object", pointer)
            return
        for name, (inner, needed) in fields.items():
            if name in value:
                inner(value[name], f"{pointer}/{name}", problems)
            elif needed:
                problems.add(f"missing required field: {name}", pointer)
        for name in value:
            if name not in fields:
                problems.add(f"invalid additional property: {name}", pointer)
        if one_of and not any(name in value for name in one_of):
            problems.add(f"missing required field: {' or '.join(one_of)}", pointer)

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of several checks it must pass."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add("must provide an object", pointer)
            return
        if "type" not in value:
            problems.add("missing required field: type", pointer)
            return
        inner = kinds.get(str(value["type"]))
        if inner is None:
            problems.add(f"unsupported type: {value['type']}", f"{pointer}/type")
            return
        inner(value, pointer, problems)

    return check


def every(*checks: Check) -> Check:
    """All of several checks."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        for one in checks:
            one(value, pointer, problems)

    return check
