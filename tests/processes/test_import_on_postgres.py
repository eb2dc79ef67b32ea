"""An import beside a service that records, each in a process of its own."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from bot.recording.importing.importer import Importer
from models.database import Database
from models.project import Capture
from sandbox import SandboxClock
from tests.importing.exports import ExportMaker, said, ts_of
from tests.processes.test_projectors_on_postgres import MARKED, mark_applied_beside
from tests.recording import payloads
from tests.recording.conftest import Recorder, new_workspace

TS = ts_of("2024-05-01 01:00")


def test_a_mark_is_applied_while_its_post_is_imported(
    two_databases: tuple[Database, Database], clock: SandboxClock, tmp_path: Path
) -> None:
    one, other = two_databases
    new_workspace(one)
    recorder = Recorder(one, clock)
    recorder.register(MARKED, capture=Capture.MARKED)
    recorder.take(payloads.message("前から知っている人です", channel=MARKED))
    recorder.receive(
        payloads.reaction(
            "memo", user=payloads.AUTHOR, channel=MARKED, ts=TS, event_ts="1775433000.000100"
        )
    )
    export = ExportMaker(channels={"印": MARKED}).add(said("雑談です", TS), folder="印")
    file = export.write(tmp_path / "export.zip")
    importing = Thread(target=lambda: Importer(other, clock).run(file))
    mark_applied_beside(importing, one, clock)
    post = recorder.message(TS, MARKED)
    assert post is not None
    assert post.counted
