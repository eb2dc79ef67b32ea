"""`python app.py import`, as a person at the command line sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from models.database import Database
from sandbox import SandboxClock
from tests.conftest import JST
from tests.databases import Lend
from tests.importing.exports import CHANNEL, ExportMaker, by_app, reaction, reply, said, ts_of
from tests.recording.conftest import Recorder, new_workspace
from tests.shell import Shell

ROOT = ts_of("2024-05-01 01:00")


@dataclass(frozen=True)
class Terminal:
    """Somebody at the command line, with one registered channel."""

    database: Database
    shell: Shell
    folder: Path

    def imports(self, export: ExportMaker, *options: str) -> tuple[int, str, str]:
        """Exit code, what is printed, and what is said besides."""
        file = export.write(self.folder / "export.zip")
        result = self.shell.run("import", str(file), *options)
        return result.returncode, result.stdout, result.stderr


@pytest.fixture
def terminal(bare_shell: Shell, sqlite: Lend, tmp_path: Path) -> Iterator[Terminal]:
    with sqlite() as url:
        database = Database(url)
        new_workspace(database)
        clock = SandboxClock(datetime(2026, 4, 6, 9, 0, tzinfo=JST))
        Recorder(database, clock).register()
        yield Terminal(database, bare_shell.having(DATABASE_URL=url), tmp_path)
        database.close()


def _export() -> ExportMaker:
    reactions = [reaction("+1", "U0MAYOR")]
    export = ExportMaker(channels={"避難所dx": CHANNEL, "random": "C0RANDOM1"})
    export.add(said("雑談です", ROOT), folder="random")
    return export.add(
        said("避難所の受付を試しました。", ROOT, reactions=reactions),
        reply("どうでしたか。", ts_of("2024-05-01 02:00"), ROOT),
        by_app("ビルド", ts_of("2024-05-02 02:00")),
    )


def test_what_is_reported(terminal: Terminal) -> None:
    code, printed, besides = terminal.imports(_export())
    assert code == 0, besides
    assert printed.splitlines() == [
        "1チャンネル、2日分のファイルを読み、次のものを記録しました。",
        "- 投稿 1件",
        "- 返信 1件",
        "- リアクション 1件",
        "",
        "記録しなかったもの",
        "- アプリやSlack自身のメッセージ 1件",
        "- 登録されていないチャンネル 1件（#random）",
        "",
        "名前の分からない人が1人います。IDで記録し、名前はあとでSlackに問い合わせます。",
    ]


def test_a_look_before(terminal: Terminal) -> None:
    code, printed, besides = terminal.imports(_export(), "--dry-run", "--channel", "#避難所dx")
    assert code == 0, besides
    assert "いまは何も書き込んでいません" in printed
    assert "- 選ばれていないチャンネル 1件" in printed
    assert "- 投稿 1件" in terminal.imports(_export())[1]


def test_a_broken_day(terminal: Terminal) -> None:
    export = _export()
    export.files["避難所dx/2024-05-03.json"] = b"[{"
    code, printed, _ = terminal.imports(export)
    assert code == 1
    assert "読めなかったファイル\n- 避難所dx/2024-05-03.json: 途中で切れています\n" in printed
    assert "- 投稿 1件" in printed


def test_a_channel_that_is_not_there(terminal: Terminal) -> None:
    code, printed, besides = terminal.imports(_export(), "--channel", "#公園")
    assert (code, printed) == (1, "")
    assert "公園 は、このエクスポートにありません" in besides


def test_no_export_at_all(terminal: Terminal) -> None:
    file = terminal.folder / "notes.zip"
    file.write_text("not a zip file")
    result = terminal.shell.run("import", str(file))
    assert (result.returncode, result.stdout) == (1, "")
    assert "notes.zip をZIPファイルとして読めません" in result.stderr
    assert "Traceback" not in result.stderr


def test_before_anything_is_registered(bare_shell: Shell, sqlite: Lend, tmp_path: Path) -> None:
    file = _export().write(tmp_path / "export.zip")
    with sqlite() as url:
        shell = bare_shell.having(DATABASE_URL=url, LANGUAGE="en")
        result = shell.run("import", str(file))
    assert result.returncode == 1
    assert "iine has not connected to Slack yet" in result.stderr
