"""Reading the documents as data: headings, marked tables, links and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_CODE = re.compile(r"`([^`]+)`")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    language: str
    code: str


@dataclass(frozen=True)
class Table:
    """A table that is marked `<!-- table: name -->`; cells without their padding."""

    page: str
    name: str
    rows: Sequence[Sequence[str]]

    def row(self, code: str) -> Sequence[str]:
        """The row whose first cell holds this code."""
        for row in self.rows:
            if code in codes(row[0]):
                return row
        raise AssertionError(f"{self.page}, table “{self.name}”: add a row for `{code}`.")

    def first_codes(self) -> list[str]:
        """The first code of every row's first cell."""
        return [codes(row[0])[0] if codes(row[0]) else row[0] for row in self.rows]

    def must_list(self, wanted: Iterable[str]) -> None:
        """Every wanted code has one row of its own, and there is no other row."""
        there, wanted = self.first_codes(), list(wanted)
        missing = [f"add a row for `{code}`" for code in wanted if code not in there]
        extra = [f"remove the row of `{code}`" for code in there if code not in wanted]
        twice = [f"keep one row of `{code}`" for code in set(there) if there.count(code) > 1]
        faults = "; ".join([*missing, *extra, *twice])
        assert not faults, f"{self.page}, table “{self.name}”: {faults}."

    def must_be_filled(self) -> None:
        """No cell is empty."""
        for row in self.rows:
            assert all(row), f"{self.page}, table “{self.name}”: fill the empty cell of {row[0]}."


@dataclass(frozen=True)
class Page:
    """A document, by its path from the project's folder."""

    name: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.name).read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without blocks of code."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [Block(language, code) for language, code in _FENCE.findall(self.text)]

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(len(marks), title.strip()) for marks, title in _HEADING.findall(self.prose)]

    @property
    def anchors(self) -> set[str]:
        """What `#…` may name here, as GitHub makes it of the headings."""
        return {
            re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in self.headings
        }

    @property
    def links(self) -> list[str]:
        return [markdown or html for markdown, html in _LINK.findall(self.prose)]

    @property
    def tables(self) -> list[str]:
        """The names of the marked tables, in their order."""
        return re.findall(r"<!-- table: (\w+) -->", self.text)

    def table(self, name: str) -> Table:
        """The table that is marked with this name."""
        mark = f"<!-- table: {name} -->"
        assert self.text.count(mark) == 1, f"{self.name}: put “{mark}” above its table, once."
        lines = self.text.split(mark)[1].strip().splitlines()
        rows = []
        for line in lines:
            if not line.startswith("|"):
                break
            cells = _CELL_BORDER.split(line.strip().strip("|"))
            rows.append([cell.replace("\\|", "|").strip() for cell in cells])
        assert len(rows) > 2, f"{self.name}: there is no table under “{mark}”."
        return Table(self.name, name, rows[2:])


def codes(cell: str) -> list[str]:
    """What stands between backticks."""
    return _CODE.findall(cell)


READMES = (Page("README.md"), Page("README.ja.md"))
