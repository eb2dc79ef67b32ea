"""On what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from bench.databases import Lender
from models.database import Database

# How each kind says what it is and how it keeps what is committed
_ASKED = {
    "SQLite": {
        "": "SELECT sqlite_version()",
        "journal_mode": "PRAGMA journal_mode",
        "synchronous": "PRAGMA synchronous",
    },
    "PostgreSQL": {
        "": "SHOW server_version",
        "fsync": "SHOW fsync",
        "synchronous_commit": "SHOW synchronous_commit",
    },
}
# sqlite.org/pragma.html#pragma_synchronous
_LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")


def described(lenders: Sequence[Lender]) -> list[tuple[str, str]]:
    """What stands at the head of the results."""
    return [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        *((lender.kind, _settings(lender)) for lender in lenders),
    ]


def load() -> str:
    """How busy the machine is: the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{one:.2f}" for one in os.getloadavg())


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _settings(lender: Lender) -> str:
    """What a connection of the recorder's own answers when it is asked."""
    told = []
    with lender.lend() as url:
        database = Database(url)
        with database.engine.connect() as connection:
            for name, asked in _ASKED[lender.kind].items():
                value = connection.exec_driver_sql(asked).scalar_one()
                if name == "synchronous":
                    value = _LEVELS[int(value)]
                told.append(f"{name}={value}" if name else str(value))
        database.close()
    return ", ".join(told)
