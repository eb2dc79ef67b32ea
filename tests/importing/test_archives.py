"""ZIP files that are broken, or made to do harm: a clear line each, and nothing half-written."""

from __future__ import annotations

import json
import stat
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from bot.errors import UserError
from bot.recording.importing import archive as archives
from bot.recording.importing.archive import Archive
from bot.recording.importing.items import (
    CUT_OFF,
    NOT_A_LIST,
    NOT_JSON,
    NOT_TEXT,
    TOO_DEEP,
    BrokenFileError,
    items,
)
from bot.text import Text
from models.base import JsonObject
from tests.importing.conftest import Office, told
from tests.importing.exports import CHANNEL, ExportMaker, said, ts_of

ONE, TWO = ts_of("2024-05-01 01:00"), ts_of("2024-05-02 01:00")
DAY = "避難所dx/2024-05-02.json"


def _pack(file: Path, *entries: tuple[str | ZipInfo, bytes]) -> Path:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file


def _refused(file: Path) -> dict[str, str]:
    with Archive(file) as archive:
        return {trouble.file: trouble.reason.en for trouble in archive.refused}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../channels.json", archives.OUTSIDE),
        ("wg/../../2024-05-01.json", archives.OUTSIDE),
        ("/etc/passwd", archives.OUTSIDE),
        ("C:/wg/2024-05-01.json", archives.OUTSIDE),
        ("wg\\2024-05-01.json", archives.BACKSLASH),
        ("wg//2024-05-01.json", archives.STRANGE_NAME),
        ("wg/\x1b[2J.json", archives.STRANGE_NAME),
        ("w" * 300 + "/2024-05-01.json", archives.LONG_NAME),
    ],
)
def test_a_name_that_leads_elsewhere(tmp_path: Path, name: str, reason: Text) -> None:
    file = _pack(tmp_path / "export.zip", (name, b"[]"), ("wg/2024-05-01.json", b"[]"))
    (found,) = _refused(file).values()
    assert found == reason.of("en", limit=255)
    with Archive(file) as archive:
        assert list(archive.entries) == ["wg/2024-05-01.json"]


def test_no_name_at_all(tmp_path: Path) -> None:
    file = _pack(tmp_path / "export.zip", ("w", b"[]"), ("wg/2024-05-01.json", b"[]"))
    lengths = struct.pack("<HHH", 0, 0, 1)  # its one letter is a comment
    _patch(file, b"PK\x01\x02", 28, lengths)
    assert _refused(file) == {"": archives.STRANGE_NAME.en}


def test_a_link(tmp_path: Path) -> None:
    link = ZipInfo("wg/2024-05-01.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = _pack(tmp_path / "export.zip", (link, b"/etc/passwd"))
    assert _refused(file) == {"wg/2024-05-01.json": archives.A_LINK.en}


def test_an_encrypted_file(tmp_path: Path) -> None:
    file = _pack(tmp_path / "export.zip", ("wg/2024-05-01.json", b"[]"))
    _patch(file, b"PK\x01\x02", 8, struct.pack("<H", 1))
    _patch(file, b"PK\x03\x04", 6, struct.pack("<H", 1))
    assert _refused(file) == {"wg/2024-05-01.json": archives.ENCRYPTED.en}


def _patch(file: Path, header: bytes, offset: int, value: bytes) -> None:
    """Write other bytes into a header of the ZIP file."""
    content = bytearray(file.read_bytes())
    at = content.index(header) + offset
    content[at : at + len(value)] = value
    file.write_bytes(content)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_the_same_name_twice(tmp_path: Path) -> None:
    file = _pack(
        tmp_path / "export.zip", ("wg/2024-05-01.json", b"[]"), ("wg/2024-05-01.json", b"[1]")
    )
    assert _refused(file) == {"wg/2024-05-01.json": archives.TWICE.en}


def test_a_file_that_grows_too_much(tmp_path: Path) -> None:
    """Beside others that do not: 40 MB of spaces become 40 KB."""
    noise = bytes(range(256)) * 4096
    with ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("wg/2024-05-01.json", b" " * (40 << 20), ZIP_DEFLATED)
        archive.writestr("wg/noise.bin", noise, ZIP_STORED)
    reason = archives.ENTRY_A_BOMB.of("en", ratio=archives.RATIO)
    assert _refused(tmp_path / "export.zip") == {"wg/2024-05-01.json": reason}


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_method_that_unpacks_without_end(tmp_path: Path, method: int) -> None:
    """It would become gigabytes at once, whatever size it says; and what is damaged has no end."""
    file = _pack(tmp_path / "export.zip", ("wg/2024-05-01.json", b"[]"))
    with ZipFile(file, "a") as archive:
        archive.writestr("wg/2024-05-02.json", b"[]", method)
    assert _refused(file) == {"wg/2024-05-02.json": archives.UNKNOWN_METHOD.en}


def test_a_file_that_says_it_is_too_big(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 8192
    file = _pack(tmp_path / "export.zip", ("wg/2024-05-01.json", b"[]"))
    with ZipFile(file, "a") as archive:
        archive.writestr("wg/noise.bin", noise, ZIP_STORED)
    _patch(file, b"PK\x01\x02", 24, struct.pack("<I", archives.ENTRY_SIZE + 1))
    reason = archives.ENTRY_TOO_BIG.of("en", limit=256)
    assert _refused(file) == {"wg/2024-05-01.json": reason}


def _lies_about_its_size(file: Path) -> Path:
    """It says that it is small; the checks of the ZIP format find out."""
    _pack(file, (DAY, json.dumps([said("あ" * 1000, TWO)]).encode()), ("users.json", b"[]"))
    _patch(file, b"PK\x01\x02", 24, struct.pack("<I", 10))
    return file


def _bomb(file: Path) -> Path:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"wg/{number}.json", b"0" * (1 << 20))
    return file


def _overlapping(file: Path) -> Path:
    """Many names for the same compressed data, as the worst bombs have them."""
    _pack(file, ("wg/2024-05-01.json", b"[]" * 300), ("wg/2024-05-02.json", b"[]" * 300))
    content = file.read_bytes()
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    file.write_bytes(content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :])
    return file


