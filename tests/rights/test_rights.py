"""Who may press, choose, use and send what is what docs/rights.md says, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

import handlers
from bot.core import permissions
from bot.core.homes import Tab, tabs_of
from bot.core.permissions import Actor, actor_of
from bot.text import Text
from models.member import Member
from tests.docs.markdown import Page, Table
from tests.rights.trials import TRIALS, Trial
from tests.rights.world import NOW, OWNER, ROLES, World, a_world

RIGHTS = Page("docs/rights.md")
TABLES = {"button": "rights_buttons", "shortcut": "rights_shortcuts", "form": "rights_forms"}
# The first of the columns that say who may, and the one that names whoever else may
FIRST, BESIDES = 3, 11
MAY, MAY_NOT = "✓", "–"
ASKED = "聞いた方"

# Every refusal for want of a right begins like one of these.
REFUSALS = {
    name: re.split(r"[{`<]", text.ja)[0]
    for name, text in vars(permissions).items()
    if isinstance(text, Text) and name.endswith("_ONLY")
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("rights")) as made:
        yield made


class Listing(App):
    """Remembers what it is asked to answer."""

    def __init__(self) -> None:
        nobody = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-nobody")
        super().__init__(name="iine", authorize=lambda: nobody)
        self.answered: list[tuple[str, str | re.Pattern[str]]] = []

    def action(self, constraints, *args, **kwargs):  # type: ignore[no-untyped-def]  # as Bolt's
        self.answered.append(("button", constraints))
        return super().action(constraints, *args, **kwargs)

    def view(self, constraints, *args, **kwargs):  # type: ignore[no-untyped-def]  # as Bolt's
        self.answered.append(("form", constraints))
        return super().view(constraints, *args, **kwargs)

    def message_shortcut(self, callback_id, *args, **kwargs):  # type: ignore[no-untyped-def]  # as Bolt's
        self.answered.append(("shortcut", callback_id))
        return super().message_shortcut(callback_id, *args, **kwargs)

    def global_shortcut(self, callback_id, *args, **kwargs):  # type: ignore[no-untyped-def]  # as Bolt's
        self.answered.append(("shortcut", callback_id))
        return super().global_shortcut(callback_id, *args, **kwargs)


def _table(trial: Trial) -> Table:
    return RIGHTS.table(TABLES[trial.kind])


def _cells(table: Table, row: str) -> dict[str, bool]:
    cells = table.row(row)[FIRST : FIRST + len(ROLES)]
    assert set(cells) <= {MAY, MAY_NOT}, f"{table.page}, `{row}`: use {MAY} and {MAY_NOT}."
    return {role: cell == MAY for role, cell in zip(ROLES, cells, strict=True)}


def test_everything_that_is_answered_is_tried(world: World) -> None:
    listing = Listing()
    handlers.register(listing, world.deps)
    for kind, wanted in listing.answered:
        tried = [trial.tried for trial in TRIALS if trial.kind == kind]
        found = [one for one in tried if re.fullmatch(wanted, one) or re.match(wanted, one)]
        assert found, f"{kind} {wanted!r}: add a trial to tests/rights/trials.py."


@pytest.mark.parametrize("kind", TABLES)
def test_the_tables_list_what_is_tried(kind: str) -> None:
    table = RIGHTS.table(TABLES[kind])
    table.must_list(trial.row for trial in TRIALS if trial.kind == kind)
    table.must_be_filled()


@pytest.mark.parametrize("trial", TRIALS, ids=[f"{one.kind} {one.row}" for one in TRIALS])
def test_each_may_what_the_table_says(world: World, trial: Trial) -> None:
    table = _table(trial)
    said = _cells(table, trial.row)
    found = {role: _may(world, trial, role) for role in ROLES}
    assert found == said, f"{table.page}, `{trial.row}`: the table says otherwise."
    besides = table.row(trial.row)[BESIDES]
    assert _may(world, trial, OWNER) == (said["guest"] or besides != MAY_NOT), (
        f"{table.page}, `{trial.row}`: “{besides}” in the last column."
    )
    if ASKED in besides:
        assert _may(world, trial, "asker")


def _may(world: World, trial: Trial, role: str) -> bool:
    """Whether it was not refused. Where it was, nothing has changed."""
    world.reset()
    before = world.rows()
    seen = trial.act(world, world.people[role])
    refusals = [name for name, words in REFUSALS.items() if any(words in one for one in seen)]
    assert len(refusals) <= 1, f"{role}, `{trial.row}`: refused as {refusals}"
    if refusals:
        assert world.rows() == before, f"{role}, `{trial.row}`: refused, and yet changed"
    return not refusals


def test_every_page_of_the_home_is_for_those_whom_the_table_names(world: World) -> None:
    table = RIGHTS.table("rights_pages")
    table.must_list(tab.value for tab in Tab)
    world.reset()
    with world.deps.database.read() as session:
        for role in ROLES:
            tabs = tabs_of(session, _actor(world, role))
            said = {tab for tab in Tab if _cells(table, tab.value)[role]}
            assert set(tabs) == said, f"docs/rights.md, pages of the Home: {role}"


def _actor(world: World, role: str) -> Actor:
    with world.deps.database.read() as session:
        member = session.get_one(Member, (world.slack.team_id, world.people[role].id))
        return actor_of(session, member, coordinators=frozenset(), default_language="ja", now=NOW)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_who_can_do_it(name: str) -> None:
    text: Text = vars(permissions)[name]
    assert re.search("職員|事務局|役職|書いた方|さん", text.ja)
    assert re.search("staff|coordinator|office holder|author|<@", text.en)


def test_it_is_said_where_the_tables_are() -> None:
    for name in ("README.md", "README.ja.md"):
        assert "docs/rights.md" in Page(name).links
