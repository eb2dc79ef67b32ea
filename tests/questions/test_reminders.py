"""Leads are reminded in private, once, after three business days."""

from __future__ import annotations

from tests.questions.conftest import Hall


def test_after_three_business_days(hall: Hall) -> None:
    hall.at(9, 15)  # Thursday
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.at(14, 14, 59)
    assert hall.told(hall.lead) == []
    hall.at(14, 15, 1)
    [told] = hall.told(hall.lead)
    assert "回答を待っている質問があります" in told.words
    assert "避難所の受付をQRコードで" in told.words
    assert "市長から 4月9日（木）" in told.words
    assert f"p{post.ts.replace('.', '')}" in told.words
    assert told.notifies == frozenset()
    hall.at(28)
    assert hall.told(hall.lead) == [told]
    for other in (hall.author, hall.member, hall.mayor, hall.admin):
        assert hall.told(other) == []


def test_not_on_a_day_on_which_the_city_is_closed(hall: Hall) -> None:
    hall.asks_for(hall.admin, "閉庁日 追加 2026-04-08", "/digest")
    hall.asked(hall.mayor, hall.post())
    hall.at(9, 9, 1)
    assert hall.told(hall.lead) == []
    hall.at(10, 9, 1)
    assert len(hall.told(hall.lead)) == 1


def test_what_was_asked_at_night_waits_for_the_morning(hall: Hall) -> None:
    hall.at(6, 22)
    hall.asked(hall.mayor, hall.post())
    hall.at(9, 22)
    assert hall.told(hall.lead) == []
    hall.at(10, 7)
    assert hall.told(hall.lead) == []
    hall.at(10, 8, 30)
    assert len(hall.told(hall.lead)) == 1


def test_not_of_what_is_answered(hall: Hall) -> None:
    post = hall.post()
    hall.asked(hall.mayor, post)
    hall.replies(hall.author, post)
    hall.at(20)
    assert hall.told(hall.lead) == []


def test_three_business_days_from_when_it_was_asked_anew(hall: Hall) -> None:
    post = hall.post()
    hall.mayor.reacts(post, "question")
    hall.settled()
    hall.mayor.unreacts(post, "question")
    hall.settled()
    hall.at(15)
    hall.mayor.reacts(post, "question")
    hall.later()
    assert len(hall.said(post)) == 1
    assert hall.told(hall.lead) == []
    hall.at(20, 9, 1)
    assert len(hall.told(hall.lead)) == 1


def test_several_at_once_come_in_one_message_in_the_leads_language(hall: Hall) -> None:
    other = hall.slack.channel("wg-niwa", members=[hall.cdo, hall.author, hall.mayor])
    hall.asks_for(hall.cdo, "register Garden", channel=other)
    posts = [hall.author.posts(other, f"花を植えました。その{n}") for n in range(3)]
    hall.settled()
    for post in posts:
        hall.asked(hall.mayor, post, "何株ですか")
    hall.at(9, 10)
    [told] = hall.told(hall.cdo)
    assert "A question is waiting for an answer" in told.words
    assert told.words.count("市長: “何株ですか” Mon 6 April") == 3


def test_a_project_without_a_lead_waits_for_one(hall: Hall) -> None:
    hall.asked(hall.mayor, hall.post())
    hall.lead.is_deactivated()
    hall.settled()
    hall.at(15)
    assert hall.told(hall.lead) == []
    hall.asks_for(hall.admin, f"引き継ぎ @{hall.member.name}")
    hall.ticked()
    assert len(hall.told(hall.member)) == 1
