"""What happened while nothing was running, or while Slack said nothing, is found in history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.gap import Cause
from models.message import MessageKind
from tests.history.conftest import Office


def test_three_days_away(office: Office) -> None:
    channel = office.channel("防災")
    kept = office.author.posts(channel, "訓練の計画を作りました")
    edited = office.author.posts(channel, "炊き出しの手順を書きました")
    deleted = office.author.posts(channel, "まちがえました")
    answered = office.author.replies(kept, "図面もあります")
    office.reader.reacts(kept, "tada")
    office.reader.reacts(edited, "eyes")
    office.hears()
    office.starts()
    office.reads()
    office.later(minutes=10)
    office.ticks()

    office.later(days=3)
    new = office.author.posts(channel, "避難所を見てきました")
    office.author.edits(edited, "炊き出しの手順を書き直しました")
    office.author.deletes(deleted)
    office.author.deletes(answered)
    office.reader.replies(kept, "いつですか")
    office.author.replies(new, "写真です")
    office.reader.unreacts(edited, "eyes")
    office.slack.workspace.reaction_users_shown = 3
    for person in office.people:
        person.reacts(new, "+1")
    office.misses()
    office.later(minutes=1)
    office.starts()
    office.reads()

    assert office.texts(channel) == [
        "訓練の計画を作りました",
        "炊き出しの手順を書き直しました",
        "避難所を見てきました",
    ]
    assert office.texts(channel, MessageKind.REPLY) == ["いつですか", "写真です"]
    assert office.row(channel, deleted.ts).deleted_source == "reconcile"
    assert office.row(channel, answered.ts).deleted_source == "reconcile"
    assert office.row(channel, new.ts).source == "reconcile"
    assert office.row(channel, kept.ts).source is None
    assert office.reactions(channel, kept.ts) == {(office.reader.id, "tada")}
    assert office.reactions(channel, edited.ts) == set()
    assert office.source_of(edited.ts, office.reader, "eyes") == "reconcile"
    assert office.reactions(channel, new.ts) == {(person.id, "+1") for person in office.people}
    gap = next(gap for gap in office.gaps() if gap.cause == Cause.START)
    assert gap.closed_at is not None
    assert gap.ended_at is not None
    assert gap.ended_at - gap.began_at == timedelta(days=3, minutes=1)
    assert gap.messages == 6
    assert gap.reactions == 9


def test_once_all_is_known_nothing_is_written_any_more(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "訓練をしました")
    office.reader.replies(post, "お疲れさまでした")
    office.reader.reacts(post, "+1")
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["訓練をしました"]
    mark, replies = office.mark(channel), office.calls("conversations.replies")
    assert (mark.run_messages, mark.run_reactions) == (2, 1)
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.mark(channel).run_messages == office.mark(channel).run_reactions == 0
    assert office.calls("conversations.replies") == replies
    assert office.mark(channel).known_until > mark.known_until


@pytest.mark.parametrize("knows_first", [True, False])
def test_a_thread_of_which_nothing_is_left(office: Office, knows_first: bool) -> None:
    channel = office.channel("防災")
    first = office.author.posts(channel, "訓練をしました")
    if knows_first:
        office.hears()
    else:
        office.misses()
    reply = office.reader.replies(first, "お疲れさまでした")
    office.hears()
    assert office.texts(channel, MessageKind.REPLY) == ["お疲れさまでした"]
    office.author.deletes(first)
    office.reader.deletes(reply)
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel, MessageKind.REPLY) == []
    assert office.row(channel, reply.ts).deleted_source == "reconcile"
