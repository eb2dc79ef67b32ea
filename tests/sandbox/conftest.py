"""A sandbox, a client for its Web API, and an app that listens to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import ListeningApp


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """A running sandbox whose clock stands still."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def web(slack: Sandbox) -> WebClient:
    """A client with the bot's token that never tries again."""
    return WebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])


@pytest.fixture
def naoko(slack: Sandbox) -> Person:
    """A person of the workspace."""
    return slack.person("高橋 直子", display_name="高橋", title="防災課", username="naoko")


@pytest.fixture
def jun(slack: Sandbox) -> Person:
    """Another person."""
    return slack.person("山本 潤", display_name="山本", username="jun")


@pytest.fixture
def channel(slack: Sandbox, naoko: Person, jun: Person) -> Channel:
    """A public channel in which both people and the bot have long been."""
    made = slack.channel("防災dx", members=[naoko, jun])
    made.record.members[slack.bot_user_id] = None
    return made


@pytest.fixture
def new_app(slack: Sandbox) -> Iterator[Callable[[], ListeningApp]]:
    """Makes apps that listen over Socket Mode and acknowledge everything at once."""
    made: list[ListeningApp] = []

    def make() -> ListeningApp:
        app = ListeningApp(slack)
        made.append(app)
        return app

    yield make
    for app in made:
        app.close()


@pytest.fixture
def app(new_app: Callable[[], ListeningApp]) -> ListeningApp:
    """One such app, connected."""
    return new_app()
