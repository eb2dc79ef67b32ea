"""A post keeps its author's name and department as they were that day."""

from __future__ import annotations

import pytest

from models import Member
from models import member as members
from models.base import JsonObject
from tests.recording import payloads
from tests.recording.conftest import Recorder


def profile(name: str, department: str, *, updated: int, **more: object) -> JsonObject:
    """Someone's profile changed (docs.slack.dev/reference/events/user_change)."""
    user = {
        "id": payloads.AUTHOR,
        "team_id": payloads.TEAM,
        "name": "sato",
        "real_name": "佐藤 花子",
        "deleted": False,
        "is_bot": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_admin": False,
        "is_owner": False,
        "updated": updated,
        "profile": {"display_name": name, "real_name": "佐藤 花子", "title": department},
    }
    return payloads.envelope(
        {"type": "user_change", "user": {**user, **more}, "event_ts": f"{updated}.000000"}
    )


def member(recorder: Recorder) -> Member:
    with recorder.database.read() as session:
        return session.get_one(Member, (payloads.TEAM, payloads.AUTHOR))


def test_nothing_is_kept_of_people_who_have_nothing_to_do_with_it(recorder: Recorder) -> None:
    recorder.take(profile("佐藤", "防災課", updated=100))
    with recorder.database.read() as session:
        assert session.get(Member, (payloads.TEAM, payloads.AUTHOR)) is None


def test_the_name_and_department_of_the_day(recorder: Recorder) -> None:
    recorder.take(payloads.message("3月の投稿"), profile("佐藤", "防災課", updated=100))
    recorder.take(
        profile("鈴木", "福祉課", updated=200),
        payloads.message("4月の投稿", ts="1775433700.000000"),
    )
    march, april = recorder.message(), recorder.message("1775433700.000000")
    assert march is not None
    assert april is not None
    assert (march.author_name, march.author_department) == ("佐藤", "防災課")
    assert (april.author_name, april.author_department) == ("鈴木", "福祉課")


def test_a_post_waits_for_the_profile(recorder: Recorder) -> None:
    recorder.take(payloads.message("最初の投稿"))
    waiting = recorder.message()
    assert waiting is not None
    assert waiting.author_name is None
    recorder.take(profile("佐藤", "防災課", updated=100))
    named = recorder.message()
    assert named is not None
    assert (named.author_name, named.author_department) == ("佐藤", "防災課")


def test_an_older_profile_changes_nothing(recorder: Recorder) -> None:
    recorder.take(payloads.message("投稿"))
    recorder.take(profile("鈴木", "福祉課", updated=200), profile("佐藤", "防災課", updated=100))
    assert member(recorder).display_name == "鈴木"


def test_deactivated_guest_and_admin_are_noted(recorder: Recorder) -> None:
    recorder.take(payloads.message("投稿"))
    recorder.take(profile("佐藤", "", updated=1, deleted=True, is_restricted=True, is_admin=True))
    noted = member(recorder)
    assert (noted.is_deactivated, noted.is_guest, noted.is_admin) == (True, True, True)


@pytest.mark.parametrize("reacted_before", [False, True])
def test_a_person_of_another_organisation_is_external(
    recorder: Recorder, *, reacted_before: bool
) -> None:
    if reacted_before:  # which tells nothing of the organisation
        recorder.take(payloads.reaction("tada", event_ts="1775433601.000000", user=payloads.AUTHOR))
    recorder.take(payloads.message("商工会議所より", more={"user_team": "T9OTHER"}))
    assert member(recorder).is_external
    recorder.take(profile("田中", "商工会議所", updated=1, team_id="T9OTHER"))
    assert member(recorder).is_external


@pytest.mark.parametrize(
    ("teams", "is_external"),
    [([payloads.TEAM, "T9SISTER"], False), (["T9SISTER"], True), (None, True), ("T0TEAM", True)],
)
def test_an_organisation_of_several_workspaces(
    recorder: Recorder, teams: object, *, is_external: bool
) -> None:
    recorder.take(payloads.message("投稿"))
    enterprise = {"id": "U9", "enterprise_id": "E9", "teams": teams}
    recorder.take(profile("佐藤", "", updated=1, team_id="T9SISTER", enterprise_user=enterprise))
    assert member(recorder).is_external == is_external


@pytest.mark.parametrize("half", ["\0", "\ud83d"])
def test_a_name_that_no_database_takes(recorder: Recorder, half: str) -> None:
    recorder.take(payloads.message("投稿"))
    recorder.take(profile(f"佐藤{half}", f"防災課{half}", updated=1))
    noted = member(recorder)
    assert (noted.display_name, noted.department) == ("佐藤\ufffd", "防災課\ufffd")


def test_of_those_who_react_it_is_asked_whether_they_are_bots(recorder: Recorder) -> None:
    recorder.take(payloads.reaction("tada", event_ts="1775433601.000000", user="U0ROBOT"))
    with recorder.database.read() as session:
        unknown = members.unknown(session, recorder.clock.now(), 10)
    assert [m.user_id for m in unknown] == ["U0ROBOT"]


def test_without_a_display_name_the_real_name_serves(recorder: Recorder) -> None:
    recorder.take(payloads.message("投稿"))
    recorder.take(profile("", "", updated=1))
    assert member(recorder).display_name == "佐藤 花子"
