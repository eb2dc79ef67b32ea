"""❓ on a post asks the usual question at once; taken back in time, it never was."""

from __future__ import annotations

from datetime import timedelta

from tests.questions.conftest import Hall


def test_a_question_mark_asks(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.later()
    [question] = hall.said(post)
    assert "市長から質問です" in question.words
    assert ">これってどういうことか教えてください" in question.words
    assert question.notifies == {hall.author.id, hall.lead.id}
    hall.replies(hall.lead, post, "3か所です。")
    assert "「防災DX」から回答がありました" in hall.told(hall.mayor)[0].words


def test_a_slip_is_not_noticed(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.settled()
    hall.mayor.unreacts(post, "question")
    hall.later()
    assert hall.said(post) == []


def test_taken_back_while_it_is_open_it_goes(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.later()
    [question] = hall.said(post)
    hall.mayor.unreacts(post, "question")
    hall.settled()
    assert question.deleted
    hall.replies(hall.lead, post, "もう聞かれていませんが。")
    assert hall.told(hall.mayor) == []
    hall.mayor.reacts(post, "question")
    hall.later()
    assert len(hall.said(post)) == 1


def test_taken_back_after_the_answer_nothing_changes(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.later()
    hall.replies(hall.lead, post, "3か所です。")
    [told] = hall.told(hall.mayor)
    hall.later()
    hall.mayor.unreacts(post, "question")
    hall.settled()
    [question] = hall.said(post)
    assert "回答がありました" in question.words
    hall.mayor.reacts(post, "question")
    hall.later(timedelta(hours=1))
    assert hall.said(post) == [question]
    assert hall.told(hall.mayor) == [told]


def test_from_others_it_is_an_emoji_like_any_other(hall: Hall) -> None:
    post = hall.post()
    for person in (hall.guest, hall.admin, hall.lead):
        person.reacts(post, "question")
    hall.mayor.reacts(post, "grey_question")
    hall.mayor.reacts(hall.replies(hall.lead, post), "question")
    hall.later()
    assert hall.said(post) == []


def test_two_leaders_ask_each_for_themselves(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.cdo.reacts(post, "question")
    hall.later()
    assert len(hall.said(post)) == 2
    hall.replies(hall.author, post, "3か所です。")
    assert len(hall.told(hall.mayor)) == len(hall.told(hall.cdo)) == 1


def test_the_same_is_not_asked_twice(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.mayor.reacts(post, "question")
    hall.later()
    assert len(hall.said(post)) == 1
    hall.replies(hall.lead, post, "3か所です。")
    assert len(hall.told(hall.mayor)) == 1
    other = hall.post("別の投稿です。")
    hall.cdo.reacts(other, "question")
    hall.later()
    form = hall.form(hall.cdo, other)
    assert "already" in hall.cdo.submits(form).errors["words"]


def test_whoever_left_office_asks_no_more(hall: Hall) -> None:
    post = hall.post()
    hall.asks_for(hall.admin, "退任 市長", "/office")
    hall.later(timedelta(minutes=1))
    hall.mayor.reacts(post, "question")
    hall.later()
    assert hall.said(post) == []
