"""The app as Slack reaches it over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.http_mode import PATH
from bot.settings import Settings
from sandbox import Sandbox
from service import Service
from tests.http_mode.asking import Address


@pytest.fixture
def settings(settings: Settings, slack: Sandbox) -> Settings:
    """No socket: a secret and a port."""
    return replace(
        settings,
        slack_app_token="",
        slack_signing_secret=slack.signing_secret,
        port=0,
        health_port=0,
    )


@pytest.fixture
def iine(settings: Settings, slack: Sandbox) -> object:
    """The app, running, with Slack's requests on their way to it."""
    service = Service(settings, clock=slack.clock, pace=0.2)
    service.start()
    slack.http_target(f"http://127.0.0.1:{service.http_port}{PATH}")
    yield service
    service.stop()


@pytest.fixture
def address(iine: Service, slack: Sandbox) -> Address:
    """Where one can ask it by oneself."""
    return Address(iine.http_port or 0, slack.signing_secret, slack.clock)
