"""The auditor finds what is missing and what is there twice: it is able to fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, make_transient

from bot.core.emoji import MEMO
from models import Delivery, InboxEvent, Message, MessageVersion, Notice, Project, Reaction
from models.database import Database
from models.delivery import DeliveryState
from models.inbox import InboxState
from sandbox import Sandbox, SandboxClock
from sandbox.records import MessageRecord
from tests.conftest import JST
from tests.databases import Lend
from tests.faults.auditor import Auditor
from tests.faults.nursery import Nursery
from tests.faults.town import Town

# Authors are told of what the mayor gave by day.
A_MORNING = datetime(2026, 4, 7, 10, 0, tzinfo=JST)


@pytest.fixture(scope="module")
def town(
    sqlite: Lend, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town in which a little has happened, with nothing running any more."""
    with sqlite() as url, Sandbox(clock=SandboxClock(A_MORNING, rate=1)) as slack:
        made = Town(slack, url, nursery, tmp_path_factory.mktemp("town"))
        made.open()
        made.crowd.acts(30)
        made.crowd.changes_the_stage()
        made.rest()
        made.crowd.likes_the_next(made.digest())
        made.rest()
        made.everyone_ends()
        yield made
        made.database.close()


@pytest.fixture
def auditor(town: Town, tmp_path: Path) -> Iterator[Auditor]:
    """An auditor with a copy of the database."""
    file = tmp_path / "copy.db"
    shutil.copy(str(town.database.engine.url.database), file)
    copy = Database(f"sqlite:///{file}")
    yield town.auditor(copy)
    copy.close()


def test_nothing_to_complain_of(auditor: Auditor) -> None:
    findings = auditor.look()
    assert findings.is_clean
    assert findings.acknowledged == findings.events > 30


def _forget_an_event(session: Session) -> None:
    session.delete(session.scalars(select(InboxEvent).limit(1)).one())


def _apply_no_more(session: Session) -> None:
    event = session.scalars(select(InboxEvent).limit(1)).one()
    event.state = InboxState.PENDING


def _give_one_up(session: Session) -> None:
    event = session.scalars(select(InboxEvent).limit(1)).one()
    event.state = InboxState.DEAD


def _forget_words(session: Session) -> None:
    session.delete(session.scalars(select(MessageVersion).limit(1)).one())


def _other_words(session: Session) -> None:
    session.execute(update(MessageVersion).values(text="だれも書いていない"))


def _a_reaction(session: Session) -> Reaction:
    """One of a person's on a message that stands."""
    standing = select(Message.ts).where(Message.deleted_ts.is_(None))
    given = Reaction.present & (Reaction.name != MEMO) & Reaction.ts.in_(standing)
    return session.scalars(select(Reaction).where(given).limit(1)).one()


def _forget_a_reaction(session: Session) -> None:
    session.delete(_a_reaction(session))


def _take_a_reaction_back(session: Session) -> None:
    _a_reaction(session).present = False


def _keep_a_reaction(session: Session) -> None:
    given = _a_reaction(session)
    session.expunge(given)
    make_transient(given)
    given.name = "heart"
    session.add(given)


def _keep_what_was_deleted(session: Session) -> None:
    session.execute(update(Message).values(deleted_ts=None))
    kept = session.scalars(select(MessageVersion).limit(1)).one()
    message = session.get_one(Message, (kept.team_id, kept.channel_id, kept.ts))
    for row in (message, kept):
        session.expunge(row)
        make_transient(row)
    message.ts = kept.ts = "1775433600.000100"
    session.add(message)
    session.flush()
    session.add(kept)


def _give_to_another_project(session: Session) -> None:
    message = session.scalars(select(Message).where(Message.deleted_ts.is_(None)).limit(1)).one()
    others = select(Project.id).where(Project.id != message.project_id)
    message.project_id = session.scalars(others).one()


def _count_no_more(session: Session) -> None:
    session.execute(update(Message).values(counted=False))


def _tell_nobody(session: Session) -> None:
    session.execute(delete(Notice))


def _tell_of_what_does_not_stand(session: Session) -> None:
    notice = session.scalars(select(Notice).limit(1)).one()
    notice.ts, notice.delivery_key = "1775433600.000100", None


def _elsewhere(session: Session) -> None:
    said = session.scalars(select(Delivery).where(Delivery.kind == "project_notice").limit(1)).one()
    said.channel_id = "C0ELSEWHERE"


def _in_another_thread(session: Session) -> None:
    line = session.scalars(select(Delivery).where(Delivery.kind == "ack_notice").limit(1)).one()
    line.args = {**line.args, "thread_ts": "1775433600.000100"}


def _still_to_be_said(session: Session) -> None:
    session.execute(update(Delivery).values(state=DeliveryState.PENDING))


