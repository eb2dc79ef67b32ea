"""What whoever runs the server sees of the outbox, and can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core import unsaid
from bot.core.outgoing import OnLost
from bot.delivery.desk import DeliveryDesk
from bot.errors import UserError
from bot.settings import Settings
from bot.text import Language
from models import Delivery
from models import workspace as workspaces
from models.audit import AuditEntry
from models.delivery import GIVEN_UP, DeliveryState, by_key, renew, renew_standing
from tests.delivery.conftest import Post

SECRET = "まだ内緒の話"


def desk(
    post: Post, language: Language = "ja", on_lost: Mapping[str, OnLost] | None = None
) -> DeliveryDesk:
    """The command line's desk."""
    settings = Settings(slack_bot_token="", slack_app_token="", language=language)
    return DeliveryDesk(post.database, settings, post.clock, on_lost or {})


@pytest.fixture(autouse=True)
def workspace(post: Post) -> None:
    """The app has been connected."""
    with post.database.write() as session:
        workspaces.save(
            session,
            team_id=post.slack.team_id,
            name="みどり市",
            url="https://example.slack.com/",
            bot_user_id=post.slack.bot_user_id,
            bot_id=post.slack.bot_id,
        )


def listed(post: Post, language: Language = "ja") -> str:
    """What is printed."""
    return "\n".join(desk(post, language).listing())


def refused(post: Post, key: str = "note", *, code: str = "is_archived") -> None:
    """Slack takes it for good from nobody."""
    post.slack.faults.add("error", method="chat.postMessage", code=code)
    post.enqueue(key, SECRET)
    post.send()


def held(post: Post, key: str = "note") -> None:
    """Slack has it and nobody can look."""
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.slack.faults.add("error", method="conversations.history", code="missing_scope")
    post.enqueue(key, SECRET)
    post.send()
    post.send_later(minutes=1)
    assert post.state(key) == DeliveryState.HELD


def audited(post: Post) -> list[tuple[str, str, object]]:
    """(who, what, which) in the audit log."""
    with post.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(row.actor_id, row.action, row.details["after"]) for row in rows]


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "送れていないものはありません。"), ("en", "Everything has been")]
)
def test_nothing_to_see(post: Post, language: Language, words: str) -> None:
    post.enqueue("note")
    post.send()
    post.enqueue("fresh")
    assert words in listed(post, language)


def test_each_with_why_and_what_one_can_do_and_without_its_words(post: Post) -> None:
    refused(post, "a-refused")
    held(post, "a-held")
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.enqueue("in-doubt", SECRET)
    post.send()
    post.slack.faults.add("error", method="chat.postMessage", code="token_revoked", times=None)
    post.enqueue("waiting", SECRET)
    post.send_later(minutes=6)
    with post.database.write() as session:  # it waits again since it was looked for
        row = by_key(session, post.slack.team_id, "in-doubt")
        assert row is not None
        row.state = DeliveryState.UNKNOWN
    shown = listed(post)
    for words in (
        "[送れません] a-refused",
        "アーカイブされています",
        "[保留] a-held",
        "アプリの権限が足りません",
        "もう一度送らずにいます",
        "[確認中] in-doubt",
        "[送信待ち] waiting",
        "SLACK_BOT_TOKEN",
        "種類 note、送り先",
        "2026年4月6日",
        "--retry a-refused",
    ):
        assert words in shown
    english = listed(post, "en")
    for words in ("[refused] a-refused", "[held] a-held", "[in doubt] in-doubt", "since"):
        assert words in english
    assert SECRET not in shown + english


def test_what_was_refused_is_tried_again(post: Post) -> None:
    refused(post)
    assert "もう一度送ります" in desk(post).retry("note")
    post.send()
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, [SECRET])
    assert audited(post) == [("app.py", "delivery.retried", {"delivery": "note"})]


@pytest.mark.parametrize("stands", [True, False])
def test_what_is_held_is_looked_for_before_it_is_said_again(post: Post, *, stands: bool) -> None:
    held(post)
    if not stands:
        [message] = [m for m in post.channel.messages if m.text == SECRET]
        post.slack.workspace.delete(message.record)
    assert "先に確かめ" in desk(post).retry("note")
    post.send()
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, [SECRET])
    assert len(post.slack.calls_of("chat.postMessage")) == (1 if stands else 2)


