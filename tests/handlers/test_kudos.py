"""`/kudos`: whom one can thank and how, what everyone sees, and taking it back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.kudos import Asked, read
from models.audit import AuditEntry
from models.kudos import Kudos, KudosRecipient
from models.notice import Notice
from sandbox import Channel, Message, Person
from tests.conftest import JST
from tests.handlers.conftest import Town


@pytest.fixture
def town(town: Town) -> Town:
    """The same town; the bot is in the channel, which is nobody's project."""
    town.bosai.invites(town.slack.bot)
    town.settled()
    return town


def _thanks(
    town: Town, text: str, who: Person | None = None, channel: Channel | None = None
) -> Message:
    return town.asks(who or town.hanako, text, channel or town.bosai, "/kudos")


def _card(town: Town, words: str, channel: Channel | None = None) -> Message:
    return town.notice(channel or town.bosai, words)


def _cards(town: Town) -> list[Message]:
    return [m for m in town.said(town.bosai) if "kudos_menu" in str(m.blocks)]


def _rows(town: Town) -> list[Kudos]:
    with town.deps.database.read() as session:
        return list(session.scalars(select(Kudos).order_by(Kudos.id)))


def _recipients(town: Town) -> list[str]:
    with town.deps.database.read() as session:
        query = select(KudosRecipient.user_id).order_by(KudosRecipient.place)
        return list(session.scalars(query))


def _dm(town: Town, person: Person, words: str) -> Message:
    return town.waits(
        lambda: next((m for m in person.dm().messages if words in m.words), None),
        f"a direct message with {words}",
    )


def _takes_back(town: Town, person: Person, card: Message) -> Message:
    value = str(card.blocks[0]["accessory"]["options"][0]["value"])  # type: ignore[index]  # JSON
    invocation = person.chooses(card, "kudos_menu", value)
    assert invocation.acked, invocation.error
    return town.waits(lambda: invocation.replies[0] if invocation.replies else None, "an answer")


# --- what is read out of what people write -------------------------------------------------

A, B, G = "<@U1|hanako>", "<@U2>", "<!subteam^S1|@bousai>"


@pytest.mark.parametrize(
    ("text", "people", "groups", "words"),
    [
        (f"{A} ありがとう", ("U1",), (), "ありがとう"),
        (f"{A}{B} ありがとう", ("U1", "U2"), (), "ありがとう"),
        (f"{A} {B} {G} ありがとう", ("U1", "U2"), ("S1",), "ありがとう"),
        (f"{A}さん、{B}さん、ありがとう", ("U1", "U2"), (), "ありがとう"),
        (f"{A} さんと {B} 様へ　ありがとう", ("U1", "U2"), (), "ありがとう"),
        (f"{A}, {B} and {G}: thank you", ("U1", "U2"), ("S1",), "thank you"),
        (f"{A}・{B}へ。\n助かりました\nまた", ("U1", "U2"), (), "助かりました\nまた"),
        (f"{A} {A} {B} {A} ありがとう", ("U1", "U2"), (), "ありがとう"),
        (f"{A} とても助かりました", ("U1",), (), "とても助かりました"),
        (f"{A} andante", ("U1",), (), "andante"),
        (f"{A} さんのおかげです", ("U1",), (), f"{A} さんのおかげです"),
        (f"{A} {B}さんの案に感謝", ("U1", "U2"), (), f"{B}さんの案に感謝"),
        (f"いつもありがとう {A}", ("U1",), (), "いつもありがとう"),
        (f"いつもありがとう {A} {B}さん", ("U1", "U2"), (), "いつもありがとう"),
        (f"昨日 {A} と話しました", ("U1",), (), f"昨日 {A} と話しました"),
        (f"{A} {B} と <!channel>、ありがとう", ("U1", "U2"), (), "と <!channel>、ありがとう"),
        (f"{A}", ("U1",), (), ""),
        (f"{A} さんへ", ("U1",), (), ""),
        ("ありがとう", (), (), "ありがとう"),
        ("<!channel> ありがとう", (), (), "<!channel> ありがとう"),
        ("@hanako ありがとう", (), (), "@hanako ありがとう"),
        ("&lt;@U1&gt; ありがとう", (), (), "&lt;@U1&gt; ありがとう"),
    ],
)
def test_what_is_read(
    text: str, people: tuple[str, ...], groups: tuple[str, ...], words: str
) -> None:
    assert read(text) == Asked(people, groups, words)


