"""The people of a project: joining, leaving, and the list of them."""

from __future__ import annotations

import pytest

from models.project import CameBy, ProjectMember, ProjectRole
from sandbox import Person
from tests.handlers.conftest import Town
from tests.handlers.people import people_in


def test_joining_and_leaving(town: Town) -> None:
    town.registers()
    answer = town.asks(town.taro, "参加")
    assert answer.text == (
        f"「防災DX」に参加しました。チャンネルは <#{town.bosai.id}> です。"
        "抜けるときは `/project 退出` と送ってください。"
    )
    row = people_in(town)[town.taro.id]
    assert (row.role, row.came_by, row.added_by) == ("member", "volunteered", town.taro.id)
    assert "もう参加しています" in town.asks(town.taro, "参加").text
    assert town.asks(town.taro, "退出").text.startswith("「防災DX」から抜けました。")
    assert town.taro.id not in people_in(town)
    assert "参加していません" in town.asks(town.taro, "退出").text
    assert [e.action for e in town.audit()] == [
        "project.registered",
        "project.joined",
        "project.left",
    ]


def test_joining_in_english_by_name_from_elsewhere(town: Town) -> None:
    town.registers("Disaster DX")
    emily = town.slack.person("Emily Brown", locale="en-GB")
    lobby = town.slack.channel("lobby", members=[emily])
    answer = town.asks(emily, "join disaster dx", lobby)
    assert answer.text.startswith("You are in “Disaster DX” now.")
    assert "Only its leads" in town.asks(emily, "leave @山田花子 disaster dx", lobby).text
    assert town.asks(emily, "leave disaster dx", lobby).text.startswith("You have left")


def test_a_private_channel_s_project_takes_only_those_who_are_in_it(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako, town.admin])
    secret.invites(town.slack.bot)
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    town.presses(town.hanako, question, "project_confirm_register")
    answer = town.asks(town.taro, "参加 機密の検討")
    assert "チャンネルに入っている方だけ" in answer.text
    assert town.hanako.mention in answer.text
    assert "参加しました" in town.asks(town.admin, "参加 機密の検討").text
    secret.invites(town.taro)
    assert "参加しました" in town.asks(town.taro, "参加", secret).text


@pytest.mark.parametrize("kind", ["guest", "external"])
def test_guests_and_outside_people_join_where_they_are(town: Town, kind: str) -> None:
    outsider = _outsider(town, kind)
    town.registers()
    other = town.slack.channel("lobby", members=[outsider, town.hanako])
    before = town.counts()
    for text, channel in (("参加", other), ("参加 防災DX", other), ("参加 防災ＤＸ", town.bosai)):
        if channel == town.bosai:
            town.bosai.invites(outsider)
        answer = town.asks(outsider, text, channel)
        assert "入っているチャンネルのプロジェクトにだけ" in answer.text
        assert "防災DX" not in answer.text
    assert town.counts() == before
    assert "参加しました" in town.asks(outsider, "参加").text
    assert "職員だけ" in town.asks(outsider, "メンバー").text
    assert "職員だけ" in town.asks(outsider, "招待 @鈴木太郎").text
    assert "職員だけ" in town.asks(outsider, "引き継ぎ @鈴木太郎").text
    assert "職員だけ" in town.asks(outsider, "退出 @山田花子").text
    assert "抜けました" in town.asks(outsider, "退出 防災DX", other).text
    assert "そのプロジェクトには参加していません" in town.asks(outsider, "退出 防災DX", other).text
    assert (
        "そのプロジェクトには参加していません" in town.asks(outsider, "退出 ない名前", other).text
    )


def _outsider(town: Town, kind: str) -> Person:
    if kind == "guest":
        return town.slack.person("議会ゲスト", guest=True)
    return town.slack.person("商工会議所", external_team="商工会議所")


def test_the_last_lead_stays(town: Town) -> None:
    town.registers()
    answer = town.asks(town.hanako, "退出")
    assert "先に `/project 引き継ぎ @名前`" in answer.text
    assert people_in(town)[town.hanako.id].role == ProjectRole.LEAD
    town.asks(town.hanako, "引き継ぎ @鈴木太郎")
    assert "抜けました" in town.asks(town.hanako, "退出").text
    assert set(people_in(town)) == {town.taro.id}


def test_a_lead_takes_somebody_out(town: Town) -> None:
    town.registers()
    town.asks(town.taro, "参加")
    answer = town.asks(town.taro, "退出 @山田花子")
    assert "変えられるのは、リーダー" in answer.text
    answer = town.asks(town.hanako, "退出 @鈴木太郎")
    assert answer.text.startswith(f"{town.taro.mention} さんを「防災DX」のメンバーから外しました。")
    assert set(people_in(town)) == {town.hanako.id}
    assert "参加していません" in town.asks(town.hanako, "退出 @鈴木太郎").text
    assert "リーダーが、ほかにいません" in town.asks(town.admin, "退出 @山田花子").text


def test_a_closed_project_takes_nobody(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    for text in ("参加 防災DX", "招待 @鈴木太郎 防災DX", "引き継ぎ @鈴木太郎 防災DX"):
        assert "終了しています" in town.asks(town.hanako, text).text
    assert set(people_in(town)) == {town.hanako.id}


def test_the_list_says_how_each_came(town: Town, jiro: Person) -> None:
    town.registers()
    town.asks(town.taro, "参加")
    town.asks(town.hanako, "招待 @高橋次郎 所属長推薦")
    words = town.asks(town.admin, "メンバー").words
    assert "*「防災DX」の皆さん*" in words
    assert f"*リーダー*\n• {town.hanako.mention}　防災課" in words
    assert f"• {town.taro.mention}　税務課・自薦" in words
    assert f"• {jiro.mention}　福祉課・所属長推薦" in words
    jiro.is_deactivated()
    town.settled()
    town.waits(
        lambda: "利用停止" in town.asks(town.admin, "メンバー").words or None, "the deactivation"
    )


def test_the_list_in_english(town: Town) -> None:
    emily = town.slack.person("Emily Brown", title="Tourism", locale="en-GB")
    town.registers()
    town.asks(town.hanako, f"招待 {emily.mention} 他薦")
    words = town.asks(emily, "members 防災DX", town.slack.channel("x", members=[emily])).words
    assert "*The people of “防災DX”*" in words
    assert f"• {emily.mention} – Tourism, nominated by a colleague" in words


def test_a_list_of_very_many(town: Town) -> None:
    town.registers()
    project = town.project()
    with town.deps.database.write() as session:
        for number in range(400):
            session.add(
                ProjectMember(
                    project_id=project.id,
                    user_id=f"U0MANY{number:04}",
                    role=ProjectRole.MEMBER,
                    since=town.deps.clock.now(),
                    came_by=CameBy.RECOMMENDED,
                )
            )
    assert "ほかに201名います。" in town.asks(town.hanako, "メンバー").words
