"""The page of those who lead projects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.project import Project, Stage
from sandbox.json_types import as_objects
from tests.home.conftest import Hall

EDIT, STAGE = "home_project_edit", "home_project_stage"
MEMBERS, POST = "home_project_members", "home_progress"


@pytest.fixture
def hall(hall: Hall) -> Hall:
    """Hanako leads a project; the mayor is in office."""
    hall.registers()
    hall.takes_office()
    return hall


def _stage(hall: Hall) -> str:
    with hall.deps.database.read() as session:
        return session.get_one(Project, 1).stage


def test_a_project_with_its_latest_posts(hall: Hall) -> None:
    assert "まだ投稿がありません。" in hall.home(hall.hanako).words
    for n in range(3):
        hall.clock.advance(timedelta(minutes=1))
        post = hall.taro.posts(hall.bosai, f"報告その{n}です。")
    hall.settled()
    hall.mayor.reacts(post, "tada")
    home = hall.later(hall.hanako, "市長も反応")
    assert "*防災DX*\nワーキンググループ・構想　1人" in home.words
    assert "報告その2です。" in home.words
    assert "報告その1です。" in home.words
    assert "報告その0です。" not in home.words


def test_moving_the_stage_in_place(hall: Hall) -> None:
    hall.home(hall.hanako)
    home = hall.chooses(hall.hanako, STAGE, "1:trial")
    assert _stage(hall) == Stage.TRIAL
    assert "ワーキンググループ・実証" in home.words
    hall.slack.until(
        lambda: [m for m in hall.bosai.messages if "「構想」から「実証」に" in m.text],
        what="a notice in the channel",
    )


def test_editing_in_place(hall: Hall) -> None:
    hall.hanako.presses(hall.home(hall.hanako), EDIT)
    form = hall.modal(hall.hanako, "目的")
    hall.hanako.fills(form, {"name": "防災DX推進"})
    assert hall.hanako.submits(form).errors == {}
    assert "*防災DX推進*" in hall.seen(hall.hanako).words


def test_who_is_in_it(hall: Hall) -> None:
    hall.asks(hall.taro, "参加")
    hall.hanako.presses(hall.home(hall.hanako), MEMBERS)
    modal = hall.modal(hall.hanako, "「防災DX」の皆さん")
    assert f"<@{hall.taro.id}>" in modal.words
    assert "自薦" in modal.words


def test_writing_progress_from_the_home(hall: Hall) -> None:
    hall.hanako.presses(hall.home(hall.hanako), POST)
    assert "やったこと" in hall.modal(hall.hanako, "やったこと").words


def test_what_leaders_ask_stands_at_the_project(hall: Hall) -> None:
    post = hall.taro.posts(hall.bosai, "受付を試しました。")
    hall.settled()
    hall.home(hall.hanako)
    hall.mayor.reacts(post, "question")
    hall.settled()
    hall.clock.advance(timedelta(seconds=15))
    home = hall.later(hall.hanako, "💬 回答を待っている質問 1件")
    assert "市長から" in home.words
    home = hall.presses(hall.hanako, "question_answered")
    assert "回答を待っている質問" not in hall.later(hall.hanako, "担当プロジェクト").words


def test_who_leads_no_more_presses_an_old_button_in_vain(hall: Hall) -> None:
    old = hall.home(hall.hanako)
    hall.asks(hall.hanako, f"引き継ぎ @{hall.taro.name}")
    before = hall.published(hall.hanako)
    hall.hanako.presses(old, EDIT)
    words = hall.modal(hall.hanako, "このプロジェクトを変えられるのは").words
    assert f"リーダー（<@{hall.taro.id}>）" in words
    hall.hanako.closes()
    assert "担当プロジェクト" not in hall.made(hall.hanako, before).words
    assert "📁 担当プロジェクト" in hall.home(hall.taro).words


def test_who_leads_no_more_moves_no_stage_in_an_old_home(hall: Hall) -> None:
    old = hall.home(hall.hanako)
    hall.asks(hall.hanako, f"引き継ぎ @{hall.taro.name}")
    before = hall.published(hall.hanako)
    hall.hanako.chooses(old, STAGE, "1:done")
    assert hall.modal(hall.hanako, "このプロジェクトを変えられるのは")
    hall.hanako.closes()
    assert _stage(hall) == Stage.IDEA
    assert "担当プロジェクト" not in hall.made(hall.hanako, before).words


def test_a_value_that_is_none_of_ours_changes_nothing(hall: Hall) -> None:
    hall.home(hall.hanako)
    view = hall.hanako.home
    assert view is not None
    for block in as_objects(view.record.body["blocks"]):
        for element in as_objects(block.get("elements")):
            if element.get("action_id") == EDIT:
                element["value"] = "999; DROP TABLE projects"
    hall.hanako.presses(view, EDIT)
    assert "うまくいきませんでした" in hall.modal(hall.hanako, "事務局").words


def test_in_english(hall: Hall) -> None:
    smith = hall.slack.person("Smith", locale="en-GB")
    channel = hall.slack.channel("wg-desk", members=[smith])
    hall.asks(smith, "register Front desk", channel)
    words = hall.home(smith).words
    assert "📁 The projects you lead" in words
    assert "working group, idea · 1 person" in words
    assert "Stage: idea" in words
