"""What leads of a quiet project are asked in private, what they press, and who hears of it."""

from __future__ import annotations

import pytest

from tests.quiet.conftest import Hall


def test_after_ten_business_days_the_lead_is_asked_once(hall: Hall) -> None:
    hall.at(20, 8, 59)
    assert hall.told(hall.lead) == []
    hall.at(20, 9, 0)
    [told] = hall.told(hall.lead)
    assert "「防災DX」は、最近どうですか" in told.words
    assert "まだ投稿がないようなので" in told.words
    assert "市長と副市長・CDOに届きます" in told.words
    assert told.notifies == frozenset()
    hall.at(20, 15)
    hall.at(24, 9)
    assert hall.told(hall.lead) == [told]
    for other in (hall.author, hall.admin):
        assert hall.told(other) == []


def test_again_after_ten_more_but_not_if_there_was_a_post(hall: Hall) -> None:
    hall.at(20)
    hall.at(30, 9, 0)
    assert len(hall.told(hall.lead)) == 1
    # The holidays from 29 April to 6 May do not count
    hall.at(8, 9, 0, month=5)
    assert len(hall.told(hall.lead)) == 2
    hall.author.posts(hall.group, "見出しを変えてみました。")
    hall.settled()
    hall.at(15, month=5)
    assert len(hall.told(hall.lead)) == 2
    hall.at(22, 9, 1, month=5)
    assert len(hall.told(hall.lead)) == 3
    assert "5月8日（金）の投稿のあと" in hall.told(hall.lead)[-1].words


def test_a_closure_of_the_city_does_not_count(hall: Hall) -> None:
    hall.asks(hall.admin, "閉庁日 追加 2026-04-10", "/digest")
    hall.at(20, 12)
    assert hall.told(hall.lead) == []
    hall.at(21, 9)
    assert len(hall.told(hall.lead)) == 1


def test_nobody_is_asked_at_night_or_on_a_weekend(hall: Hall) -> None:
    hall.asks(hall.lead, "休止")
    hall.at(10, 19, 30)
    hall.asks(hall.lead, "再開")
    for moment in ((24, 19, 31), (25, 12), (26, 12), (27, 7)):
        hall.at(*moment)
        assert hall.told(hall.lead) == []
    hall.at(27, 8)
    assert len(hall.told(hall.lead)) == 1


@pytest.mark.parametrize("command", ["休止", "終了", "段階 完了"])
def test_paused_and_finished_projects_are_left_in_peace(hall: Hall, command: str) -> None:
    hall.asks(hall.lead, command)
    hall.at(28)
    assert hall.told(hall.lead) == []


def test_a_resumed_project_has_its_time(hall: Hall) -> None:
    hall.asks(hall.lead, "休止")
    hall.at(20)
    hall.asks(hall.lead, "再開")
    hall.at(30)
    assert hall.told(hall.lead) == []
    hall.at(8, 10, month=5)
    assert len(hall.told(hall.lead)) == 1


def test_whoever_has_left_is_not_asked(hall: Hall) -> None:
    hall.lead.is_deactivated()
    hall.settled()
    hall.at(21)
    assert hall.told(hall.lead) == []
    hall.asks(hall.admin, f"引き継ぎ @{hall.author.name}")
    hall.at(21, 10)
    assert len(hall.told(hall.author)) == 1


def test_where_nothing_is_recorded_nobody_knows(hall: Hall) -> None:
    hall.group.removes(hall.slack.bot)
    hall.settled()
    hall.at(21)
    assert hall.told(hall.lead) == []


def test_each_lead_is_asked_in_their_language(hall: Hall) -> None:
    emily = hall.slack.person("Emily", locale="en-GB")
    garden = hall.slack.channel("garden", members=[emily, hall.admin])
    hall.asks(emily, "register Garden", channel=garden)
    hall.asks(hall.admin, f"事務局 追加 {hall.admin.mention}", "/office")
    hall.at(21)
    [told] = hall.told(emily)
    assert "How is “Garden” doing?" in told.words
    assert "Only the leads get this message." in told.words
    emily.presses(told, "quiet_consult")
    hall.says(told, "The coordinators know")
    [heard] = hall.told(hall.admin)
    assert f"リーダーの <@{emily.id}> さん" in heard.words
    emily.presses(told, "quiet_pause")
    hall.says(told, "“Garden” is taking a break")


def test_taking_a_break_from_the_message(hall: Hall) -> None:
    hall.at(20)
    [told] = hall.told(hall.lead)
    hall.lead.presses(told, "quiet_pause")
    hall.says(told, "「防災DX」は休止中です")
    assert "投稿する" not in told.words
    assert any("しばらく休みます" in m.text for m in hall.group.messages)
    hall.at(8, month=5)
    assert hall.told(hall.lead) == [told]


def test_talking_to_the_coordinators(hall: Hall) -> None:
    hall.at(20)
    [told] = hall.told(hall.lead)
    answer = hall.refused(hall.lead.presses(told, "quiet_consult"))
    assert "相談できる事務局の方が、まだ登録されていません" in answer
    hall.asks(hall.admin, f"事務局 追加 {hall.admin.mention}", "/office")
    hall.lead.presses(told, "quiet_consult")
    hall.says(told, "事務局に伝えました")
    assert "事務局に相談" not in told.words
    [heard] = hall.told(hall.admin)
    assert heard.text == "🤝 「防災DX」から相談です"
    assert f"<@{hall.lead.id}> さん" in heard.words
    assert f"<#{hall.group.id}>" in heard.words


def test_however_often_it_is_pressed_the_coordinators_hear_of_it_once(hall: Hall) -> None:
    hall.asks(hall.admin, f"事務局 追加 {hall.admin.mention}", "/office")
    hall.asks(hall.admin, "引き継ぎ " + hall.author.mention)
    hall.at(20)
    [told] = hall.told(hall.author)
    before = [dict(block) for block in told.blocks]
    hall.author.presses(told, "quiet_consult")
    hall.says(told, "事務局に伝えました")
    told.record.blocks = before
    hall.author.presses(told, "quiet_consult")
    hall.at(20, 10)
    assert len(hall.told(hall.admin)) == 1


def test_writing_from_the_message(hall: Hall) -> None:
    hall.at(20)
    [told] = hall.told(hall.lead)
    hall.lead.presses(told, "quiet_post")
    form = hall.opened(hall.lead)
    hall.slack.until(lambda: "やったこと" in form.words, what="the form")


def test_whoever_leads_it_no_more_may_not_pause_it(hall: Hall) -> None:
    hall.at(20)
    [told] = hall.told(hall.lead)
    hall.asks(hall.lead, f"引き継ぎ @{hall.author.name}")
    for action in ("quiet_pause", "quiet_consult"):
        answer = hall.refused(hall.lead.presses(told, action))
        assert answer.startswith("このプロジェクトを変えられるのは")


@pytest.mark.parametrize("action", ["quiet_post", "quiet_pause", "quiet_consult"])
@pytest.mark.parametrize("value", ["", "x", "0", "4711", "9" * 30, "１", "{}"])
def test_a_value_that_we_never_gave_out(hall: Hall, action: str, value: str) -> None:
    hall.at(20)
    [told] = hall.told(hall.lead)
    for block in told.record.blocks:
        elements = block.get("elements")
        for element in elements if isinstance(elements, list) else []:
            if element.get("action_id") == action:
                element["value"] = value
    answer = hall.refused(hall.lead.presses(told, action))
    assert answer.startswith("そのプロジェクトは見つかりません")
