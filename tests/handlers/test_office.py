"""`/office`: mayors come and go, and what they acknowledged stays theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox import Message, Person
from tests.handlers.conftest import Town


def _office(town: Town, text: str, person: Person | None = None) -> Message:
    return town.asks(person or town.admin, text, command="/office")


def test_assigning_from_today(town: Town) -> None:
    assert _office(town, "任命 市長 @山田花子").text == (
        f"「市長」は、2026年4月6日から {town.hanako.mention} さんです。"
    )
    assert f"• 市長：{town.hanako.mention} さん（2026年4月6日から）" in _office(town, "一覧").words
    assert town.audit()[-1].action == "office.assigned"


@pytest.mark.parametrize(
    "text",
    [
        "assign 市長 @山田花子 from 2026-04-01",
        "任命 市長 @山田花子 2026-04-01",
        "任命 市長 @山田花子 ２０２６年４月１日から",
        "任命　市長　@山田花子　2026/4/1",
    ],
)
def test_assigning_from_a_date(town: Town, text: str) -> None:
    assert "2026年4月1日から" in _office(town, text).text


def test_an_office_with_spaces_and_dots(town: Town) -> None:
    _office(town, "任命 副市長・CDO @鈴木太郎")
    _office(town, "assign Deputy Mayor @山田花子")
    words = _office(town, "一覧").words
    assert f"• 副市長・CDO：{town.taro.mention} さん" in words
    assert f"• Deputy Mayor：{town.hanako.mention} さん" in words


def test_a_successor_in_the_future(town: Town) -> None:
    _office(town, "任命 市長 @山田花子 from 2022-05-01")
    answer = _office(town, "任命 市長 @鈴木太郎 from 2026-05-01")
    assert answer.text == (
        f"「市長」は、2026年5月1日から {town.taro.mention} さんです。"
        f"前の {town.hanako.mention} さんの在任中の反応は、そのまま残ります。"
    )
    words = _office(town, "一覧").words
    assert f"• 市長：{town.hanako.mention} さん（2022年5月1日から）" in words
    assert f"2026年5月1日からは {town.taro.mention} さん" in words
    town.later(timedelta(days=30))
    words = _office(town, "一覧").words
    assert f"• 市長：{town.taro.mention} さん（2026年5月1日から）" in words


def test_vacating(town: Town) -> None:
    _office(town, "任命 市長 @山田花子")
    answer = _office(town, "退任 市長")
    assert answer.text == (
        f"「市長」を空席にしました。{town.hanako.mention} さんの在任中の反応は、そのまま残ります。"
    )
    assert "• 市長：空席" in _office(town, "一覧").words
    assert "いま空席です" in _office(town, "vacate 市長").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("任命", "誰のことか分かりませんでした。"),
        ("任命 市長", "誰のことか分かりませんでした。"),
        ("任命 市長 @だれか", "誰のことか分かりませんでした。"),
        ("任命 @山田花子", "役職の名前がありません。"),
        ("任命 " + "長" * 41 + " @山田花子", "役職の名前が長すぎます（41文字）。"),
        ("任命 市長 @山田花子 from 4月1日", "「4月1日」は日付として読めませんでした。"),
        ("任命 市長 @山田花子 from 2026-02-30", "「2026-02-30」は日付として読めませんでした。"),
        ("任命 市長 @鈴木太郎", "さんは、すでに「市長」です。"),
        ("任命 市長 @議会ゲスト", "職員の方を選んでください"),
        ("退任", "`/office 退任 市長` のように書いてください"),
        ("任命 市長 @山田花子 @鈴木太郎", "「＠user3」は日付として読めませんでした"),
        ("任命 市長 @山田花子 from 0001-01-01", "日付として読めませんでした"),
        ("任命 市長 @商工会議所", "職員の方を選んでください"),
        ("任命 市長 @通知アプリ", "職員の方を選んでください"),
        ("任命 市長 @元職員", "職員の方を選んでください"),
        ("退任", "役職の名前がありません。"),
        ("退任 市町", "「市町」という役職はありません。「市長」のことですか。"),
        ("退任 会計管理者", "「会計管理者」という役職はありません。 `/office 一覧`"),
        ("任令 市長", "`/office 任命` のことですか。"),
        ("事務局", "`/office 事務局 追加 @名前`"),
        ("事務局 追加", "`/office 事務局 追加 @名前`"),
        ("事務局 削除 @山田花子", "さんは事務局ではありません。"),
        ("事務局 追加 @議会ゲスト", "職員の方を選んでください"),
    ],
)
def test_what_can_not_be_done(town: Town, text: str, words: str) -> None:
    _office(town, "任命 市長 @鈴木太郎")
    town.slack.person("議会ゲスト", guest=True)
    town.slack.person("商工会議所", external_team="商工会議所")
    town.slack.person("通知アプリ", bot=True)
    town.slack.person("元職員", deactivated=True)
    before = town.counts()
    assert words in _office(town, text).text
    assert town.counts() == before


@pytest.mark.parametrize(
    "text",
    ["任命 市長 @鈴木太郎", "退任 市長", "事務局 追加 @鈴木太郎", "事務局 削除 @鈴木太郎"],
)
def test_only_coordinators_and_admins(town: Town, text: str) -> None:
    before = town.counts()
    answer = _office(town, text, town.hanako)
    assert answer.text.startswith("これは、事務局とワークスペースの管理者だけができます。")
    assert town.counts() == before


def test_everybody_on_the_staff_may_look(town: Town) -> None:
    assert _office(town, "一覧", town.hanako).text.startswith("まだ役職がありません。")
    assert _office(town, "事務局 一覧", town.hanako).text == "*事務局* <@U0SETTINGS>"
    guest = town.slack.person("外部の方", guest=True)
    town.bosai.invites(guest)
    assert "職員だけ" in _office(town, "一覧", guest).text
    assert "職員だけ" in _office(town, "事務局 一覧", guest).text


def test_coordinators_come_and_go(town: Town) -> None:
    assert _office(town, "事務局 追加 @鈴木太郎").text.startswith(
        f"{town.taro.mention} さんを事務局に加えました。"
    )
    assert "市長" in _office(town, "任命 市長 @山田花子", town.taro).text
    assert "すでに事務局です" in _office(town, "事務局 追加 @鈴木太郎", town.taro).text
    assert town.taro.mention in _office(town, "coordinator list").text
    assert "外しました" in _office(town, "coordinator remove @鈴木太郎", town.taro).text
    assert "事務局とワークスペースの管理者だけ" in _office(town, "退任 市長", town.taro).text
    assert [entry.action for entry in town.audit()] == [
        "coordinator.added",
        "office.assigned",
        "coordinator.removed",
    ]


def test_in_english(town: Town) -> None:
    smith = town.slack.person("Smith", locale="en-GB", admin=True)
    town.bosai.invites(smith)
    assert _office(town, "assign Mayor @山田花子 from 2026-04-01", smith).text == (
        f"{town.hanako.mention} holds the office “Mayor” from 1 April 2026."
    )
    assert "Mayor" in _office(town, "list", smith).words


def test_slack_not_answering_about_the_person(town: Town) -> None:
    _office(town, "一覧")
    town.slack.faults.add("connection_reset", method="users.info")
    before = town.counts()
    answer = _office(town, "任命 市長 @山田花子")
    assert answer.text.startswith("Slackから返事がありませんでした。何も変わっていません。")
    assert town.counts() == before
