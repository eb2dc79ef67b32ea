"""Whether the bot has counted, noted and told what a person counts, notes and tells by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.city.acts import Act, Command, Like, Pause, Prefer, React, Register, Thank
from sandbox.city.around import NEVER
from sandbox.city.ledger import Ledger, Tally, count
from sandbox.city.people import LEADERS, profile
from sandbox.city.projects import Undertaking, project, project_of
from sandbox.city.roster import Roster, roster
from sandbox.city.story import STAGE_WORDS

# How a person came to a project, as the product calls it
WAYS = {
    "所属長推薦": "recommended",
    "自薦": "volunteered",
    "他薦": "nominated",
    "声かけ": "invited",
    "": "",
}


@dataclass(frozen=True)
class Standing:
    """A project as it stands: its state in the words of the product, its people, its numbers.

    `members` are those besides the leads, with how they came. `asked` and `helped` are the
    questions and the requests for help: (all of them, those that are done with).
    """

    kind: str
    stage: str
    status: str
    tally: Tally
    leads: frozenset[str] = frozenset()
    members: frozenset[tuple[str, str]] = frozenset()
    asked: tuple[int, int] = (0, 0)
    helped: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Books:
    """What the bot has recorded, and what it has told.

    - `projects`: by name.
    - `thanks`: who thanked whom.
    - `replies`: (post, leader) of every line in a thread that says that the leader pressed いいね!.
    - `told`: (post, leader) of every acknowledgement that its author has heard of.
    """

    projects: Mapping[str, Standing]
    thanks: frozenset[tuple[str, frozenset[str]]] = frozenset()
    replies: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[tuple[str, str]] = frozenset()


def expected(acts: Iterable[Act]) -> Books:
    """How everything stands after these acts. `told` has what an author must have heard of."""
    kept = list(acts)
    ledger, people = count(kept), roster(kept)
    registered = [project(act.what.project) for act in kept if isinstance(act.what, Register)]
    acknowledged = ledger.acknowledged()
    return Books(
        projects={one.name: _standing(one, kept, ledger, people) for one in registered},
        thanks=frozenset(
            (act.who, frozenset(act.what.to)) for act in kept if isinstance(act.what, Thank)
        ),
        replies=frozenset(pair for pair in ledger.liked if pair in acknowledged),
        told=frozenset(pair for pair in acknowledged if _hears(pair[0], kept, ledger)),
    )


def differences(acts: Iterable[Act], recorded: Books, told_by_then: Iterable[Act]) -> list[str]:
    """A line for everything that does not stand as the story left it.

    `told_by_then` are the acts of which the authors must have heard: what came later may still
    wait for the next morning.
    """
    kept = list(acts)
    by_hand, must = expected(kept), expected(told_by_then).told & expected(kept).told
    names = [
        *by_hand.projects,
        *(name for name in recorded.projects if name not in by_hand.projects),
    ]
    found = [
        f"{name}: {by_hand.projects.get(name)} を期待し、{recorded.projects.get(name)} でした"
        for name in names
        if by_hand.projects.get(name) != recorded.projects.get(name)
    ]
    found += _compared("感謝", by_hand.thanks, recorded.thanks)
    found += _compared("スレッドのいいね!", by_hand.replies, recorded.replies)
    found += [f"お知らせがありません: {pair}" for pair in sorted(must - recorded.told)]
    wrong = recorded.told - _ever_acknowledged(kept)
    return found + [f"なかったことのお知らせ: {pair}" for pair in sorted(wrong)]


def summed(standings: Iterable[Standing]) -> Tally:
    """The numbers of all of them together."""
    tallies = [one.tally for one in standings]
    return Tally(
        posts=sum(one.posts for one in tallies),
        replies=sum(one.replies for one in tallies),
        reactions=sum(one.reactions for one in tallies),
        acknowledgements=sum(one.acknowledgements for one in tallies),
    )


def _standing(one: Undertaking, acts: list[Act], ledger: Ledger, people: Roster) -> Standing:
    asked, helped = ledger.asked(one.key), ledger.asks_for_help(one.key)
    members = people.of(one.key).members
    return Standing(
        kind=one.kind,
        stage=_stage(one, acts),
        status=_status(one, acts),
        tally=ledger.tally(one.key),
        leads=frozenset(people.of(one.key).leads),
        members=frozenset((who, WAYS[way]) for who, way in members.items()),
        asked=(len(asked), sum(question.answered for question in asked)),
        helped=(len(helped), sum(key in ledger.resolved for key in helped)),
    )


def _compared(what: str, by_hand: frozenset[object], recorded: frozenset[object]) -> list[str]:
    lines = [f"{what}がありません: {each}" for each in by_hand - recorded]
    return lines + [f"余分な{what}: {each}" for each in recorded - by_hand]


def _hears(key: str, acts: Iterable[Act], ledger: Ledger) -> bool:
    """Whether the author of a post is told: not people from outside, nor who never wants it."""
    author = ledger.messages[key].who
    chosen = [
        act.what.notices for act in acts if isinstance(act.what, Prefer) and act.who == author
    ]
    return not profile(author).organisation and NEVER not in chosen


def _ever_acknowledged(acts: Iterable[Act]) -> set[tuple[str, str]]:
    """(post, leader) of everything that a leader ever gave."""
    return {
        (act.what.of, act.who)
        for act in acts
        if isinstance(act.what, React | Like) and act.who in LEADERS
    }


def _stage(home: Undertaking, acts: Iterable[Act]) -> str:
    """The stage after the commands that were typed; closing a project completes it."""
    stage = home.stage
    by_word = {word: key for key, word in STAGE_WORDS.items()}
    for word, argument in _typed(home, acts):
        if word == "段階":
            stage = by_word[argument]
        elif word == "終了":
            stage = "done"
    return stage


def _status(home: Undertaking, acts: Iterable[Act]) -> str:
    """Whether it runs: paused by a button, taken up again or closed by a command."""
    status = "active"
    for act in acts:
        if isinstance(act.what, Pause) and act.what.project == home.key:
            status = "paused"
        for word, _ in _typed(home, [act]):
            status = {"再開": "active", "終了": "closed"}.get(word, status)
    return status


def _typed(home: Undertaking, acts: Iterable[Act]) -> list[tuple[str, str]]:
    """(subcommand, the rest) of the commands in the project's channels."""
    return [
        (word, argument)
        for act in acts
        if isinstance(act.what, Command) and project_of(act.what.channel) == home
        for word, _, argument in [act.what.text.partition(" ")]
    ]