@pytest.mark.parametrize("put_off", [refused, held], ids=["refused", "held"])
def test_given_up_with_its_thread(post: Post, put_off: object) -> None:
    assert callable(put_off)
    post.enqueue("reply", "続き", thread_key="note")
    put_off(post)
    assert "取りやめました" in desk(post).drop("note")
    post.send_later(days=1)
    assert (post.state("note"), post.state("reply")) == ("dropped", "dropped")
    assert post.row("reply").error == GIVEN_UP
    assert "送れていないものはありません" in listed(post)
    assert audited(post) == [("app.py", "delivery.dropped", {"delivery": "note"})]


@pytest.mark.parametrize("stands", [True, False])
def test_given_up_and_then_there_is_something_else_to_say(post: Post, *, stands: bool) -> None:
    """One gives up what has arrived as well: it is looked for before anything is said."""
    held(post)
    if not stands:
        [message] = [m for m in post.channel.messages if m.text == SECRET]
        post.slack.workspace.delete(message.record)
    desk(post).drop("note")
    with post.database.write() as session:
        session.execute(update(Delivery).values(args={"text": "別の言葉"}))
        assert renew(session, post.slack.team_id, "note", post.clock.now())
    post.send()
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, ["別の言葉"])


def test_given_up_in_a_thread_that_is_made_anew(post: Post) -> None:
    post.enqueue("first", "一")
    post.send()
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.slack.faults.add("error", method="conversations.replies", code="missing_scope")
    post.enqueue("part", SECRET, thread_key="first")
    post.send()
    post.send_later(minutes=1)
    assert post.state("part") == DeliveryState.HELD
    desk(post).drop("part")
    with post.database.write() as session:
        session.execute(update(Delivery).values(args={"text": "別の言葉"}))
        renew_standing(session, post.slack.team_id, ["first", "part"], post.clock.now())
    post.send()
    [message] = [m for m in post.channel.messages if not m.subtype]
    assert [reply.text for reply in message.replies] == ["別の言葉"]


def test_whoever_wrote_it_gets_it_back(post: Post) -> None:
    lost: list[str] = []

    def give_back(_session: Session, row: Delivery) -> None:
        lost.append(row.key)

    refused(post)
    desk(post, on_lost={"note": give_back}).drop("note")
    assert lost == ["note"]


def test_a_change_that_was_refused_is_given_up_and_the_message_stays(post: Post) -> None:
    post.enqueue("note", "一")
    post.send()
    with post.database.write() as session:
        row = by_key(session, post.slack.team_id, "note")
        assert row is not None
        row.state, row.error = DeliveryState.FAILED, "edit_window_closed"
    assert "書き換えられていません" in listed(post)
    assert "いまSlackにあるまま" in desk(post).drop("note")
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, ["一"])


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_what_can_not_be_done_is_said(post: Post, action: str) -> None:
    post.enqueue("sent")
    post.send()
    post.enqueue("nothing", "")
    post.send()
    post.enqueue("now")
    post.die_while_sending("now")
    for key, text in (
        ("sent", unsaid.SENT_ALREADY),
        ("now", unsaid.BEING_SENT),
        ("wrong", unsaid.NO_SUCH_KEY),
    ):
        with pytest.raises(UserError) as caught:
            getattr(desk(post), action)(key)
        assert caught.value.text == text.filled(key=key)
    with pytest.raises(UserError) as caught:
        getattr(desk(post), action)("nothing")
    assert "取りやめになっています" in caught.value.text.ja
    assert audited(post) == []


def test_what_has_still_time_and_what_belongs_to_another(post: Post) -> None:
    post.enqueue("later")
    with post.database.write() as session:
        row = by_key(session, post.slack.team_id, "later")
        assert row is not None
        row.not_before = post.clock.now() + timedelta(hours=1)
    post.enqueue("reply", "続き", thread_key="note")
    refused(post)
    for key, text in (("later", unsaid.NOT_YET), ("reply", unsaid.WITH_ANOTHER)):
        with pytest.raises(UserError) as caught:
            desk(post).retry(key)
        assert caught.value.text == text.filled(key=key, parent="note")
    desk(post).retry("note")
    post.send()
    assert (post.state("note"), post.state("reply")) == ("sent", "sent")
