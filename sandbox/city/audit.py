"""Whether the bot has counted what a person counts by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.city.acts import Act, Command, Register
from sandbox.city.ledger import Tally, count
from sandbox.city.projects import Undertaking, project, project_of
from sandbox.city.story import STAGE_WORDS


@dataclass(frozen=True)
class Standing:
    """A project as it stands: its kind and stage in the words of the product, its numbers."""

    kind: str
    stage: str
    tally: Tally


def expected(acts: Iterable[Act]) -> dict[str, Standing]:
    """How every project that was registered in these acts stands after them, by its name."""
    kept = list(acts)
    ledger = count(kept)
    registered = [project(act.what.project) for act in kept if isinstance(act.what, Register)]
    return {
        one.name: Standing(one.kind, _stage(one, kept), ledger.tally(one.key)) for one in registered
    }


def differences(acts: Iterable[Act], recorded: Mapping[str, Standing]) -> list[str]:
    """A line for each project that does not stand as the story left it."""
    by_hand = expected(acts)
    names = [*by_hand, *(name for name in recorded if name not in by_hand)]
    return [
        f"{name}: {by_hand.get(name)} を期待し、{recorded.get(name)} でした"
        for name in names
        if by_hand.get(name) != recorded.get(name)
    ]


def summed(standings: Iterable[Standing]) -> Tally:
    """The numbers of all of them together."""
    tallies = [one.tally for one in standings]
    return Tally(
        posts=sum(one.posts for one in tallies),
        replies=sum(one.replies for one in tallies),
        reactions=sum(one.reactions for one in tallies),
        acknowledgements=sum(one.acknowledgements for one in tallies),
    )


def _stage(home: Undertaking, acts: Iterable[Act]) -> str:
    """The stage after the commands that were typed; closing a project completes it."""
    stage = home.stage
    by_word = {word: key for key, word in STAGE_WORDS.items()}
    for act in acts:
        if isinstance(act.what, Command) and project_of(act.what.channel) == home:
            word, _, argument = act.what.text.partition(" ")
            if word == "段階":
                stage = by_word[argument]
            elif word == "終了":
                stage = "done"
    return stage
