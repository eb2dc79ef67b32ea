"""Profiles that Slack does not give hold nobody up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deps import Deps
from bot.recording.profiles import ProfileFetcher, profile_of
from bot.settings import Settings
from bot.slack_client import slack_client
from models import Member
from tests.recording import payloads
from tests.recording.conftest import Recorder
from tests.somebody import somebody_between

PORTAL = ("text/html", "<html>")
CUT_OFF = ("application/json", '{"ok": true, "user": {"id": "U0AUTHOR", "profi')
NOT_TEXT = ("application/json; charset=utf-8", "\udcff\udcfe")


def deps(recorder: Recorder, url: str) -> Deps:
    settings = Settings.from_env({"SLACK_API_URL": url}, tokens=False)
    return Deps(
        settings=settings,
        database=recorder.database,
        slack=slack_client(settings),
        clock=recorder.clock,
        wake=lambda: None,
    )


@pytest.mark.parametrize("answer", [PORTAL, CUT_OFF, NOT_TEXT], ids=["portal", "cut off", "bytes"])
def test_who_can_not_be_fetched_waits(recorder: Recorder, answer: tuple[str, str]) -> None:
    recorder.take(payloads.message("投稿"))
    with somebody_between(200, *answer, promised_more=100 * (answer is CUT_OFF)) as url:
        fetcher = ProfileFetcher(deps(recorder, url))
        assert not fetcher.step()
        assert profile_of(deps(recorder, url), payloads.TEAM, payloads.AUTHOR).fetched_at is None
    with recorder.database.read() as session:
        member = session.get_one(Member, (payloads.TEAM, payloads.AUTHOR))
    assert member.retry_at == recorder.clock.now() + timedelta(hours=1)


def test_a_profile_under_another_id_is_that_of_whom_was_asked_for(recorder: Recorder) -> None:
    recorder.take(payloads.message("投稿"))
    other = '{"ok": true, "user": {"id": "W0ELSE", "profile": {"display_name": "佐藤"}}}'
    with somebody_between(200, "application/json", other) as url:
        ProfileFetcher(deps(recorder, url)).step()
    with recorder.database.read() as session:
        assert session.get_one(Member, (payloads.TEAM, payloads.AUTHOR)).display_name == "佐藤"
        assert session.get(Member, (payloads.TEAM, "W0ELSE")) is None
