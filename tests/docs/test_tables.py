"""What is stored, what a digest has in it, what runs by the clock, what can be typed."""

from __future__ import annotations

import click
import pytest

import app
from bot.core.homes import Tab
from bot.digest.compose import SECTIONS
from jobs.ticker import JOBS
from models import Base
from tests.docs.markdown import READMES, Page, codes

PAGES = pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)


@PAGES
def test_every_table_of_the_database_is_named(page: Page) -> None:
    table = page.table("stored")
    table.must_list(Base.metadata.tables)
    table.must_be_filled()


@PAGES
def test_every_section_of_the_digest_is_named_in_its_order(page: Page) -> None:
    table = page.table("sections")
    names = [section.name for section in SECTIONS]
    table.must_list(names)
    table.must_be_filled()
    assert table.first_codes() == names, (
        f"{page.name}, table “sections”: keep the order of SECTIONS in bot/digest/compose.py."
    )


@PAGES
def test_every_job_is_named(page: Page) -> None:
    table = page.table("jobs")
    table.must_list(job.name for job in JOBS)
    table.must_be_filled()


@PAGES
def test_every_page_of_the_home_is_named(page: Page) -> None:
    table = page.table("home")
    table.must_list(tab.value for tab in Tab)
    table.must_be_filled()


@PAGES
def test_every_command_of_the_command_line_is_named_with_its_options(page: Page) -> None:
    table = page.table("cli")
    table.must_list(f"app.py {name}" for name in app.main.commands)
    table.must_be_filled()
    for name, command in app.main.commands.items():
        shown, wanted = codes(table.row(f"app.py {name}")[2]), _options(command)
        assert set(shown) == set(wanted), (
            f"{page.name}, table “cli”: the last cell of `app.py {name}` must name the options "
            f"{', '.join(wanted) or '(none)'}; it names {', '.join(shown) or '(none)'}."
        )


def _options(command: click.Command) -> list[str]:
    """The longest name of each option."""
    return [
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    ]
