"""The shortcuts are within Slack's limits, and the tables name every one of them."""

from __future__ import annotations

import pytest

from bot.manifest import SHORTCUTS, Shortcut
from bot.text import LANGUAGES
from bot.views.limits import CALLBACK_ID
from tests.docs.markdown import READMES, Page

PAGES = pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
# docs.slack.dev/reference/app-manifest: `features.shortcuts`
NAME, DESCRIPTION, AT_MOST = 24, 150, 10


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=lambda shortcut: shortcut.callback_id)
def test_slack_accepts_it(shortcut: Shortcut) -> None:
    assert len(shortcut.callback_id) <= CALLBACK_ID
    for language in LANGUAGES:
        assert 0 < len(shortcut.name.of(language)) <= NAME
        assert 0 < len(shortcut.description.of(language)) <= DESCRIPTION


def test_there_are_not_too_many() -> None:
    assert len(SHORTCUTS) <= AT_MOST
    assert len({shortcut.callback_id for shortcut in SHORTCUTS}) == len(SHORTCUTS)


@PAGES
def test_every_shortcut_is_named(page: Page) -> None:
    table = page.table("shortcuts")
    table.must_list(shortcut.callback_id for shortcut in SHORTCUTS)
    table.must_be_filled()
    for shortcut in SHORTCUTS:
        row = table.row(shortcut.callback_id)
        shown = {row[1], row[2]}
        assert shown == {shortcut.name.en, shortcut.name.ja}, (
            f"{page.name}, table “shortcuts”: name `{shortcut.callback_id}` as Slack shows it."
        )
