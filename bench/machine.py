"""On what was measured."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bench.databases import Lender
from models.database import wal_is_safe


def described(lenders: Sequence[Lender]) -> list[tuple[str, str]]:
    """What stands at the head of the results."""
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "rollback journal"
    told = [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("SQLite", f"{sqlite3.sqlite_version}, {journal}, synchronous=FULL"),
    ]
    for lender in lenders:
        if lender.admin is not None:
            told.append(
                ("PostgreSQL", f"{_postgres(lender.admin)}, fsync and synchronous_commit on")
            )
    return told


def load() -> str:
    """How busy the machine is: the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{one:.2f}" for one in os.getloadavg())


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _postgres(admin: str) -> str:
    url = make_url(admin).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]) if row else ""
