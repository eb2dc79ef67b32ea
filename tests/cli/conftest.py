"""The command line, run as a person runs it."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from tests.shell import Shell


@pytest.fixture
def slack_shell(bare_shell: Shell, slack: Sandbox) -> Shell:
    """A shell with the settings for this workspace."""
    return bare_shell.having(
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_APP_TOKEN=slack.app_token,
        SLACK_API_URL=slack.url,
    )


@pytest.fixture
def shell(slack_shell: Shell, database_url: str) -> Shell:
    """A shell with the settings for this workspace and this database."""
    return slack_shell.having(DATABASE_URL=database_url)