# --- thanking ------------------------------------------------------------------------------


def test_thanking_one_person(town: Town) -> None:
    answer = _thanks(town, "@鈴木太郎 避難所の図面、とても見やすかったです")
    assert answer.text == (
        "感謝のカードをこのチャンネルに投稿します。お相手にはDMでも伝わります。"
        "取り消すときは、カードの「…」からどうぞ。"
    )
    card = _card(town, "避難所の図面")
    assert card.text == (
        f"山田花子さんから {town.taro.mention} さんへ：避難所の図面、とても見やすかったです"
    )
    assert f"🙏 *山田花子さんから {town.taro.mention} さんへ*" in card.words
    assert ">避難所の図面、とても見やすかったです" in card.words
    assert card.notifies == {town.taro.id}
    dm = _dm(town, town.taro, "避難所の図面")
    assert "山田花子" in dm.words or town.hanako.mention in dm.words
    [kudos] = _rows(town)
    assert (kudos.ts, kudos.sender_id) == (card.ts, town.hanako.id)
    assert town.audit() == []


def test_thanking_in_english(town: Town) -> None:
    emily = town.slack.person("Emily Brown", locale="en-GB")
    town.bosai.invites(emily)
    answer = _thanks(town, "@鈴木太郎, @山田花子: thank you for the map", emily)
    assert answer.text.startswith("A card with your thanks will be posted")
    card = _card(town, "thank you for the map")
    assert card.notifies == {town.taro.id, town.hanako.id}
    assert "Emily Brownさんから" in card.words


def test_thanking_a_group_and_oneself_in_it(town: Town) -> None:
    jiro = town.slack.person("高橋次郎")
    town.slack.user_group("bousai", [town.hanako, town.taro, jiro])
    _thanks(town, "@佐藤情報 @bousai @佐藤情報 訓練、おつかれさまでした")
    card = _card(town, "訓練")
    assert _recipients(town) == [town.admin.id, town.taro.id, jiro.id]
    assert card.notifies == {town.admin.id, town.taro.id, jiro.id}
    assert "subteam" not in card.json.__str__()
    for person in (town.admin, town.taro, jiro):
        _dm(town, person, "訓練")
    assert town.hanako.dm().messages == []


def test_a_project_s_channel_and_outside_people_in_it(town: Town) -> None:
    shared = town.slack.channel("consortium", members=[town.hanako], shared_with="商工会議所")
    outsider = town.slack.person("田中商工", external_team="商工会議所")
    guest = town.slack.person("議会ゲスト", guest=True)
    shared.invites(outsider, guest)
    town.asks(town.hanako, "登録 産業コンソーシアム", shared)
    _thanks(town, "@田中商工 @議会ゲスト 会場を貸してくださり感謝します", None, shared)
    card = _card(town, "会場を貸して", shared)
    assert card.notifies == {outsider.id, guest.id}
    assert "こちらこそ" in _thanked_back(town, outsider, shared).text
    assert "職員だけ" in town.asks(outsider, "一覧", shared).text


def _thanked_back(town: Town, outsider: Person, channel: Channel) -> Message:
    assert "カード" in _thanks(town, "@山田花子 こちらこそ", outsider, channel).text
    return _card(town, "こちらこそ", channel)


