"""A digest that was due and has not come is told to the coordinators, once, and only then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.core import late_digests
from bot.deps import Deps
from bot.settings import Settings
from bot.slack_client import slack_client
from jobs import late_digests as job
from jobs import weekly_digest
from models import Delivery, Member
from models import workspace as workspaces
from models.database import Database
from models.delivery import GIVEN_UP, DeliveryState, renew_standing
from models.digest import Digest, DigestAudience, delivery_keys
from models.project import Project
from models.workspace import Workspace
from sandbox import Channel, Person, Sandbox, SandboxClock
from service import sender
from tests.conftest import JST
from tests.digest.history import History

DUE = datetime(2026, 11, 20, 16, 0, tzinfo=JST)


@dataclass
class Office:
    """A coordinator, an audience, the jobs and a sender, without the rest of the bot."""

    deps: Deps
    slack: Sandbox
    clock: SandboxClock
    aoki: Person
    leaders: Channel
    makes: bool = True
    sends: bool = True

    def at(self, **after_due: float) -> None:
        """What the clocks do at that time."""
        moment = DUE + timedelta(**after_due)
        self.clock.advance(moment - self.clock.now())
        if self.makes:
            weekly_digest.run(self.deps)
        job.run(self.deps)
        self.send()

    def send(self) -> None:
        """What the sender does."""
        speaker = sender(self.deps.settings, self.deps.database, self.deps.slack, self.deps.clock)
        for _ in range(50):
            if not (self.sends and speaker.step()):
                return
        raise AssertionError("the sender does not come to an end")

    def alarms(self) -> list[str]:
        """What the coordinator was told."""
        return [message.words for message in self.aoki.sees(self.aoki.dm())]

    def digests(self) -> int:
        """How many digests stand in the leaders' channel."""
        return len([m for m in self.leaders.messages if m.metadata and not m.thread_ts])

    def late(self) -> tuple[late_digests.LateDigest, ...]:
        """What is late now."""
        with self.deps.database.read() as session:
            return late_digests.overdue(session, self.slack.team_id, JST, self.clock.now())


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(DUE - timedelta(hours=1))


@pytest.fixture
def office(database: Database, slack: Sandbox, clock: SandboxClock) -> Office:
    aoki, mayor = slack.person("青木"), slack.person("山本 太郎")
    leaders = slack.channel("幹部", members=[aoki, mayor])
    slack.invite_bot(leaders)
    settings = Settings(
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        slack_api_url=slack.url,
        coordinators=frozenset({aoki.id}),
    )
    with database.write() as session:
        workspaces.save(
            session,
            team_id=slack.team_id,
            name="みどり市",
            url="https://example.slack.com/",
            bot_user_id=slack.bot_user_id,
            bot_id=slack.bot_id,
        )
        session.add(
            DigestAudience(
                team_id=slack.team_id,
                channel_id=leaders.id,
                language="ja",
                added_by=aoki.id,
                added_at=clock.now(),
            )
        )
    deps = Deps(settings, database, slack_client(settings), clock, lambda: None)
    return Office(deps, slack, clock, aoki, leaders)


def test_a_digest_that_comes_in_time_alarms_nobody(office: Office) -> None:
    for minutes in (0, 31, 90):
        office.at(minutes=minutes)
    assert (office.digests(), office.alarms(), office.late()) == (1, [], ())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("is_archived", "アーカイブされています"),
        ("not_in_channel", "`/invite @iine`"),
        ("restricted_action", "ワークスペースの管理者"),
        ("invalid_blocks", "Slackが受け取りませんでした（invalid_blocks）"),
    ],
)
def test_what_slack_refuses_is_told_once(office: Office, code: str, words: str) -> None:
    office.slack.faults.add("error", method="chat.postMessage", code=code, times=4)
    office.at()
    office.at(minutes=29)
    assert office.alarms() == []
    office.slack.faults.clear()
    with office.deps.database.write() as session:  # nothing else is tried meanwhile
        waiting = update(Delivery).where(Delivery.state == DeliveryState.PENDING)
        session.execute(waiting.values(not_before=DUE + timedelta(days=1)))
    for minutes in (30, 31, 90):
        office.at(minutes=minutes)
    [alarm] = office.alarms()
    assert "ダイジェストがまだ届いていません" in alarm
    assert f"<#{office.leaders.id}>" in alarm
    assert words in alarm
    assert "11月20日" in alarm
    [late] = office.late()
    assert late.made_at is not None


