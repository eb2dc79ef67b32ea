"""Every measurement runs and yields numbers; how long anything takes is nobody's business here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import machine, memory, report, rivalry
from bench.databases import Lender
from bench.envelopes import Envelopes
from bench.figures import Section, percentile
from bench.plan import Plan, quick
from bench.wire import PING, TEXT, Decoder, frame

RIVAL = len(bench.MEASUREMENTS)
"""The last one installs somebody else's framework: not in a test."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The smallest sizes there are, on SQLite."""
    home = tmp_path_factory.mktemp("bench")
    return replace(quick([Lender("SQLite", home, None)], home), soak_minutes=0.0)


@pytest.mark.parametrize("number", range(1, RIVAL))
def test_it_runs_and_yields_numbers(plan: Plan, number: int) -> None:
    section = bench.MEASUREMENTS[number - 1](plan)
    assert section.number == number
    assert section.figures
    for figure in section.figures:
        assert re.search(r"\d", figure.measured), figure
        assert "inf" not in figure.measured, figure
        assert "nan" not in figure.measured, figure
    assert section.title in report.as_text(section)


def test_what_a_killed_process_has_acknowledged_is_stored(plan: Plan) -> None:
    section = Section(RIVAL, "")
    rivalry.killed(section, plan)
    [told, lost] = section.figures
    assert int(told.measured.split()[0].replace(",", "")) > 0
    assert lost.reached


def test_generators_that_follow_each_other_at_once_send_nothing_twice() -> None:
    made = [one for _ in range(2) for one in Envelopes().mixed(20)]
    assert len({one.event_id for one in made}) == len({one.ts for one in made}) == len(made)


def test_the_settings_are_those_that_the_database_tells(plan: Plan) -> None:
    told = dict(machine.described(plan.lenders))
    assert "synchronous=FULL" in told["SQLite"]
    assert "journal_mode=" in told["SQLite"]


def test_the_page_has_a_table_for_each_measurement(tmp_path: Path) -> None:
    section = Section(2, "From here to there")
    section.at_most("p99", 3.0, 20, " ms")
    section.at_least("ratio", 0.5, 0.6)
    page = tmp_path / "page.md"
    run = report.Run("2026-04-06", "make bench", [("Python", "3")], "0", "0", 5, [section])
    report.write(run, page, tmp_path / "nothing.md")
    written = page.read_text(encoding="utf-8")
    assert "| p99 | 3.00 ms | ≤ 20 ms | yes |" in written
    assert "| ratio | 0.50 | ≥ 0.6 | **no** |" in written


def test_the_rival_is_pinned() -> None:
    wanted = (rivalry.HERE / "requirements.txt").read_text(encoding="utf-8")
    assert "slack-machine==0.40." in wanted
    pins = re.findall(r"^\S+==\S+", wanted, re.MULTILINE)
    assert wanted.count("--hash=") >= len(pins) > 10


def test_a_soak_is_looked_at_in_five_parts() -> None:
    parts = memory.in_fifths([float(n) for n in range(100)])
    assert [len(part) for part in parts] == [20] * 5
    assert [part[0] for part in parts] == [0.0, 20.0, 40.0, 60.0, 80.0]
    assert memory.in_fifths([7.0]) == [[7.0]]


def test_what_a_soak_leaves_behind(plan: Plan) -> None:
    section = bench.MEASUREMENTS[5](replace(plan, soak_minutes=0.005))
    told = {figure.name: figure.measured for figure in section.figures}
    assert re.fullmatch(r"\d+ → \d+", told["SQLite: threads"])
    assert re.fullmatch(r"\d+ → \d+", told["SQLite: open files"])
    assert "SQLite: fifth by fifth" in told


def test_percentiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
    assert percentile([7.0], 0.99) == 7.0


def test_frames_that_come_in_pieces() -> None:
    decoder, whole = Decoder(), frame(TEXT, b"x" * 300) + frame(PING, b"word")
    found = [one for n in range(len(whole)) for one in decoder.feed(whole[n : n + 1])]
    assert found == [(TEXT, b"x" * 300), (PING, b"word")]
