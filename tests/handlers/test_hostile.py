"""Buttons and forms in the wrong hands, with values that nobody gave out, and at the same time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.project import Project, Stage, Status
from sandbox import Message, View
from sandbox.json_types import JsonObject, as_objects
from tests.handlers.conftest import Town

STRANGE = (
    "",
    "0",
    "-1",
    "4711",
    "x",
    "９９",
    "1.5",
    "9" * 30,
    "null",
    "{}",
    "[]",
    '{"project": 1}',
)


def _button(message: Message, action_id: str) -> JsonObject:
    return next(
        element
        for block in message.record.blocks
        for element in as_objects(block.get("elements") or [])
        if element.get("action_id") == action_id
    )


def _moves_to_another_workspace(town: Town) -> int:
    """The project, as if another workspace in the same database had registered it."""
    project = town.project()
    with town.deps.database.write() as session:
        session.execute(update(Project).where(Project.id == project.id).values(team_id="T0OTHER"))
    return project.id


@pytest.mark.parametrize("value", STRANGE)
def test_a_card_with_a_value_that_we_never_gave_out(town: Town, value: str) -> None:
    card = town.registers()
    _button(card, "project_edit")["value"] = value
    before = town.counts()
    answer = town.presses(town.hanako, card, "project_edit")
    assert "うまくいきませんでした" in answer.text or "見つかりません" in answer.text
    assert town.hanako.modal is None
    assert town.counts() == before


def test_a_card_of_another_workspace(town: Town) -> None:
    card = town.registers()
    _moves_to_another_workspace(town)
    answer = town.presses(town.admin, card, "project_edit")
    assert answer.text.startswith("そのプロジェクトは見つかりません。")
    assert town.admin.modal is None


def test_a_form_of_another_workspace(town: Town) -> None:
    town.registers()
    form = town.opens(town.admin, "編集")
    town.admin.fills(form, {"name": "乗っ取り"})
    _moves_to_another_workspace(town)
    before = town.counts()
    errors = town.admin.submits(form).errors
    assert errors["name"].startswith("そのプロジェクトは見つかりません。")
    assert town.counts() == before
    assert town.project().name == "防災DX"


@pytest.mark.parametrize("kept", ["", "x", "[]", '{"project": "x", "seen": ""}', '{"project": 1}'])
def test_a_form_that_remembers_nonsense(town: Town, kept: str) -> None:
    town.registers()
    form: View = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"name": "べつの名前"})
    form.record.body["private_metadata"] = kept
    before = town.counts()
    assert town.hanako.submits(form).errors
    assert town.counts() == before
    assert town.project().name == "防災DX"


def test_a_question_that_is_answered_after_the_rights_are_gone(town: Town) -> None:
    town.registers()
    other = town.slack.channel("secret", private=True, members=[town.hanako, town.admin])
    other.invites(town.slack.bot)
    question = town.asks(town.hanako, "チャンネル 追加 #secret")
    form = town.opens(town.admin, "編集")
    town.admin.fills(form, {"leads": [town.taro.id]})
    assert town.admin.submits(form).errors == {}
    before, asked = town.counts(), len(town.slack.calls_of("conversations.info"))
    answer = town.presses(town.hanako, question, "project_confirm_channel")
    assert answer.text.startswith("このプロジェクトを変えられるのは")
    assert town.counts() == before
    assert len(town.slack.calls_of("conversations.info")) == asked


def test_a_question_about_another_workspace(town: Town) -> None:
    town.registers()
    other = town.slack.channel("secret", private=True, members=[town.admin])
    other.invites(town.slack.bot)
    question = town.asks(town.admin, "チャンネル 追加 #secret")
    _moves_to_another_workspace(town)
    before = town.counts()
    answer = town.presses(town.admin, question, "project_confirm_channel")
    assert answer.text.startswith("そのプロジェクトは見つかりません。")
    assert town.counts() == before


@pytest.mark.parametrize("kind", ["guest", "external"])
def test_outside_people_may_press_nothing(town: Town, kind: str) -> None:
    outsider = (
        town.slack.person("外部の方", guest=True)
        if kind == "guest"
        else town.slack.person("商工会議所", external_team="商工会議所")
    )
    town.bosai.invites(outsider)
    card = town.registers()
    before = town.counts()
    assert "職員だけ" in town.presses(outsider, card, "project_edit").text
    assert outsider.modal is None
    for text in ("一覧", "表示", "登録", "登録 別", "編集", "段階 計画", "休止", "再開", "終了"):
        assert "職員だけ" in town.asks(outsider, text).text
    for text in ("一覧", "事務局 一覧"):
        assert "職員だけ" in town.asks(outsider, text, command="/office").text
    for text in ("一覧", "予定", "閉庁日"):
        assert "職員だけ" in town.asks(outsider, text, command="/digest").text
    for command, text in (
        ("/office", f"任命 市長 @{town.hanako.name}"),
        ("/office", "退任 市長"),
        ("/office", f"事務局 追加 @{town.hanako.name}"),
        ("/digest", "送り先 ここ"),
        ("/digest", "停止 ここ"),
        ("/digest", "予定 金 16:00"),
        ("/digest", "今すぐ"),
        ("/digest", "閉庁日 追加 2026-08-14"),
    ):
        assert (
            "事務局とワークスペースの管理者だけ" in town.asks(outsider, text, command=command).text
        )
    assert "役職にある方と事務局" in town.asks(outsider, "プレビュー", command="/digest").text
    assert town.counts() == before


def test_pressing_yes_twice_registers_once(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    yes = json.loads(json.dumps(question.record.blocks))
    town.presses(town.hanako, question, "project_confirm_register")
    before = town.counts()
    question.record.blocks[:] = yes
    answer = town.presses(town.hanako, question, "project_confirm_register")
    assert "すでに「機密の検討」として登録されています" in answer.text
    assert {**town.counts(), "deliveries": 0} == {**before, "deliveries": 0}


def test_two_people_edit_at_once(town: Town) -> None:
    town.registers()
    first, second = town.opens(town.hanako, "編集"), town.opens(town.admin, "編集")
    town.hanako.fills(first, {"purpose": "ひとつめ"})
    town.admin.fills(second, {"purpose": "ふたつめ"})
    assert town.hanako.submits(first).errors == {}
    assert "ほかの方が内容を変えました" in town.admin.submits(second).errors["name"]
    assert town.project().purpose == "ひとつめ"


def test_a_lead_who_has_left(town: Town) -> None:
    town.registers()
    town.hanako.is_deactivated()
    answer = town.asks(town.taro, "段階 計画")
    assert "リーダーか事務局に頼んでください" in answer.text
    assert "計画" in town.asks(town.admin, "段階 計画").text
    form = town.opens(town.admin, "編集")
    town.admin.fills(form, {"leads": [town.taro.id]})
    assert town.admin.submits(form).errors == {}
    assert "実証" in town.asks(town.taro, "段階 実証").text
    assert town.project().stage == Stage.TRIAL


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("防災DX", "防災ＤＸ"),
        ("防災DX", "防災 dx"),
        ("ガーデン", "ｶﾞｰﾃﾞﾝ"),
        ("防災DX", "防\u200b災DX"),
        ("防災DX", "\u202e防災DX"),
    ],
)
def test_the_same_name_in_other_letters(town: Town, first: str, again: str) -> None:
    town.registers(first)
    other = town.slack.channel("other", members=[town.hanako])
    before = town.counts()
    assert "すでに使われています" in town.asks(town.hanako, f"登録 {again}", other).text
    assert town.counts() == before
    assert town.slack.bot_user_id not in other.members


@pytest.mark.parametrize(
    "name",
    [
        "あ" * 80,
        "\u202e逆さま",
        "\u200f右から",
        "*太字* _斜体_ ~線~ `code`",
        "'\"; DROP TABLE--",
        "👨‍👩‍👧" * 10,
    ],
)
def test_a_name_full_of_traps_is_shown_everywhere(town: Town, name: str) -> None:
    card = town.registers(name)
    assert card.notifies <= {town.hanako.id}
    for text in ("一覧", "表示", "段階 計画", "休止", "再開"):
        answer = town.asks(town.hanako, text)
        assert "うまくいきません" not in answer.text
        for turn in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            assert turn not in answer.words
    assert town.opens(town.hanako, "編集")


@pytest.mark.parametrize(
    "text", ["#", "#なし", "C123", "<#C0NOWHERE|x>", "<#DNOWHERE>", "@鈴木太郎"]
)
def test_channels_that_are_none(town: Town, text: str) -> None:
    town.registers()
    before = town.counts()
    answer = town.asks(town.hanako, f"チャンネル 追加 {text}")
    assert "ください" in answer.text
    assert "うまくいきません" not in answer.text
    assert town.counts() == before


def test_a_channel_that_the_bot_was_removed_from_is_entered_again(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    town.bosai.removes(town.slack.bot)
    town.later(timedelta(days=1))
    answer = town.asks(town.hanako, "再開")
    assert answer.text.endswith("の投稿を記録します。")
    assert town.slack.bot_user_id in town.bosai.members


def test_a_private_channel_that_the_bot_was_removed_from(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    town.presses(town.hanako, question, "project_confirm_register")
    town.asks(town.hanako, "終了", secret)
    secret.removes(town.slack.bot)
    answer = town.asks(town.hanako, "再開", secret)
    assert "には入れませんでした" in answer.text
    assert town.slack.bot_user_id in answer.text
    assert town.project("機密の検討").status == Status.ACTIVE


def test_a_break_is_announced(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "休止")
    assert town.notice(town.bosai, "「防災DX」は、しばらく休みます。")


def test_errors_in_a_form_are_readable_without_marks(town: Town) -> None:
    """Slack shows them as they are: no mention, no link, no code."""
    town.registers()
    form = town.opens(town.taro, "登録")
    town.taro.fills(form, {"name": "べつの名前"})
    errors = town.taro.submits(form).errors
    assert errors == {
        "channel": "#wg-bosai-dx は、すでに「防災DX」として登録されています。"
        " /project 表示 で内容を見られます。"
    }
    town.taro.closes()
    edit = town.opens(town.hanako, "編集")
    other = town.opens(town.admin, "編集")
    town.admin.fills(other, {"leads": [town.taro.id]})
    assert town.admin.submits(other).errors == {}
    assert "（@鈴木太郎）" in town.hanako.submits(edit).errors["name"]


def test_a_purpose_with_control_characters(town: Town) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"purpose": "一行目\n二行目\x00\x07\u202e"})
    assert town.hanako.submits(form).errors == {}
    assert town.project().purpose == "一行目\n二行目"
