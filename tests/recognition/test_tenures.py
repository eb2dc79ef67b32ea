"""Who holds an office is said after they reacted: what tells of it follows, without a new event."""

from __future__ import annotations

from datetime import timedelta

from sandbox import Person
from tests.recognition.conftest import A_WHILE, Hall


def _new_mayor(hall: Hall) -> Person:
    """Somebody of whom nobody has said yet that they are the mayor."""
    person = hall.slack.person("新 市長", title="市長")
    hall.group.invites(person)
    hall.leaders.invites(person)
    hall.settled()
    return person


def _is_mayor(hall: Hall, person: Person, since: str = "") -> None:
    hall.asks(hall.admin, f"任命 市長 {person.mention} {since}".strip(), "/office")


def test_an_emoji_from_before_noon_reaches_its_author_once_the_office_is_noted(hall: Hall) -> None:
    person, post = _new_mayor(hall), hall.post()
    hall.reacts(person, post)
    assert hall.told(hall.author) == []
    hall.at(6, 12)
    _is_mayor(hall, person)
    [message] = hall.told(hall.author)
    assert message.text == "市長が、あなたの投稿に「いいね!」しました。"
    _is_mayor(hall, hall.mayor)
    _is_mayor(hall, person)
    assert len(hall.told(hall.author)) == 1


def test_the_thread_and_the_digest_follow_both_ways(hall: Hall) -> None:
    person, post = _new_mayor(hall), hall.post()
    shown = hall.digest()
    hall.presses(person, shown, post)
    assert hall.thread(post) == []
    _is_mayor(hall, person, "2026-04-06")
    hall.later(A_WHILE)
    assert hall.thread(post) == ["👍 市長が「いいね!」しました"]
    assert "市長" in hall.leaders.messages[-1].words or "市長" in shown.words
    _is_mayor(hall, hall.mayor, "2026-04-06")
    hall.later(A_WHILE)
    assert hall.thread(post) == []


def test_what_is_too_old_to_be_told_of_stays_as_it_is(hall: Hall) -> None:
    person, post = _new_mayor(hall), hall.post()
    hall.reacts(person, post)
    hall.at(21, 9)
    _is_mayor(hall, person, "2026-04-01")
    assert hall.told(hall.author) == []
    hall.later(timedelta(days=60))
    _is_mayor(hall, hall.mayor, "2026-04-01")
    assert hall.told(hall.author) == []
