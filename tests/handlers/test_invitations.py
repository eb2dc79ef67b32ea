"""Being asked into a project, and declining."""

from __future__ import annotations

from datetime import datetime

import pytest

from models.project import CameBy
from sandbox import Message, Person
from tests.conftest import JST
from tests.handlers.conftest import Town
from tests.handlers.people import all_told, people_in, told


@pytest.mark.parametrize(
    ("text", "way", "shown"),
    [
        ("招待 @鈴木太郎", "nominated", "他薦"),
        ("招待 @鈴木太郎 所属長推薦", "recommended", "所属長推薦"),
        ("招待 @鈴木太郎 自薦 防災ＤＸ", "volunteered", "自薦"),
        ("招待　@鈴木太郎　声掛け", "invited", "声かけ"),
        ("招待 他薦 @鈴木太郎", "nominated", "他薦"),
        ("招待 @鈴木太郎 防災DX 推薦", "recommended", "所属長推薦"),
        ("invite @鈴木太郎 Recommended", "recommended", "所属長推薦"),
    ],
)
def test_an_invitation(town: Town, text: str, way: str, shown: str) -> None:
    town.registers()
    answer = town.asks(town.hanako, text)
    assert f"{town.taro.mention} さんを「防災DX」に招待しました（{shown}）。" in answer.text
    row = people_in(town)[town.taro.id]
    assert (row.role, row.came_by, row.added_by) == ("member", way, town.hanako.id)
    dm = told(town, town.taro, "招待しました")
    assert dm.text == (
        f"{town.hanako.mention} さんが、あなたを「防災DX」に招待しました（{shown}）。"
    )
    assert f"チャンネル：<#{town.bosai.id}>" in dm.words
    assert dm.metadata is not None


def test_whom_a_coordinator_asks_was_asked_in(town: Town) -> None:
    town.registers()
    assert "（声かけ）" in town.asks(town.admin, "招待 @鈴木太郎").text
    assert "メンバーになりました（自薦）" in town.asks(town.admin, "招待 @佐藤情報").text
    assert all_told(town.admin) == []


def test_an_invitation_in_the_invited_person_s_language(town: Town) -> None:
    emily = town.slack.person("Emily Brown", locale="en-GB")
    town.registers()
    town.asks(town.hanako, f"招待 {emily.mention} 自薦")
    dm = told(town, emily, "brought you into")
    assert dm.text == f"{town.hanako.mention} has brought you into “防災DX” (volunteered)."


