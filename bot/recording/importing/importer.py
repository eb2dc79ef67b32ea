"""The import from beginning to end: what is read, in which order, and what is committed when.

A conversation's days are taken in the order of their names. A file is read to its end before
anything of it is written; some files go into one transaction, together with the note of how far
the import has come. A very large one is read once more and written in several. So it can be
killed at any moment and run again, a running service is never kept waiting for long, and it makes
no difference to the memory how large an archive or a day is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import slack_time
from bot.errors import UserError
from bot.recording.importing.archive import Archive, Trouble
from bot.recording.importing.export import Folder, understand
from bot.recording.importing.history import Days
from bot.recording.importing.items import BrokenFileError, items
from bot.recording.importing.people import People
from bot.recording.importing.plan import Chosen, Plan, plan
from bot.recording.importing.tally import Count, Tally
from bot.recording.importing.writer import Writer
from bot.text import Text
from models import home, import_progress, inbox
from models.database import Database
from models.workspace import Workspace

# Messages and reactions in a transaction: on a slow disk it takes some tenths of a second
AT_ONCE = 4_000
# A day that has so many times as many is written in several: a running service, which waits for
# two seconds at most, goes on meanwhile. If the import is killed in such a day, that one alone is
# begun again, and what of it is recorded already is then reported as known.
MOST_AT_ONCE = 2
# Slack's clock may be ahead of ours
AHEAD = timedelta(days=1)

NOT_CONNECTED = Text(
    ja="まだSlackにつながったことがないので、登録されたチャンネルがありません。"
    "先に `python app.py` でつなぎ、チャンネルを登録してください。",
    en="iine has not connected to Slack yet, so no channel is registered. "
    "Please run `python app.py` and register channels first.",
)


@dataclass(frozen=True)
class Outcome:
    """What became of an import.

    `tally` includes what an earlier run of the same import had done, `went_on` says that there
    was one. `nameless`: of how many people nothing but the ID is known.
    """

    plan: Plan
    tally: Tally
    nameless: int
    went_on: bool
    dry_run: bool


class _Undo(Exception):  # noqa: N818  (not an error: a dry run ends each transaction with it)
    pass


class Importer:
    """Imports archives into the workspace of the database."""

    def __init__(self, database: Database, clock: Clock, *, at_once: int = AT_ONCE) -> None:
        """`at_once`: a transaction ends with the file with which it holds so much (`AT_ONCE`)."""
        self._database = database
        self._clock = clock
        self._at_once = at_once

    def run(
        self,
        file: Path,
        *,
        channels: Sequence[str] = (),
        dry_run: bool = False,
        on_files: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Outcome:
        """Import the archive; raises UserError if it is not one to be read.

        `channels`: names or IDs; all registered ones if there are none. `dry_run`: write nothing.
        `on_files` hears how many files are done, of how many.
        """
        with Archive(file) as archive:
            with self._database.read() as session:
                team_id = _team_of(session)
            export = understand(archive, team_id)
            with self._database.read() as session:
                planned = plan(session, team_id, export, channels)
                done = _done_before(session, team_id, archive, planned) if not dry_run else {}
            tally = Tally(troubles=[*archive.refused, *export.troubles])
            people = People(team_id, export.people)
            place = (self._database, self._clock, team_id, archive, people, self._at_once)
            run = _Run(*place, dry_run=dry_run)
            run.everything(planned, done, tally, on_files)
            if not dry_run:
                self._finish(team_id, archive, planned)
        self._database.erase_what_was_freed()
        return Outcome(planned, tally, len(people.nameless), bool(done), dry_run)

    def _finish(self, team_id: str, archive: Archive, planned: Plan) -> None:
        """Nothing is left to go on with; and Homes show what has come."""
        folders = [chosen.folder.name for chosen in planned.chosen]
        with self._database.write() as session:
            for start in range(0, len(folders), AT_ONCE):
                some = folders[start : start + AT_ONCE]
                import_progress.forget(session, team_id, archive.digest, some)
            home.touch(session, team_id, None, self._clock.now())


@dataclass
class _Done:
    """How far a conversation is imported: up to and with this file."""

    until: str
    tally: Tally


class _Run:
    """One run over an archive."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        team_id: str,
        archive: Archive,
        people: People,
        at_once: int,
        *,
        dry_run: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._team_id = team_id
        self._archive = archive
        self._digest = archive.digest
        self._people = people
        self._at_once = at_once
        self._dry_run = dry_run

    def everything(
        self,
        planned: Plan,
        done: Mapping[str, _Done],
        tally: Tally,
        on_files: Callable[[int, int], None],
    ) -> None:
        """Import one conversation after the other, and add up what became of them."""
        days = sum(len(chosen.folder.days) for chosen in planned.chosen)
        seen = 0
        for chosen in planned.chosen:
            progress = done.get(chosen.folder.name) or _Done("", Tally())
            seen += sum(day <= progress.until for day in chosen.folder.days)
            on_files(seen, days)
            for number in self._conversation(chosen, progress):
                seen += number
                on_files(seen, days)
            tally.include(progress.tally)
            tally.add(Count.OTHER_FILES, chosen.folder.others)

    def _conversation(self, chosen: Chosen, done: _Done) -> Iterator[int]:
        """Import what is left of a conversation; yields how many files were done each time."""
        for some in self._batches(chosen.folder, done):
            found = some.days.found
            strangers = self._people.strangers(found.values())
            if strangers:
                # By themselves: whoever writes messages locks people after them.
                with self._transaction() as session:
                    authors = self._people.introduce(session, strangers)
                self._people.remember(authors)
            tally = Tally()
            tally.include(done.tally)
            tally.include(some.days.tally)
            with self._transaction() as session:
                # Live events may be about the same messages at this moment.
                inbox.take_turn(session)
                place = (self._team_id, chosen.channel_id)
                Writer(session, *place, self._people, self._clock.now()).write(found, tally)
                if some.until:
                    note = (some.until, tally.as_json())
                    place = (self._team_id, self._digest)
                    import_progress.note(session, *place, chosen.folder.name, *note)
            done.until, done.tally = some.until or done.until, tally
            yield some.files

    def _batches(self, folder: Folder, done: _Done) -> Iterator[_Batch]:
        """The days that are left: some of them whole, or a part of a very large one."""
        batch = _Batch(self._no_days())
        for day in folder.days:
            if day <= done.until:
                continue
            days, everything = self._no_days(), items(self._archive.read(day))
            try:
                is_all = days.take(everything, MOST_AT_ONCE * self._at_once)
                for _ in everything:
                    pass
            except BrokenFileError as error:
                batch.days.tally.complain(Trouble(day, error.text))
            else:
                if not is_all:
                    if batch.files:
                        yield batch
                    batch = _Batch(self._no_days())
                    days = yield from self._parts(day)
                days.tally.add(Count.FILES)
                batch.days.include(days)
            batch.files += 1
            batch.until = day
            if batch.days.size >= self._at_once:
                yield batch
                batch = _Batch(self._no_days())
        if batch.files:
            yield batch

    def _parts(self, day: str) -> Generator[_Batch, None, Days]:
        """A day that is known to be whole, all of it but the rest, which it returns."""
        everything = items(self._archive.read(day))
        while True:
            days = self._no_days()
            try:
                if days.take(everything, self._at_once):
                    return days
            except BrokenFileError as error:  # it is not what it was a moment ago
                days.tally.complain(Trouble(day, error.text))
                return days
            yield _Batch(days)

    def _no_days(self) -> Days:
        return Days(slack_time.from_datetime(self._clock.now() + AHEAD))

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Committed at the end; or undone, in a dry run."""
        with suppress(_Undo), self._database.write() as session:
            yield session
            if self._dry_run:
                raise _Undo


@dataclass
class _Batch:
    """What goes into a transaction.

    `files`: how many end with it. `until`: the last of them, "" if it is a part of one.
    """

    days: Days
    files: int = 0
    until: str = ""


def _team_of(session: Session) -> str:
    team_id = session.scalar(select(Workspace.team_id).order_by(Workspace.team_id).limit(1))
    if team_id is None:
        raise UserError(NOT_CONNECTED)
    return team_id


def _done_before(
    session: Session, team_id: str, archive: Archive, planned: Plan
) -> dict[str, _Done]:
    """What an import of this archive that was broken off had done, by conversation."""
    wanted = {chosen.folder.name for chosen in planned.chosen}
    return {
        row.folder: _Done(row.done_until, Tally.of(row.tally))
        for row in import_progress.of_archive(session, team_id, archive.digest)
        if row.folder in wanted
    }
