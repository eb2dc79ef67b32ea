"""The form behind `/project register` without a name and `/project edit`."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from handlers.forms import ALL_ANSWERS
from models.project import Capture, Kind, ProjectMember, ProjectRole, Stage
from sandbox import View
from tests.handlers.conftest import Town


def _leads(town: Town) -> set[str]:
    with town.deps.database.read() as session:
        leads = ProjectMember.role == ProjectRole.LEAD
        return set(session.scalars(select(ProjectMember.user_id).where(leads)))


def _fill(town: Town, form: View, **values: str | list[str]) -> None:
    town.hanako.fills(form, dict(values))


def test_registering_through_the_form(town: Town) -> None:
    form = town.opens(town.hanako, "登録")
    assert form.title == "プロジェクトの登録"
    _fill(
        town,
        form,
        name="スマート農業",
        kind="pilot",
        purpose="ドローンで見回りの手間を減らす",
        leads=[town.hanako.id, town.taro.id],
        stage="trial",
        starts_on="2026-04-01",
        target_on="2027-03-31",
        capture="marked",
        marks_posts=[],
    )
    result = town.hanako.submits(form)
    assert result.errors == {}
    done = town.hanako.modal
    assert done is not None
    assert "「スマート農業」を登録しました。" in done.words
    project = town.project("スマート農業")
    assert (project.kind, project.stage) == (Kind.PILOT, Stage.TRIAL)
    assert (project.starts_on, project.target_on) == (date(2026, 4, 1), date(2027, 3, 31))
    assert (project.capture, project.marks_posts) == (Capture.MARKED, False)
    assert project.purpose == "ドローンで見回りの手間を減らす"
    assert _leads(town) == {town.hanako.id, town.taro.id}
    assert "【進捗】や #進捗" in town.card(town.bosai).words


def test_what_the_form_proposes(town: Town) -> None:
    form = town.opens(town.hanako, "register")
    town.hanako.fills(form, {"name": "防災DX"})
    assert town.hanako.submits(form).errors == {}
    project = town.project()
    assert (project.kind, project.stage) == (Kind.WORKING_GROUP, Stage.IDEA)
    assert (project.capture, project.marks_posts) == (Capture.ALL, True)
    assert town.tied() == [town.bosai.id]
    assert _leads(town) == {town.hanako.id}


def test_the_form_in_english(town: Town) -> None:
    smith = town.slack.person("Smith", locale="en-GB")
    town.bosai.invites(smith)
    assert town.opens(smith, "register").title == "Register a project"


def test_from_a_dm_the_channel_is_chosen(town: Town) -> None:
    form = town.opens(town.hanako, "登録", town.hanako.dm())
    town.hanako.fills(form, {"name": "防災DX", "channel": town.bosai.id})
    assert town.hanako.submits(form).errors == {}
    assert town.tied() == [town.bosai.id]


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    form = town.opens(town.hanako, "登録")
    _fill(town, form, name="\u200b", starts_on="2026-05-01", target_on="2026-04-01", purpose="検討")
    before = town.counts()
    result = town.hanako.submits(form)
    assert result.errors == {
        "name": "プロジェクトの名前が空です。 /project 登録 防災DX のように、"
        "名前を書いてください。",
        "target_on": "目標日が開始日より前になっています。開始日か目標日を直してください。",
    }
    assert not result.closed
    assert town.counts() == before
    _fill(town, form, name="防災DX", target_on="2026-06-01")
    assert town.hanako.submits(form).errors == {}
    assert town.project().purpose == "検討"


def test_a_name_that_is_taken(town: Town) -> None:
    town.registers("R&D")
    other = town.slack.channel("wg-other", members=[town.taro])
    form = town.opens(town.taro, "登録", other)
    town.taro.fills(form, {"name": "Ｒ＆Ｄ"})
    before = town.counts()
    assert town.taro.submits(form).errors == {
        "name": "「Ｒ＆Ｄ」という名前は、すでに使われています。別の名前にしてください。"
    }
    assert town.counts() == before


def test_a_channel_that_is_registered_already(town: Town) -> None:
    form = town.opens(town.taro, "登録")
    town.registers()
    town.taro.fills(form, {"name": "べつの名前"})
    before = town.counts()
    errors = town.taro.submits(form).errors
    assert list(errors) == ["channel"]
    assert "すでに「防災DX」として登録されています" in errors["channel"]
    assert town.counts() == before


def test_a_channel_that_the_caller_is_not_in(town: Town) -> None:
    """Somebody leaves it while the form is open; or Slack's menu offers more than it should."""
    form = town.opens(town.taro, "登録")
    town.taro.leaves(town.bosai)
    town.taro.fills(form, {"name": "防災DX"})
    before = town.counts()
    errors = town.taro.submits(form).errors
    assert list(errors) == ["channel"]
    assert "に入っていないので、登録できません" in errors["channel"]
    assert town.counts() == before


