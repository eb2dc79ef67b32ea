"""The SQL that the READMEs show does what they say it does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import (
    Base,
    Draft,
    Kudos,
    KudosRecipient,
    Member,
    Message,
    MessageVersion,
    Project,
    ProjectMember,
    Question,
    Reaction,
    message,
    reaction,
)
from models.database import Database
from models.home import HomeView
from models.inbox import InboxEvent, InboxState
from models.message import MessageKind
from models.notice import Notice
from models.preference import Notices, Preference
from models.project import Capture, ProjectRole
from models.question import QuestionSource
from tests.docs.markdown import READMES, Page
from tests.docs.rows import a_project

PAGES = pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
TEAM, CHANNEL = "T012AB3CD", "C1"
ERASED, OTHER = "U012AB3CD", "U9"
NOW = datetime(2026, 4, 6, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "iine.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{file}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


def _run(page: Page, file: Path, begins: str) -> None:
    blocks = [b.code for b in page.blocks if b.language == "sql" and b.code.startswith(begins)]
    assert len(blocks) == 1, f"{page.name}: show the SQL that begins with {begins} once."
    connection = sqlite3.connect(file)
    connection.executescript(blocks[0])
    connection.close()


@PAGES
def test_all_of_one_person_is_erased(page: Page, file: Path, database: Database) -> None:
    _write(database, ERASED, "1.000100", "道路の穴をふさぎました")
    _write(database, OTHER, "2.000100", "避難所を点検しました")
    _thank(database, ERASED, OTHER, "橋の図面をありがとう")
    _thank(database, OTHER, ERASED, "避難所をありがとう")
    database.close()
    _run(page, file, "DELETE")
    with database.read() as session:
        mine = session.get_one(Message, (TEAM, CHANNEL, "1.000100"))
        assert mine.deleted_ts
        assert not mine.counted
        assert mine.author_name is None
        assert [v.text for v in session.query(MessageVersion)] == ["避難所を点検しました"]
        assert [r.user_id for r in session.query(Reaction)] == [OTHER]
        assert [d.user_id for d in session.query(Draft) if d.fields] == [OTHER]
        assert [q.asked_by for q in session.query(Question)] == [OTHER]
        assert [m.user_id for m in session.query(Member)] == [OTHER]
        assert not session.query(InboxEvent).all()
        thanks = {kudos.sender_id: kudos.words for kudos in session.query(Kudos)}
        assert thanks == {ERASED: "", OTHER: "避難所をありがとう"}
        assert [r.user_id for r in session.query(KudosRecipient)] == [OTHER]
        assert [m.user_id for m in session.query(ProjectMember)] == [OTHER]
        assert [notice.user_id for notice in session.query(Notice)] == [OTHER]
        assert [chosen.user_id for chosen in session.query(Preference)] == [OTHER]
        assert [view.user_id for view in session.query(HomeView)] == [OTHER]
    assert "橋の図面".encode() not in file.read_bytes()
    assert "道路の穴".encode() not in file.read_bytes()
    assert json.dumps("道路の穴")[1:-1].encode() not in file.read_bytes()
    assert "避難所を".encode() in file.read_bytes()


def _thank(database: Database, sender: str, recipient: str, words: str) -> None:
    """Somebody thanks somebody else, and is a member of the project."""
    with database.write() as session:
        session.add(ProjectMember(project_id=1, user_id=sender, role=ProjectRole.MEMBER, since=NOW))
        kudos = Kudos(team_id=TEAM, channel_id=CHANNEL, sender_id=sender, words=words, given_at=NOW)
        session.add(kudos)
        session.flush()
        session.add(KudosRecipient(kudos_id=kudos.id, user_id=recipient))
        session.add(Preference(team_id=TEAM, user_id=sender, notices=Notices.NEVER))
        session.add(HomeView(team_id=TEAM, user_id=sender, opened_at=NOW, tab="mine", state={}))
        session.add(
            Notice(
                team_id=TEAM,
                user_id=recipient,
                channel_id=CHANNEL,
                kudos_id=kudos.id,
                created_at=NOW,
                due_at=NOW,
            )
        )


def _write(database: Database, user: str, ts: str, text: str) -> None:
    """A post of this person with a reaction of their own, and an event that can't be applied."""
    with database.write() as session:
        project = session.get(Project, 1) or a_project(TEAM, OTHER, NOW)
        session.add(project)
        session.add(Member(team_id=TEAM, user_id=user, display_name=user, fetched_at=NOW))
        session.flush()
        message.insert_blank(session, TEAM, CHANNEL, ts, project_id=1, capture=Capture.ALL)
        post = session.get_one(Message, (TEAM, CHANNEL, ts))
        post.user_id, post.kind, post.counted = user, MessageKind.POST, True
        post.author_name = user
        message.add_version(session, post, edited_ts="", text=text, files=[])
        reaction.record(
            session,
            team_id=TEAM,
            channel_id=CHANNEL,
            ts=ts,
            user_id=user,
            name="+1",
            emoji="+1",
            present=True,
            event_ts=ts,
        )
        session.add(
            Question(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=ts,
                thread_ts=ts,
                project_id=1,
                asked_by=user,
                source=QuestionSource.FORM,
                words=f"{text}とは何ですか",
                asked_at=NOW,
            )
        )
        session.add(
            Draft(
                team_id=TEAM,
                channel_id=CHANNEL,
                project_id=1,
                user_id=user,
                fields={"done": text},
                created_at=NOW,
            )
        )
        session.add(
            InboxEvent(
                team_id=TEAM,
                event_id=f"Ev{user}",
                type="message",
                event_time=0,
                received_at=NOW,
                state=InboxState.DEAD,
                payload={"event": {"text": text}},
            )
        )
