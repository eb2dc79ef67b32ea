"""What a section of the digest is: it collects its numbers first and puts them into words later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Generic, Protocol, TypeVar

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.figures import Figures
from bot.core.periods import Period
from bot.views.digest import Style
from models.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """What sections collect from."""

    session: Session
    workspace: Workspace
    period: Period
    zone: tzinfo
    figures: Figures


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
