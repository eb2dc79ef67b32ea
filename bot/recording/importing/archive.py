"""The ZIP file, read without trusting it: nothing is unpacked to disk, and nothing is read whole.

Whoever made the file may have put anything into it. An entry that is not as it should be is
refused with the reason; a file that as a whole looks made to do harm is refused altogether.
"""

from __future__ import annotations

import hashlib
import stat
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from bot.errors import UserError
from bot.recording.importing.items import BrokenFileError
from bot.text import Text
from models.import_progress import NAME_LENGTH

MEGABYTE = 1024 * 1024
# A channel's day of 100,000 messages has about this size
ENTRY_SIZE = 256 * MEGABYTE
TOTAL_SIZE = 64 * 1024 * MEGABYTE
# Slack's JSON is 5 to 30 times as long as its compressed form; 1 GB of zeros is 1,000 times.
RATIO = 250
# Small ones may be as repetitive as they like
RATIO_FROM = MEGABYTE
ENTRIES = 1_000_000
CHUNK = 256 * 1024

_ENCRYPTED = 0x1
# Of these alone Python unpacks as much at a time as it is asked for; of the others (bzip2, LZMA)
# some hundred bytes may become gigabytes in memory at once.
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
_NAME_IS_UTF_8 = 0x800
# By one of these an export is known
_LISTS = ("channels.json", "groups.json", "users.json", "org_users.json")
# What a computer adds when somebody packs the folder again
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")

NOT_A_ZIP = Text(
    ja="{file} をZIPファイルとして読めません。途中で切れているか、別の種類のファイルです。"
    "Slackからもう一度ダウンロードしてください。",
    en="{file} can't be read as a ZIP file: it is cut off, or of another kind. "
    "Please download it from Slack again.",
)
TOO_MANY = Text(
    ja="{file} に入っているファイルが多すぎます（{limit}個まで）。",
    en="There are too many files in {file} (the limit is {limit}).",
)
TOO_BIG = Text(
    ja="{file} は、広げると大きくなりすぎます（{limit} GBまで）。",
    en="{file} would become too big when it is unpacked (the limit is {limit} GB).",
)
A_BOMB = Text(
    ja="{file} は、広げると元の{ratio}倍を超えます。害を与えるために作られたファイルかも"
    "しれないので、読み込みません。",
    en="{file} would become more than {ratio} times as big when it is unpacked. It may have been "
    "made to do harm, so it is not read.",
)
OVERLAPPING = Text(
    ja="{file} の中でファイルが重なり合っています。害を与えるために作られたファイルかも"
    "しれないので、読み込みません。",
    en="Files overlap within {file}. It may have been made to do harm, so it is not read.",
)

OUTSIDE = Text(ja="ZIPファイルの外を指す名前です", en="Its name points outside of the archive")
BACKSLASH = Text(ja="名前に \\ が入っています", en="There is a \\ in its name")
STRANGE_NAME = Text(
    ja="名前に使えない文字が入っています", en="There are characters in its name that can't be there"
)
LONG_NAME = Text(
    ja="名前が長すぎます（{limit}文字まで）",
    en="Its name is too long (the limit is {limit} characters)",
)
A_LINK = Text(ja="ほかの場所へのリンクです", en="It is a link to somewhere else")
TWICE = Text(ja="同じ名前のファイルがもう1つあります", en="There is another file of this name")
ENCRYPTED = Text(ja="暗号化されています", en="It is encrypted")
ENTRY_TOO_BIG = Text(
    ja="大きすぎます（{limit} MBまで）", en="It is too big (the limit is {limit} MB)"
)
ENTRY_A_BOMB = Text(
    ja="広げると{ratio}倍を超えます", en="It becomes more than {ratio} times as big when unpacked"
)
DAMAGED = Text(ja="圧縮されたデータが壊れています", en="Its compressed data is damaged")
UNKNOWN_METHOD = Text(
    ja="圧縮の方式がSlackのエクスポートのものではありません",
    en="It is not compressed in the way of Slack's exports",
)


@dataclass(frozen=True)
class Trouble:
    """A file of the archive that was not read, and why."""

    file: str
    reason: Text


