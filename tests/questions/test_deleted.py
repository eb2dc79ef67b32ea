"""An admin deletes in Slack what asks in the thread: the question is taken back, words and all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.inbox import InboxEvent
from sandbox import Message
from tests.questions.conftest import Hall

WORDS = "費用はどのくらいかかりましたか"


def _done(hall: Hall, shortcut: str, post: Message) -> None:
    """The author uses a shortcut on the post, and everything that follows is said."""
    used = hall.author.shortcut(shortcut, post)
    hall.slack.until(lambda: used.replies, what=f"an answer to {shortcut}")
    hall.later()


def _questions(hall: Hall) -> list[tuple[str, bool]]:
    """The words, and whether somebody waits."""
    return [(one.words, one.withdrawn_at is None) for one in hall.rows()]


def test_the_words_go_and_nobody_waits(hall: Hall) -> None:
    post = hall.post()
    asking = hall.asked(hall.mayor, post, WORDS)
    assert _questions(hall) == [(WORDS, True)]
    hall.admin.deletes(asking)
    hall.settled()
    assert _questions(hall) == [("", False)]
    with hall.deps.database.read() as session:
        assert all(event.payload is None for event in session.scalars(select(InboxEvent)))
    hall.replies(hall.member, post)
    hall.ticked()
    assert _questions(hall) == [("", False)]
    assert hall.said(post) == []
    assert hall.told(hall.mayor) == []


def test_a_question_mark_that_is_put_there_later_asks_again(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.later()
    asking = hall.said(post)[0]
    hall.admin.deletes(asking)
    hall.settled()
    assert _questions(hall) == [("", False)]
    hall.mayor.unreacts(post, "question")
    hall.later()
    hall.mayor.reacts(post, "question")
    hall.later()
    assert _questions(hall) == [("", True)]
    assert [again.ts != asking.ts for again in hall.said(post)] == [True]


def test_an_admin_deletes_what_we_are_about_to_delete(hall: Hall) -> None:
    """Slack has asked for a pause in deleting: the words go, and nobody waits for an answer."""
    post = hall.post()
    asking = hall.asked(hall.mayor, post, WORDS)
    hall.slack.faults.add("ratelimited", method="chat.delete", retry_after=600)
    used = hall.author.shortcut("leave_out_message", post)
    hall.slack.until(lambda: used.replies, what="an answer")
    hall.slack.until(lambda: hall.slack.calls_of("chat.delete"), what="a pause")
    hall.admin.deletes(asking)
    hall.settled()
    _done(hall, "record_message", post)
    hall.later()
    assert _questions(hall) == [("", False)]


@pytest.mark.parametrize("fault", ["", "lost_answer"])
def test_what_we_delete_ourselves_is_back_with_its_post(hall: Hall, fault: str) -> None:
    """A post is left out by mistake and recorded again; Slack tells us of our own deletion."""
    post = hall.post()
    hall.asked(hall.mayor, post, WORDS)
    if fault:
        hall.slack.faults.add(fault, method="chat.delete")
    _done(hall, "leave_out_message", post)
    assert (_questions(hall), hall.said(post)) == ([(WORDS, False)], [])
    _done(hall, "record_message", post)
    assert _questions(hall) == [(WORDS, True)]
    assert [WORDS in message.words for message in hall.said(post)] == [True]
