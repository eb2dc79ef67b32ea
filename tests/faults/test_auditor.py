"""The auditor finds what is missing and what is there twice: it is able to fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, make_transient

from bot.core.emoji import MEMO
from models import Delivery, InboxEvent, Message, MessageVersion, Reaction
from models.database import Database
from models.delivery import DeliveryState
from models.inbox import InboxState
from sandbox import Sandbox
from tests.databases import Lend
from tests.faults.auditor import Auditor
from tests.faults.nursery import Nursery
from tests.faults.town import Town, present


@pytest.fixture(scope="module")
def town(
    sqlite: Lend, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town in which a little has happened, with nothing running any more."""
    with sqlite() as url, Sandbox(clock=present()) as slack:
        made = Town(slack, url, nursery, tmp_path_factory.mktemp("town"))
        made.open()
        made.crowd.acts(30)
        made.crowd.changes_the_stage()
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
    yield Auditor(town.slack, copy, town.channels, town.crowd.stages)
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


def _still_to_be_said(session: Session) -> None:
    session.execute(update(Delivery).values(state=DeliveryState.PENDING))


def _said_behind_our_back(session: Session) -> None:
    session.execute(delete(Delivery).where(Delivery.kind == "project_notice"))


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (_forget_an_event, "was acknowledged and is not stored"),
        (_apply_no_more, "is pending"),
        (_forget_words, "is not recorded"),
        (_other_words, "and not"),
        (_forget_a_reaction, "lacks"),
        (_keep_a_reaction, "still has"),
        (_keep_what_was_deleted, "is recorded and gone"),
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


def test_a_message_that_was_said_twice(town: Town, auditor: Auditor) -> None:
    client = WebClient(token=town.slack.bot_token, base_url=town.slack.url)
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
