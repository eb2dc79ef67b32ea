"""Slack fails at any call on the way: one sentence, nothing half done, and it works again after."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.calendar import CalendarDay
from models.channel import Channel
from models.digest import Digest, DigestAudience
from tests.handlers.conftest import Town

SILENT = "Slackから返事がありませんでした。何も変わっていません。"
FAULTS = ("ratelimited", "http_error", "connection_reset")

# (command, text, method that fails, what the answer says once it works)
ASKED = [
    ("/project", "登録 空き家", "users.info", "登録しました"),
    ("/project", "登録 空き家", "conversations.info", "登録しました"),
    ("/project", "登録 空き家", "conversations.join", "登録しました"),
    ("/office", "任命 市長 @議会太郎", "users.info", "「市長」は"),
    ("/office", "事務局 追加 @議会太郎", "users.info", "事務局に加えました"),
    ("/digest", "送り先 #leaders", "conversations.info", "送ります"),
    ("/digest", "送り先 #leaders", "conversations.join", "送ります"),
    ("/digest", "送り先 @議会太郎", "users.info", "送ります"),
    ("/digest", "送り先 @議会太郎", "conversations.open", "送ります"),
]


def _rows(town: Town) -> dict[str, int]:
    with town.deps.database.read() as session:
        more = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Digest, DigestAudience, CalendarDay)
        }
    return {**town.counts(), **more}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("command", "text", "method", "done"), ASKED)
def test_a_command(town: Town, command: str, text: str, method: str, done: str, fault: str) -> None:
    town.slack.person("議会太郎", title="市長")
    town.slack.channel("leaders", members=[town.admin])
    if method == "users.info":
        town.asks(town.admin, "ヘルプ")  # the admin is known: the next question is about another
        asker = town.taro if command == "/project" else town.admin
    else:
        asker = town.admin
    town.slack.faults.add(fault, method=method)
    before = _rows(town)
    assert town.asks(asker, text, command=command).text.startswith(SILENT)
    assert _rows(town) == before
    assert done in town.asks(asker, text, command=command).text


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "method", ["conversations.info", "conversations.members", "conversations.join"]
)
def test_adding_a_channel(town: Town, method: str, fault: str) -> None:
    town.registers()
    town.slack.channel("more", members=[town.hanako])
    town.slack.faults.add(fault, method=method)
    before = _rows(town)
    assert town.asks(town.hanako, "チャンネル 追加 #more").text.startswith(SILENT)
    assert _rows(town) == before
    assert "加えました" in town.asks(town.hanako, "チャンネル 追加 #more").text


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["conversations.info", "conversations.members"])
def test_saying_yes_to_a_private_channel(town: Town, method: str, fault: str) -> None:
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    question = town.asks(town.hanako, "登録 機密の検討", secret)
    town.slack.faults.add(fault, method=method)
    before = _rows(town)
    answer = town.presses(town.hanako, question, "project_confirm_register")
    assert answer.text.startswith(SILENT)
    assert _rows(town) == before
    # The question still stands there: it can be answered again.
    town.presses(town.hanako, question, "project_confirm_register")
    assert town.tied("機密の検討") == [secret.id]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("text", ["登録", "編集"])
def test_opening_a_form(town: Town, text: str, fault: str) -> None:
    town.registers()
    town.slack.faults.add(fault, method="views.open")
    before = _rows(town)
    assert town.asks(town.hanako, text).text.startswith(SILENT)
    assert town.hanako.modal is None
    assert _rows(town) == before
    assert town.opens(town.hanako, text)


@pytest.mark.parametrize("fault", FAULTS)
def test_resuming_says_what_came_of_it(town: Town, fault: str) -> None:
    """What is changed is changed; where Slack is silent the person is told how to make sure."""
    town.registers()
    town.asks(town.hanako, "終了")
    town.slack.faults.add(fault, method="conversations.info")
    answer = town.asks(town.hanako, "再開")
    assert answer.text.startswith("「防災DX」を再開しました。")
    assert "`/invite`" in answer.text
    assert town.tied() == [town.bosai.id]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("@議会太郎 ありがとうございました", "users.info"),
        ("@section ありがとうございました", "usergroups.users.list"),
        ("@鈴木太郎 ありがとうございました", "conversations.info"),
    ],
)
def test_thanking(town: Town, text: str, method: str, fault: str) -> None:
    town.slack.user_group("section", [town.slack.person("議会太郎")])
    lobby = town.slack.channel("lobby", members=[town.hanako])
    lobby.invites(town.slack.bot)
    town.settled()
    if method == "conversations.info":
        with town.deps.database.write() as session:  # as if the news had not come yet
            session.get_one(Channel, (town.slack.team_id, lobby.id)).has_bot = False
    town.asks(town.hanako, "", lobby, "/kudos")  # she is known: the next question is not about her
    if method != "users.info":
        town.asks(town.hanako, "@鈴木太郎", lobby, "/kudos")
    town.slack.faults.add(fault, method=method)
    assert town.asks(town.hanako, text, lobby, "/kudos").text.startswith(SILENT)
    assert town.counts()["deliveries"] == 0
    assert "カード" in town.asks(town.hanako, text, lobby, "/kudos").text


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("text", "method", "done"),
    [
        ("招待 @議会太郎", "users.info", "招待しました"),
        ("引き継ぎ @議会太郎", "users.info", "引き継ぎました"),
        ("招待 @議会ゲスト", "conversations.members", "招待しました"),
    ],
)
def test_bringing_people_in(town: Town, text: str, method: str, done: str, fault: str) -> None:
    town.slack.person("議会太郎")
    town.bosai.invites(town.slack.person("議会ゲスト", guest=True))
    town.registers()
    town.settled()
    town.slack.faults.add(fault, method=method)
    before = _rows(town)
    assert town.asks(town.hanako, text).text.startswith(SILENT)
    assert _rows(town) == before
    assert done in town.asks(town.hanako, text).text


def test_slack_is_slow_everywhere(town: Town) -> None:
    town.slack.faults.add("slow", seconds=0.4, times=6)
    assert "登録しました" in town.asks(town.hanako, "登録 防災DX").text
    assert town.tied() == [town.bosai.id]
    assert len([m for m in town.said(town.bosai) if "project_edit" in str(m.blocks)]) <= 1
