"""The people of a project: joining, leaving, being asked in, passing the lead on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.handover import Leaving, LeavingLead, keep_lead, leaving_leads, projects_without_lead
from bot.core.permissions import Actor
from models.project import CameBy, ProjectMember, ProjectRole
from sandbox import Message, Person
from tests.conftest import JST
from tests.handlers.conftest import Town


def _rows(town: Town) -> dict[str, ProjectMember]:
    with town.deps.database.read() as session:
        return {row.user_id: row for row in session.scalars(select(ProjectMember))}


def _dm(town: Town, person: Person, words: str) -> Message:
    """Wait for a direct message with these words."""
    return town.waits(
        lambda: next((m for m in person.dm().messages if words in m.words), None),
        f"a direct message with {words}",
    )


def _dms(person: Person) -> list[Message]:
    return person.dm().messages


@pytest.fixture
def jiro(town: Town) -> Person:
    jiro = town.slack.person("高橋次郎", title="福祉課")
    town.bosai.invites(jiro)
    return jiro


# --- joining and leaving -------------------------------------------------------------------


def test_joining_and_leaving(town: Town) -> None:
    town.registers()
    answer = town.asks(town.taro, "参加")
    assert answer.text == (
        f"「防災DX」に参加しました。チャンネルは <#{town.bosai.id}> です。"
        "抜けるときは `/project 退出` と送ってください。"
    )
    row = _rows(town)[town.taro.id]
    assert (row.role, row.came_by, row.added_by) == ("member", "volunteered", town.taro.id)
    assert "もう参加しています" in town.asks(town.taro, "参加").text
    assert town.asks(town.taro, "退出").text.startswith("「防災DX」から抜けました。")
    assert town.taro.id not in _rows(town)
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
    assert _rows(town)[town.hanako.id].role == ProjectRole.LEAD
    town.asks(town.hanako, "引き継ぎ @鈴木太郎")
    assert "抜けました" in town.asks(town.hanako, "退出").text
    assert set(_rows(town)) == {town.taro.id}


def test_a_lead_takes_somebody_out(town: Town) -> None:
    town.registers()
    town.asks(town.taro, "参加")
    answer = town.asks(town.taro, "退出 @山田花子")
    assert "変えられるのは、リーダー" in answer.text
    answer = town.asks(town.hanako, "退出 @鈴木太郎")
    assert answer.text.startswith(f"{town.taro.mention} さんを「防災DX」のメンバーから外しました。")
    assert set(_rows(town)) == {town.hanako.id}
    assert "参加していません" in town.asks(town.hanako, "退出 @鈴木太郎").text
    assert "リーダーが、ほかにいません" in town.asks(town.admin, "退出 @山田花子").text


def test_a_closed_project_takes_nobody(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    for text in ("参加 防災DX", "招待 @鈴木太郎 防災DX", "引き継ぎ @鈴木太郎 防災DX"):
        assert "終了しています" in town.asks(town.hanako, text).text
    assert set(_rows(town)) == {town.hanako.id}


# --- the list ------------------------------------------------------------------------------


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


# --- being asked in ------------------------------------------------------------------------


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
    row = _rows(town)[town.taro.id]
    assert (row.role, row.came_by, row.added_by) == ("member", way, town.hanako.id)
    dm = _dm(town, town.taro, "招待しました")
    assert dm.text == (
        f"{town.hanako.mention} さんが、あなたを「防災DX」に招待しました（{shown}）。"
    )
    assert f"チャンネル：<#{town.bosai.id}>" in dm.words
    assert dm.metadata is not None


def test_whom_a_coordinator_asks_was_asked_in(town: Town) -> None:
    town.registers()
    assert "（声かけ）" in town.asks(town.admin, "招待 @鈴木太郎").text
    assert "メンバーになりました（自薦）" in town.asks(town.admin, "招待 @佐藤情報").text
    assert _dms(town.admin) == []


def test_an_invitation_in_the_invited_person_s_language(town: Town) -> None:
    emily = town.slack.person("Emily Brown", locale="en-GB")
    town.registers()
    town.asks(town.hanako, f"招待 {emily.mention} 自薦")
    dm = _dm(town, emily, "brought you into")
    assert dm.text == f"{town.hanako.mention} has brought you into “防災DX” (volunteered)."


def test_declining(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    dm = _dm(town, town.taro, "招待しました")
    town.taro.presses(dm, "project_decline")
    declined = _dm(town, town.taro, "見送りました")
    assert declined.ts == dm.ts
    assert "project_decline" not in str(declined.blocks)
    assert set(_rows(town)) == {town.hanako.id}
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.waits(lambda: len(_dms(town.taro)) == 2 or None, "another invitation")


def test_declining_what_one_has_left_already(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    dm = _dm(town, town.taro, "招待しました")
    town.asks(town.taro, "退出")
    town.taro.presses(dm, "project_decline")
    assert _dm(town, town.taro, "見送りました").ts == dm.ts


def test_nobody_declines_for_another_or_with_a_forged_value(town: Town, jiro: Person) -> None:
    town.registers()
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.asks(town.hanako, "招待 @高橋次郎")
    dm, other = _dm(town, town.taro, "招待しました"), _dm(town, jiro, "招待しました")
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
    _dm(town, town.taro, "招待しました")
    assert "もう「防災DX」に参加しています" in town.asks(town.hanako, "招待 @鈴木太郎").text
    answer = town.asks(town.hanako, "招待 @鈴木太郎 所属長推薦")
    assert answer.text == (
        f"{town.taro.mention} さんが「防災DX」に加わったいきさつを「所属長推薦」にしました。"
    )
    assert _rows(town)[town.taro.id].came_by == CameBy.RECOMMENDED
    town.settled()
    assert len(_dms(town.taro)) == 1
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
    assert _dms(town.taro) == []
    town.at(datetime(2026, 5, 7, 8, 29, tzinfo=JST))
    town.settled()
    assert _dms(town.taro) == []
    town.at(datetime(2026, 5, 7, 8, 30, tzinfo=JST))
    _dm(town, town.taro, "招待しました")


def test_who_has_left_by_the_morning_is_not_told(town: Town, jiro: Person) -> None:
    town.registers()
    town.at(datetime(2026, 4, 6, 22, 0, tzinfo=JST))
    town.asks(town.hanako, "招待 @鈴木太郎")
    town.asks(town.hanako, "招待 @高橋次郎")
    town.asks(town.taro, "退出")
    town.at(datetime(2026, 4, 7, 8, 30, tzinfo=JST))
    _dm(town, jiro, "招待しました")
    assert _dms(town.taro) == []


# --- passing the lead on -------------------------------------------------------------------


def test_passing_the_lead_on(town: Town) -> None:
    town.registers()
    answer = town.asks(town.hanako, "引き継ぎ @鈴木太郎")
    assert answer.text == (
        f"「防災DX」のリーダーを {town.taro.mention} さんに引き継ぎました。"
        "チャンネルにもお知らせします。"
    )
    notice = town.notice(town.bosai, "引き継がれました")
    assert notice.text == (
        f"「防災DX」のリーダーが、{town.hanako.mention} さんから {town.taro.mention} さんに"
        f"引き継がれました。{town.hanako.mention} さん、ありがとうございました。"
    )
    rows = _rows(town)
    assert rows[town.hanako.id].role == ProjectRole.MEMBER
    assert (rows[town.taro.id].role, rows[town.taro.id].department) == ("lead", "税務課")
    assert "リーダーを引き継ぎました" in _dm(town, town.taro, "段階が変わったら").text
    assert "変えられるのは、リーダー" in town.asks(town.hanako, "段階 計画").text
    assert "計画" in town.asks(town.taro, "段階 計画").text
    assert "引き継ぎ （リーダー：" in town.asks(town.taro, "表示").words


def test_a_coordinator_passes_the_only_lead_on(town: Town) -> None:
    town.registers()
    town.hanako.is_deactivated()
    assert "引き継ぎました" in town.asks(town.admin, "引き継ぎ @鈴木太郎").text
    assert _rows(town)[town.hanako.id].role == ProjectRole.MEMBER
    assert "リーダーになりました" in _dm(town, town.taro, "手続き").text


def test_of_several_leads_it_is_said_whose(town: Town, jiro: Person) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"leads": [town.hanako.id, town.taro.id]})
    assert town.hanako.submits(form).errors == {}
    answer = town.asks(town.admin, "引き継ぎ @高橋次郎")
    assert "誰から引き継ぐかが分かるように" in answer.text
    assert "引き継ぎました" in town.asks(town.admin, "引き継ぎ @鈴木太郎 @高橋次郎").text
    assert {u for u, row in _rows(town).items() if row.role == "lead"} == {
        town.hanako.id,
        jiro.id,
    }
    assert "引き継ぎました" in town.asks(town.hanako, "引き継ぎ @高橋次郎").text
    assert {u for u, row in _rows(town).items() if row.role == "lead"} == {jiro.id}


def test_only_those_who_manage_it_pass_it_on(town: Town, jiro: Person) -> None:
    town.registers()
    town.asks(town.taro, "参加")
    before = town.counts()
    for text in ("引き継ぎ @高橋次郎", "引き継ぎ @山田花子 @高橋次郎"):
        assert "変えられるのは、リーダー" in town.asks(town.taro, text).text
    assert town.counts() == before


def test_who_leads_no_more_by_the_form_stays_a_member(town: Town) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"leads": [town.taro.id]})
    assert town.hanako.submits(form).errors == {}
    assert {u: row.role for u, row in _rows(town).items()} == {
        town.hanako.id: "member",
        town.taro.id: "lead",
    }


# --- in March ------------------------------------------------------------------------------


def _actor(town: Town) -> Actor:
    return Actor(town.slack.team_id, town.admin.id, "ja", True, True, False, ())


def test_who_is_leaving(town: Town) -> None:
    town.registers()
    town.settled()
    with town.deps.database.read() as session:
        assert leaving_leads(session, town.slack.team_id) == ()
        assert projects_without_lead(session, town.slack.team_id) == ()
    town.later(timedelta(days=300))
    town.hanako.changes_title("会計課")
    town.settled()
    [lead] = town.waits(lambda: _leaving(town) or None, "a lead who is leaving")
    assert (lead.project, lead.user_id, lead.why) == ("防災DX", town.hanako.id, Leaving.MOVED)
    assert (lead.department_then, lead.department_now) == ("防災課", "会計課")
    with town.deps.database.write() as session:
        now = town.deps.clock.now()
        keep_lead(session, _actor(town), lead.project_id, lead.user_id, now=now)
    assert _leaving(town) == ()
    town.hanako.is_deactivated()
    [lead] = town.waits(lambda: _leaving(town) or None, "a lead who is deactivated")
    assert lead.why == Leaving.DEACTIVATED
    with town.deps.database.read() as session:
        [without] = projects_without_lead(session, town.slack.team_id)
        assert without.project == "防災DX"
    town.asks(town.admin, "引き継ぎ @鈴木太郎")
    assert _leaving(town) == ()
    with town.deps.database.read() as session:
        assert projects_without_lead(session, town.slack.team_id) == ()


def _leaving(town: Town) -> tuple[LeavingLead, ...]:
    with town.deps.database.read() as session:
        return leaving_leads(session, town.slack.team_id)
