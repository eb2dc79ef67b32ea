"""The same history, heard live or imported afterwards, is counted the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.figures import figures
from bot.core.periods import Period
from models import Member, Office, Tenure
from models.base import JsonObject
from models.message import Message
from models.project import Capture, of_channel
from models.reaction import Reaction
from tests.importing.conftest import Office as Desk
from tests.importing.exports import TEAM, ExportMaker, reaction
from tests.recording import payloads

PEOPLE = ("U0SATO", "U0TANAKA", "U0MAYOR")
LIVE, IMPORTED = "C0LIVE001", "C0IMPORT1"
_weeks = count(1)


@dataclass
class Said:
    """One message of a history, with what became of it."""

    user: str
    text: str
    subtype: str | None = None
    in_thread: bool = False
    has_file: bool = False
    by_bot: bool = False
    edited: str | None = None
    deleted: bool = False
    reactions: Sequence[tuple[str, str, bool]] = ()
    ts: str = ""
    thread_ts: str | None = field(default=None)


messages = st.builds(
    Said,
    user=st.sampled_from(PEOPLE),
    text=st.sampled_from(["試しました。", "【進捗】進みました。", "#progress moved", "", "  "]),
    subtype=st.sampled_from([None, None, None, "me_message", "channel_join", "thread_broadcast"]),
    in_thread=st.booleans(),
    has_file=st.booleans(),
    by_bot=st.sampled_from([False, False, False, True]),
    edited=st.sampled_from([None, None, "直しました。", "【進捗】直しました。"]),
    deleted=st.sampled_from([False, False, False, True]),
    reactions=st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from(["+1", "thumbsup::skin-tone-3", "memo", "sos", "question"]),
            st.sampled_from([True, True, False]),
        ),
        max_size=5,
        unique_by=lambda one: one[:2],
    ),
)


def _placed(history: Sequence[Said], start: datetime) -> Sequence[Said]:
    """With the times at which they were written: one an hour, in the thread of the first."""
    times = [f"{int(start.timestamp()) + 3600 * (n + 1)}.000100" for n in range(len(history))]
    for said, ts in zip(history, times, strict=True):
        is_reply = ts != times[0] and (said.in_thread or said.subtype == "thread_broadcast")
        said.ts, said.thread_ts = ts, times[0] if is_reply else None
        if said.subtype == "thread_broadcast" and not is_reply:
            said.subtype = None
    return history


def _later(said: Said, seconds: int) -> str:
    return f"{int(said.ts[:10]) + seconds}.000000"


def _as_it_was(said: Said, text: str) -> JsonObject:
    shown: JsonObject = {"type": "message", "user": said.user, "ts": said.ts, "text": text}
    if said.subtype:
        shown["subtype"] = said.subtype
    if said.thread_ts:
        shown["thread_ts"] = said.thread_ts
    if said.by_bot:
        shown["bot_id"] = "B0OTHER"
    if said.has_file:
        shown["files"] = [{"id": f"F{said.ts[:10]}", "name": "写真.jpg", "mimetype": "image/jpeg"}]
    return shown


def _as_events(said: Said) -> list[JsonObject]:
    first = _as_it_was(said, said.text)
    events = [payloads.message(said.text, ts=said.ts, user=said.user, channel=LIVE, more=first)]
    for number, (user, name, stands) in enumerate(said.reactions):
        for added, after in ((True, 60 + number), (False, 120 + number))[: 1 if stands else 2]:
            events.append(
                payloads.reaction(
                    name,
                    event_ts=_later(said, after),
                    added=added,
                    ts=said.ts,
                    user=user,
                    channel=LIVE,
                )
            )
    if said.edited is not None:
        at = _later(said, 30)
        changed = {**_as_it_was(said, said.edited), "edited": {"user": said.user, "ts": at}}
        event = payloads.changed(said.edited, edited_ts=at, ts=said.ts, channel=LIVE)
        inner = event["event"]
        assert isinstance(inner, dict)
        events.append({**event, "event": {**inner, "message": changed}})
    if said.deleted:
        place = {"ts": said.ts, "user": said.user, "channel": LIVE}
        events.append(payloads.deleted(at=_later(said, 600), **place))
    return events


def _as_exported(said: Said) -> JsonObject:
    shown = _as_it_was(said, said.text if said.edited is None else said.edited)
    if said.edited is not None:
        shown["edited"] = {"user": said.user, "ts": _later(said, 30)}
    standing: dict[str, list[str]] = {}
    for user, name, stands in said.reactions:
        if stands:
            standing.setdefault(name, []).append(user)
    if standing:
        shown["reactions"] = [reaction(name, *users) for name, users in standing.items()]
    return shown


@pytest.fixture
def town(office: Desk) -> Desk:
    """A mayor for ever, and four channels: two heard live, two imported."""
    with office.recorder.database.write() as session:
        session.add(Member(team_id=TEAM, user_id="U0MAYOR", display_name="山本"))
        session.add(mayor := Office(team_id=TEAM, name="市長", name_key="市長"))
        session.flush()
        since = datetime(2000, 1, 1, tzinfo=UTC)
        session.add(Tenure(team_id=TEAM, office_id=mayor.id, user_id="U0MAYOR", since=since))
    return office


@pytest.mark.parametrize("capture", [Capture.ALL, Capture.MARKED])
@settings(
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(messages, min_size=1, max_size=6))
def test_live_or_imported(town: Desk, capture: Capture, history: list[Said]) -> None:
    live, imported = _registered(town, capture)
    start = datetime(2002, 1, 7, tzinfo=UTC) + timedelta(weeks=next(_weeks))
    _placed(history, start)
    for said in history:
        town.recorder.take(*_as_events(said))
    export = ExportMaker(channels={"取り込み": IMPORTED})
    town.imports(
        export.add(*(_as_exported(s) for s in history if not s.deleted), folder="取り込み")
    )

    with town.recorder.database.read() as session:
        week = figures(session, TEAM, Period(start, start + timedelta(weeks=1)))
    numbers = {
        project.project_id: (
            project.posts,
            project.replies,
            project.reactions,
            project.acknowledgements,
            project.last_post_ts,
        )
        for project in week.projects
    }
    assert numbers.get(live) == numbers.get(imported)
    since = str(int(start.timestamp()))
    assert _standing(town, LIVE, since) == _standing(town, IMPORTED, since)
    gone = {said.ts for said in history if said.deleted}
    assert _reactions(town, LIVE, since, gone) == _reactions(town, IMPORTED, since, gone)


def _registered(town: Desk, capture: Capture) -> tuple[int, int]:
    """The projects of the two channels; one database serves all examples."""
    with town.recorder.database.read() as session:
        known = [of_channel(session, TEAM, channel) for channel in (LIVE, IMPORTED)]
    ids = [
        project.id if project else town.recorder.register(channel, name=channel, capture=capture)
        for project, channel in zip(known, (LIVE, IMPORTED), strict=True)
    ]
    return ids[0], ids[1]


def _standing(town: Desk, channel: str, since: str) -> list[tuple[object, ...]]:
    columns = (
        Message.ts,
        Message.thread_ts,
        Message.user_id,
        Message.kind,
        Message.subtype,
        Message.capture,
        Message.counted,
        Message.edited_ts,
        Message.asks_help,
    )
    query = select(*columns).where(
        Message.channel_id == channel, Message.ts > since, Message.deleted_ts.is_(None)
    )
    with town.recorder.database.read() as session:
        return [tuple(row) for row in session.execute(query.order_by(Message.ts))]


def _reactions(town: Desk, channel: str, since: str, gone: set[str]) -> set[tuple[object, ...]]:
    query = select(Reaction.ts, Reaction.user_id, Reaction.name, Reaction.emoji).where(
        Reaction.channel_id == channel,
        Reaction.ts > since,
        Reaction.present,
        Reaction.ts.not_in(gone),
    )
    with town.recorder.database.read() as session:
        return {tuple(row) for row in session.execute(query)}
