"""An outbox, a sender and a Slack to say things in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot import manifest
from bot.core.outgoing import Outgoing
from bot.delivery.sender import Sender
from models import Delivery, delivery
from models.database import Database
from models.delivery import DeliveryState
from sandbox import Sandbox
from sandbox.actors import Channel
from sandbox.clock import SandboxClock


def _words(_session: Session, note: Delivery) -> Outgoing | None:
    text = note.args["text"]
    if text == "unspeakable":
        raise KeyError("no words for it")
    return Outgoing(str(text)) if text else None


@dataclass(frozen=True)
class Post:
    """The outbox and its sender, without the rest of the bot."""

    database: Database
    slack: Sandbox
    clock: SandboxClock
    sender: Sender
    channel: Channel

    def enqueue(
        self, key: str, text: str = "お知らせ", *, channel: str = "", thread_key: str | None = None
    ) -> None:
        """Put words in the outbox."""
        with self.database.write() as session:
            delivery.enqueue(
                session,
                team_id=self.slack.team_id,
                key=key,
                kind="note",
                channel_id=channel or self.channel.id,
                args={"text": text},
                now=self.clock.now(),
                thread_key=thread_key,
            )

    def send(self) -> None:
        """Say everything that is due."""
        for _ in range(100):
            if not self.sender.step():
                return
        raise AssertionError("the sender does not come to an end")

    def send_later(self, **by: float) -> None:
        """Let time pass, then say everything that is due."""
        self.clock.advance(timedelta(**by))
        self.send()

    def state(self, key: str) -> str:
        """Where the delivery stands."""
        return self.row(key).state

    def row(self, key: str) -> Delivery:
        """The delivery."""
        with self.database.read() as session:
            row = delivery.by_key(session, self.slack.team_id, key)
            assert row is not None
            return row

    def die_while_sending(
        self, key: str, *, ts: str | None = None, taking_away: bool = False
    ) -> None:
        """Leave the delivery as a process leaves it that dies over it; `ts` if it stood before."""
        with self.database.write() as session:
            row = delivery.by_key(session, self.slack.team_id, key)
            assert row is not None
            row.state, row.claimed_at = DeliveryState.SENDING, self.clock.now()
            row.claims += 1
            row.attempts += 1
            row.ts, row.taking_away = ts, taking_away
            row.sent_at = None

    def another_sender(self, client: WebClient) -> Sender:
        """One more process that works on the same outbox."""
        return Sender(self.database, client, self.clock, {"note": _words})

    def said(self) -> list[str]:
        """What stands in the channel, without replies."""
        return [m.text for m in self.channel.messages if not m.subtype]


@pytest.fixture
def post(database: Database, clock: SandboxClock) -> Iterator[Post]:
    """A channel with the bot in it."""
    with Sandbox(clock=clock) as slack:
        slack.install(manifest.manifest([], "ja"))
        channel = slack.channel("お知らせ", members=[slack.person("佐藤 花子")])
        slack.invite_bot(channel)
        client = WebClient(token=slack.bot_token, base_url=slack.url, timeout=30, retry_handlers=[])
        sender = Sender(database, client, clock, {"note": _words})
        yield Post(database, slack, clock, sender, channel)
