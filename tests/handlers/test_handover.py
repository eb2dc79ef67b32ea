"""Passing the lead of a project on, and who should."""

from __future__ import annotations

from datetime import timedelta

from bot.core.handover import Leaving, LeavingLead, keep_lead, leaving_leads, projects_without_lead
from bot.core.permissions import Actor
from models.project import ProjectRole
from sandbox import Person
from tests.handlers.conftest import Town
from tests.handlers.people import people_in, told


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
    rows = people_in(town)
    assert rows[town.hanako.id].role == ProjectRole.MEMBER
    assert (rows[town.taro.id].role, rows[town.taro.id].department) == ("lead", "税務課")
    assert "リーダーを引き継ぎました" in told(town, town.taro, "段階が変わったら").text
    assert "変えられるのは、リーダー" in town.asks(town.hanako, "段階 計画").text
    assert "計画" in town.asks(town.taro, "段階 計画").text
    assert "引き継ぎ （リーダー：" in town.asks(town.taro, "表示").words


def test_a_coordinator_passes_the_only_lead_on(town: Town) -> None:
    town.registers()
    town.hanako.is_deactivated()
    assert "引き継ぎました" in town.asks(town.admin, "引き継ぎ @鈴木太郎").text
    assert people_in(town)[town.hanako.id].role == ProjectRole.MEMBER
    assert "リーダーになりました" in told(town, town.taro, "手続き").text


def test_of_several_leads_it_is_said_whose(town: Town, jiro: Person) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"leads": [town.hanako.id, town.taro.id]})
    assert town.hanako.submits(form).errors == {}
    answer = town.asks(town.admin, "引き継ぎ @高橋次郎")
    assert "誰から引き継ぐかが分かるように" in answer.text
    assert "引き継ぎました" in town.asks(town.admin, "引き継ぎ @鈴木太郎 @高橋次郎").text
    assert {u for u, row in people_in(town).items() if row.role == "lead"} == {
        town.hanako.id,
        jiro.id,
    }
    assert "引き継ぎました" in town.asks(town.hanako, "引き継ぎ @高橋次郎").text
    assert {u for u, row in people_in(town).items() if row.role == "lead"} == {jiro.id}


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
    assert {u: row.role for u, row in people_in(town).items()} == {
        town.hanako.id: "member",
        town.taro.id: "lead",
    }


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
