"""What a power cut leaves: it is found where SQLite syncs too little, and only there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.power import PowerCuts
from tests.forking import ROOT

# Writes a row, says so, and goes on once that was heard.
WRITER = """
import sqlite3, sys
from tests.faults.power import ask_before_syncing

file, journal, level, address = sys.argv[1:]
ask_before_syncing(address)
connection = sqlite3.connect(file, isolation_level=None)
connection.execute(f"PRAGMA journal_mode = {journal}")
connection.execute(f"PRAGMA synchronous = {level}")
for number in range(5):
    connection.execute("INSERT INTO inbox VALUES (?)", [f"Ev{number}"])
    print(f"Ev{number}", flush=True)
    sys.stdin.readline()
"""


def lost(file: Path, journal: str, level: str) -> list[str]:
    heard: list[str] = []
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE inbox (event_id TEXT PRIMARY KEY)")
    with PowerCuts(file, lambda: frozenset(heard)) as power:
        command = [sys.executable, "-c", WRITER, str(file), journal, level, power.address]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            for line in writer.stdout:
                heard.append(line.strip())
                writer.stdin.write("\n")
                writer.stdin.flush()
    assert writer.returncode == 0
    assert len(heard) == 5
    return power.lost


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_what_is_synced_is_there_after_it(tmp_path: Path, journal: str) -> None:
    assert lost(tmp_path / "some.db", journal, "FULL") == []


def test_a_deleted_journal_may_be_back(tmp_path: Path) -> None:
    assert any("Ev" in line for line in lost(tmp_path / "some.db", "DELETE", "FULL"))


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_what_is_not_synced_may_be_gone(tmp_path: Path, journal: str) -> None:
    assert any("Ev" in line for line in lost(tmp_path / "some.db", journal, "NORMAL"))
