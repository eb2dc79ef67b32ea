"""Broken off and run again, run twice, run beside live events: the end is the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.core import posts, slack_time
from bot.recording.importing.importer import AT_ONCE, Importer
from bot.recording.importing.tally import Count
from models import ImportProgress
from models.base import JsonObject
from models.database import Database
from models.message import Decision, Message, MessageVersion
from models.project import Capture
from sandbox import SandboxClock
from tests.conftest import JST
from tests.databases import Lend
from tests.importing.conftest import Office, rows_of, told
from tests.importing.exports import (
    TEAM,
    ExportMaker,
    person,
    reaction,
    reply,
    said,
    tombstone,
    ts_of,
)
from tests.recording import payloads
from tests.recording.conftest import Recorder, new_workspace
from tests.shell import Shell

FEW = 20
NOW = datetime(2026, 4, 6, 9, 0, tzinfo=JST)
ROOT, LATER = ts_of("2024-05-01 01:00"), ts_of("2024-05-03 01:00")


def _some() -> ExportMaker:
    reactions = [reaction("+1", "U0READER", "U0OTHER"), reaction("tada", "U0READER")]
    gone = {"id": "F0GONE", "mode": "tombstone"}
    return ExportMaker(people=[person("U0READER", "読む人")]).add(
        said("試しました。", ROOT, reactions=reactions, files=[gone]),
        reply("どうでしたか。", ts_of("2024-05-01 02:00"), ROOT, "U0READER"),
        said("直しました。", LATER, edited={"user": "U0AUTHOR", "ts": ts_of("2024-05-04 01:00")}),
        tombstone(ts_of("2024-05-05 01:00")),
    )


def test_twice_changes_nothing(office: Office) -> None:
    first = office.imports(_some())
    before = office.everything()
    again = office.imports(_some())
    assert office.everything() == before
    assert "- posts: 2" in told(first)
    assert "- nothing new" in told(again)
    assert "- messages known already: 3" in told(again)
    assert not before["import_progress"]


class _PowerCut(Exception):  # noqa: N818
    pass


def _many(in_a_transaction: int) -> ExportMaker:
    """Several transactions' worth, of two channels."""
    export = ExportMaker(channels={"避難所dx": payloads.CHANNEL, "公園": "C0PARK001"})
    for day in range(1, 7):
        for number in range(in_a_transaction // 2):
            ts = ts_of(f"2024-05-0{day} 01:00", number + 1)
            export.add(said("書きました。", ts, reactions=[reaction("+1", "U0READER")]))
    export.add(said("公園です。", ROOT), folder="公園")
    export.files["避難所dx/2024-05-07.json"] = b"[oops"
    return export


def test_it_goes_on_where_it_was(office: Office, lend_database: Lend) -> None:
    office.recorder.register("C0PARK001", name="公園")
    file = _many(FEW).write(office.folder / "export.zip")
    with _another(lend_database, office.recorder) as calm:
        calm.recorder.register("C0PARK001", name="公園")
        whole = calm.imports_file(file)
        expected = calm.everything()

    def pull(done: int, of: int) -> None:
        if 0 < done < of:
            raise _PowerCut

    importer = Importer(office.recorder.database, office.recorder.clock, at_once=FEW)
    breaks = 0
    for _ in range(10):
        try:
            outcome = importer.run(file, on_files=pull if breaks == 0 else _cut_later(pull, breaks))
        except _PowerCut:
            breaks += 1
            with office.recorder.database.read() as session:
                assert session.query(ImportProgress).all()
        else:
            break
    assert breaks > 1
    assert outcome.went_on
    assert outcome.tally.counts == whole.tally.counts
    assert [t.file for t in outcome.tally.troubles] == ["避難所dx/2024-05-07.json"]
    assert office.everything() == expected


def _cut_later(pull: Callable[[int, int], None], calls: int) -> Callable[[int, int], None]:
    """The same, after so many more transactions have been let through."""
    left = [calls]

    def later(done: int, of: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            pull(done, of)

    return later


@contextmanager
def _another(lend: Lend, like: Recorder) -> Iterator[Office]:
    """A second workspace like the first."""
    with lend() as url:
        database = Database(url)
        new_workspace(database)
        recorder = Recorder(database, like.clock)
        recorder.register()
        yield Office(recorder, Path())
        database.close()


def _large_day(reactions: int) -> ExportMaker:
    """Between two others; with so many reactions on each message."""
    liked = [reaction("+1", *(f"U0READER{number}" for number in range(reactions)))]
    export = ExportMaker().add(said("前の日です。", ts_of("2024-04-30 01:00")))
    for number in range(5 * FEW):
        ts = ts_of("2024-05-01 01:00", number + 1)
        export.add(said("書きました。", ts, reactions=liked if reactions else []))
    return export.add(said("次の日です。", ts_of("2024-05-02 01:00")))


@pytest.mark.parametrize(("reactions", "in_one"), [(0, FEW), (FEW // 4 - 1, 4)])
def test_a_very_large_day_does_not_hold_others_up(
    office: Office, reactions: int, in_one: int
) -> None:
    """Each transaction of a database that has one writer at a time is short."""
    file = _large_day(reactions).write(office.folder / "export.zip")
    sizes: list[int] = []
    inserted = [0]

    def count(*given: object) -> None:
        statement, parameters = given[2], given[3]
        if isinstance(statement, str) and statement.startswith("INSERT INTO messages "):
            inserted[0] += str(parameters).count(TEAM)

    def committed(_connection: object) -> None:
        sizes.append(inserted[0])
        inserted[0] = 0

    engine = office.recorder.database.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", committed)
    try:
        outcome = Importer(office.recorder.database, office.recorder.clock, at_once=FEW).run(file)
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", committed)
    assert outcome.tally.counts[Count.POSTS] == 5 * FEW + 2 == sum(sizes)
    assert outcome.tally.counts[Count.FILES] == 3
    assert max(sizes) == in_one


def test_broken_off_within_a_very_large_day(office: Office, lend_database: Lend) -> None:
    """That day is begun again; nothing of it is there twice."""
    file = _large_day(1).write(office.folder / "export.zip")
    with _another(lend_database, office.recorder) as calm:
        calm.imports_file(file)
        expected = calm.everything()
    importer = Importer(office.recorder.database, office.recorder.clock, at_once=FEW)

    def pull(_done: int, _of: int) -> None:
        if len(office.everything()["messages"]) > 2 * FEW:
            raise _PowerCut

    with pytest.raises(_PowerCut):
        importer.run(file, on_files=pull)
    assert 2 * FEW < len(office.everything()["messages"]) < 5 * FEW
    outcome = importer.run(file)
    assert outcome.went_on
    assert outcome.tally.counts[Count.FILES] == 3
    assert office.everything() == expected


def test_a_very_large_day_that_is_broken(office: Office) -> None:
    """At its end: nothing of its beginning is written, and the days around it are."""
    export = _large_day(0)
    day = "避難所dx/2024-05-01.json"
    export.files[day] = export.entries()[day][:-1] + b", oops]"
    file = export.write(office.folder / "export.zip")
    importer = Importer(office.recorder.database, office.recorder.clock, at_once=FEW)
    outcome = importer.run(file)
    assert [trouble.file for trouble in outcome.tally.troubles] == [day]
    assert outcome.tally.counts == {Count.POSTS: 2, Count.FILES: 2}
    assert len(office.everything()["messages"]) == 2


def test_killed_and_run_again(bare_shell: Shell, sqlite: Lend, tmp_path: Path) -> None:
    """With signal 9, as soon as something is committed; by the command itself."""
    file = _many(AT_ONCE // 2).write(tmp_path / "export.zip")
    with sqlite() as url:
        database = Database(url)
        new_workspace(database)
        recorder = Recorder(database, SandboxClock(NOW))
        recorder.register()
        recorder.register("C0PARK001", name="公園")
        shell = bare_shell.having(DATABASE_URL=url, LANGUAGE="en")
        with shell.starting("import", str(file)) as process:
            while process.code is None and not rows_of(database)["import_progress"]:
                pass
            process.kill()
        Importer(database, recorder.clock).run(file)
        rows = rows_of(database)
        database.close()
    assert len(rows["messages"]) == 3 * AT_ONCE // 2 + 1
    assert len(rows["reactions"]) == len(rows["message_versions"]) - 1 == 3 * AT_ONCE // 2
    assert not rows["import_progress"]


def test_live_events_win(office: Office, lend_database: Lend) -> None:
    """Whether they came before the import or come after it."""
    live: list[JsonObject] = [
        payloads.message("試しました。", ts=ROOT),
        payloads.changed("もう一度直しました。", ts=LATER, edited_ts=ts_of("2024-05-09 01:00")),
        payloads.reaction("+1", ts=ROOT, event_ts=ts_of("2024-05-02 01:00"), added=False),
        payloads.deleted(ts=ts_of("2024-05-01 02:00"), at=ts_of("2024-05-02 01:00")),
    ]
    file = _some().write(office.folder / "export.zip")
    office.recorder.take(*live)
    office.imports_file(file)
    before = _stands(office)
    with _another(lend_database, office.recorder) as another:
        another.imports_file(file)
        another.recorder.take(*live)
        assert _stands(another) == before
    assert before[:2] == (ts_of("2024-05-02 01:00"), ts_of("2024-05-09 01:00"))
    assert "どうでしたか。" not in before[2]
    assert before[3] == {("U0OTHER", "+1"), ("U0READER", "tada")}


def _stands(office: Office) -> tuple[str | None, str, set[str], set[tuple[str, str]]]:
    reply_ = office.recorder.message(ts_of("2024-05-01 02:00"))
    later = office.recorder.message(LATER)
    assert reply_ is not None
    assert later is not None
    with office.recorder.database.read() as session:
        texts = {version.text for version in session.query(MessageVersion)}
    return reply_.deleted_ts, later.edited_ts, texts, office.recorder.reactions(ROOT)


def test_what_was_left_out_by_hand_stays_out(office: Office) -> None:
    office.recorder.take(payloads.message("試しました。", ts=ROOT))
    with office.recorder.database.write() as session:
        post = session.get_one(Message, (payloads.TEAM, payloads.CHANNEL, ROOT))
        post.decision = Decision.LEAVE_OUT
        posts.erase_words(session, post)
        posts.recount(session, post, office.recorder.clock.now())
    outcome = office.imports(_some())
    assert not office.recorder.texts(ROOT)
    assert "- messages left out by hand: 1" in told(outcome)


def test_what_live_events_missed_is_completed(office: Office) -> None:
    """An edit, and a sign of the author's own, while the bot was away. Again nobody is told."""
    office.recorder.register("C0MARKED1", name="印", capture=Capture.MARKED)
    office.recorder.take(payloads.message("雑談です", channel="C0MARKED1", ts=ROOT))
    said_before = len(office.recorder.outbox())
    export = ExportMaker(channels={"印": "C0MARKED1"})
    memo = [reaction("memo", payloads.AUTHOR)]
    outcome = office.imports(export.add(said("雑談です", ROOT, reactions=memo), folder="印"))
    message = office.recorder.message(ROOT, "C0MARKED1")
    assert message is not None
    assert message.counted
    assert message.counted_at == slack_time.to_datetime(ROOT)
    assert len(office.recorder.outbox()) == said_before
    assert "- messages known in part and completed: 1" in told(outcome)


def test_beside_a_service_that_records(office: Office) -> None:
    """The same messages arrive as events while they are imported."""
    export = _many(AT_ONCE // 4)
    file = export.write(office.folder / "export.zip")
    seen = threading.Event()

    def record() -> None:
        for message in export.messages["避難所dx"][:: AT_ONCE // 32]:
            office.recorder.take(payloads.message("書きました。", ts=str(message["ts"])))
            seen.set()

    beside = threading.Thread(target=record)
    beside.start()
    seen.wait(60)
    office.imports_file(file)
    beside.join(60)
    rows = office.everything()
    assert len(rows["messages"]) == len(rows["message_versions"]) == 3 * AT_ONCE // 4
    assert {row[4] for row in rows["message_versions"]} == {"書きました。"}
