"""The command tables show every subcommand in both languages, and nothing that is not there."""

from __future__ import annotations

import pytest

import handlers
from bot.text import Text
from handlers.commands.router import HELP_NAMES, HELP_USAGE, Command
from tests.docs.markdown import READMES, Page, codes

PAGES = pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
# Columns
ENGLISH, JAPANESE, WHAT, WHO = range(4)


def _all() -> list[tuple[Command, tuple[str, ...], Text]]:
    found: list[tuple[Command, tuple[str, ...], Text]] = []
    for command in handlers.COMMANDS:
        if command.direct is not None:
            found.append((command, (), command.direct.usage))
        found += [(command, sub.names, sub.usage) for sub in command.subcommands]
        found.append((command, HELP_NAMES, HELP_USAGE))
    return found


@PAGES
def test_every_subcommand_has_its_row(page: Page) -> None:
    table = page.table("commands")
    table.must_list(f"{command.name} {usage.en}".strip() for command, _, usage in _all())
    table.must_be_filled()


@PAGES
def test_the_japanese_words_stand_beside_it(page: Page) -> None:
    table = page.table("commands")
    for command, names, usage in _all():
        row = table.row(f"{command.name} {usage.en}".strip())
        wanted = f"{command.name} {usage.ja}".strip()
        assert wanted in codes(row[JAPANESE]), (
            f"{page.name}, table “commands”: write `{wanted}` in the second column "
            f"beside `{command.name} {usage.en}`."
        )
        shown = " ".join(codes(row[ENGLISH]) + codes(row[JAPANESE])).split()
        for name in names:
            assert name in shown, (
                f"{page.name}, table “commands”: name “{name}” beside `{command.name} {usage.en}`."
            )


def test_the_usage_begins_with_the_name() -> None:
    for command, names, usage in _all():
        if not names:
            continue
        assert usage.en.split()[0] == names[0], (
            f"{command.name} {names[0]}: the English usage must begin with the first name."
        )
        assert usage.ja.split()[0] in names[1:], (
            f"{command.name} {names[0]}: the Japanese usage must begin with a Japanese name."
        )


def test_no_name_means_two_things() -> None:
    for command in handlers.COMMANDS:
        names = [name for sub in command.subcommands for name in sub.names] + list(HELP_NAMES)
        twice = {name for name in names if names.count(name) > 1}
        assert not twice, f"{command.name}: these names mean two things: {sorted(twice)}."
