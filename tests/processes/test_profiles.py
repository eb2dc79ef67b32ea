"""Several processes ask Slack once for each person."""

from __future__ import annotations

from bot.deps import Deps
from bot.recording.profiles import LEASE_NAME, ProfileFetcher
from bot.settings import Settings
from bot.slack_client import slack_client
from models import lease
from models.database import Database
from models.lease import LEASE
from models.member import Member
from sandbox import Sandbox


def test_one_of_them_asks_and_another_takes_over(
    slack: Sandbox, settings: Settings, database: Database
) -> None:
    deps = Deps(settings, database, slack_client(settings), slack.clock, wake=lambda: None)
    one, other = ProfileFetcher(deps), ProfileFetcher(deps)
    wait_to_be_named(slack, database, "佐藤 花子")
    with database.write() as session:  # a process that is killed over it
        assert lease.take(session, LEASE_NAME, "killed", slack.clock.now())
    one.step()
    assert not slack.calls_of("users.info")
    slack.clock.advance(LEASE)
    one.step()
    assert len(slack.calls_of("users.info")) == 1
    wait_to_be_named(slack, database, "鈴木 太郎")
    other.step()
    one.step()
    assert len(slack.calls_of("users.info")) == 2


def wait_to_be_named(slack: Sandbox, database: Database, name: str) -> None:
    person = slack.person(name)
    with database.write() as session:
        session.add(Member(team_id=slack.team_id, user_id=person.id))
