"""The whole way once: a post, a mayor's いいね!, Friday, the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sandbox import Invocation, Sandbox, SandboxClock
from service import Service
from tests.conftest import JST


def _answered(asked: Invocation) -> bool:
    return bool(asked.replies)


def test_from_a_post_to_the_digest(
    slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]
) -> None:
    sato = slack.person("佐藤 花子", title="防災課")
    mayor = slack.person("山本 市長", title="市長", admin=True)
    group = slack.channel("避難所dx", members=[sato, mayor])
    leaders = slack.channel("幹部", private=True, members=[mayor])
    slack.invite_bot(leaders)

    for command, text, channel in (
        ("/project", "register 避難所の受付DX", group),
        ("/office", f"assign 市長 @{mayor.record.username}", group),
        ("/digest", "to here", leaders),
    ):
        asked = mayor.runs(command, text, channel)
        slack.until(partial(_answered, asked))
    settled()

    clock.advance(timedelta(hours=1))
    post = sato.posts(group, "避難所の受付をQRコードで試しました。3分が20秒になりました。")
    mayor.reacts(post, "+1")
    settled()
    assert post.reactions["memo"] == [slack.bot_user_id]

    clock.move_to(datetime(2026, 4, 10, 16, 0, tzinfo=JST))
    slack.until(lambda: [m for m in leaders.messages if m.metadata], timeout=30)
    settled()

    [digest] = [m for m in leaders.messages if m.metadata]
    assert "避難所の受付をQRコードで試しました" in digest.words
    assert "投稿1件" in digest.text
    assert digest.notifies == frozenset()
