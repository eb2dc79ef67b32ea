"""The pictures in the documents, as far as they can be held to without a browser."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from sandbox.chromium import BrowserError, Frame, browser
from sandbox.pictures import FOLDER, FRAMES, PHONE, save, with_fewer_colours

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG (w3.org/TR/png-3)."""
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check


def a_png() -> bytes:
    """A red dot."""
    header = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]))
    return PNG + header + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that answers as Chromium does."""
    script = (Path(__file__).parent / "fake_chromium.py").read_text(encoding="utf-8")
    return executable(tmp_path / "chromium", script)


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    path.chmod(0o755)
    return path


def picture(program: Path, url: str, frame: Frame) -> bytes:
    async def take() -> bytes:
        async with browser(program) as page:
            return await page.picture(url, frame)

    return asyncio.run(take())


def test_a_picture_shows_the_element_in_a_window_of_the_wanted_size(program: Path) -> None:
    frame = Frame(".home", width=PHONE, height=3_000, since=".day", until="hr")
    asked = json.loads(picture(program, "http://127.0.0.1:1/home", frame))
    by_method = {one["method"]: one["params"] for one in asked}
    assert by_method["Emulation.setDeviceMetricsOverride"] == {
        "width": PHONE,
        "height": 3_000,
        "deviceScaleFactor": 1.5,
        "mobile": True,
    }
    assert by_method["Page.navigate"] == {"url": "http://127.0.0.1:1/home"}
    assert '[".home", ".day", "hr", ' in by_method["Runtime.evaluate"]["expression"]
    assert by_method["Page.captureScreenshot"]["clip"] == {
        "x": 20,
        "y": 50.5,
        "width": 390,
        "height": 700,
        "scale": 1,
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1/missing", "does not have all of"),
        ("http://127.0.0.1:1/refused", "Page.captureScreenshot"),
        ("http://127.0.0.1:1/gone", "has gone"),
    ],
)
def test_what_goes_wrong_is_said(program: Path, address: str, words: str) -> None:
    with pytest.raises(BrowserError, match=words):
        picture(program, address, Frame(".home"))


def test_a_browser_that_does_not_start_is_said(tmp_path: Path) -> None:
    program = executable(tmp_path / "chromium", "")
    with pytest.raises(BrowserError, match="did not start"):
        picture(program, "http://127.0.0.1:1/", Frame(".home"))


def test_without_a_browser_it_says_so_and_ends_with_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.pictures"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    assert done.returncode == 1
    assert "Chromiumが見つからない" in done.stderr
    assert "No Chromium is installed" in done.stderr
    assert "Traceback" not in done.stderr


def test_pictures_are_written_as_they_are_or_smaller(tmp_path: Path) -> None:
    dot = a_png()
    assert with_fewer_colours(dot).startswith(PNG)
    assert len(with_fewer_colours(dot)) <= len(dot)
    save({"dot": dot}, tmp_path / "new")
    assert (tmp_path / "new" / "dot.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_readmes_show_every_picture(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]{10,}\]\(docs/pictures/(\w+)\.png\)", text)
    assert sorted(shown) == sorted(FRAMES)


def test_the_pictures_are_there_and_small() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.png")) == sorted(FRAMES)
    for name, frame in FRAMES.items():
        content = (FOLDER / f"{name}.png").read_bytes()
        assert content.startswith(PNG)
        assert len(content) < 200_000, name
        if frame.is_phone:
            assert int.from_bytes(content[16:20], "big") == PHONE * frame.scale