class Archive:
    """An open ZIP file. `entries` are the files in it by name, `refused` those not to be read."""

    def __init__(self, file: Path) -> None:
        """Raises UserError if it is no ZIP file, or not one to be read."""
        self._name = file.name
        try:
            self._zip = ZipFile(file)
        except (BadZipFile, LargeZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UserError(NOT_A_ZIP.filled(file=file.name)) from error
        self.refused: list[Trouble] = []
        try:
            self.entries: Mapping[str, ZipInfo] = self._sift(file.stat().st_size)
        except UserError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @cached_property
    def digest(self) -> str:
        """What tells this archive from others: the names, lengths and check sums in it."""
        known = sorted((name, info.file_size, info.CRC) for name, info in self.entries.items())
        return hashlib.sha256(repr(known).encode()).hexdigest()

    def read(self, name: str) -> Iterator[bytes]:
        """What is in an entry, piece by piece. Raises `BrokenFileError`."""
        left = ENTRY_SIZE
        try:
            with self._zip.open(self.entries[name]) as entry:
                while chunk := entry.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise BrokenFileError(ENTRY_TOO_BIG.filled(limit=ENTRY_SIZE // MEGABYTE))
                    yield chunk
        except NotImplementedError as error:
            raise BrokenFileError(UNKNOWN_METHOD) from error
        except (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise BrokenFileError(DAMAGED) from error

    def _sift(self, size: int) -> dict[str, ZipInfo]:
        files = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        self._refuse_harm(files, size)
        found: dict[str, ZipInfo] = {}
        for info in files:
            name = _name_of(info)
            if any(part in _LITTER for part in name.split("/")):
                continue
            reason = TWICE if name in found else _fault(name, info)
            if reason is None:
                found[name] = info
            else:
                self.refused.append(Trouble(_printable(name)[:NAME_LENGTH], reason))
        return _without_top_folder(found)

    def _refuse_harm(self, files: list[ZipInfo], size: int) -> None:
        if len(files) > ENTRIES:
            raise UserError(TOO_MANY.filled(file=self._name, limit=ENTRIES))
        total = sum(info.file_size for info in files)
        if total > TOTAL_SIZE:
            raise UserError(TOO_BIG.filled(file=self._name, limit=TOTAL_SIZE // MEGABYTE // 1024))
        if total > RATIO_FROM and total > RATIO * size:
            raise UserError(A_BOMB.filled(file=self._name, ratio=RATIO))
        end = 0
        for info in sorted(files, key=lambda one: one.header_offset):
            if info.header_offset < end:
                raise UserError(OVERLAPPING.filled(file=self._name))
            end = info.header_offset + info.compress_size


def _fault(name: str, info: ZipInfo) -> Text | None:
    """Why this entry is not to be read; None if it is."""
    parts = name.split("/")
    if "\\" in name:
        return BACKSLASH
    if name.startswith("/") or ".." in parts or name[1:2] == ":":
        return OUTSIDE
    if len(name) > NAME_LENGTH:
        return LONG_NAME.filled(limit=NAME_LENGTH)
    if not all(parts) or name != _printable(name) or "\0" in info.orig_filename:
        return STRANGE_NAME
    if stat.S_ISLNK(info.external_attr >> 16):
        return A_LINK
    if info.flag_bits & _ENCRYPTED:
        return ENCRYPTED
    if info.compress_type not in _METHODS:
        return UNKNOWN_METHOD
    if info.file_size > ENTRY_SIZE:
        return ENTRY_TOO_BIG.filled(limit=ENTRY_SIZE // MEGABYTE)
    if info.file_size > RATIO_FROM and info.file_size > RATIO * info.compress_size:
        return ENTRY_A_BOMB.filled(ratio=RATIO)
    return None


def _name_of(info: ZipInfo) -> str:
    """The name, also where the archive does not say that it is UTF-8, as those of old tools."""
    if info.flag_bits & _NAME_IS_UTF_8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _printable(name: str) -> str:
    """The name as it may be shown on a terminal."""
    return "".join(sign if _is_shown(sign) else "\N{REPLACEMENT CHARACTER}" for sign in name)


def _is_shown(sign: str) -> bool:
    """Spaces are, the wide one as well: a workspace may have one in its name."""
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _without_top_folder(entries: dict[str, ZipInfo]) -> dict[str, ZipInfo]:
    """Where somebody packed the folder with the export in it, what is in the folder."""
    tops = {name.partition("/")[0] for name in entries}
    if len(tops) != 1 or not any(f"{top}/{file}" in entries for top in tops for file in _LISTS):
        return entries
    return {name.partition("/")[2]: info for name, info in entries.items()}
