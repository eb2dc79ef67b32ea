"""Reading the code as data: which methods of Slack it calls, and what it says to people."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slack_sdk import WebClient

from tests.docs.markdown import ROOT

# Where the product is; tests and sandbox are not part of it.
PRODUCT = ("app.py", "service.py", "bot", "handlers", "jobs", "models")

_WEB_METHODS = frozenset(
    name for name in vars(WebClient) if "_" in name and not name.startswith("_")
)


@dataclass(frozen=True)
class Place:
    """A line of the code."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Said:
    """A `Text` as it is written in the code."""

    place: Place
    ja: str
    en: str


@cache
def slack_methods() -> dict[str, Place]:
    """The methods of Slack's Web API that the product names, each with a place where it does."""
    found: dict[str, Place] = {}
    for file, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _WEB_METHODS:
                found.setdefault(node.attr.replace("_", "."), Place(file, node.lineno))
            elif isinstance(node, ast.Attribute) and node.attr == "api_call":
                raise AssertionError(
                    f"{Place(file, node.lineno)}: call the method by its own name instead of "
                    "`api_call`, so that its scope can be checked."
                )
    return found


def texts() -> Iterator[Said]:
    """Every `Text(ja=…, en=…)` whose words stand in the code."""
    for file, tree in _trees():
        if not _imports_text(tree):
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _name(node.func) == "Text"):
                continue
            place = Place(file, node.lineno)
            given = {k.arg: k.value for k in node.keywords}
            assert set(given) == {"ja", "en"}, f"{place}: write `Text(ja=…, en=…)`."
            ja, en = _words(given["ja"]), _words(given["en"])
            if ja is None and en is None:
                continue  # made of other texts
            assert ja is not None, f"{place}: write the Japanese words out, as the English ones."
            assert en is not None, f"{place}: write the English words out, as the Japanese ones."
            yield Said(place, ja, en)


def calls(name: str) -> bool:
    """Whether the product calls something of this name."""
    return any(
        isinstance(node, ast.Call) and _name(node.func) == name
        for _, tree in _trees()
        for node in ast.walk(tree)
    )


def strings(file: str) -> set[str]:
    """The string constants of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _trees() -> Sequence[tuple[str, ast.Module]]:
    files = [
        file
        for path in map(ROOT.joinpath, PRODUCT)
        for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))
    ]
    return [(str(file.relative_to(ROOT)), _parse(file)) for file in files]


def _parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _imports_text(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "bot.text"
        and any(alias.name == "Text" for alias in node.names)
        for node in tree.body
    )


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _words(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
