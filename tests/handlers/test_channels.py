"""`/project channel add|remove`."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Town


def test_one_more_channel(town: Town) -> None:
    town.registers()
    more = town.slack.channel("wg-bosai-drill", members=[town.hanako])
    answer = town.asks(town.hanako, "チャンネル 追加 #wg-bosai-drill")
    assert answer.text.startswith(f"<#{more.id}> を「防災DX」に加えました。")
    assert town.tied() == [town.bosai.id, more.id]
    assert town.card(more)
    assert town.audit()[-1].action == "project.channel_added"


def test_from_the_new_channel_with_the_name(town: Town) -> None:
    town.registers()
    more = town.slack.channel("wg-bosai-drill", members=[town.hanako])
    town.asks(town.hanako, "channel add #wg-bosai-drill 防災DX", more)
    assert town.tied() == [town.bosai.id, more.id]


def test_a_private_channel_is_asked_about_first(town: Town) -> None:
    town.registers()
    secret = town.slack.channel("secret", private=True, members=[town.hanako])
    secret.invites(town.slack.bot)
    before = town.counts()
    question = town.asks(town.hanako, "チャンネル 追加 #secret")
    assert "非公開チャンネル" in question.text
    assert town.counts() == before
    answer = town.presses(town.hanako, question, "project_confirm_channel")
    assert "加えました" in answer.text
    assert town.tied() == [town.bosai.id, secret.id]


def test_take_a_channel_out_and_bring_it_back(town: Town) -> None:
    town.registers()
    more = town.slack.channel("wg-bosai-drill", members=[town.hanako])
    town.asks(town.hanako, "チャンネル 追加 #wg-bosai-drill")
    town.card(more)
    answer = town.asks(town.hanako, "チャンネル 削除 #wg-bosai-drill")
    assert answer.text.startswith(f"<#{more.id}> を「防災DX」から外しました。")
    assert town.notice(more, "このチャンネルを「防災DX」から外しました。")
    assert town.tied() == [town.bosai.id]
    town.asks(town.hanako, "チャンネル 追加 #wg-bosai-drill")
    cards = town.slack.until(
        lambda: len([m for m in town.said(more) if "project_edit" in str(m.blocks)]) == 2
    )
    assert cards


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("チャンネル", "`/project チャンネル 追加 #チャンネル`"),
        ("チャンネル 追加", "`/project チャンネル 追加 #チャンネル`"),
        ("チャンネル 追加 drill", "`/project チャンネル 追加 #チャンネル`"),
        ("チャンネル 変更 #wg-bosai-dx", "`/project チャンネル 追加 #チャンネル`"),
        ("チャンネル 追加 #wg-bosai-dx", "すでに「防災DX」として登録されています"),
        ("チャンネル 追加 #stranger", "に入っていないので、登録できません。"),
        ("チャンネル 追加 #old", "アーカイブされている"),
        ("チャンネル 追加 #secret", "`/invite`"),
        ("チャンネル 削除 #stranger", "「防災DX」のチャンネルではありません"),
        ("チャンネル 削除 #wg-bosai-dx", "最後のチャンネルなので、外せません"),
    ],
)
def test_channels_that_can_not_be_added_or_taken_out(town: Town, text: str, words: str) -> None:
    town.registers()
    town.slack.channel("stranger", members=[town.taro])
    town.slack.channel("old", members=[town.hanako], archived=True)
    town.slack.channel("secret", private=True, members=[town.hanako])
    before = town.counts()
    assert words in town.asks(town.hanako, text).text
    assert town.counts() == before


def test_slack_not_answering(town: Town) -> None:
    town.registers()
    town.slack.channel("wg-bosai-drill", members=[town.hanako])
    before = town.counts()
    town.slack.faults.add("lost_answer", method="conversations.join")
    answer = town.asks(town.hanako, "チャンネル 追加 #wg-bosai-drill")
    assert answer.text.startswith("Slackから返事がありませんでした。何も変わっていません。")
    assert town.counts() == before
