"""How much is measured, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.city import Size, build
from bench.databases import Lender
from models.database import Database

YEARS = 10.0


@dataclass(frozen=True)
class Plan:
    """The sizes of all measurements. `quick` ones show only that everything runs."""

    lenders: Sequence[Lender]
    cache: Path
    rounds: int = 5
    flood: int = 10_000
    seconds_at_100: float = 6.0
    seconds_at_8: float = 24.0
    small_posts: int = 10_000
    large_posts: int = 1_000_000
    reactions: int = 10
    reads: int = 5
    commands: int = 40
    memory_events: int = 100_000
    soak_minutes: float = 10.0
    starts: int = 5
    kills: int = 20
    rival_python: Path | None = None

    @property
    def small(self) -> Size:
        """The same weeks as the last ones of the large city, and none before them."""
        return Size(self.small_posts, YEARS * self.small_posts / self.large_posts, self.reactions)

    @property
    def large(self) -> Size:
        """Ten years of a city."""
        return Size(self.large_posts, YEARS, self.reactions)

    @contextmanager
    def city(self, lender: Lender, size: Size) -> Iterator[str]:
        """The URL of a database with so large a city; it stays in the cache."""
        name = f"city_{size.posts}_{size.reactions}"
        with lender.kept(name) as (url, is_new):
            if is_new:
                click.echo(f"Building {size.posts:,} posts for {lender.kind}", err=True)
                database = Database(url)
                build(database, size)
                database.close()
            yield url

    @contextmanager
    def town(self, lender: Lender) -> Iterator[str]:
        """The URL of a new database with the channels registered and a few posts."""
        with lender.lend() as url:
            database = Database(url)
            build(database, Size(posts=200, years=0.1))
            database.close()
            yield url


def quick(lenders: Sequence[Lender], cache: Path) -> Plan:
    """Sizes at which everything runs within seconds and no number means anything."""
    return Plan(
        lenders=lenders,
        cache=cache,
        rounds=1,
        flood=60,
        seconds_at_100=0.3,
        seconds_at_8=0.4,
        small_posts=200,
        large_posts=400,
        reactions=2,
        reads=1,
        commands=2,
        memory_events=60,
        soak_minutes=0.01,
        starts=1,
        kills=1,
    )