@pytest.mark.parametrize("text", ["", "ヘルプ", "help", "HELP"])
def test_alone_it_shows_how(town: Town, text: str) -> None:
    answer = _thanks(town, text)
    assert answer.text.startswith("*感謝を伝える*")
    assert "`/kudos @名前 [@名前 @グループ …] 言葉`" in answer.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ありがとう", "どなたへの感謝か"),
        ("@channel ありがとう", "どなたへの感謝か"),
        ("@鈴木太郎", "ひとこと添えてください"),
        ("@鈴木太郎 さん、", "ひとこと添えてください"),
        ("@鈴木太郎 \u200b\u200b", "ひとこと添えてください"),
        ("@山田花子 よくやった", "ほかの方です"),
        ("@通知アプリ ありがとう", "アプリや、利用を停止した方"),
        ("@元職員 ありがとう", "アプリや、利用を停止した方"),
        ("@通知アプリ @山田花子 ありがとう", "アプリや、利用を停止した方"),
        ("@empty ありがとう", "そのグループには"),
        ("@鈴木太郎 " + "長" * 2_001, "言葉が長すぎます（2001文字）。"),
        ("@everybody ありがとう", "100人までです（いまは130人です）"),
    ],
)
def test_what_can_not_be_done(town: Town, text: str, words: str) -> None:
    town.slack.person("通知アプリ", bot=True)
    town.slack.person("元職員", deactivated=True)
    town.slack.user_group("empty", [])
    town.slack.user_group("everybody", [town.slack.person(f"職員{n}") for n in range(130)])
    answer = _thanks(town, text)
    assert words in answer.text
    assert _rows(town) == []
    assert town.said(town.bosai) == []


def test_a_group_that_is_no_more(town: Town) -> None:
    group_id = town.slack.user_group("old", [town.taro])
    town.slack.workspace.user_groups[group_id].disabled = True
    answer = _thanks(town, f"<!subteam^{group_id}> ありがとう")
    assert answer.text.startswith("そのグループに誰がいるか、分かりませんでした。")
    assert _rows(town) == []


def test_long_words_that_did_not_go_are_given_back(town: Town) -> None:
    answer = _thanks(town, "@鈴木太郎 " + "長いお礼。" * 500)
    assert "長いお礼。" * 500 in answer.words.replace("\n", "")


def test_words_as_long_as_may_be(town: Town) -> None:
    for words in ("あ" * 2_000, "&" * 2_000, "行\n" * 900 + "終", "👨‍👩‍👧" * 400):
        assert "カード" in _thanks(town, f"@鈴木太郎 {words}").text
    town.waits(lambda: len(_cards(town)) == 4 or None, "the cards")


def test_as_many_as_may_be(town: Town) -> None:
    people = [town.slack.person("名" * 80 + str(n)) for n in range(100)]
    town.slack.user_group("many", people)
    _thanks(town, "@many 大掃除、ありがとうございました")
    card = _card(town, "大掃除")
    assert "、ほか90名の皆さんへ" in card.words
    assert len(card.notifies) == 10
    assert len(_recipients(town)) == 100


@pytest.mark.parametrize(
    "trap",
    [
        "<!channel> みなさんも",
        "@here @everyone みなさんも",
        "@佐藤情報 さんにも",
        "<!subteam^S0NOWHERE|@all> も",
        "&lt;!channel&gt; も",
        "*太字* `code` > 引用",
        "\u202e逆さま",
    ],
)
def test_words_notify_nobody_else(town: Town, trap: str) -> None:
    _thanks(town, f"@鈴木太郎 ありがとう。{trap}")
    card = _card(town, "ありがとう。")
    assert card.notifies == {town.taro.id}
    assert _recipients(town) == [town.taro.id]
    assert "\u202e" not in card.words


# --- where ---------------------------------------------------------------------------------


def test_where_the_bot_is_not_it_says_how_to_invite_it(town: Town) -> None:
    lobby = town.slack.channel("lobby", members=[town.hanako, town.taro])
    secret = town.slack.channel("secret", private=True, members=[town.hanako, town.taro])
    for channel in (lobby, secret):
        words = "先日の説明会では、資料をありがとうございました"
        answer = _thanks(town, f"@鈴木太郎 {words}", None, channel)
        assert f"`/invite` に続けて <@{town.slack.bot_user_id}>" in answer.text
        assert words in answer.words
    assert town.slack.bot_user_id not in lobby.members
    assert _rows(town) == []
    for channel in (lobby, secret):
        channel.invites(town.slack.bot)
        assert "カード" in _thanks(town, "@鈴木太郎 ありがとう", None, channel).text
        _card(town, "ありがとう", channel)