def test_what_can_not_even_be_made_is_told(office: Office) -> None:
    with office.deps.database.write() as session:
        History(session, office.slack.team_id).project(created_at=DUE - timedelta(days=1))
        session.execute(update(Project).values(stage="?"))
    office.at(minutes=29)
    assert office.alarms() == []
    for minutes in (30, 31):
        office.at(minutes=minutes)
    assert [late.made_at for late in office.late()] == [None]
    [alarm] = office.alarms()
    assert "うまく作れませんでした" in alarm
    assert "app.py deliveries" not in alarm  # nothing waits to be sent


def test_after_a_long_downtime_the_digest_comes_first(office: Office) -> None:
    office.makes = False
    office.at(days=3, hours=-6)
    office.at(days=3, hours=-5)
    assert (office.digests(), office.alarms()) == (1, [])


def test_it_is_not_told_if_the_digest_goes_out_before_the_word_of_it(office: Office) -> None:
    office.sends = False
    office.at()
    office.at(minutes=40)
    assert len(office.late()) == 1
    office.sends = True
    office.send()
    assert (office.digests(), office.alarms(), office.late()) == (1, [], ())


def test_nobody_is_woken_at_night(office: Office) -> None:
    with office.deps.database.write() as session:
        session.execute(update(Workspace).values(digest_time="22:00"))
    office.slack.faults.add("error", method="chat.postMessage", code="is_archived")
    office.at(hours=6)
    office.at(hours=7)
    assert office.alarms() == []
    office.at(days=4, hours=-7)  # Tuesday, 9:00: Monday is a holiday
    assert len(office.alarms()) == 1


@pytest.mark.parametrize("why", ["nobody gets it", "given up", "asked for by hand", "too old"])
def test_what_is_not_late(office: Office, why: str) -> None:
    office.sends = False
    office.at()
    with office.deps.database.write() as session:
        if why == "nobody gets it":
            session.execute(update(DigestAudience).values(removed_at=DUE))
        elif why == "given up":
            values = {"state": DeliveryState.DROPPED, "error": GIVEN_UP}
            session.execute(update(Delivery).values(values))
        elif why == "asked for by hand":
            session.execute(update(Digest).values(due_at=None))
        else:
            session.execute(update(Digest).values(due_at=DUE - timedelta(days=8)))
    office.at(minutes=45)
    assert office.late() == ()


def test_a_message_with_nothing_to_say_that_is_made_anew_is_not_late(office: Office) -> None:
    office.at()
    with office.deps.database.write() as session:
        [digest] = session.scalars(select(Digest))
        keys = delivery_keys(digest)
        assert session.scalars(select(Delivery.state).where(Delivery.key == keys[-1])).all() == [
            DeliveryState.DROPPED
        ]
        renew_standing(session, office.slack.team_id, keys, DUE + timedelta(hours=2))
    office.at(minutes=45)
    assert (office.late(), office.alarms()) == ((), [])


def test_without_a_coordinator_the_admins_are_told(office: Office) -> None:
    admin = office.slack.person("管理 者", admin=True)
    office.slack.faults.add("error", method="chat.postMessage", code="is_archived", times=1)
    with office.deps.database.write() as session:
        session.execute(delete(Member))
        for person in (admin, office.aoki):
            session.add(Member(team_id=office.slack.team_id, user_id=person.id))
        session.flush()
        is_admin = update(Member).where(Member.user_id == admin.id)
        session.execute(is_admin.values(is_admin=True, locale="en-US"))
        gone = update(Member).where(Member.user_id == office.aoki.id)
        session.execute(gone.values(is_deactivated=True))
    office.at()
    office.at(minutes=30)
    [told] = [message.words for message in admin.sees(admin.dm())]
    assert "has not arrived yet" in told
    assert office.alarms() == []
