"""An acknowledgement knows who gave it, when, and to which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core import emoji, slack_time
from bot.core.acknowledged import (
    AuthorAcknowledgement,
    acknowledgements_of_author,
    standing_on,
    words_at,
)
from models import message as messages
from models.database import Database
from models.message import Decision, Message, MessageKind
from models.notice import Notice
from models.project import Capture
from tests.digest.history import END, START, History, moment

ALWAYS = START - timedelta(days=900)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def history(session: Session) -> History:
    """A mayor and a CDO in office."""
    history = History(session)
    history.tenure(history.office("市長"), "UMAYOR", ALWAYS)
    history.tenure(history.office("CDO"), "UCDO", ALWAYS)
    return history


def edit(history: History, post: Message, at: datetime, text: str) -> None:
    """The author changes the words."""
    post.edited_ts = slack_time.from_datetime(at)
    messages.add_version(
        history.session,
        post,
        edited_ts=post.edited_ts,
        text=text,
        files=[{"id": "F", "name": "図"}],
    )
    history.session.flush()


def delete(history: History, post: Message) -> None:
    """The author deletes the post."""
    messages.erase_versions(history.session, post)
    post.deleted_ts, post.edited_ts, post.counted = post.ts, "", False
    history.session.flush()


def of_author(
    history: History, start: datetime = START, end: datetime = END
) -> list[AuthorAcknowledgement]:
    return acknowledgements_of_author(history.session, history.team_id, "U1", start, end)


def told(history: History, **span: datetime) -> list[tuple[str, str, str | None]]:
    return [(one.office, one.holder, one.words) for one in of_author(history, **span)]


def test_each_office_once_and_in_the_order_of_giving(history: History) -> None:
    project = history.project("防災DX")
    first, second = history.post(project, moment(1), "一"), history.post(project, moment(2), "二")
    history.react(second, "UCDO", emoji.DIGEST_LIKE, moment(3))
    history.react(first, "UMAYOR", "+1", moment(4))
    history.react(first, "UMAYOR", "tada", moment(5))
    history.react(first, "U2", "tada", moment(5))
    assert told(history) == [("CDO", "UCDO", "二"), ("市長", "UMAYOR", "一")]
    [_, mayors] = of_author(history)
    assert (mayors.given_at, mayors.project, mayors.ts) == (moment(4), "防災DX", first.ts)


def test_only_what_was_given_in_the_time_by_its_first_reaction(history: History) -> None:
    post = history.post(history.project(), moment(1))
    history.react(post, "UMAYOR", "+1", moment(4))
    history.react(post, "UMAYOR", "tada", moment(50))
    assert len(told(history, end=moment(5))) == 1
    assert told(history, start=moment(40)) == []
    history.react(post, "UMAYOR", "+1", moment(60), present=False)
    assert len(told(history, start=moment(40))) == 1


def test_the_words_it_was_given_to(history: History) -> None:
    post = history.post(history.project(), moment(1), "はじめ")
    edit(history, post, moment(3), "つぎ")
    history.react(post, "UMAYOR", "+1", moment(4))
    edit(history, post, moment(5), "いま")
    history.react(post, "UCDO", "+1", moment(6))
    [mayors, cdos] = of_author(history)
    assert (mayors.words, mayors.files, mayors.edited_after) == ("つぎ", ("図",), True)
    assert (cdos.words, cdos.edited_after) == ("いま", False)


def test_a_version_that_was_never_heard_of(history: History) -> None:
    post = history.post(history.project(), moment(1), "あとから", edited=True)
    key = (post.channel_id, post.ts)
    ts = slack_time.from_datetime(moment(1))
    assert words_at(history.session, history.team_id, {key: ts})[key].text == "あとから"


def test_of_a_deleted_post_the_fact_stays(history: History) -> None:
    post = history.post(history.project(), moment(1), "消す")
    history.react(post, "UMAYOR", "+1", moment(4))
    delete(history, post)
    assert told(history) == [("市長", "UMAYOR", None)]


def test_what_never_counted_is_no_acknowledgement_when_it_is_deleted(history: History) -> None:
    post = history.post(history.project(), moment(1), "消す", counted=False)
    history.react(post, "UMAYOR", "+1", moment(4))
    assert told(history) == []
    post.capture = Capture.MARKED
    delete(history, post)
    assert told(history) == []
    history.session.add(
        Notice(
            team_id=history.team_id,
            user_id="U1",
            channel_id=post.channel_id,
            ts=post.ts,
            office_id=of_office(history, post),
            created_at=moment(4),
            due_at=moment(4),
        )
    )
    history.session.flush()
    assert told(history) == [("市長", "UMAYOR", None)]
    post.decision = Decision.LEAVE_OUT
    history.session.flush()
    assert told(history) == []


def of_office(history: History, post: Message) -> int:
    """The office that has acknowledged the post."""
    key = (post.channel_id, post.ts)
    [given] = standing_on(history.session, history.team_id, [key])[key]
    return given.office_id


def test_what_is_no_acknowledgement(history: History) -> None:
    project = history.project()
    own = history.post(project, moment(1), author="UMAYOR")
    history.react(own, "UMAYOR", "+1", moment(2))
    reply = history.post(project, moment(1), kind=MessageKind.REPLY, thread_ts=own.ts)
    history.react(reply, "UMAYOR", "+1", moment(2))
    taken_back = history.post(project, moment(1))
    history.react(taken_back, "UMAYOR", "+1", moment(2), present=False)
    history.tenure(history.office("次の役職"), "UNEXT", moment(10))
    too_early = history.post(project, moment(1))
    history.react(too_early, "UNEXT", "+1", moment(2))
    history.person("UBOT2", is_bot=True)
    history.tenure(history.office("機械"), "UBOT2", ALWAYS)
    by_a_bot = history.post(project, moment(1))
    history.react(by_a_bot, "UBOT2", "+1", moment(2))
    assert told(history) == []
    assert acknowledgements_of_author(history.session, history.team_id, "UMAYOR", START, END) == []


def test_many_posts_at_once(history: History) -> None:
    project = history.project()
    posts = [history.post(project, moment(n / 10), f"報告{n}") for n in range(450)]
    for post in posts:
        history.react(post, "UMAYOR", "+1", moment(60))
    keys = [(post.channel_id, post.ts) for post in posts]
    assert len(standing_on(history.session, history.team_id, keys)) == 450
    assert sorted(one.words or "" for one in of_author(history)) == sorted(
        f"報告{n}" for n in range(450)
    )