def test_members_are_looked_for_on_every_page(town: Town) -> None:
    crowd = [town.slack.person(f"職員{number}") for number in range(1_200)]
    big = town.slack.channel("all-staff", members=[*crowd, town.hanako])
    form = town.opens(town.hanako, "登録", big)
    town.hanako.fills(form, {"name": "全庁"})
    assert town.hanako.submits(form).errors == {}
    assert len(town.slack.calls_of("conversations.members")) == 2


def test_a_private_channel_without_the_bot(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    form = town.opens(town.hanako, "登録", secret)
    town.hanako.fills(form, {"name": "機密の検討"})
    before = town.counts()
    assert "/invite に続けて @iine と" in town.hanako.submits(form).errors["channel"]
    assert town.counts() == before


def test_a_private_channel_asks_whether_the_group_agrees(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    form = town.opens(town.hanako, "登録", secret)
    _fill(town, form, name="機密の検討", stage="plan", purpose="検討", target_on="2027-03-31")
    before = town.counts()
    assert town.hanako.submits(form).errors == {}
    question = town.form(town.hanako)
    assert "市長と副市長・CDOが週に一度のダイジェストで読みます" in question.words
    assert town.counts() == before
    assert town.hanako.submits(question).errors == {}
    assert "登録しました" in town.form(town.hanako).words
    project = town.project("機密の検討")
    assert (project.stage, project.purpose) == (Stage.PLAN, "検討")
    assert project.target_on == date(2027, 3, 31)
    assert town.tied("機密の検討") == [secret.id]


def test_the_answer_to_that_question_comes_too_late(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako, town.taro])
    secret.invites(town.slack.bot)
    form = town.opens(town.hanako, "登録", secret)
    town.hanako.fills(form, {"name": "機密の検討"})
    town.hanako.submits(form)
    question = town.asks(town.taro, "登録 先の検討", secret)
    town.presses(town.taro, question, "project_confirm_register")
    before = town.counts()
    town.hanako.submits(town.form(town.hanako))
    assert "すでに「先の検討」として登録されています" in town.form(town.hanako).words
    assert {**town.counts(), "deliveries": 0} == {**before, "deliveries": 0}


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members"])
@pytest.mark.parametrize("fault", ["ratelimited", "connection_reset"])
def test_slack_not_answering(town: Town, method: str, fault: str) -> None:
    form = town.opens(town.hanako, "登録")
    town.hanako.fills(form, {"name": "防災DX"})
    town.slack.faults.add(fault, method=method)
    before = town.counts()
    errors = town.hanako.submits(form).errors
    assert errors["name"].startswith("Slackから返事がありませんでした。何も変わっていません。")
    assert town.counts() == before
    assert town.hanako.submits(form).errors == {}
    assert town.tied() == [town.bosai.id]


def test_slack_taking_too_long_over_a_form(town: Town) -> None:
    """An answer that comes after all of a form's time is none, however late it is waited for."""
    form = town.opens(town.hanako, "登録")
    town.hanako.fills(form, {"name": "防災DX"})
    town.slack.faults.add("slow", method="conversations.members", seconds=ALL_ANSWERS + 0.1)
    before = town.counts()
    errors = town.hanako.submits(form).errors
    assert errors["name"].startswith("Slackから返事がありませんでした。")
    assert town.counts() == before


def test_a_form_that_can_not_be_opened(town: Town) -> None:
    before = town.counts()
    town.slack.faults.add("connection_reset", method="views.open")
    assert "Slackから返事がありませんでした" in town.asks(town.hanako, "登録").text
    assert town.counts() == before


def test_a_guest_gets_no_form(town: Town) -> None:
    guest = town.slack.person("外部の方", guest=True)
    town.bosai.invites(guest)
    assert "職員だけ" in town.asks(guest, "登録").text
    assert guest.modal is None


def test_the_edit_form_is_filled_in_and_saves(town: Town) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    assert form.title == "プロジェクトの編集"
    assert form.state["name"]["value"]["value"] == "防災DX"
    assert f"<#{town.bosai.id}>" in form.words
    _fill(
        town,
        form,
        name="防災DX推進",
        stage="plan",
        purpose="避難所の受付を早く",
        target_on="2027-03-31",
        capture="marked",
        leads=[town.taro.id],
    )
    assert town.hanako.submits(form).errors == {}
    assert "「防災DX推進」の内容を保存しました。" in town.form(town.hanako).words
    project = town.project("防災DX推進")
    assert (project.stage, project.capture) == (Stage.PLAN, Capture.MARKED)
    assert _leads(town) == {town.taro.id}
    assert town.notice(town.bosai, "「構想」から「計画」に変わりました")
    entry = town.audit()[-1]
    assert entry.action == "project.edited"
    assert entry.details == {
        "before": {
            "name": "防災DX",
            "purpose": "",
            "leads": [town.hanako.id],
            "stage": "idea",
            "target_on": None,
            "capture": "all",
        },
        "after": {
            "name": "防災DX推進",
            "purpose": "避難所の受付を早く",
            "leads": [town.taro.id],
            "stage": "plan",
            "target_on": "2027-03-31",
            "capture": "marked",
        },
    }
    words = town.asks(town.admin, "表示").words
    assert "名前：防災DX → 防災DX推進" in words
    assert "目標日：未定 → 2027年3月31日" in words
    assert "記録：すべての投稿 → 印を付けた投稿だけ" in words


def test_nothing_changed_leaves_no_trace(town: Town) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    before = town.counts()
    assert town.hanako.submits(form).errors == {}
    assert town.counts() == before


def test_somebody_else_was_faster(town: Town) -> None:
    town.registers()
    form = town.opens(town.hanako, "編集")
    town.asks(town.admin, "段階 計画")
    before = town.counts()
    _fill(town, form, purpose="あとから書いた目的")
    errors = town.hanako.submits(form).errors
    assert errors["name"].startswith("この画面を開いている間に、ほかの方が内容を変えました。")
    assert {**town.counts(), "deliveries": 0} == {**before, "deliveries": 0}
    assert town.project().purpose == ""


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [("name", "窓口改善", "name"), ("target_on", "2026-03-31", "target_on")],
)
def test_what_can_not_be_saved(town: Town, field: str, value: str, at: str) -> None:
    town.registers()
    other = town.slack.channel("wg-madoguchi", members=[town.hanako])
    town.registers("窓口改善", other)
    form = town.opens(town.hanako, "編集")
    _fill(town, form, **{"starts_on": "2026-04-01", field: value})
    before = town.counts()
    assert list(town.hanako.submits(form).errors) == [at]
    assert town.counts() == before