def _said_behind_our_back(session: Session) -> None:
    session.execute(delete(Delivery).where(Delivery.kind == "project_notice"))


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (_forget_an_event, "was acknowledged and is not stored"),
        (_apply_no_more, "is pending"),
        (_give_one_up, "is dead"),
        (_forget_words, "is not recorded"),
        (_other_words, "and not"),
        (_forget_a_reaction, "lacks"),
        (_take_a_reaction_back, "lacks"),
        (_keep_a_reaction, "still has"),
        (_keep_what_was_deleted, "is recorded and gone"),
        (_give_to_another_project, "not of its channel's project"),
        (_count_no_more, "not counted"),
        (_tell_nobody, "nobody tells the author"),
        (_tell_of_what_does_not_stand, "will be told of what does not stand"),
        (_elsewhere, "does not stand in C0ELSEWHERE"),
        (_in_another_thread, "does not stand in its thread"),
        (_still_to_be_said, "is pending"),
        (_said_behind_our_back, "was said and nobody knows of it"),
    ],
)
def test_something_in_the_database_is_wrong(
    auditor: Auditor, tamper: Callable[[Session], None], complaint: str
) -> None:
    with auditor.database.write() as session:
        tamper(session)
    findings = auditor.look()
    assert not findings.is_clean
    assert any(complaint in line for line in findings.lost)
    assert findings.repeated == ()


def test_a_damaged_file(auditor: Auditor) -> None:
    file = Path(str(auditor.database.engine.url.database))
    content = bytearray(file.read_bytes())
    # The right-most pages of the file belong to indexes and tables that have rows.
    content[-4096:-4000] = b"\xff" * 96
    auditor.database.close()
    file.write_bytes(content)
    assert any("damaged" in line for line in auditor.look().lost)


def test_a_message_that_was_said_twice(town: Town, auditor: Auditor, client: WebClient) -> None:
    said = next(one for one in town.channels[0].messages if one.metadata)
    twice = client.chat_postMessage(
        channel=town.channels[0].id, text=said.text, metadata=said.metadata
    )
    findings = auditor.look()
    assert len(findings.repeated) == 1
    assert "was said 2 times" in findings.repeated[0]
    client.chat_delete(channel=town.channels[0].id, ts=str(twice["ts"]))
    findings = auditor.look()
    assert findings.is_clean
    assert findings.taken_back == 1


def _said(town: Town, kind: str) -> MessageRecord:
    """A message of this kind that stands somewhere."""
    return next(
        one
        for channel in town.slack.workspace.channels.values()
        for one in channel.messages.values()
        if f'"{kind}:' in json.dumps(one.metadata)
    )


@pytest.fixture
def client(town: Town) -> WebClient:
    """Says things behind the app's back."""
    return WebClient(token=town.slack.bot_token, base_url=town.slack.url)


def test_an_author_who_is_told_of_the_same_in_two_messages(
    town: Town, auditor: Auditor, client: WebClient
) -> None:
    told = _said(town, "recognition")
    again = client.chat_postMessage(
        channel=told.channel_id,
        text=told.text,
        blocks=told.blocks,
        metadata=json.loads(json.dumps(told.metadata).replace("recognition:", "recognition:2:")),
    )
    repeated = auditor.look().repeated
    client.chat_delete(channel=told.channel_id, ts=str(again["ts"]))
    # As many lines as there are posts of which that message tells
    assert repeated
    assert all("was told of /archives/" in line for line in repeated)
    assert auditor.look().is_clean


def test_a_line_in_a_thread_of_which_nothing_is_left(town: Town, auditor: Auditor) -> None:
    [liked] = auditor.liked
    auditor.liked = ()
    assert any("stands still" in line for line in auditor.look().lost)
    auditor.liked = {liked, next(one for one in _posts(town) if one != liked)}
    assert any("does not stand" in line for line in auditor.look().lost)


def _posts(town: Town) -> Iterator[tuple[str, str]]:
    """(channel, ts) of what people have posted."""
    messages = (one for channel in town.channels for one in channel.messages)
    return ((one.channel.id, one.ts) for one in messages if one.text.startswith("訓練"))


def test_a_digest_in_another_channel(town: Town, auditor: Auditor) -> None:
    digest = _said(town, "digest")
    key = json.loads(json.dumps(digest.metadata))["event_payload"]["key"]
    auditor.digests = (key,)
    assert auditor.look().is_clean
    auditor.digests = (key.replace(digest.channel_id, town.channels[0].id),)
    assert any("was due in its channel" in line for line in auditor.look().lost)


def test_what_was_due_was_not_said(town: Town, auditor: Auditor) -> None:
    auditor.digests = ("digest:2026-04-10T07:00:00Z:C1",)
    auditor.due = {town.channels[0].id: 9}
    lost = auditor.look().lost
    assert any("was due" in line for line in lost)
    assert any("were not announced" in line for line in lost)


def test_a_mark_that_is_not_there(town: Town, auditor: Auditor) -> None:
    post = next(one for one in town.channels[0].messages if "memo" in one.reactions)
    marks = post.record.reactions.pop("memo")
    assert auditor.look().lost == (f"{post.ts} has no mark",)
    post.record.reactions["memo"] = marks
