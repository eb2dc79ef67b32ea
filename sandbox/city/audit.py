"""Whether the bot has counted what a person counts by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.city.acts import Act
from sandbox.city.ledger import Tally, count
from sandbox.city.projects import PROJECTS


def expected(acts: Iterable[Act]) -> dict[str, Tally]:
    """The numbers of every project, by its name."""
    ledger = count(acts)
    return {one.name: ledger.tally(one.key) for one in PROJECTS}


def differences(acts: Iterable[Act], recorded: Mapping[str, Tally]) -> list[str]:
    """A line for each project whose numbers are not those of the story."""
    by_hand = expected(acts)
    names = [*by_hand, *(name for name in recorded if name not in by_hand)]
    return [
        f"{name}: {by_hand.get(name)} を期待し、{recorded.get(name)} でした"
        for name in names
        if by_hand.get(name) != recorded.get(name)
    ]


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    kept = list(tallies)
    return Tally(
        posts=sum(one.posts for one in kept),
        replies=sum(one.replies for one in kept),
        reactions=sum(one.reactions for one in kept),
        acknowledgements=sum(one.acknowledgements for one in kept),
    )