def test_the_cards_button_opens_the_form_for_those_who_may(town: Town) -> None:
    card = town.registers()
    assert town.hanako.presses(card, "project_edit").acked
    assert town.form(town.hanako).title == "プロジェクトの編集"
    refusal = town.presses(town.taro, card, "project_edit")
    assert refusal.ephemeral
    assert "リーダーか事務局に頼んでください" in refusal.text
    assert town.taro.modal is None


def test_an_outside_person_presses_the_cards_button(town: Town) -> None:
    partner = town.slack.person("商工会議所", external_team="商工会議所")
    shared = town.slack.channel(
        "consortium", members=[town.hanako, partner], shared_with="商工会議所"
    )
    card = town.registers("観光コンソーシアム", shared)
    refusal = town.presses(partner, card, "project_edit")
    assert "職員だけ" in refusal.text


def test_rights_are_asked_for_again_when_the_form_is_sent(town: Town) -> None:
    town.registers()
    town.makes_coordinator(town.taro)
    form = town.opens(town.taro, "編集")
    town.asks(town.admin, "事務局 削除 @鈴木太郎", command="/office")
    town.taro.fills(form, {"purpose": "かきかえ"})
    errors = town.taro.submits(form).errors
    assert "リーダーか事務局に頼んでください" in errors["name"]
    assert town.project().purpose == ""
