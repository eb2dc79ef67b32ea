"""Several projectors apply what belongs together as one would."""

from __future__ import annotations

from threading import Thread

from sqlalchemy import text

from bot.recording import inbox as in_front
from bot.recording import reactions
from bot.recording.payload import Arrival, payload_of
from bot.recording.projector import Projector
from models import inbox
from models.base import JsonObject
from models.database import Database
from models.inbox import InboxState
from models.project import Capture
from sandbox import SandboxClock
from tests.recording import payloads
from tests.recording.conftest import Recorder, new_workspace

MARKED = "C0MARKED"


def marks(event_id: int) -> JsonObject:
    return payloads.reaction(
        "memo",
        user=payloads.AUTHOR,
        channel=MARKED,
        event_ts=f"1775433{event_id:03d}.000200",
        ts=f"1775433{event_id:03d}.000100",
    )


def writes(event_id: int) -> JsonObject:
    return payloads.message("訓練をしました。", channel=MARKED, ts=f"1775433{event_id:03d}.000100")


def test_a_post_and_its_mark_applied_by_two_processes_at_once(
    two_databases: tuple[Database, Database], clock: SandboxClock
) -> None:
    one, other = two_databases
    new_workspace(one)
    recorder = Recorder(one, clock)
    recorder.register(MARKED, capture=Capture.MARKED)
    recorder.receive(marks(1), writes(1))
    projector = Projector(other, clock, lambda: None)
    applying = Thread(target=projector.step)
    mark_applied_beside(applying, one, clock)
    post = recorder.message("1775433001.000100", MARKED)
    assert post is not None
    assert post.counted


def mark_applied_beside(other: Thread, database: Database, clock: SandboxClock) -> None:
    """Apply the mark that waits, and commit only once the other one waits for its turn."""
    with database.write() as session:
        inbox.take_turn(session)
        [mark] = inbox.claim(session, clock.now(), 1)
        event = payload_of(mark.payload).inner("event")
        reactions.apply(session, payloads.TEAM, event, Arrival(mark.received_at, clock.now()))
        mark.state, mark.payload = InboxState.DONE, None
        session.flush()
        other.start()
        while other.is_alive() and not is_somebody_waiting(database):
            other.join(0.02)
    other.join()


def is_somebody_waiting(database: Database) -> bool:
    with database.read() as session:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        return bool(session.scalar(text(waiting)))


def test_two_at_work_apply_everything_once(
    two_databases: tuple[Database, Database], clock: SandboxClock
) -> None:
    one, other = two_databases
    new_workspace(one)
    recorder = Recorder(one, clock)
    recorder.register(MARKED, capture=Capture.MARKED)
    recorder.receive(*(event for n in range(150) for event in (marks(n), writes(n))))

    def work(database: Database) -> None:
        projector = Projector(database, clock, lambda: None)
        for _ in range(100):
            if not projector.step():
                return

    threads = [Thread(target=work, args=[database]) for database in (one, other, one)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {event.state for event in recorder.inbox()} == {InboxState.DONE}
    posts = [recorder.message(f"1775433{n:03d}.000100", MARKED) for n in range(150)]
    assert all(post is not None and post.counted for post in posts)


def test_a_channel_that_gets_another_id_while_its_posts_are_applied(
    two_databases: tuple[Database, Database], clock: SandboxClock
) -> None:
    one, other = two_databases
    new_workspace(one)
    recorder = Recorder(one, clock)
    recorder.register(MARKED)
    recorder.receive(writes(1), writes(2))
    renamed = payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": MARKED,
            "new_channel_id": "C0NEWID",
            "event_ts": "1775433650.000000",
        }
    )
    renaming = Thread(target=in_front.receive, args=[other, clock, renamed])

    def slack_tells_of_it() -> bool:
        if renaming.ident is None:
            renaming.start()
            while renaming.is_alive() and not is_somebody_waiting(one):
                renaming.join(0.02)
        return False

    Projector(one, clock, lambda: None, is_awaited=slack_tells_of_it).step()
    renaming.join()
    for number in (1, 2):
        assert recorder.message(f"1775433{number:03d}.000100", "C0NEWID") is not None, number
