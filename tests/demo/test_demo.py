"""The demo as a newcomer runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
# Generous: the machine may be busy with other tests
SECONDS = 240


def run_demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--once", "--no-browser", *options],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def test_the_demo_plays_the_story_and_prints_the_last_digest(tmp_path: Path) -> None:
    done = run_demo("--keep", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "手で数えた数と一致しました" in done.stdout
    assert "ダイジェスト 12回" in done.stdout
    assert "窓口の待ち時間" in done.stdout
    assert "Traceback" not in done.stderr
    assert (tmp_path / "iine.db").exists()


def test_the_pages_can_be_read_until_ctrl_c() -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "sandbox.demo", "--no-browser", "--weeks", "1"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # As it is for a program that a script starts in the background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        assert demo.stdout is not None
        addresses = (re.search(r"http://127\.0\.0\.1:\d+/", line) for line in demo.stdout)
        address = next(found.group() for found in addresses if found)
        with urllib.request.urlopen(address, timeout=30) as page:
            html = page.read().decode()
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=SECONDS)
    finally:
        demo.kill()
        demo.communicate()
    assert "瀬名野市役所" in html
    assert "窓口の待ち時間" in html
    assert demo.returncode == 0, errors
    assert "Traceback" not in errors


def test_a_database_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "iine.db").write_text("my own", encoding="utf-8")
    done = run_demo("--keep", str(tmp_path))
    assert done.returncode == 1
    assert "iine.db" in done.stderr
    assert (tmp_path / "iine.db").read_text(encoding="utf-8") == "my own"
