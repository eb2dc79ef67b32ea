"""What a section of the digest is: it collects its numbers first and puts them into words later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Generic, Protocol, TypeVar

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.evidence import Key
from bot.core.figures import Figures
from bot.core.periods import Period
from bot.views.digest import Style
from models.workspace import Workspace

T = TypeVar("T")


class Shown:
    """Which posts a digest shows, by section.

    They are chosen when it is made and `fixed` from then on, so that the same posts stand in it
    when its messages are made anew: by then, others may have been acknowledged.
    """

    def __init__(self, fixed: Mapping[str, Sequence[Key]] | None = None) -> None:
        self._fixed = fixed or {}
        self._chosen: dict[str, tuple[Key, ...]] = {}

    def choose(self, section: str, choose: Callable[[], Iterable[Key]]) -> tuple[Key, ...]:
        """The posts of this section; chosen now if they are not fixed."""
        fixed = self._fixed.get(section)
        self._chosen[section] = tuple(choose() if fixed is None else fixed)
        return self._chosen[section]

    @property
    def so_far(self) -> frozenset[Key]:
        """The posts of the sections before."""
        return frozenset(key for keys in self._chosen.values() for key in keys)

    @property
    def by_section(self) -> dict[str, tuple[Key, ...]]:
        """What was chosen, to be kept with the digest."""
        return dict(self._chosen)


@dataclass(frozen=True)
class Source:
    """What sections collect from."""

    session: Session
    workspace: Workspace
    period: Period
    zone: tzinfo
    figures: Figures
    shown: Shown = field(default_factory=Shown)


@dataclass(frozen=True)
class Rendered:
    """A section in blocks. `thread` holds sheets: each begins with its own title and stays whole,

    in the thread below the digest.
    """

    main: Sequence[Block] = ()
    thread: Sequence[Sequence[Block]] = ()


class AnySection(Protocol):
    """A section, whatever it collects."""

    @property
    def name(self) -> str:
        """What it is called in the docs."""
        ...

    def gather(self, source: Source) -> Callable[[Style], Rendered]:
        """Collect now; the result renders in whatever style, without the database."""
        ...


@dataclass(frozen=True)
class Section(Generic[T]):
    """A section made of two functions, as each file of this package has them."""

    name: str
    collect: Callable[[Source], T]
    render: Callable[[T, Style], Rendered]

    def gather(self, source: Source) -> Callable[[Style], Rendered]:
        """Collect now; the result renders in whatever style, without the database."""
        collected = self.collect(source)
        return lambda style: self.render(collected, style)
