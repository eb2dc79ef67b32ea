"""The demo as a newcomer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Generous: the machine may be busy with other tests
SECONDS = 180


def test_the_demo_plays_the_story_and_prints_the_last_digest(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--once", "--no-browser", "--keep", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "手で数えた数と一致しました" in done.stdout
    assert "ダイジェスト 12回" in done.stdout
    assert "窓口の待ち時間" in done.stdout
    assert "Traceback" not in done.stderr
    assert (tmp_path / "iine.db").exists()


def test_a_database_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "iine.db").write_text("my own", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--once", "--keep", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "iine.db" in done.stderr
    assert (tmp_path / "iine.db").read_text(encoding="utf-8") == "my own"
