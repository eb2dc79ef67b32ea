"""What is refused is told to whoever looks after the site; so is the end of an installation."""

from __future__ import annotations

import logging

import pytest

from bot.checkup import Checkup
from bot.settings import Settings
from bot.slack_client import slack_client
from sandbox import Sandbox, SandboxClock
from tests.hostile.conftest import EXAMPLES, Door, Example
from tests.recording import payloads


def _example(name: str) -> Example:
    return next(example for example in EXAMPLES if example.name == name)


def _todo(door: Door, settings: Settings, clock: SandboxClock) -> list[str]:
    checkup = Checkup(settings, door.database, slack_client(settings), clock)
    return [found.text.en for found in checkup.database_findings() if not found.ok]


def test_the_check_tells_of_it_for_a_week(
    door: Door, settings: Settings, slack: Sandbox, clock: SandboxClock
) -> None:
    for name in ("other_workspace", "other_workspaces_rate_limit", "other_app"):
        door.take(_example(name).body)
    told = " ".join(_todo(door, settings, clock))
    assert "2 events of other workspaces" in told
    assert "1 events for another app" in told
    door.recorder.later(days=8)
    assert "of other workspaces" not in " ".join(_todo(door, settings, clock))


def test_thousands_leave_a_few_lines_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(12):
        door.take(_example("other_workspace").body)
    assert door.refused() == 12
    assert len([r for r in caplog.records if r.name == "bot.recording.refusing"]) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("app_uninstalled", ["the app was taken out of the workspace: install it again"]),
        ("tokens_revoked", ["Slack has revoked the bot token: install the app again"]),
        ("tokens_revoked_of_a_person", []),
    ],
)
def test_the_end_of_an_installation_is_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture, name: str, said: list[str]
) -> None:
    door.take(_example(name).body)
    door.apply()
    found = [r.getMessage() for r in caplog.records if r.levelno == logging.CRITICAL]
    assert found == said


def test_who_does_not_know_itself_refuses_nothing(door: Door) -> None:
    """A site that was never started has no workspace: what is handed to it is kept."""
    door.forget_who_we_are()
    door.take(_example("other_workspace").body)
    assert door.refused() == 0
    door.take(payloads.message("訓練をしました。"))
    assert len(door.states()) == 2
