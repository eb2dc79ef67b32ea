"""An admin deletes a card with thanks in Slack: its words go from here as well."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from models.inbox import InboxEvent
from models.kudos import Kudos
from models.notice import Notice
from sandbox import Message
from tests.conftest import JST
from tests.handlers.conftest import Town

WORDS = "図面をありがとう"


@pytest.fixture
def town(town: Town) -> Town:
    """The same town; the bot is in the channel, which is nobody's project."""
    town.bosai.invites(town.slack.bot)
    town.settled()
    return town


def _thanks(town: Town) -> Message:
    """Hanako thanks Taro; the card."""
    town.asks(town.hanako, f"@鈴木太郎 {WORDS}", town.bosai, "/kudos")
    return town.notice(town.bosai, WORDS)


def _words(town: Town) -> list[str]:
    with town.deps.database.read() as session:
        return list(session.scalars(select(Kudos.words)))


def _told(town: Town) -> Message:
    return town.waits(
        lambda: next((m for m in town.taro.dm().messages if WORDS in m.words), None),
        "a direct message",
    )


@pytest.mark.parametrize("is_registered", [False, True])
def test_the_words_are_gone_everywhere(town: Town, is_registered: bool) -> None:
    if is_registered:
        town.registers()
    card = _thanks(town)
    dm = _told(town)
    town.settled()
    town.admin.deletes(card)
    town.settled()
    assert _words(town) == [""]
    assert dm.deleted or WORDS not in dm.words
    with town.deps.database.read() as session:
        assert all(event.payload is None for event in session.scalars(select(InboxEvent)))


def test_also_where_somebody_had_answered_under_it(town: Town) -> None:
    card = _thanks(town)
    town.taro.replies(card, "こちらこそ")
    town.settled()
    town.admin.deletes(card)
    town.settled()
    assert _words(town) == [""]


def test_who_was_not_told_yet_is_not_told(town: Town) -> None:
    town.at(datetime(2026, 4, 6, 22, 0, tzinfo=JST))
    card = _thanks(town)
    town.settled()
    town.admin.deletes(card)
    town.settled()
    with town.deps.database.read() as session:
        assert list(session.scalars(select(Notice))) == []


def test_another_message_of_the_same_channel_changes_nothing(town: Town) -> None:
    _thanks(town)
    other = town.taro.posts(town.bosai, "お昼に行きます")
    town.settled()
    town.taro.deletes(other)
    town.settled()
    assert _words(town) == [WORDS]
