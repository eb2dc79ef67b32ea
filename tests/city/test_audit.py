"""The demo notices when the bot counts, notes or tells something else than what happened."""

from __future__ import annotations

from dataclasses import replace

from sandbox.city import PROJECTS, Tally, story
from sandbox.city.acts import React
from sandbox.city.audit import Books, Standing, differences, expected, summed
from sandbox.city.transcript import when

NAME = PROJECTS[0].name


def with_project(books: Books, standing: Standing) -> Books:
    """The books with another state of the first project."""
    return replace(books, projects={**books.projects, NAME: standing})


def test_what_happened_is_no_difference() -> None:
    acts = story()
    assert differences(acts, expected(acts), acts) == []


def test_a_lost_reaction_is_noticed() -> None:
    acts = story()
    books = expected(acts)
    standing = books.projects[NAME]
    tally = replace(standing.tally, reactions=standing.tally.reactions - 1)
    (line,) = differences(acts, with_project(books, replace(standing, tally=tally)), acts)
    assert line.startswith(NAME)


def test_a_member_a_question_or_a_request_that_is_lost_is_noticed() -> None:
    acts = story()
    books = expected(acts)
    standing = books.projects[NAME]
    asked, answered = standing.asked
    assert asked == answered > 0
    assert standing.members
    for wrong in (
        replace(standing, asked=(asked, answered - 1)),
        replace(standing, members=frozenset()),
        replace(standing, helped=(0, 0)),
    ):
        (line,) = differences(acts, with_project(books, wrong), acts)
        assert line.startswith(NAME)


def test_a_project_that_is_missing_or_too_much_is_noticed() -> None:
    acts = story()
    projects = dict(expected(acts).projects)
    del projects[NAME]
    projects["知らない"] = Standing("pilot", "idea", "active", Tally(1, 0, 0, 0))
    assert len(differences(acts, replace(expected(acts), projects=projects), acts)) == 2


def test_thanks_and_lines_in_threads_are_compared() -> None:
    acts = story()
    books = expected(acts)
    assert books.thanks
    assert books.replies
    gone = sorted(books.replies)[0]
    lines = differences(
        acts, replace(books, thanks=frozenset(), replies=books.replies - {gone}), acts
    )
    assert len(lines) == len(books.thanks) + 1
    assert any(str(gone) in line for line in lines)


def test_an_author_who_did_not_hear_is_noticed_unless_it_was_only_now() -> None:
    acts = story()
    books = expected(acts)
    last = next(
        (act.what.of, act.who)
        for act in reversed(acts)
        if isinstance(act.what, React) and (act.what.of, act.who) in books.told
    )
    without = replace(books, told=books.told - {last})
    (line,) = differences(acts, without, acts)
    assert last[0] in line
    assert differences(acts, without, acts[: len(acts) // 2]) == []


def test_an_author_who_heard_of_what_never_was_is_noticed() -> None:
    acts = story()
    books = expected(acts)
    more = replace(books, told=books.told | {("counter#6", "enomoto")})
    lines = differences(acts, more, acts)
    assert [line for line in lines if "counter#6" in line] == lines
    assert lines


def test_nobody_has_to_hear_who_wants_nothing_or_is_not_of_the_city() -> None:
    told = {key.partition("#")[0] + key.partition("#")[2] for key, _ in expected(story()).told}
    assert told
    by_outsiders = {"consortium3", "consortium8", "lunch4", "lunch7"}
    assert not told & by_outsiders


def test_tallies_add_up() -> None:
    standings = [
        Standing("pilot", "idea", "active", Tally(1, 2, 3, 4)),
        Standing("pilot", "plan", "active", Tally(10, 20, 30, 40)),
    ]
    assert summed(standings) == Tally(11, 22, 33, 44)


def test_stages_and_states_follow_what_people_do() -> None:
    projects = expected(story()).projects
    assert projects["窓口の待ち時間"].stage == "rollout"
    assert projects["空き家の見える化"].stage == "plan"
    assert projects["空き家の見える化"].status == "active"
    assert projects["議事録の文字起こし"].stage == "done"
    assert projects["議事録の文字起こし"].status == "closed"
    in_march = expected(act for act in story() if act.at < when("3/31 0:00"))
    assert in_march.projects["空き家の見える化"].status == "paused"


def test_a_project_counts_once_it_is_registered() -> None:
    early = [act for act in story() if act.at < when("2/20 0:00")]
    assert "ゆずります掲示板" not in expected(early).projects
