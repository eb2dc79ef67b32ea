"""Who reads README.ja.md gets what who reads README.md gets."""

from __future__ import annotations

from tests.docs.markdown import READMES, Table, codes

ENGLISH, JAPANESE = READMES


def test_the_same_headings() -> None:
    ours = [level for level, _ in ENGLISH.headings]
    theirs = [level for level, _ in JAPANESE.headings]
    assert ours == theirs, "README.md and README.ja.md must have the same headings, level by level."


def test_the_same_tables_with_the_same_rows() -> None:
    assert ENGLISH.tables == JAPANESE.tables, "Both READMEs must have the same tables in order."
    for name in ENGLISH.tables:
        ours, theirs = ENGLISH.table(name), JAPANESE.table(name)
        assert _keys(ours) == _keys(theirs), (
            f"The table “{name}” must have the same rows in README.md and README.ja.md."
        )
        widths = {len(row) for row in [*ours.rows, *theirs.rows]}
        assert len(widths) == 1, f"The table “{name}” must have the same columns in both READMEs."


def test_the_same_commands_to_type() -> None:
    """Comments in a block may be translated; what is typed may not differ."""
    ours = [_typed(block.code) for block in ENGLISH.blocks]
    theirs = [_typed(block.code) for block in JAPANESE.blocks]
    assert ours == theirs, "The blocks of code in README.md and README.ja.md must be the same."


def test_the_same_number_of_steps() -> None:
    assert _steps(ENGLISH.prose) == _steps(JAPANESE.prose) == list(range(1, 11)), (
        "Both READMEs must install into Slack in ten numbered steps."
    )


def _keys(table: Table) -> list[list[str]]:
    return [codes(row[0]) for row in table.rows]


def _typed(code: str) -> list[str]:
    return [
        line for line in code.splitlines() if line and not line.lstrip().startswith(("#", "--"))
    ]


def _steps(prose: str) -> list[int]:
    lines = [line.partition(". ")[0] for line in prose.splitlines()]
    return [int(number) for number in lines if number.isdigit()]
