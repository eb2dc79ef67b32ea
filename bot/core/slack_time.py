"""Slack's time stamps: strings of Unix seconds with six decimals, such as "1700000000.000100"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Nothing else that is a number elsewhere: one with an exponent takes forever to write out.
_TIME = re.compile(r"[0-9]{1,10}(?:\.[0-9]{0,9})?", re.ASCII)


def to_datetime(ts: str) -> datetime:
    """The moment of a time stamp, aware, in UTC. Raises ValueError if it is none."""
    return _EPOCH + timedelta(microseconds=_microseconds(ts))


def from_datetime(moment: datetime) -> str:
    """The time stamp of a moment, in the form that sorts as a string."""
    return _format((moment - _EPOCH) // _MICROSECOND)


def normal(ts: str) -> str:
    """The same time in the form that sorts as a string. Raises ValueError if it is none."""
    return _format(_microseconds(ts))


def _microseconds(ts: str) -> int:
    if not _TIME.fullmatch(ts):
        raise ValueError(f"not a Slack time stamp: {ts[:40]!r}")
    return int(Decimal(ts) * 1_000_000)


def _format(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{seconds:010d}.{rest:06d}"
