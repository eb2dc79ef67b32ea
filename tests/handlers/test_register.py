"""`/project register`: in the words of those who try it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.channel import Channel as ChannelRow
from models.project import Capture, Kind, ProjectMember, Stage, Status
from sandbox.json_types import as_object, as_text
from tests.handlers.conftest import Town


def test_a_channel_is_registered_at_once(town: Town) -> None:
    answer = town.asks(town.hanako, "登録 防災DX")
    assert answer.text.startswith("「防災DX」を登録しました。")
    project = town.project()
    assert (project.kind, project.stage, project.status) == (
        Kind.WORKING_GROUP,
        Stage.IDEA,
        Status.ACTIVE,
    )
    assert (project.capture, project.marks_posts) == (Capture.ALL, True)
    assert project.created_by == town.hanako.id
    assert town.tied() == [town.bosai.id]
    assert town.slack.bot_user_id in town.bosai.members
    with town.deps.database.read() as session:
        leads = session.scalars(select(ProjectMember.user_id)).all()
        channel = session.get_one(ChannelRow, (town.slack.team_id, town.bosai.id))
    assert leads == [town.hanako.id]
    assert (channel.name, channel.has_bot, channel.is_private) == ("wg-bosai-dx", True, False)


def test_the_card_says_what_is_recorded_for_whom_and_how_to_opt_out(town: Town) -> None:
    card = town.registers()
    title, what, opt_out = (
        as_text(as_object(block["text"])["text"]) for block in card.blocks if "text" in block
    )
    assert "「防災DX」" in title
    assert town.hanako.mention in title
    assert "投稿・返信・リアクション" in what
    assert "市長と副市長・CDO" in what
    assert "いつもどおり" in what
    assert "リーダーか事務局" in opt_out
    assert "詳細を編集" in card.words
    assert "「防災DX」を登録しました" in card.text


def test_the_card_names_the_offices_that_are_held(town: Town) -> None:
    answer = town.asks(town.admin, "任命 町長 @鈴木太郎", command="/office")
    assert "町長" in answer.text
    assert "町長に届けます" in town.registers().words


def test_the_card_is_posted_once_and_there_is_one_audit_entry(town: Town) -> None:
    town.registers()
    assert len(town.said(town.bosai)) == 1
    (entry,) = town.audit()
    assert (entry.action, entry.actor_id) == ("project.registered", town.hanako.id)
    assert as_object(entry.details["after"])["channel"] == town.bosai.id


def test_english_works_for_those_whose_slack_is_english(town: Town) -> None:
    smith = town.slack.person("Smith", locale="en-GB")
    town.bosai.invites(smith)
    answer = town.asks(smith, "register Disaster DX")
    assert answer.text.startswith("“Disaster DX” is registered.")
    assert town.project("Disaster DX").created_by == smith.id


@pytest.mark.parametrize("text", ["ＲＥＧＩＳＴＥＲ 防災DX", "登録　防災DX", "  登録   防災DX  "])
def test_width_case_and_spaces_do_not_matter(town: Town, text: str) -> None:
    assert "登録しました" in town.asks(town.hanako, text).text
    assert town.project().name == "防災DX"


def test_a_channel_that_is_registered_already(town: Town) -> None:
    town.registers()
    before = town.counts()
    answer = town.asks(town.taro, "登録 べつの名前")
    assert answer.text == (
        f"<#{town.bosai.id}> は、すでに「防災DX」として登録されています。"
        " `/project 表示` で内容を見られます。"
    )
    assert town.counts() == before


@pytest.mark.parametrize("name", ["防災DX", "防災ｄｘ", "防災 ＤＸ"])
def test_a_name_that_is_taken(town: Town, name: str) -> None:
    town.registers()
    before = town.counts()
    other = town.slack.channel("wg-other", members=[town.taro])
    answer = town.asks(town.taro, f"登録 {name}", other)
    assert answer.text == f"「{name}」という名前は、すでに使われています。別の名前にしてください。"
    assert town.counts() == before
    assert town.slack.bot_user_id not in other.members


def test_a_name_of_more_than_80_characters(town: Town) -> None:
    before = town.counts()
    answer = town.asks(town.hanako, "登録 " + "あ" * 81)
    assert answer.text == "名前が長すぎます（81文字）。80文字までにしてください。"
    assert town.counts() == before
    assert "登録しました" in town.asks(town.hanako, "登録 " + "あ" * 80).text


def test_a_name_without_anything_to_see(town: Town) -> None:
    before = town.counts()
    answer = town.asks(town.hanako, "登録 \u200b")
    assert answer.text.startswith("プロジェクトの名前が空です。")
    assert town.counts() == before


def test_the_dm_with_the_bot(town: Town) -> None:
    before = town.counts()
    answer = town.asks(town.hanako, "登録 防災DX", town.hanako.dm())
    assert answer.text.startswith("ダイレクトメッセージは登録できません。")
    assert town.counts() == before


def test_an_archived_channel(town: Town) -> None:
    """Nobody can run a command there; through the form it can still be chosen."""
    assert town.hanako.runs("/project", "登録", town.bosai).acked
    form = town.form(town.hanako)
    town.bosai.archives()
    before = town.counts()
    town.hanako.fills(form, {"name": "防災DX"})
    assert town.hanako.submits(form).errors == {
        "channel": "このチャンネルはアーカイブされているので、登録できません。"
        "アーカイブを解除するか、別のチャンネルを使ってください。"
    }
    assert town.counts() == before


def test_a_private_channel_without_the_bot(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    before = town.counts()
    answer = town.asks(town.hanako, "登録 ひみつ", secret)
    assert "`/invite`" in answer.text
    assert f"<@{town.slack.bot_user_id}>" in answer.text
    assert town.counts() == before


def test_a_private_channel_is_registered_once_the_caller_has_confirmed(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    before = town.counts()
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    assert "非公開チャンネル" in question.text
    assert "市長と副市長・CDOが週に一度のダイジェストで読みます" in question.text
    assert town.counts() == before
    answer = town.presses(town.hanako, question, "project_confirm_register")
    assert answer.text.startswith("「機密の検討」を登録しました。")
    assert town.tied("機密の検討") == [secret.id]
    assert town.card(secret)


def test_a_private_channel_whose_group_does_not_agree(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    before = town.counts()
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    answer = town.presses(town.hanako, question, "project_cancel")
    assert answer.text == "登録しませんでした。何も変わっていません。"
    assert town.counts() == before


def test_a_confirmation_that_comes_too_late(town: Town) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako, town.taro])
    secret.invites(town.slack.bot)
    first = town.asks(town.hanako, "登録 機密の検討", secret)
    second = town.asks(town.taro, "登録 べつの検討", secret)
    town.presses(town.hanako, first, "project_confirm_register")
    before = town.counts()
    answer = town.presses(town.taro, second, "project_confirm_register")
    assert "すでに「機密の検討」として登録されています" in answer.text
    assert {**town.counts(), "deliveries": 0} == {**before, "deliveries": 0}


@pytest.mark.parametrize("kind", ["guest", "external"])
def test_guests_and_outside_people_may_not_register(town: Town, kind: str) -> None:
    outsider = (
        town.slack.person("外部の方", guest=True)
        if kind == "guest"
        else town.slack.person("商工会議所", external_team="商工会議所")
    )
    town.bosai.invites(outsider)
    before = town.counts()
    answer = town.asks(outsider, "登録 防災DX")
    assert answer.text.startswith("これは、このワークスペースの職員だけができます。")
    assert town.counts() == before


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.join"])
@pytest.mark.parametrize("fault", ["ratelimited", "connection_reset", "http_error"])
def test_slack_not_answering(town: Town, method: str, fault: str) -> None:
    town.slack.faults.add(fault, method=method)
    before = town.counts()
    answer = town.asks(town.hanako, "登録 防災DX")
    assert answer.text == (
        "Slackから返事がありませんでした。何も変わっていません。"
        "少し待ってから、もう一度お試しください。"
    )
    assert town.counts() == before
    assert "登録しました" in town.asks(town.hanako, "登録 防災DX").text


def test_a_missing_permission_is_said_as_such(town: Town) -> None:
    town.slack.grant({"commands", "channels:read", "chat:write", "users:read"})
    before = town.counts()
    answer = town.asks(town.hanako, "登録 防災DX")
    assert "アプリの権限" in answer.text
    assert town.counts() == before


def test_markup_in_a_name_notifies_nobody(town: Town) -> None:
    card = town.registers("<!channel> *至急* @everyone R&D")
    assert card.notifies <= {town.hanako.id}
    assert "<!channel>" not in str(card.blocks)
    assert "@everyone" not in card.words
    assert town.project("<!channel> *至急* @everyone R&D")
