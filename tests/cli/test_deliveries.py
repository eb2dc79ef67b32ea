"""`python app.py deliveries`, as a person runs it."""

from __future__ import annotations

from datetime import UTC, datetime

from models import delivery
from models import workspace as workspaces
from models.database import Database
from models.delivery import DeliveryState
from tests.shell import Shell


def test_listed_and_tried_again(shell: Shell, database: Database) -> None:
    with database.write() as session:
        workspaces.save(
            session, team_id="T1", name="みどり市", url="", bot_user_id="UBOT", bot_id="B1"
        )
        delivery.enqueue(
            session,
            team_id="T1",
            key="note:1",
            kind="note",
            channel_id="C1",
            args={},
            now=datetime.now(UTC),
        )
        row = delivery.by_key(session, "T1", "note:1")
        assert row is not None
        row.state, row.error = DeliveryState.FAILED, "is_archived"
    listed = shell.run("deliveries")
    assert (listed.returncode, "[送れません] note:1" in listed.stdout) == (0, True), listed.stderr
    retried = shell.run("deliveries", "--retry", "note:1")
    assert (retried.returncode, "もう一度送ります" in retried.stdout) == (0, True)
    wrong = shell.having(LANGUAGE="en").run("deliveries", "--drop", "note:2")
    assert (wrong.returncode, "Nothing has the key note:2" in wrong.stderr) == (1, True)
    assert "Traceback" not in wrong.stderr
    with database.read() as session:
        row = delivery.by_key(session, "T1", "note:1")
        assert row is not None
        assert row.state == DeliveryState.PENDING