def _cut_off(file: Path) -> Path:
    _pack(file, ("wg/2024-05-01.json", b"[]" * 500))
    file.write_bytes(file.read_bytes()[:-30])
    return file


def _no_zip(file: Path) -> Path:
    file.write_text("Slack export")
    return file


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_bomb, "more than 250 times as big"),
        (_overlapping, "Files overlap"),
        (_cut_off, "can't be read as a ZIP file"),
        (_no_zip, "can't be read as a ZIP file"),
    ],
)
def test_an_archive_that_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        Archive(make(tmp_path / "export.zip"))


def test_names_of_an_old_tool(tmp_path: Path) -> None:
    """Without the sign that names are UTF-8, which they are all the same."""
    file = _pack(tmp_path / "export.zip", ("避難所/2024-05-01.json", b"[]"))
    for header, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        _patch(file, header, offset, struct.pack("<H", 0))
    with Archive(file) as archive:
        assert list(archive.entries) == ["避難所/2024-05-01.json"]
        assert b"".join(archive.read("避難所/2024-05-01.json")) == b"[]"


@pytest.mark.parametrize("folder", ["Export May 1", "いいね市\N{IDEOGRAPHIC SPACE}Slack export"])
def test_a_folder_that_somebody_packed_again(tmp_path: Path, folder: str) -> None:
    names = ("channels.json", "wg/2024-05-01.json")
    entries = [(f"{folder}/{name}", b"[]") for name in names]
    litter = [("__MACOSX/._channels.json", b"x"), (f"{folder}/.DS_Store", b"x")]
    with Archive(_pack(tmp_path / "export.zip", *entries, *litter)) as archive:
        assert sorted(archive.entries) == sorted(names)
        assert not archive.refused


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>Sorry", NOT_A_LIST),
        (b'{"ok": false}', NOT_A_LIST),
        (b"", NOT_A_LIST),
        (json.dumps([said("途中", TWO)]).encode()[:-20], CUT_OFF),
        ('[{"ts": "あ"}]'.encode("shift_jis"), NOT_TEXT),
        (b"[" * 100_000 + b"]" * 100_000, TOO_DEEP),
        (b'[{"ts": "1"}  , ]', NOT_JSON.filled(place=17)),
        (b"[1] [2]", NOT_JSON.filled(place=5)),
    ],
)
def test_a_broken_file_is_left_out_as_a_whole(office: Office, content: bytes, why: Text) -> None:
    export = ExportMaker().add(said("初日です", ONE))
    export.files[DAY] = content
    outcome = office.imports(export)
    assert f"- {DAY}: {why.en}" in told(outcome)
    assert {row[2] for row in office.everything()["messages"]} == {ONE}


def test_a_broken_end_leaves_nothing_of_the_beginning(office: Office) -> None:
    """The file is read to its end before anything of it is written."""
    many: list[JsonObject] = [said(f"{n}番目", f"{1714608000 + n}.000100") for n in range(2_500)]
    export = ExportMaker()
    export.files[DAY] = json.dumps(many).encode()[:-1] + b", oops]"
    outcome = office.imports(export)
    assert not office.everything()["messages"]
    assert not office.everything()["members"]
    assert [trouble.file for trouble in outcome.tally.troubles] == [DAY]


def test_damaged_data(office: Office) -> None:
    file = (
        ExportMaker()
        .add(said("初日です", ONE), said("次の日です", TWO))
        .write(office.folder / "export.zip")
    )
    content = bytearray(file.read_bytes())
    with ZipFile(file) as archive:
        info = archive.getinfo(DAY)
    start = info.header_offset + 30 + len(DAY.encode()) + 8
    content[start : start + 40] = b"\0" * 40
    file.write_bytes(content)
    outcome = office.imports_file(file)
    assert f"- {DAY}: {archives.DAMAGED.en}" in told(outcome)
    assert office.recorder.message(ONE) is not None
    assert office.recorder.message(TWO) is None


def test_a_file_that_lies_about_its_size(office: Office) -> None:
    outcome = office.imports_file(_lies_about_its_size(office.folder / "export.zip"))
    assert not office.everything()["messages"]
    assert not outcome.plan.chosen  # its channel is not listed


def test_broken_lists(office: Office) -> None:
    export = ExportMaker().add(said("IDの名前です", ONE), folder=CHANNEL)
    lists = {"channels.json": b"[", "users.json": b"\xff\xfe", "groups.json": b"[7, {}]"}
    export.lists = False
    export.files.update(lists)
    outcome = office.imports(export)
    assert office.recorder.message(ONE) is not None
    assert sorted(trouble.file for trouble in outcome.tally.troubles) == [
        "channels.json",
        "users.json",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_items_in_pieces(size: int) -> None:
    everything = [{"text": "避難所"}, 12, -3.5, "文字", [], [[1]], None, True, "😀"]
    whole = ("\N{ZERO WIDTH NO-BREAK SPACE} " + json.dumps(everything, indent=2) + "\n").encode()
    chunks = (whole[start : start + size] for start in range(0, len(whole), size))
    assert list(items(chunks)) == everything


def test_an_item_that_never_ends() -> None:
    def endless() -> Iterator[bytes]:
        yield b'["'
        while True:
            yield b"a" * 1_000_000

    with pytest.raises(BrokenFileError, match="too long"):
        list(items(endless()))
