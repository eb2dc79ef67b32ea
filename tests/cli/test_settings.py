"""Settings: read once, every fault named at once, secrets kept out of sight."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.settings import Settings, SettingsError

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret"}


def test_the_tokens_are_enough() -> None:
    settings = Settings.from_env(TOKENS)
    assert settings.database_url == "sqlite:///data/iine.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.timezone == ZoneInfo("Asia/Tokyo")
    assert (settings.language, settings.log_level, settings.log_format) == ("ja", "INFO", "text")
    assert settings.coordinators == frozenset()


def test_everything_can_be_set() -> None:
    settings = Settings.from_env(
        {
            **TOKENS,
            "DATABASE_URL": "postgresql+psycopg://iine:pw@db/iine",
            "SLACK_API_URL": "http://127.0.0.1:8080/api",
            "TIMEZONE": "Europe/London",
            "LANGUAGE": "EN",
            "COORDINATORS": "U012AB3CD, U045EF6GH",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json",
        }
    )
    assert settings.slack_api_url == "http://127.0.0.1:8080/api/"
    assert settings.timezone == ZoneInfo("Europe/London")
    assert (settings.language, settings.log_level, settings.log_format) == ("en", "DEBUG", "json")
    assert settings.coordinators == {"U012AB3CD", "U045EF6GH"}


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(
            {
                "SLACK_APP_TOKEN": "xoxb-swapped",
                "DATABASE_URL": "mysql://db",
                "SLACK_API_URL": "slack.com",
                "TIMEZONE": "Tokyo",
                "LANGUAGE": "fr",
                "COORDINATORS": "@sato",
                "LOG_LEVEL": "loud",
                "LOG_FORMAT": "xml",
            }
        )
    named = [problem.split()[0] for problem in caught.value.problems]
    assert named == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "DATABASE_URL",
        "SLACK_API_URL",
        "TIMEZONE",
        "LANGUAGE",
        "COORDINATORS",
        "LOG_LEVEL",
        "LOG_FORMAT",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-全角"),
        ("SLACK_APP_TOKEN", "xapp-1 2"),
        ("SLACK_APP_TOKEN", "xapp-1\n2"),
        ("DATABASE_URL", "postgresql+psycopg://iine:hush@db:port/iine"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///file:data/iine.db?uri=true"),
    ],
)
def test_what_can_not_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**TOKENS, name: value})
    [problem] = caught.value.problems
    assert problem.startswith(name)
    assert "hush" not in problem


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env({**TOKENS, "DATABASE_URL": "postgresql+psycopg://iine:pw@db/x"})
    assert "secret" not in repr(settings)
    assert "pw@" not in repr(settings)


def test_what_needs_no_slack_needs_no_tokens() -> None:
    assert Settings.from_env({}, tokens=False).slack_bot_token == ""
