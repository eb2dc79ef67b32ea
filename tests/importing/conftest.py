"""A workspace with a registered channel, and everything that is in its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.recording.importing.importer import Importer, Outcome
from bot.recording.importing.report import report
from models import Base, Notice
from models.database import Database
from sandbox.clock import SandboxClock
from tests.importing.exports import ExportMaker
from tests.recording.conftest import Recorder, new_workspace


@dataclass
class Office:
    """Where exports are imported."""

    recorder: Recorder
    folder: Path

    def imports(self, export: ExportMaker, *channels: str, dry_run: bool = False) -> Outcome:
        """Import what was made."""
        return self.imports_file(export.write(self.folder / "export.zip"), *channels, dry=dry_run)

    def imports_file(self, file: Path, *channels: str, dry: bool = False) -> Outcome:
        """Import a file."""
        importer = Importer(self.recorder.database, self.recorder.clock)
        return importer.run(file, channels=channels, dry_run=dry)

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables."""
        return rows_of(self.recorder.database)

    def notices(self) -> Sequence[Notice]:
        """All of them."""
        with self.recorder.database.read() as session:
            return session.scalars(select(Notice).order_by(Notice.id)).all()


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, in an order of their own."""
    with database.read() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def told(outcome: Outcome) -> str:
    """The report in English."""
    return "\n".join(report(outcome, "en"))


@pytest.fixture
def recorder(database: Database, clock: SandboxClock) -> Recorder:
    """A workspace with one registered channel."""
    new_workspace(database)
    recorder = Recorder(database, clock)
    recorder.register()
    return recorder


@pytest.fixture
def office(recorder: Recorder, tmp_path: Path) -> Office:
    return Office(recorder, tmp_path)
