"""A form's post is noted as said before, after or between the events about it: all the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, select

from bot.core import progress
from bot.core.permissions import Actor
from bot.core.posts import HELP, should_be_marked
from bot.recording import by_hand
from bot.recording.payload import Payload
from models import Delivery, Draft, Message, MessageVersion, ProjectMember, Workspace
from models.base import JsonObject
from models.database import Database
from models.delivery import DeliveryState, by_key
from models.member import Member
from models.message import Decision
from models.project import ProjectRole
from models.reaction import Reaction
from sandbox.clock import SandboxClock
from tests.conftest import JST
from tests.databases import Connected, Lend
from tests.recording import payloads
from tests.recording.conftest import Recorder

NOW = datetime(2026, 4, 6, 9, 0, tzinfo=JST)
LEAD = "U0LEAD"
FIELDS: JsonObject = {"done": "受付を試しました", "found": "", "next": "", HELP: "", "photos": []}
AUTHOR = Actor(payloads.TEAM, payloads.AUTHOR, "ja", True, False, False, ())

MACHINE = {"bot_id": payloads.BOT_ID, "app_id": payloads.APP, "username": "山田花子"}
EVENTS: Mapping[str, JsonObject] = {
    "own message": payloads.message(
        "受付を試しました", user="", more={"subtype": "bot_message", **MACHINE}
    ),
    "changed by us": payloads.changed(
        "受付を試しました", edited_ts=None, user="", event_ts="1775433601.000100", **MACHINE
    ),
    "sos": payloads.reaction("sos", user=payloads.AUTHOR, event_ts="1775433602.000100"),
    "sos taken back": payloads.reaction(
        "sos", user=payloads.AUTHOR, added=False, event_ts="1775433603.000100"
    ),
    "sos again": payloads.reaction("sos", user=payloads.AUTHOR, event_ts="1775433604.000100"),
    "somebody's sos": payloads.reaction("sos", event_ts="1775433605.000100"),
    "like": payloads.reaction("thumbsup", event_ts="1775433606.000100"),
    "deleted": payloads.deleted(at="1775433607.000100", user="", subtype="bot_message", **MACHINE),
}
SAID = "said"


class World:
    """The database at the moment at which Slack has taken a post of the form."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.recorder = Recorder(self.database, SandboxClock(NOW))
        with self.database.write() as session:
            session.merge(
                Workspace(
                    team_id=payloads.TEAM,
                    name="みどり",
                    url="https://example.slack.com/",
                    bot_user_id=payloads.BOT_USER,
                    bot_id=payloads.BOT_ID,
                )
            )
            for user in (payloads.AUTHOR, LEAD):
                session.add(
                    Member(team_id=payloads.TEAM, user_id=user, display_name=user, fetched_at=NOW)
                )
        self.project = self.recorder.register()
        with self.database.write() as session:
            session.add(
                ProjectMember(
                    project_id=self.project, user_id=LEAD, role=ProjectRole.LEAD, since=NOW
                )
            )
            draft = Draft(
                team_id=payloads.TEAM,
                channel_id=payloads.CHANNEL,
                project_id=self.project,
                user_id=payloads.AUTHOR,
                view_id="V1",
                fields=FIELDS,
                created_at=NOW,
            )
            session.add(draft)
            session.flush()
            self.draft = draft.id
            session.add(
                Delivery(
                    team_id=payloads.TEAM,
                    key=draft.delivery_key,
                    kind=progress.PROGRESS,
                    channel_id=payloads.CHANNEL,
                    args={"draft_id": draft.id},
                    state=DeliveryState.SENT,
                    not_before=NOW,
                    created_at=NOW,
                    sent_at=NOW,
                    ts=payloads.TS,
                )
            )

    def does(self, step: str) -> None:
        """Take in an event, or note that the post was said."""
        if step != SAID:
            event = EVENTS[step]
            self.recorder.take({**event, "event_id": f"{event['event_id']}:{len(self.seen())}"})
            return
        with self.database.write() as session:
            said = by_key(session, payloads.TEAM, f"progress:{self.draft}")
            assert said is not None
            progress.stands(session, said, "ja")

    def seen(self) -> list[str]:
        return [event.event_id for event in self.recorder.inbox()]

    def state(self) -> object:
        """Everything that must be the same in the end."""
        with self.database.read() as session:
            draft = session.get_one(Draft, self.draft)
            post = session.get_one(Message, (payloads.TEAM, payloads.CHANNEL, payloads.TS))
            marked = should_be_marked(session, post)
            versions = session.scalars(select(MessageVersion)).all()
            reactions = session.scalars(select(Reaction)).all()
            return (
                (draft.fields, draft.ts),
                (post.user_id, post.kind, post.counted, post.deleted_ts, post.asks_help),
                (post.author_name, post.decision, marked),
                sorted((version.edited_ts, version.text) for version in versions),
                sorted((one.user_id, one.emoji, one.present) for one in reactions),
            )


