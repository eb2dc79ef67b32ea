"""Who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core import members
from bot.core.permissions import (
    Actor,
    actor_of,
    require_coordinator,
    require_digest_reader,
    require_manager,
    require_staff,
)
from bot.errors import UserError
from models.coordinator import Coordinator
from models.database import Database
from models.office import Office, Tenure

NOW = datetime(2026, 4, 6, tzinfo=UTC)


def _actor(database: Database, **profile: object) -> Actor:
    user = {"id": "U1", "name": "hanako", "team_id": "T1", "locale": "ja-JP", **profile}
    with database.write() as session:
        member = members.take_profile(session, "T1", user, NOW)
        return actor_of(
            session, member, coordinators=frozenset({"U9"}), default_language="ja", now=NOW
        )


def _hold(database: Database, since: datetime, until: datetime | None) -> None:
    with database.write() as session:
        office = Office(team_id="T1", name="市長", name_key="市長")
        session.add(office)
        session.flush()
        tenure = Tenure(team_id="T1", office_id=office.id, user_id="U1", since=since, until=until)
        session.add(tenure)


def test_staff(database: Database) -> None:
    actor = _actor(database)
    assert actor == Actor("T1", "U1", "ja", True, False, False, ())
    require_staff(actor)
    with pytest.raises(UserError):
        require_coordinator(actor)
    with pytest.raises(UserError):
        require_digest_reader(actor)


@pytest.mark.parametrize(
    "profile",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"team_id": "T2"},
        {"is_stranger": True},
        {"is_bot": True},
        {"deleted": True},
    ],
)
def test_who_is_no_staff_has_no_rights_whatever_else_is_noted(
    database: Database, profile: dict[str, object]
) -> None:
    with database.write() as session:
        session.add(Coordinator(team_id="T1", user_id="U1", added_by="U2", added_at=NOW))
    _hold(database, NOW, None)
    actor = _actor(database, is_admin=True, **profile)
    assert (actor.is_staff, actor.is_admin, actor.is_coordinator) == (False, False, False)
    for check in (require_staff, require_coordinator, require_digest_reader):
        with pytest.raises(UserError):
            check(actor)
    with pytest.raises(UserError):
        require_manager(actor, ["U1"])


def test_a_coordinator_by_command_or_by_settings(database: Database) -> None:
    assert _actor(database, id="U9").is_coordinator
    with database.write() as session:
        session.add(Coordinator(team_id="T1", user_id="U1", added_by="U2", added_at=NOW))
    actor = _actor(database)
    assert actor.is_coordinator
    require_coordinator(actor)
    require_manager(actor, [])
    require_digest_reader(actor)


def test_a_workspace_admin(database: Database) -> None:
    actor = _actor(database, is_owner=True)
    assert actor.is_admin
    require_coordinator(actor)


def test_a_lead(database: Database) -> None:
    actor = _actor(database)
    require_manager(actor, ["U1", "U2"])
    with pytest.raises(UserError) as refusal:
        require_manager(actor, ["U2", "U3"])
    assert "（<@U2>、<@U3>）" in refusal.value.text.ja
    with pytest.raises(UserError) as refusal:
        require_manager(actor, [])
    assert "（いまはいません）" in refusal.value.text.ja


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [
        (NOW, None, True),
        (NOW - timedelta(days=1), NOW + timedelta(days=1), True),
        (NOW - timedelta(days=1), NOW, False),
        (NOW + timedelta(seconds=1), None, False),
    ],
)
def test_an_office_holder_reads_digests(
    database: Database, since: datetime, until: datetime | None, held: bool
) -> None:
    _hold(database, since, until)
    actor = _actor(database)
    assert actor.offices == (("市長",) if held else ())
    if held:
        require_digest_reader(actor)
    else:
        with pytest.raises(UserError):
            require_digest_reader(actor)


@pytest.mark.parametrize(
    ("locale", "language"), [("ja-JP", "ja"), ("en-GB", "en"), ("fr-FR", "en")]
)
def test_the_language_is_the_persons_own(database: Database, locale: str, language: str) -> None:
    assert _actor(database, locale=locale).language == language
