"""The demo notices when the bot counts something else than what happened."""

from __future__ import annotations

from dataclasses import replace

from sandbox.city import PROJECTS, Tally, story
from sandbox.city.audit import Standing, differences, expected, summed
from sandbox.city.transcript import when


def test_the_same_numbers_are_no_difference() -> None:
    acts = story()
    assert differences(acts, expected(acts)) == []


def test_a_lost_reaction_is_noticed() -> None:
    acts = story()
    recorded = expected(acts)
    name = PROJECTS[0].name
    tally = recorded[name].tally
    recorded[name] = replace(recorded[name], tally=replace(tally, reactions=tally.reactions - 1))
    (line,) = differences(acts, recorded)
    assert line.startswith(name)


def test_a_project_that_is_missing_or_too_much_is_noticed() -> None:
    acts = story()
    recorded = expected(acts)
    del recorded[PROJECTS[0].name]
    recorded["知らない"] = Standing("pilot", "idea", Tally(1, 0, 0, 0))
    assert len(differences(acts, recorded)) == 2


def test_tallies_add_up() -> None:
    standings = [
        Standing("pilot", "idea", Tally(1, 2, 3, 4)),
        Standing("pilot", "plan", Tally(10, 20, 30, 40)),
    ]
    assert summed(standings) == Tally(11, 22, 33, 44)


def test_stages_follow_the_commands() -> None:
    stages = {name: one.stage for name, one in expected(story()).items()}
    assert stages["窓口の待ち時間"] == "rollout"
    assert stages["空き家の見える化"] == "plan"
    assert stages["議事録の文字起こし"] == "done"


def test_a_project_counts_once_it_is_registered() -> None:
    early = [act for act in story() if act.at < when("2/20 0:00")]
    assert "ゆずります掲示板" not in expected(early)