def run(lend: Lend, connected: Connected, do: Callable[[World], None]) -> object:
    """The state after something was done in an empty world."""
    with lend() as url, connected.to(url) as database:
        world = World(database)
        do(world)
        return world.state()


def in_order(steps: list[str]) -> Callable[[World], None]:
    def do(world: World) -> None:
        for step in steps:
            world.does(step)

    return do


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.sets(st.sampled_from(sorted(EVENTS)), min_size=1)
    .flatmap(lambda events: st.permutations([SAID, *sorted(events)]))
    .flatmap(lambda steps: st.tuples(st.just(steps), st.lists(st.sampled_from(steps), max_size=3)))
)
def test_in_whatever_order_slack_tells_of_it(
    lend_database: Lend, connected: Connected, steps: tuple[list[str], list[str]]
) -> None:
    once, again = steps
    proper = [SAID, *(name for name in EVENTS if name in once)]
    assert run(lend_database, connected, in_order([*once, *again])) == run(
        lend_database, connected, in_order(proper)
    )


PLAIN: Mapping[str, JsonObject] = {
    "written": payloads.message("ひみつの言葉"),
    "edited": payloads.changed("もっとひみつ", edited_ts="1775433610.000000"),
    "edited again": payloads.changed("まだひみつ", edited_ts="1775433620.000000"),
    "reacted": payloads.reaction("tada", event_ts="1775433630.000100"),
}
LEFT_OUT = "left out"


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.permutations([LEFT_OUT, *PLAIN, *PLAIN]))
def test_left_out_it_stays_left_out_whatever_comes_before_or_after(
    lend_database: Lend, connected: Connected, steps: list[str]
) -> None:
    with lend_database() as url, connected.to(url) as database:
        world = World(database)
        for number, step in enumerate(steps):
            if step != LEFT_OUT:
                world.recorder.take({**PLAIN[step], "event_id": f"{step}:{number}"})
                continue
            shown = PLAIN["written"]["event"]
            assert isinstance(shown, dict)
            with world.database.write() as session:
                by_hand.leave_out(session, AUTHOR, payloads.CHANNEL, Payload(shown), now=NOW)
        assert world.recorder.texts() == {}
        post = world.recorder.message()
        assert post is not None
        assert (post.counted, post.decision) == (False, Decision.LEAVE_OUT)
        assert (post.author_name, post.author_department) == ("", "")
        assert world.recorder.reactions() == {("U0READER", "tada")}


@pytest.mark.parametrize("how", ["withdrawn", "left out"])
def test_words_that_are_taken_out_are_in_no_file_of_sqlite(
    sqlite_database: Database, how: str
) -> None:
    """Nor what the draft has held; the projector clears the pages that were freed."""
    world = World(sqlite_database)
    world.does(SAID)
    with world.database.write() as session:
        if how == "withdrawn":
            progress.withdraw(session, AUTHOR, world.draft, now=NOW)
        else:
            shown = Payload({"ts": payloads.TS, "text": str(FIELDS["done"]), **MACHINE})
            by_hand.leave_out(session, AUTHOR, payloads.CHANNEL, shown, now=NOW)
    world.recorder.apply()
    name = make_url(str(world.database.engine.url)).database
    assert name
    files = list(Path(name).parent.glob(Path(name).name + "*"))
    assert files
    for file in files:
        content = file.read_bytes()
        assert str(FIELDS["done"]).encode() not in content, file
        assert json.dumps(FIELDS["done"])[1:-1].encode() not in content, file
