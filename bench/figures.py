"""What a measurement found: what is wanted, what was measured, and whether it is reached."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number. `reached` is None for what is only told beside the others."""

    name: str
    measured: str
    wanted: str = ""
    reached: bool | None = None


@dataclass
class Section:
    """One of the eight measurements. `notes` say how it was measured, and why it is as it is."""

    number: int
    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tell(self, name: str, measured: str) -> None:
        """Add what nobody has set a figure for."""
        self.figures.append(Figure(name, measured))

    def at_least(self, name: str, value: float, wanted: float, unit: str = "") -> None:
        """Add something that should not be smaller."""
        self.figures.append(
            Figure(name, f"{value:.2f}{unit}", f"≥ {wanted:g}{unit}", value >= wanted)
        )

    def lost_of(self, name: str, number: int) -> None:
        """Add how many were lost, of what must not be lost."""
        self.figures.append(Figure(name, str(number), "0", number == 0))

    def at_most(self, name: str, value: float, wanted: float, unit: str = "") -> None:
        """Add something that should not be greater."""
        shown = f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"
        self.figures.append(Figure(name, f"{shown}{unit}", f"≤ {wanted:g}{unit}", value <= wanted))


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest of the values that `part` of them (0 to 1) do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return statistics.median(values) if values else math.nan


def numbers(values: object) -> list[float]:
    """The numbers of an answer of the generator; what is missing there counts as endless."""
    assert isinstance(values, list)
    return [math.inf if value is None else float(value) for value in values]


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Median, and between what it lay."""
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
