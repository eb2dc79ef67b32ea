"""When a Home is made anew, and what happens if Slack does not take it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import home
from models.home import HomeView
from service import HOMES_AT_ONCE
from tests.home.conftest import REFRESH, Hall


@pytest.fixture
def hall(hall: Hall) -> Hall:
    """The mayor is in office, a group is registered."""
    hall.registers()
    hall.takes_office()
    return hall


def test_what_others_do_appears_by_itself_once_in_five_seconds(hall: Hall) -> None:
    hall.home(hall.mayor)
    made = hall.published(hall.mayor)
    for number in range(5):
        hall.hanako.posts(hall.bosai, f"報告その{number}です。")
        hall.settled()
        hall.clock.advance(timedelta(seconds=0.9))
    assert hall.published(hall.mayor) == made
    assert "報告その4です。" in hall.later(hall.mayor, "報告その4です。").words
    assert hall.published(hall.mayor) == made + 1
    hall.clock.advance(REFRESH)
    hall.settled()
    assert hall.published(hall.mayor) == made + 1


def test_what_one_does_oneself_appears_at_once(hall: Hall) -> None:
    hall.home(hall.hanako)
    made = hall.published(hall.hanako)
    hall.asks(hall.hanako, "段階 実証")
    assert "段階：実証" in hall.seen(hall.hanako).words
    hall.asks(hall.hanako, "段階 実装")
    assert "段階：実装" in hall.seen(hall.hanako).words
    assert hall.published(hall.hanako) == made + 2


def test_whoever_changes_things_faster_than_slack_allows_sees_the_last_of_it(hall: Hall) -> None:
    hall.slack.enforce_rate_limits = True
    hall.home(hall.hanako)
    for _ in range(120):
        with hall.deps.database.write() as session:
            home.hurry(session, hall.slack.team_id, hall.hanako.id, hall.clock.now())
        hall.deps.wake()
        hall.settled()
    hall.asks(hall.hanako, "段階 実証")
    calls = hall.slack.calls_of("views.publish")
    # Each of the workers that make Homes may find it out by itself.
    assert 1 <= sum(call.error == "ratelimited" for call in calls) <= HOMES_AT_ONCE
    hall.clock.advance(timedelta(minutes=1))
    assert "段階：実証" in hall.later(hall.hanako, "段階：実証").words


def test_a_home_that_shows_something_else_is_left_alone(hall: Hall) -> None:
    hall.home(hall.taro)
    made = hall.published(hall.taro)
    hall.hanako.posts(hall.bosai, "受付を試しました。")
    hall.settled()
    hall.clock.advance(REFRESH)
    hall.home(hall.mayor)
    assert hall.published(hall.taro) == made


def test_a_home_that_nobody_looks_at_waits_until_it_is_opened(hall: Hall) -> None:
    hall.home(hall.mayor)
    made = hall.published(hall.mayor)
    hall.clock.advance(timedelta(hours=13))
    hall.hanako.posts(hall.bosai, "受付を試しました。")
    hall.settled()
    hall.clock.advance(REFRESH)
    hall.home(hall.hanako)
    assert hall.published(hall.mayor) == made
    assert "受付を試しました。" in hall.home(hall.mayor).words


def test_deleted_words_go_from_the_home_too(hall: Hall) -> None:
    post = hall.hanako.posts(hall.bosai, "まちがえて書きました。")
    hall.settled()
    assert "まちがえて書きました。" in hall.home(hall.mayor).words
    hall.hanako.deletes(post)
    assert "まちがえて" not in hall.later(hall.mayor, "待っている投稿はありません").words


@pytest.mark.parametrize(
    "name", ["ratelimited", "http_error", "connection_reset", "lost_answer", "error"]
)
def test_if_slack_does_not_take_it_it_is_tried_again(hall: Hall, name: str) -> None:
    hall.home(hall.mayor)
    hall.hanako.posts(hall.bosai, "受付を試しました。")
    hall.settled()
    fault = hall.slack.faults.add(name, method="views.publish", retry_after=10)
    hall.clock.advance(REFRESH)
    hall.slack.until(lambda: fault.used, what="the fault")
    hall.settled()
    hall.clock.advance(timedelta(seconds=31))
    assert hall.later(hall.mayor, "受付を試しました。")


def test_a_home_that_somebody_else_has_made_meanwhile_is_made_once_more(hall: Hall) -> None:
    hall.home(hall.mayor)
    with hall.deps.database.write() as session:
        session.get_one(HomeView, (hall.slack.team_id, hall.mayor.id)).hash = "of-another-one"
    hall.hanako.posts(hall.bosai, "受付を試しました。")
    assert hall.later(hall.mayor, "受付を試しました。")
    errors = [call.error for call in hall.slack.calls_of("views.publish") if not call.ok]
    assert errors == ["hash_conflict"]


@pytest.mark.parametrize("code", ["not_enabled", "user_not_found", "invalid_arguments"])
def test_what_slack_refuses_for_good_waits_until_it_is_opened_again(hall: Hall, code: str) -> None:
    hall.slack.faults.add("error", method="views.publish", code=code)
    hall.mayor.opens_home()
    hall.slack.until(lambda: hall.slack.calls_of("views.publish"), what="a try")
    hall.settled()
    hall.hanako.posts(hall.bosai, "受付を試しました。")
    hall.settled()
    hall.clock.advance(timedelta(minutes=5))
    hall.settled()
    assert [call.error for call in hall.slack.calls_of("views.publish")] == [code]
    assert "市長としてご覧になっています。" in hall.home(hall.mayor).words