def test_declining(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    dm = told(town, town.taro, "招待しました")
    town.taro.presses(dm, "project_decline")
    declined = told(town, town.taro, "見送りました")
    assert declined.ts == dm.ts
    assert "project_decline" not in str(declined.blocks)
    assert set(people_in(town)) == {town.hanako.id}
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.waits(lambda: len(all_told(town.taro)) == 2 or None, "another invitation")


def test_declining_what_one_has_left_already(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    dm = told(town, town.taro, "招待しました")
    town.asks(town.taro, "退出")
    town.taro.presses(dm, "project_decline")
    assert told(town, town.taro, "見送りました").ts == dm.ts


def test_nobody_declines_for_another_or_with_a_forged_value(town: Town, jiro: Person) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.asks(town.hanako, "招待 @高橋次郎")
    dm, other = told(town, town.taro, "招待しました"), told(town, jiro, "招待しました")
    values = ["", "x", "1", "1:1", "9:9", f"{'9' * 30}:{'9' * 30}", "1:x"]
    before = town.counts()
    for value in values:
        dm.record.blocks[-1]["elements"][0]["value"] = value  # type: ignore[index]  # JSON
        assert "見つかりません" in town.presses(town.taro, dm, "project_decline").text, value
    dm.record.blocks[-1]["elements"][0]["value"] = _value(other)  # type: ignore[index]  # JSON
    answer = town.presses(town.taro, dm, "project_decline")
    assert f"招待された {jiro.mention} さんだけです" in answer.text
    assert town.counts() == before


def _value(message: Message) -> str:
    return str(message.record.blocks[-1]["elements"][0]["value"])  # type: ignore[index]  # JSON


def test_how_somebody_came_is_put_right_without_telling_them_again(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    told(town, town.taro, "招待しました")
    assert "もう「防災DX」に参加しています" in town.asks(town.hanako, "招待 @鈴木太郎").text
    answer = town.asks(town.hanako, "招待 @鈴木太郎 所属長推薦")
    assert answer.text == (
        f"{town.taro.mention} さんが「防災DX」に加わったいきさつを「所属長推薦」にしました。"
    )
    assert people_in(town)[town.taro.id].came_by == CameBy.RECOMMENDED
    town.settled()
    assert len(all_told(town.taro)) == 1
    assert town.audit()[-1].details == {
        "before": {"member": town.taro.id, "came_by": "nominated"},
        "after": {"member": town.taro.id, "came_by": "recommended"},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("招待", "人を候補から選んで"),
        ("招待 鈴木太郎", "人を候補から選んで"),
        ("招待 @鈴木太郎 @佐藤情報", "お一人ずつ"),
        ("招待 @通知アプリ", "招待できません"),
        ("招待 @元職員", "招待できません"),
        ("招待 @議会ゲスト", "先にチャンネル"),
        ("招待 @鈴木太郎 ない名前", "見つかりません"),
        ("引き継ぎ", "次のリーダーを候補から選んで"),
        ("引き継ぎ @通知アプリ", "引き継げません"),
        ("引き継ぎ @元職員", "引き継げません"),
        ("引き継ぎ @議会ゲスト", "引き継げません"),
        ("引き継ぎ @商工会議所", "引き継げません"),
        ("引き継ぎ @山田花子", "すでに「防災DX」のリーダーです"),
        ("引き継ぎ @鈴木太郎 @佐藤情報", "リーダーではありません"),
        ("引継ぎ @鈴木太郎", "`/project 引き継ぎ` のことですか"),
    ],
)
def test_what_can_not_be_done(town: Town, text: str, words: str) -> None:
    town.registers()
    town.slack.person("通知アプリ", bot=True)
    town.slack.person("元職員", deactivated=True)
    town.slack.person("議会ゲスト", guest=True)
    town.slack.person("商工会議所", external_team="商工会議所")
    before = town.counts()
    assert words in town.asks(town.hanako, text).text
    assert town.counts() == before


def test_a_guest_in_the_channel_may_be_asked_in(town: Town) -> None:
    guest = town.slack.person("議会ゲスト", guest=True)
    town.registers()
    town.bosai.invites(guest)
    assert "招待しました" in town.asks(town.hanako, "招待 @議会ゲスト").text
    assert "引き継げません" in town.asks(town.hanako, "引き継ぎ @議会ゲスト").text
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"leads": [town.hanako.id, guest.id]})
    assert "リーダーになれるのは" in town.hanako.submits(form).errors["leads"]


def test_members_invite_and_strangers_do_not(town: Town, jiro: Person) -> None:
    town.registers()
    before = town.counts()
    answer = town.asks(town.taro, "招待 @高橋次郎")
    assert answer.text.startswith("招待できるのは、このプロジェクトのリーダー（")
    assert town.counts() == before
    town.asks(town.taro, "参加")
    assert "招待しました（他薦）" in town.asks(town.taro, "招待 @高橋次郎").text


def test_nobody_is_told_at_night_or_on_a_holiday(town: Town) -> None:
    town.registers()
    town.at(datetime(2026, 5, 2, 22, 0, tzinfo=JST))
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.settled()
    assert all_told(town.taro) == []
    town.at(datetime(2026, 5, 7, 8, 29, tzinfo=JST))
    town.settled()
    assert all_told(town.taro) == []
    town.at(datetime(2026, 5, 7, 8, 30, tzinfo=JST))
    told(town, town.taro, "招待しました")


def test_who_has_left_by_the_morning_is_not_told(town: Town, jiro: Person) -> None:
    town.registers()
    town.at(datetime(2026, 4, 6, 22, 0, tzinfo=JST))
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.asks(town.hanako, "招待 @高橋次郎")
    town.asks(town.taro, "退出")
    town.at(datetime(2026, 4, 7, 8, 30, tzinfo=JST))
    told(town, jiro, "招待しました")
    assert all_told(town.taro) == []
