"""`/project list` and `/project show`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.message import Message as MessageRow
from models.message import MessageKind
from models.project import Capture, Kind, Project, ProjectChannel, Stage, Status
from sandbox import Message
from sandbox.json_types import as_object, as_text
from tests.handlers.conftest import Town


def _add(town: Town, name: str, kind: Kind = Kind.WORKING_GROUP, stage: Stage = Stage.IDEA) -> None:
    now, team_id, user_id = town.deps.clock.now(), town.slack.team_id, town.hanako.id
    with town.deps.database.write() as session:
        project = Project(
            team_id=team_id,
            name=name,
            name_key=name,
            kind=kind,
            stage=stage,
            status=Status.ACTIVE,
            capture=Capture.ALL,
            created_by=user_id,
            created_at=now,
            stage_changed_at=now,
            status_changed_at=now,
        )
        session.add(project)
        session.flush()
        tie = ProjectChannel(
            team_id=team_id,
            channel_id=f"C0LIST{project.id:03d}",
            project_id=project.id,
            added_by=user_id,
            added_at=now,
        )
        session.add(tie)


def _lines(answer: Message) -> list[str]:
    return [line for line in answer.words.splitlines() if line.startswith("•")]


def test_no_projects_yet(town: Town) -> None:
    assert town.asks(town.taro, "一覧").text.startswith("まだプロジェクトがありません。")


def test_the_list_shows_name_kind_stage_and_channel(town: Town) -> None:
    town.registers()
    answer = town.asks(town.taro, "一覧")
    assert answer.text == "プロジェクト一覧 全1件"
    assert _lines(answer) == [f"• *防災DX* ワーキンググループ・構想　<#{town.bosai.id}>"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("実証", ["スマート農業"]),
        ("trial", ["スマート農業"]),
        ("実証プロジェクト", ["スマート農業", "窓口"]),
        ("pilot", ["スマート農業", "窓口"]),
        ("コンソーシアム", ["観光"]),
        ("working group", ["子育て"]),
        ("WG", ["子育て"]),
    ],
)
def test_the_list_can_be_filtered(town: Town, words: str, names: list[str]) -> None:
    _add(town, "子育て")
    _add(town, "スマート農業", Kind.PILOT, Stage.TRIAL)
    _add(town, "窓口", Kind.PILOT, Stage.PLAN)
    _add(town, "観光", Kind.CONSORTIUM, Stage.PLAN)
    lines = _lines(town.asks(town.taro, f"一覧 {words}"))
    assert [line.split("*")[1] for line in lines] == names


def test_a_filter_that_matches_nothing(town: Town) -> None:
    town.registers()
    assert town.asks(town.taro, "一覧 実装").text.startswith("「実装」のプロジェクトはありません。")


def test_a_filter_that_is_none(town: Town) -> None:
    answer = town.asks(town.taro, "一覧 とうきょう")
    assert answer.text.startswith("「とうきょう」では絞り込めません。")
    assert "構想 / 計画 / 実証 / 実装 / 完了" in answer.text


def test_closed_projects_are_listed_where_they_are_asked_for(town: Town) -> None:
    town.registers()
    town.asks(town.hanako, "終了")
    assert town.asks(town.taro, "一覧").text.startswith("まだプロジェクトがありません。")
    assert "• *防災DX* ワーキンググループ・完了・終了" in _lines(town.asks(town.taro, "一覧 終了"))


def test_83_projects_with_long_names_keep_every_limit(town: Town) -> None:
    for number in range(83):
        _add(town, f"{number:02d}" + "&" * 78)
    answer = town.asks(town.taro, "一覧")
    seen = []
    for page in range(5):
        assert len(answer.blocks) <= 50
        for block in answer.blocks:
            if block["type"] == "section":
                assert len(as_text(as_object(block["text"])["text"])) <= 3_000
        seen += [line.split("*")[1][:2] for line in _lines(answer)]
        if page < 4:
            answer = town.presses(town.taro, answer, "project_list_page_next")
    assert seen == [f"{number:02d}" for number in range(83)]
    assert "81〜83件目（全83件）" in answer.text
    answer = town.presses(town.taro, answer, "project_list_page_previous")
    assert "61〜80件目（全83件）" in answer.text


def test_a_guest_sees_no_list(town: Town) -> None:
    guest = town.slack.person("外部の方", guest=True)
    town.bosai.invites(guest)
    assert "職員だけ" in town.asks(guest, "一覧").text
    assert "職員だけ" in town.asks(guest, "表示").text


def test_show_has_everything(town: Town) -> None:
    town.registers()
    town.later(timedelta(days=1))
    town.asks(town.hanako, "段階 計画")
    words = town.asks(town.taro, "表示").words
    assert "防災DX（ワーキンググループ・計画・活動中）" in words
    assert f"リーダー：{town.hanako.mention}" in words
    assert f"チャンネル：<#{town.bosai.id}>" in words
    assert "期間：未定 〜 未定" in words
    assert "記録：すべての投稿（📝を付ける）" in words
    assert "最後の投稿：まだありません" in words
    assert f"登録：2026年4月6日 {town.hanako.mention}" in words
    assert f"• 2026年4月7日 09:00 {town.hanako.mention} 段階を変更 （段階：構想 → 計画）" in words
    assert f"• 2026年4月6日 09:00 {town.hanako.mention} 登録" in words


def test_show_says_when_the_last_post_was(town: Town) -> None:
    town.registers()
    with town.deps.database.write() as session:
        for ts, kind in (("1775520000.000100", MessageKind.POST), ("1775600000.000100", "reply")):
            session.add(
                MessageRow(
                    team_id=town.slack.team_id,
                    channel_id=town.bosai.id,
                    ts=ts,
                    user_id=town.taro.id,
                    kind=kind,
                    project_id=town.project().id,
                    capture=Capture.ALL,
                    counted=True,
                )
            )
    assert "最後の投稿：2026年4月7日 09:00" in town.asks(town.taro, "表示").words


def test_show_by_name_from_elsewhere_and_in_english(town: Town) -> None:
    town.registers()
    smith = town.slack.person("Smith", locale="en-GB")
    elsewhere = town.slack.channel("random", members=[smith])
    words = town.asks(smith, "show 防災ｄｘ", elsewhere).words
    assert "防災DX (working group, idea, active)" in words
    assert "Last post: none yet" in words
    assert f"Registered: 6 April 2026 by {town.hanako.mention}" in words


def test_show_of_a_project_with_the_longest_of_everything(town: Town) -> None:
    town.registers("&" * 80)
    form = town.opens(town.hanako, "編集")
    town.hanako.fills(form, {"purpose": "<&" * 250})
    assert not town.hanako.submits(form).errors
    for number in range(12):
        name = f"{number:02d}" + "&" * 78
        form = town.opens(town.hanako, "編集")
        town.hanako.fills(form, {"name": name})
        assert not town.hanako.submits(form).errors
    answer = town.asks(town.taro, "表示")
    assert len([line for line in answer.words.splitlines() if line.startswith("•")]) == 10
