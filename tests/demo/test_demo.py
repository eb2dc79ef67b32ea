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
SECONDS = 380
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
# How many pages the demo points out
SIGHTS = 7


def read(address: str) -> str:
    """A page of the demo."""
    with urllib.request.urlopen(address, timeout=30) as page:
        html: str = page.read().decode()
        return html


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
    assert "8チャンネルの記録に基づいています。途切れた時間はありません。" in done.stdout
    assert "終わっていません" not in done.stdout
    assert "ERROR" not in done.stderr
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
        addresses = (ADDRESS.search(line) for line in demo.stdout)
        address = next(found.group() for found in addresses if found)
        html = read(address)
        demo.stdout.readline()
        sights = dict(demo.stdout.readline().strip().split(": ") for _ in range(SIGHTS))
        seen = {name: read(address) for name, address in sights.items()}
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=SECONDS)
    finally:
        demo.kill()
        demo.communicate()
    assert "瀬名野市役所" in html
    assert "窓口の待ち時間" in html
    for name, words in (
        ("ダイジェスト（市長）", "心を動かした投稿"),
        ("ホーム（市長）", "反応を待っている投稿"),
        ("ホーム（リーダー）", "避難所の受付"),
        ("ホーム（事務局）", "プロジェクトの様子"),
        ("投稿した方へのお知らせ（戸田 健人さん）", "が反応しました"),
        ("質問と回答のスレッド", "市長から質問です"),
        ("書きかけの進捗フォーム（飯島 彩花さん）", "手順書だけを見て"),
    ):
        assert words in seen.pop(name), name
    assert not seen
    assert demo.returncode == 0, errors
    assert "Traceback" not in errors


def test_a_database_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "iine.db").write_text("my own", encoding="utf-8")
    done = run_demo("--keep", str(tmp_path))
    assert done.returncode == 1
    assert "iine.db" in done.stderr
    assert (tmp_path / "iine.db").read_text(encoding="utf-8") == "my own"
