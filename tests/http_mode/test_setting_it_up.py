"""What an administrator writes and prints for HTTP; what does not fit is named, all at once."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from app import app_manifest, main
from bot.http_mode import request_url
from bot.settings import Settings, SettingsError
from sandbox import Sandbox

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123abcd", "PORT": "3000"}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ)
    return [problem.split()[0] for problem in caught.value.problems]


def test_no_app_level_token_is_needed() -> None:
    settings = Settings.from_env(HTTP)
    assert settings.over_http
    assert (settings.host, settings.port, settings.health_port) == ("127.0.0.1", 3000, None)
    assert "0123abcd" not in repr(settings)


def test_socket_mode_without_them() -> None:
    settings = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert not settings.over_http


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PORT": ""}, ["PORT"]),
        ({"SLACK_SIGNING_SECRET": ""}, ["SLACK_SIGNING_SECRET"]),
        ({"PORT": "", "SLACK_SIGNING_SECRET": ""}, ["SLACK_APP_TOKEN"]),
        ({"SLACK_BOT_TOKEN": "", "PORT": ""}, ["SLACK_BOT_TOKEN", "PORT"]),
        ({"PORT": "65536", "HOST": "localhost"}, ["PORT", "HOST"]),
        ({"PORT": "-1", "HEALTH_PORT": "x"}, ["PORT", "HEALTH_PORT"]),
        ({"HEALTH_PORT": "3000"}, ["HEALTH_PORT"]),
        ({"SLACK_SIGNING_SECRET": "a b"}, ["SLACK_SIGNING_SECRET"]),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, str], named: list[str]) -> None:
    assert problems({**HTTP, **changes}) == named


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://iine.example", "https://iine.example/slack/events"),
        ("https://iine.example/", "https://iine.example/slack/events"),
        ("https://city.example/iine/", "https://city.example/iine/slack/events"),
        ("https://iine.example:8443/slack/events", "https://iine.example:8443/slack/events"),
    ],
)
def test_the_address_for_slack(given: str, wanted: str) -> None:
    assert request_url(given) == wanted


@pytest.mark.parametrize("given", ["http://iine.example", "iine.example", "https://", "ftp://x"])
def test_no_address_for_slack(given: str) -> None:
    result = CliRunner().invoke(main, ["manifest", "--url", given])
    assert result.exit_code == 2
    assert "--url" in result.output


def test_the_manifest_names_the_address_everywhere(slack: Sandbox) -> None:
    result = CliRunner().invoke(main, ["manifest", "--url", "https://iine.example"])
    manifest = json.loads(result.output)
    wanted = "https://iine.example/slack/events"
    assert {command["url"] for command in manifest["features"]["slash_commands"]} == {wanted}
    assert manifest["settings"]["event_subscriptions"]["request_url"] == wanted
    assert manifest["settings"]["interactivity"]["request_url"] == wanted
    assert manifest["settings"]["socket_mode_enabled"] is False
    slack.install(manifest)


def test_the_manifest_for_socket_mode_names_none() -> None:
    assert "url" not in json.dumps(app_manifest("ja"))
