"""The settings tables and `.env.example` name every setting with its default, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from dotenv import dotenv_values

from bot.settings import Settings, SettingsError
from tests.docs.markdown import READMES, ROOT, Page, codes

EXAMPLE = ROOT / ".env.example"


class _Recorder(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _settings() -> list[str]:
    environment = _Recorder()
    Settings.from_env(environment, tokens=False)
    return environment.asked


def _required() -> set[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({})
    return {problem.split()[0] for problem in caught.value.problems}


def _is_default(name: str, value: str) -> bool:
    """Whether writing the value out is the same as leaving the setting out."""
    plain = Settings.from_env({}, tokens=False)
    return Settings.from_env({name: value}, tokens=False) == plain


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_table_lists_every_setting(page: Page) -> None:
    table = page.table("settings")
    table.must_list(_settings())
    table.must_be_filled()


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_table_names_the_defaults(page: Page) -> None:
    table = page.table("settings")
    for name in _settings():
        default = codes(table.row(name)[1])
        if name in _required():
            assert not default, f"{page.name}: `{name}` is required; don't name a default for it."
        elif default:
            assert _is_default(name, default[0]), (
                f"{page.name}: `{default[0]}` is not the default of `{name}` in bot/settings.py."
            )
        else:
            assert _is_default(name, ""), f"{page.name}: write the default of `{name}` as code."


def test_the_example_names_every_setting_with_its_default() -> None:
    lines = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.M)
    assert sorted(name for name, _ in lines) == sorted(_settings()), (
        ".env.example: one line for each setting of bot/settings.py, no other."
    )
    for name, value in lines:
        if name not in _required():
            assert _is_default(name, value), f".env.example: write the default of {name}."


def test_the_example_can_be_read() -> None:
    values = {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}
    Settings.from_env(values)
    assert _required() <= values.keys(), ".env.example: required settings must not be comments."


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_database_address_that_is_shown_is_a_valid_one(page: Page) -> None:
    shown = [b.code.strip() for b in page.blocks if b.code.startswith("DATABASE_URL=")]
    assert len(shown) == 1, f"{page.name}: show one example of DATABASE_URL for PostgreSQL."
    Settings.from_env({"DATABASE_URL": shown[0].removeprefix("DATABASE_URL=")}, tokens=False)