def test_in_a_direct_message_there_is_nobody_to_see_it(town: Town) -> None:
    answer = _thanks(town, "@鈴木太郎 ありがとう", None, town.hanako.dm())
    assert "みんなの見えるチャンネルではありません" in answer.text
    assert _rows(town) == []


# --- taking it back ------------------------------------------------------------------------


def test_taking_it_back(town: Town) -> None:
    _thanks(town, "@鈴木太郎 図面をありがとう")
    card = _card(town, "図面を")
    dm = _dm(town, town.taro, "図面を")
    answer = _takes_back(town, town.hanako, card)
    assert answer.text.startswith("感謝を取り消しました。")
    assert answer.ephemeral
    town.waits(lambda: card.deleted or None, "the card to go")
    town.waits(lambda: dm.deleted or "図面を" not in dm.words or None, "the words to go")
    [kudos] = _rows(town)
    assert (kudos.words, kudos.ts) == ("", None)
    assert kudos.withdrawn_at is not None


def test_only_who_gave_them_and_coordinators(town: Town) -> None:
    _thanks(town, "@鈴木太郎 図面をありがとう")
    card = _card(town, "図面を")
    answer = _takes_back(town, town.taro, card)
    assert answer.text.startswith(
        f"取り消せるのは、感謝を送った {town.hanako.mention} さんと、事務局"
    )
    assert not card.deleted
    assert "取り消しました" in _takes_back(town, town.admin, card).text
    [entry] = town.audit()
    assert (entry.action, entry.actor_id) == ("kudos.withdrawn", town.admin.id)
    assert "図面" not in str(entry.details)


def test_twice_or_with_a_forged_value(town: Town) -> None:
    _thanks(town, "@鈴木太郎 図面をありがとう")
    card = _card(town, "図面を")
    option = card.record.blocks[0]["accessory"]["options"][0]  # type: ignore[index]  # JSON
    right = option["value"]
    for value in ("", "x", "withdraw:", "withdraw:0", "withdraw:99", "withdraw:" + "9" * 30, "1"):
        option["value"] = value
        assert "見つかりません" in _takes_back(town, town.hanako, card).text
    assert not card.deleted
    option["value"] = right
    blocks = [*card.record.blocks]
    _takes_back(town, town.hanako, card)
    card.record.blocks[:] = blocks
    with town.deps.database.read() as session:
        assert list(session.scalars(select(AuditEntry))) == []


def test_another_workspace_s_thanks_are_not_ours(town: Town) -> None:
    _thanks(town, "@鈴木太郎 図面をありがとう")
    card = _card(town, "図面を")
    with town.deps.database.write() as session:
        session.scalars(select(Kudos)).one().team_id = "T0OTHER"
    assert "見つかりません" in _takes_back(town, town.hanako, card).text
    assert [kudos.words for kudos in _rows(town)] == ["図面をありがとう"]


def test_who_was_not_told_yet_is_not_told(town: Town) -> None:
    town.at(datetime(2026, 4, 6, 22, 0, tzinfo=JST))
    _thanks(town, "@鈴木太郎 夜分の対応、ありがとう")
    card = _card(town, "夜分の対応")
    _takes_back(town, town.hanako, card)
    with town.deps.database.read() as session:
        assert list(session.scalars(select(Notice))) == []
    town.at(datetime(2026, 4, 7, 18, 0, tzinfo=JST))
    town.settled()
    assert town.taro.dm().messages == []


def test_taken_back_words_are_in_no_file(town: Town, tmp_path: Path) -> None:
    database = town.deps.database
    if not database.is_sqlite:
        return
    words = "消えるはずの感謝の言葉"
    _thanks(town, f"@鈴木太郎 {words}")
    card = _card(town, words)
    _dm(town, town.taro, words)
    _takes_back(town, town.hanako, card)
    town.waits(lambda: card.deleted or None, "the card to go")
    town.settled()
    file = Path(str(database.engine.url.database))
    town.waits(
        lambda: (
            all(words.encode() not in p.read_bytes() for p in file.parent.glob(f"{file.name}*"))
            or None
        ),
        "the words to be erased",
    )
