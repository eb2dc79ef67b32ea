"""What leaders and others press under a post in a digest, and what everyone sees of it then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import emoji
from bot.core.permissions import STAFF_ONLY
from bot.views.recognition import ASK_ACTION, LIKE_ACTION, LINK_ACTION, post_value
from models.reaction import Reaction
from sandbox import Message
from sandbox.json_types import JsonObject, as_objects
from tests.recognition.conftest import Hall


def elements(message: Message) -> list[JsonObject]:
    """Buttons and menus in rows."""
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element for row in rows for element in as_objects(row["elements"])]


def buttons(message: Message) -> list[tuple[str, str]]:
    """(action, value or address) of the buttons under posts, in their order."""
    return [
        (str(element["action_id"]), str(element.get("value") or element["url"]))
        for element in elements(message)
        if str(element["action_id"]).startswith("recognise_")
    ]


def test_every_post_has_its_three_buttons(hall: Hall) -> None:
    first, second = hall.post("一つめの報告です。"), hall.post("二つめの報告です。")
    digest = hall.digest()
    expected = []
    for post in (first, second):
        value = post_value(hall.group.id, post.ts)
        link = f"{hall.address}archives/{hall.group.id}/p{post.ts.replace('.', '')}"
        expected += [(LIKE_ACTION, value), (ASK_ACTION, value), (LINK_ACTION, link)]
    assert buttons(digest) == expected


def test_the_mayor_presses_and_presses_again(hall: Hall) -> None:
    post = hall.post()
    digest = hall.digest()
    assert "首長の反応がまだない投稿* 1件" in digest.words

    answer = hall.presses(hall.mayor, digest, post)
    assert answer.text == (
        "市長として「いいね!」しました。投稿のスレッドに載り、書いた方に伝わります。"
        "もう一度押すと取り消せます。"
    )
    assert hall.thread(post) == ["👍 市長が「いいね!」しました"]
    hall.later()
    assert "*市長が反応しました*" in digest.words
    assert "すべての投稿に首長の反応がありました" in digest.words

    assert hall.presses(hall.mayor, digest, post).text == "「いいね!」を取り消しました。"
    assert hall.thread(post) == []
    hall.later()
    assert "市長が反応しました" not in digest.words
    assert "首長の反応がまだない投稿* 1件" in digest.words
    assert len(hall.told(hall.author)) == 1  # it was said before it was taken back


def test_two_leaders_are_two_lines_and_each_is_answered_in_their_language(hall: Hall) -> None:
    post = hall.post()
    digest = hall.digest()
    hall.presses(hall.mayor, digest, post)
    answer = hall.presses(hall.cdo, digest, post)
    assert answer.text.startswith("You liked the post as 副市長・CDO.")
    assert hall.thread(post) == [
        "👍 市長が「いいね!」しました",
        "👍 副市長・CDOが「いいね!」しました",
    ]
    hall.later()
    assert "*市長、副市長・CDOが反応しました*" in digest.words
    assert hall.presses(hall.cdo, digest, post).text == "You have taken your like back."
    assert hall.thread(post) == ["👍 市長が「いいね!」しました"]


def test_an_emoji_is_visible_by_itself_and_the_digest_shows_it(hall: Hall) -> None:
    post = hall.post()
    digest = hall.digest()
    hall.reacts(hall.mayor, post, "tada")
    hall.later()
    assert hall.thread(post) == []
    assert "*市長が反応しました*" in digest.words
    hall.presses(hall.mayor, digest, post)
    assert len(hall.thread(post)) == 1
    answer = hall.presses(hall.mayor, digest, post)
    assert answer.text == (
        "「いいね!」を取り消しました。Slackで付けた絵文字は、そのまま残っています。"
    )
    assert hall.thread(post) == []
    hall.later()
    assert "*市長が反応しました*" in digest.words


def test_other_readers_give_their_reaction(hall: Hall) -> None:
    post = hall.post()
    hall.reacts(hall.mayor, post)
    digest = hall.digest()
    assert ":+1: 1" in digest.words
    answer = hall.presses(hall.staff, digest, post)
    assert answer.text == "「いいね!」しました。もう一度押すと取り消せます。"
    assert hall.thread(post) == []
    hall.reacts(hall.cdo, post, "eyes")  # has the digest made anew
    hall.later()
    assert ":+1: 2" in digest.words
    hall.reacts(hall.staff, post)  # the same emoji of the same person counts once
    hall.cdo.unreacts(post, "eyes")
    hall.settled()
    hall.later()
    assert ":+1: 2" in digest.words


@pytest.mark.parametrize("who", ["guest", "outsider"])
def test_guests_and_people_from_outside_are_told_who_can(hall: Hall, who: str) -> None:
    post = hall.post()
    digest = hall.digest()
    person = getattr(hall, who)
    hall.leaders.invites(person)
    assert hall.presses(person, digest, post).text == STAFF_ONLY.ja
    assert hall.thread(post) == []
    with hall.deps.database.read() as session:
        assert session.query(Reaction).filter_by(name=emoji.DIGEST_LIKE).count() == 0


def test_a_post_that_is_gone_or_does_not_count(hall: Hall) -> None:
    deleted, marked = hall.post("消します。"), hall.post("こちらはそのまま。")
    digest = hall.digest()
    shown = Shown(digest)
    hall.author.deletes(deleted)
    hall.settled()
    assert hall.presses(hall.mayor, shown.before, deleted).text == (
        "この投稿は、書いた方が削除しました。"
    )
    hall.later()
    assert "消します" not in digest.words
    assert "こちらはそのまま" in digest.words
    assert hall.thread(marked) == []


class Shown:
    """A digest as it stood, in a client that has not heard of the change yet."""

    def __init__(self, digest: Message) -> None:
        self.before = digest


@pytest.mark.parametrize(
    "value", ["", "x", "C1:1", "C0:1700000000.000100", "C0:1700000000.000100:1", "{}", "＊" * 99]
)
def test_a_forged_button_changes_nothing(hall: Hall, value: str) -> None:
    post = hall.post()
    digest = hall.digest()
    for element in elements(digest):
        if element["action_id"] == LIKE_ACTION:
            element["value"] = value
    invocation = hall.mayor.presses(digest, LIKE_ACTION)
    answer = hall.slack.until(lambda: invocation.replies, what="an answer")[0]
    assert answer.text.startswith("この投稿は見つかりませんでした。")
    hall.settled()
    assert hall.thread(post) == []


def test_the_link_is_acknowledged(hall: Hall) -> None:
    hall.post()
    assert hall.mayor.presses(hall.digest(), LINK_ACTION).acked


def test_in_a_preview_and_in_the_list_behind_a_number(hall: Hall) -> None:
    post = hall.post()
    hall.later()
    preview = hall.asks(hall.mayor, "プレビュー", "/digest")
    hall.presses(hall.mayor, preview, post)
    assert len(hall.thread(post)) == 1
    digest = hall.digest()
    hall.mayor.presses(digest, "digest_open_posts")
    modal = hall.slack.until(
        lambda: [v for v in [hall.mayor.modal] if v and "避難所の受付" in v.words], what="posts"
    )[0]
    assert "*市長も反応*" in modal.words
    assert hall.mayor.presses(modal, LIKE_ACTION).acked
    hall.slack.until(lambda: "市長も反応" not in modal.words, what="the list without it")
    hall.settled()
    assert hall.thread(post) == []


def test_the_digest_says_what_was_edited_after_the_reaction(hall: Hall) -> None:
    post = hall.post("参加者は30人でした。")
    digest = hall.digest()
    hall.presses(hall.mayor, digest, post)
    hall.later()
    assert "反応後に編集あり" not in digest.words
    hall.author.edits(post, "参加者は300人でした。")
    hall.later()
    assert "参加者は300人でした。" in digest.words
    assert "✏️ 反応後に編集あり" in digest.words
    assert ">反応したとき：参加者は30人でした。" in digest.words
    hall.presses(hall.mayor, digest, post)
    hall.presses(hall.mayor, digest, post)
    hall.later()
    assert "反応後に編集あり" not in digest.words  # given anew, to the words of now


def test_of_a_deleted_post_the_fact_stays_in_the_digest(hall: Hall) -> None:
    post = hall.post("参加者は30人でした。")
    digest = hall.digest()
    hall.presses(hall.mayor, digest, post)
    hall.author.deletes(post)
    hall.later()
    assert "参加者" not in digest.words
    assert "（書いた方が削除した投稿です）" in digest.words
    assert "*市長が反応しました*" in digest.words
    assert (LIKE_ACTION, post_value(hall.group.id, post.ts)) not in buttons(digest)
    assert hall.thread(post) == []


def test_the_same_posts_stand_in_it_when_it_is_made_anew(hall: Hall) -> None:
    posts = [hall.post(f"報告その{n}。") for n in range(10)]
    digest = hall.digest()
    before = buttons(digest)
    for post in posts[:3]:
        hall.presses(hall.mayor, digest, post)
    hall.later()
    assert buttons(digest) == before
    assert "首長の反応がまだない投稿* 7件" in digest.words
    assert "ほかの4件はスレッドにあります" in digest.words
    [below] = digest.replies
    hall.presses(hall.mayor, below, posts[-1])
    hall.later()
    assert "*市長が反応しました*" in below.words
    assert len(hall.leaders.messages) == len({m.ts for m in hall.leaders.messages})


def test_several_presses_change_the_digest_once(hall: Hall) -> None:
    posts = [hall.post(f"報告その{n}。") for n in range(4)]
    digest = hall.digest()
    before = len(hall.slack.calls_of("chat.update"))
    for post in posts:
        hall.presses(hall.mayor, digest, post)
    hall.later()
    assert len(hall.slack.calls_of("chat.update")) == before + 1


def test_only_the_last_digests_are_made_anew(hall: Hall) -> None:
    post = hall.post()
    digest = hall.digest()
    for _ in range(8):
        hall.clock.advance(timedelta(minutes=2))
        hall.asks(hall.admin, "今すぐ", "/digest")
    hall.reacts(hall.mayor, post)
    hall.later()
    assert "市長が反応しました" not in digest.words


def test_where_no_digest_goes_any_more_the_old_one_stays(hall: Hall) -> None:
    post = hall.post()
    digest = hall.digest()
    hall.asks(hall.admin, f"停止 #{hall.leaders.name}", "/digest")
    hall.presses(hall.mayor, digest, post)
    hall.later()
    assert not digest.deleted
    assert "*市長が反応しました*" in digest.words


def test_who_wants_to_be_left_out_is_not_among_those_that_moved_people(hall: Hall) -> None:
    shown, left_out = hall.post("見せてよい報告。"), hall.post("控えめな報告。", hall.staff)
    hall.preference(hall.staff, lambda chosen: setattr(chosen, "highlights", False))
    for post in (shown, left_out):
        hall.reacts(hall.admin, post, "tada")
    digest = hall.digest()
    moved = digest.words[digest.words.index("心を動かした") : digest.words.index("まだない投稿")]
    assert "見せてよい報告" in moved
    assert "控えめな報告" not in moved
    assert "リアクション *2件*" in digest.words
    assert "控えめな報告" in digest.words  # so that it is not overlooked either

    hall.preference(hall.author, lambda chosen: setattr(chosen, "highlights", False))
    hall.reacts(hall.mayor, shown)
    hall.later()
    assert "心を動かした" not in digest.words


def test_a_private_channel_gets_another_id(hall: Hall) -> None:
    private = hall.slack.channel("naisho", private=True, members=[hall.author, hall.mayor])
    hall.slack.invite_bot(private)
    hall.register(private, "内々の検討")
    post = hall.author.posts(private, "検討の途中です。")
    hall.settled()
    digest = hall.digest()
    hall.presses(hall.mayor, digest, post)
    assert len(hall.told(hall.author)) == 1
    private.becomes_private_id()
    hall.settled()
    hall.reacts(hall.mayor, post, "tada")
    hall.later()
    assert "検討の途中です。" in digest.words
    assert hall.thread(post) == ["👍 市長が「いいね!」しました"]
    hall.presses(hall.mayor, digest, post)
    assert hall.thread(post) == []
    hall.at(13, 17)
    assert len(hall.told(hall.author)) == 1
