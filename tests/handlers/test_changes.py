"""`/project stage`, `pause`, `resume` and `close`, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.project import Stage, Status
from tests.handlers.conftest import Town


@pytest.mark.parametrize(
    ("text", "stage"), [("段階 実証", Stage.TRIAL), ("stage rollout", "rollout")]
)
def test_the_stage_moves_and_the_channel_is_told(town: Town, text: str, stage: str) -> None:
    town.registers()
    town.later(timedelta(days=1))
    answer = town.asks(town.hanako, text)
    assert answer.text.startswith("「防災DX」の段階を「実")
    assert town.notice(town.bosai, "「防災DX」の段階が、「構想」から「実")
    project = town.project()
    assert project.stage == stage
    assert project.stage_changed_at == town.deps.clock.now()
    entry = town.audit()[-1]
    assert entry.action == "project.stage"
    assert entry.details == {"before": {"stage": "idea"}, "after": {"stage": stage}}


def test_the_stage_done_says_how_to_stop_recording(town: Town) -> None:
    town.registers()
    answer = town.asks(town.hanako, "段階 完了")
    assert "`/project 終了`" in answer.text
    assert town.project().status == Status.ACTIVE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("段階", "段階を書いてください：構想 / 計画 / 実証 / 実装 / 完了"),
        ("段階 本番", "「本番」という段階はありません。"),
        ("段階 構想", "「防災DX」は、すでにその段階です。"),
        ("再開", "「防災DX」は活動中です。"),
    ],
)
def test_changes_that_can_not_be_made(town: Town, text: str, words: str) -> None:
    town.registers()
    before = town.counts()
    assert town.asks(town.hanako, text).text.startswith(words)
    assert town.counts() == before


def test_pause_and_resume(town: Town) -> None:
    town.registers()
    assert "記録は続きます" in town.asks(town.hanako, "休止").text
    assert town.project().status == Status.PAUSED
    assert town.tied() == [town.bosai.id]
    assert "すでに休止しています" in town.asks(town.hanako, "休止").text
    assert "再開しました" in town.asks(town.hanako, "再開").text
    assert town.notice(town.bosai, "「防災DX」を再開しました。")
    assert town.project().status == Status.ACTIVE
    assert [entry.action for entry in town.audit()] == [
        "project.registered",
        "project.paused",
        "project.resumed",
    ]


def test_close_stops_recording_and_resume_takes_it_back(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "段階 実装")
    answer = town.asks(town.hanako, "終了")
    assert answer.text == (
        "「防災DX」を終了し、記録を止めました。 `/project 再開 防災DX` で元に戻せます。"
    )
    assert town.notice(town.bosai, "「防災DX」は終了しました。")
    project = town.project()
    assert (project.status, project.stage) == (Status.CLOSED, Stage.DONE)
    assert town.tied() == []
    town.later(timedelta(days=3))
    answer = town.asks(town.hanako, "再開")
    assert answer.text == f"「防災DX」を再開しました。<#{town.bosai.id}> の投稿を記録します。"
    project = town.project()
    assert (project.status, project.stage) == (Status.ACTIVE, Stage.ROLLOUT)
    assert town.tied() == [town.bosai.id]


def test_resume_when_the_channel_belongs_to_another_project_meanwhile(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    town.registers("防災DX2")
    answer = town.asks(town.hanako, "再開 防災DX")
    assert "元のチャンネルはほかのプロジェクトで使われています" in answer.text
    assert town.tied("防災DX2") == [town.bosai.id]
    assert town.tied("防災DX") == []
    assert town.project().status == Status.ACTIVE


@pytest.mark.parametrize("text", ["休止 防災DX", "段階 計画 防災DX", "終了 防災DX", "編集 防災DX"])
def test_a_closed_project_can_only_be_resumed(town: Town, text: str) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    before = town.counts()
    answer = town.asks(town.hanako, text)
    assert answer.text == (
        "「防災DX」は終了しています。 `/project 再開 防災DX` で、また始められます。"
    )
    assert town.counts() == before


def test_the_name_of_a_closed_project_stays_taken(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    assert "すでに使われています" in town.asks(town.hanako, "登録 防災DX").text


@pytest.mark.parametrize(
    "text",
    [
        "段階 計画",
        "休止",
        "再開",
        "終了",
        "編集",
        "チャンネル 追加 #random",
        "チャンネル 削除 #random",
    ],
)
def test_others_may_not_change_a_project(town: Town, text: str) -> None:
    town.registers()
    town.slack.channel("random", members=[town.taro])
    before = town.counts()
    answer = town.asks(town.taro, text)
    assert answer.text == (
        f"このプロジェクトを変えられるのは、リーダー（{town.hanako.mention}）と事務局、"
        "ワークスペースの管理者です。リーダーか事務局に頼んでください。"
    )
    assert town.counts() == before


def test_a_workspace_admin_may(town: Town) -> None:
    town.registers()
    assert "計画" in town.asks(town.admin, "段階 計画").text
    assert town.project().stage == Stage.PLAN


def test_a_coordinator_may(town: Town) -> None:
    town.registers()
    town.makes_coordinator(town.taro)
    assert "計画" in town.asks(town.taro, "段階 計画").text
    assert town.project().stage == Stage.PLAN


def test_a_lead_who_became_a_guest_may_not(town: Town) -> None:
    guest = town.slack.person("外部の方", guest=True)
    town.bosai.invites(guest)
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"leads": [town.hanako.id, guest.id]})
    town.hanako.submits(form)
    assert "職員だけ" in town.asks(guest, "段階 計画").text
    assert town.project().stage == Stage.IDEA


@pytest.mark.parametrize("text", ["段階 計画 防災DX", "休止 防災DX", "終了 防災DX"])
def test_a_name_works_from_any_channel(town: Town, text: str) -> None:
    town.registers()
    elsewhere = town.slack.channel("random", members=[town.hanako])
    assert "防災DX" in town.asks(town.hanako, text, elsewhere).text
    assert len(town.audit()) == 2
