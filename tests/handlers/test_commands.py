"""What every command has in common."""

from __future__ import annotations

import pytest

from bot.views.quoting import escape
from handlers import COMMANDS
from handlers.commands.router import Command, nearest
from sandbox import Channel
from tests.handlers.conftest import Town


def _names(command: Command) -> list[str]:
    return [name for sub in command.subcommands for name in sub.names]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_name_is_there_once_in_both_languages(command: Command) -> None:
    names = _names(command)
    assert len(names) == len(set(names))
    for sub in command.subcommands:
        assert sub.names[0].isascii()
        assert any(not name.isascii() for name in sub.names)
        assert sub.usage.en.startswith(sub.names[0])
        assert sub.usage.ja.startswith(sub.names[1])


@pytest.mark.parametrize("text", ["help", "ヘルプ", "ＨＥＬＰ"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_lists_everything(town: Town, command: Command, text: str) -> None:
    answer = town.asks(town.hanako, text, command=command.name)
    for use in command.uses:
        written = escape(f"{command.name} {use.usage.ja}".rstrip())
        assert f"`{written}`\n{use.help.ja}" in answer.text
    assert len(answer.text) < 4_000


def test_a_command_with_subcommands_shows_its_help_alone(town: Town) -> None:
    for command in COMMANDS:
        if command.direct is None:
            alone = town.asks(town.hanako, "", command=command.name)
            assert alone.text == town.asks(town.hanako, "ヘルプ", command=command.name).text


def test_help_in_english(town: Town) -> None:
    smith = town.slack.person("Smith", locale="en-US")
    town.bosai.invites(smith)
    assert "register [name]" in town.asks(smith, "help").text


def test_help_works_in_the_dm_with_the_bot(town: Town) -> None:
    assert "登録" in town.asks(town.hanako, "ヘルプ", town.hanako.dm()).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("regster 防災DX", "register"),
        ("登緑 防災DX", "登録"),
        ("登録防災DX", "登録"),
        ("staeg", "stage"),
        ("チャネル", "チャンネル"),
        ("ヘルフ", "ヘルプ"),
    ],
)
def test_an_unknown_subcommand_names_the_nearest(town: Town, typed: str, meant: str) -> None:
    before = town.counts()
    answer = town.asks(town.hanako, typed)
    word = typed.split()[0]
    assert answer.text == (f"「{word}」という操作はありません。 `/project {meant}` のことですか。")
    assert town.counts() == before


def test_a_word_that_is_near_to_nothing(town: Town) -> None:
    before = town.counts()
    answer = town.asks(town.hanako, "<!here>*")
    assert answer.text == (
        "「&lt;!here&gt;＊」という操作はありません。 `/project ヘルプ` で一覧を見られます。"
    )
    assert town.counts() == before


def test_nearest() -> None:
    assert nearest("zzzzzz", ["register", "list"]) is None
    assert nearest("lst", ["register", "list"]) == "list"


def test_people_are_answered_in_their_own_language(town: Town) -> None:
    smith = town.slack.person("Smith", locale="en-GB")
    town.bosai.invites(smith)
    assert town.asks(smith, "lisst").text == (
        "There is no “lisst” here. Did you mean `/project list`?"
    )


def test_slack_gives_no_profile(town: Town) -> None:
    """Whoever it is could be a guest, so nothing is done."""
    town.slack.faults.add("error", method="users.info", code="user_not_found", times=None)
    before = town.counts()
    answer = town.asks(town.hanako, "登録 防災DX")
    assert answer.text.startswith("Slackから返事がありませんでした。何も変わっていません。")
    assert town.counts() == before


def test_a_fault_of_our_own_is_one_polite_sentence(town: Town) -> None:
    """A database that is away, say."""
    town.asks(town.hanako, "一覧")
    with town.deps.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE audit_log RENAME TO away")
    answer = town.asks(town.hanako, "登録 防災DX")
    assert answer.text.startswith("うまくいきませんでした。何も変わっていません。")
    with town.deps.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO audit_log")
    assert town.counts()["projects"] == 0


def test_an_answer_that_does_not_reach_slack_undoes_nothing(town: Town) -> None:
    town.slack.faults.add("connection_reset", method="response_url")
    invocation = town.hanako.runs("/project", "登録 防災DX", town.bosai)
    assert invocation.acked
    assert town.card(town.bosai)
    assert town.tied() == [town.bosai.id]


def _elsewhere(town: Town) -> Channel:
    return town.slack.channel("random", members=[town.hanako])


@pytest.mark.parametrize(
    "text", ["表示", "編集", "段階 実証", "休止", "再開", "終了", "チャンネル 追加 #random"]
)
def test_a_channel_that_is_not_registered(town: Town, text: str) -> None:
    elsewhere = _elsewhere(town)
    before = town.counts()
    answer = town.asks(town.hanako, text, elsewhere)
    assert answer.text.startswith("このチャンネルは、まだ登録されていません。")
    assert town.counts() == before


@pytest.mark.parametrize("text", ["表示 防犯DX", "編集 防犯DX", "段階 実証 防犯DX", "終了 防犯DX"])
def test_a_name_that_is_not_quite_right(town: Town, text: str) -> None:
    town.registers()
    before = town.counts()
    answer = town.asks(town.hanako, text)
    assert answer.text == ("「防犯DX」というプロジェクトは見つかりません。「防災DX」のことですか。")
    assert town.counts() == before
