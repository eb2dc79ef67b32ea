"""The demo notices when the bot counts something else than what happened."""

from __future__ import annotations

from sandbox.city import PROJECTS, Tally, story
from sandbox.city.audit import differences, expected, summed


def test_the_same_numbers_are_no_difference() -> None:
    acts = story()
    assert differences(acts, expected(acts)) == []


def test_a_lost_reaction_is_noticed() -> None:
    acts = story()
    recorded = expected(acts)
    name = PROJECTS[0].name
    right = recorded[name]
    recorded[name] = Tally(right.posts, right.replies, right.reactions - 1, right.acknowledgements)
    (line,) = differences(acts, recorded)
    assert line.startswith(name)


def test_a_project_that_is_missing_or_too_much_is_noticed() -> None:
    acts = story()
    recorded = expected(acts)
    del recorded[PROJECTS[0].name]
    recorded["知らない"] = Tally(1, 0, 0, 0)
    assert len(differences(acts, recorded)) == 2


def test_tallies_add_up() -> None:
    assert summed([Tally(1, 2, 3, 4), Tally(10, 20, 30, 40)]) == Tally(11, 22, 33, 44)
