"""Buttons, menus, shortcuts and forms with values that nobody gave out: every one that there is.

`tests/rights/test_rights.py` holds the trials to what is registered, so that none is forgotten.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text, update

from models import Base
from sandbox.json_types import JsonObject, as_object, as_objects
from tests.rights.trials import TRIALS, Trial
from tests.rights.world import World, a_world

OTHER = "T0OTHER"
Meddle = Callable[[JsonObject], JsonObject]

VALUES: dict[str, object] = {
    "nothing": "",
    "nobody's number": "4711",
    "a number beyond all": "9" * 40,
    "other digits": "１",
    "no JSON": "{",
    "other JSON": '{"project": {}, "channel": [], "name": null, "details": 1, "draft": "x"}',
    "a list": "[1]",
    "SQL": "1' OR '1'='1'; DROP TABLE projects; --",
    "what no database takes": "\0\ud800",
    "of another channel": "C0SECRET:1775433600.000100",
    "huge": "1" * 3_000,
    "no text": 7,
}
# Whatever they carry says nothing: they do what they always do, and Slack's own choice decides.
CARRY_NOTHING = frozenset(
    {
        "home_language",
        "home_notices",
        "home_switches",
        "explain_marks",
        "progress_form",
        "project_form",
        "home_office_form",
        "home_audience_form",
        "home_schedule_form",
    }
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("hostile")) as made:
        yield made


def _ids(trial: Trial) -> str:
    return f"{trial.kind} {trial.row}"


def _carries_nothing(trial: Trial) -> bool:
    return trial.kind == "shortcut" or trial.tried in CARRY_NOTHING


def _with_value(value: object) -> Meddle:
    """What a button or an entry carries, and what a form remembers."""

    def meddle(payload: JsonObject) -> JsonObject:
        changed = copy.deepcopy(payload)
        for action in as_objects(changed.get("actions") or []):
            if "selected_option" in action:
                as_object(action["selected_option"])["value"] = value
            elif "selected_options" in action:
                action["selected_options"] = [{"value": value}]
            else:
                action["value"] = value
        if changed.get("type") == "view_submission":
            as_object(changed["view"])["private_metadata"] = value
        return changed

    return meddle


def _without(*keys: str) -> Meddle:
    """Without these, wherever they stand at the top, in the action, or in the view."""

    def meddle(payload: JsonObject) -> JsonObject:
        changed = copy.deepcopy(payload)
        view = changed.get("view")
        holders = [changed, *as_objects(changed.get("actions") or [])]
        for holder in [*holders, *([view] if isinstance(view, dict) else [])]:
            for key in keys:
                holder.pop(key, None)
        return changed

    return meddle


LESS: dict[str, Meddle] = {
    "value": _without("value", "selected_option", "selected_options"),
    "state": _without("state", "private_metadata"),
    "place": _without("channel", "message", "container", "response_url"),
}


def _tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.exc_info]


def _tries(world: World, trial: Trial, who: str, meddle: Meddle) -> bool:
    """Whether anything changed in the database."""
    world.reset()
    before = world.rows()
    world.bolt.meddle = meddle
    trial.act(world, world.people[who])
    world.bolt.meddle = lambda payload: payload
    return world.rows() != before


@pytest.mark.parametrize("trial", TRIALS, ids=_ids)
def test_values_that_nobody_gave_out(
    world: World, trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in VALUES.items():
        changed = _tries(world, trial, "admin", _with_value(value))
        assert not changed or _carries_nothing(trial), name
        assert _tracebacks(caplog) == [], name


@pytest.mark.parametrize("missing", LESS)
@pytest.mark.parametrize("trial", TRIALS, ids=_ids)
def test_parts_that_are_missing(
    world: World, trial: Trial, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    _tries(world, trial, "outside", LESS[missing])
    assert _tracebacks(caplog) == []


# Of these nothing is said that belongs to a workspace: what they make or change is one's own.
_ABOUT_NOTHING_THERE_IS = CARRY_NOTHING | {"project_confirm_register", "project_form_consent"}


@pytest.mark.parametrize("trial", TRIALS, ids=_ids)
def test_things_of_another_workspace(
    world: World, trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    world.reset()
    _moves_everything(world)
    before = world.rows()
    trial.act(world, world.people["admin"])
    if trial.tried not in _ABOUT_NOTHING_THERE_IS:
        assert world.rows() == before
    assert _tracebacks(caplog) == []


_STAYS = frozenset({"workspaces", "members", "coordinators", "offices", "tenures", "channels"})


def _moves_everything(world: World) -> None:
    """As if another workspace in the same database had registered, written and asked it all."""
    with world.deps.database.write() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in Base.metadata.sorted_tables:
            if "team_id" in table.c and table.name not in _STAYS:
                session.execute(update(table).values(team_id=OTHER))


@pytest.mark.parametrize("trial", TRIALS, ids=_ids)
def test_somebody_of_another_organisation(
    world: World, trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    """In a shared channel the payload names their workspace, not ours."""

    def as_theirs(payload: JsonObject) -> JsonObject:
        changed = copy.deepcopy(payload)
        changed["team"] = {"id": OTHER, "domain": "other"}
        as_object(changed["user"])["team_id"] = OTHER
        return changed

    changed = _tries(world, trial, "outside", as_theirs)
    assert not changed or trial.tried in CARRY_NOTHING
    assert _tracebacks(caplog) == []


@pytest.mark.parametrize("time", ["", "25:99", "soon", None, 16])
def test_a_time_that_the_form_does_not_have(world: World, time: object) -> None:
    """It would be read again at every look at the clock, and no digest would come any more."""
    [trial] = [trial for trial in TRIALS if trial.tried == "home_schedule_form"]

    def meddle(payload: JsonObject) -> JsonObject:
        changed = copy.deepcopy(payload)
        if changed.get("type") == "view_submission":
            state = as_object(as_object(changed["view"])["state"])
            [picker] = as_object(as_object(state["values"])["time"]).values()
            as_object(picker)["selected_time"] = time
        return changed

    assert not _tries(world, trial, "admin", meddle)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"action_id": "of_last_year", "type": "button"}]},
        {"type": "view_submission", "view": {"callback_id": "of_last_year", "type": "modal"}},
        {"type": "view_closed", "view": {"callback_id": "of_last_year", "type": "modal"}},
        {"type": "message_action", "callback_id": "of_last_year"},
        {"type": "shortcut", "callback_id": "of_last_year"},
        {"type": "block_suggestion", "action_id": "of_last_year", "value": "x"},
        {"command": "/of_last_year", "text": "", "user_id": "U1", "channel_id": "C1"},
    ],
    ids=json.dumps,
)
def test_what_nobody_answers_any_more(
    world: World, payload: JsonObject, caplog: pytest.LogCaptureFixture
) -> None:
    """It is acknowledged, so that Slack neither shows a warning nor sends it again."""
    caplog.set_level(logging.INFO)
    world.reset()
    before = world.rows()
    who = {"user": {"id": world.people["admin"].id}, "team": {"id": world.slack.team_id}}
    assert world.bolt.dispatch({**who, **payload}).status == 200
    assert world.rows() == before
    assert _tracebacks(caplog) == []
    assert "Unhandled request" not in caplog.text
