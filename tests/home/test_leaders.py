"""The page of those who hold an office."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sandbox import Message, View
from tests.conftest import JST
from tests.home.conftest import Hall

LIKE, ASK = "recognise_like", "recognise_ask"


@pytest.fixture
def hall(hall: Hall) -> Hall:
    """The mayor is in office, a group is registered."""
    hall.registers()
    hall.takes_office()
    return hall


def _posts(hall: Hall, number: int) -> list[Message]:
    """So many posts, a minute apart."""
    posts = []
    for n in range(number):
        hall.clock.advance(timedelta(minutes=1))
        posts.append(hall.hanako.posts(hall.bosai, f"報告その{n + 1:02}です。"))
    hall.settled()
    return posts


def _value(post: Message) -> str:
    return f"{post.channel.id}:{post.ts}"


def _shown(home: View) -> list[str]:
    """The numbers of the posts that are quoted, in their order."""
    return [line[4:6] for line in home.words.splitlines() if "報告その" in line and "です" in line]


def _label(home: View, post: Message) -> str:
    """What stands on the post's button."""
    for block in home.blocks:
        elements = block.get("elements")
        for element in elements if isinstance(elements, list) else []:
            if element.get("action_id") == LIKE and element.get("value") == _value(post):
                return str(element["text"]["text"])
    raise AssertionError("the post has no button")


def test_what_waits_is_shown_oldest_first_in_pages(hall: Hall) -> None:
    _posts(hall, 12)
    home = hall.home(hall.mayor)
    assert "*反応を待っている投稿 12件*" in home.words
    assert "1〜5件目（全12件）" in home.words
    assert _numbers(home) == [1, 2, 3, 4, 5]
    assert _numbers(hall.presses(hall.mayor, "home_turn_waiting_on")) == [6, 7, 8, 9, 10]
    last = hall.presses(hall.mayor, "home_turn_waiting_on")
    assert _numbers(last) == [11, 12]
    assert "11〜12件目（全12件）" in last.words
    assert _numbers(hall.presses(hall.mayor, "home_turn_waiting_back")) == [6, 7, 8, 9, 10]


def _numbers(home: View) -> list[int]:
    return [n for n in range(1, 30) if f"報告その{n:02}です。" in home.words]


def test_one_tap_and_it_is_seen_and_can_be_taken_back(hall: Hall) -> None:
    first, *_ = _posts(hall, 3)
    hall.home(hall.mayor)
    pressed = hall.presses(hall.mayor, LIKE, _value(first))
    assert _numbers(pressed) == [1, 2, 3]
    assert "取り消す" in _label(pressed, first)
    assert "市長も反応" in pressed.words
    hall.slack.until(lambda: first.replies, what="the reply in the thread")
    undone = hall.presses(hall.mayor, LIKE, _value(first))
    assert "取り消す" not in _label(undone, first)
    assert "市長も反応" not in undone.words
    hall.presses(hall.mayor, LIKE, _value(first))
    hall.clock.advance(timedelta(minutes=11))
    assert _numbers(hall.home(hall.mayor)) == [2, 3]


def test_what_another_leader_has_seen_waits_no_more(hall: Hall) -> None:
    first, second = _posts(hall, 2)
    cdo = hall.slack.person("高橋副市長")
    hall.asks(hall.admin, f"任命 副市長・CDO @{cdo.name}", command="/office")
    hall.home(hall.mayor)
    cdo.reacts(first, "tada")
    assert _numbers(hall.later(hall.mayor, "投稿 1件")) == [2]
    cdo.unreacts(first, "tada")
    assert _numbers(hall.later(hall.mayor, "投稿 2件")) == [1, 2]
    assert second.replies == []


def test_after_thirty_days_nobody_is_asked_to_look_any_more(hall: Hall) -> None:
    _posts(hall, 1)
    hall.clock.advance(timedelta(days=31))
    home = hall.home(hall.mayor)
    assert "この30日に書かれた投稿は、まだありません。" in home.words
    hall.mayor.reacts(_posts(hall, 1)[0], "+1")
    assert hall.later(hall.mayor, "この30日の投稿には、すべて首長の反応がありました。")


def test_asking_from_the_home(hall: Hall) -> None:
    first, *_ = _posts(hall, 1)
    hall.mayor.presses(hall.home(hall.mayor), ASK, value=_value(first))
    form = hall.modal(hall.mayor, "報告その01です。")
    assert hall.mayor.submits(form).errors == {}
    hall.mayor.closes()
    assert hall.later(hall.mayor, "*💬 回答を待っている質問 1件*")
    hall.slack.until(lambda: first.replies, what="the question")
    hall.hanako.replies(first, "QRコードを読むだけです。")
    hall.settled()
    assert "回答を待っている質問" not in hall.home(hall.mayor).words


def test_projects_that_no_leader_has_looked_at(hall: Hall) -> None:
    shotengai = hall.slack.channel("wg-shotengai", members=[hall.hanako])
    hall.registers("商店街のにぎわいづくり", shotengai)
    assert "首長の反応がないプロジェクト" not in hall.home(hall.mayor).words
    hall.clock.advance(timedelta(days=31))
    seen, unseen = _posts(hall, 1)[0], hall.hanako.posts(shotengai, "空き店舗を歩きました。")
    hall.settled()
    home = hall.home(hall.mayor)
    assert "この30日、首長の反応がないプロジェクト 2件" in home.words
    assert "役職にある方だけに表示しています。" in home.words
    hall.mayor.reacts(seen, "+1")
    home = hall.later(hall.mayor, "首長の反応がないプロジェクト 1件")
    assert "• *商店街のにぎわいづくり*" in home.words
    assert "• *防災DX*" not in home.words
    for person in (hall.hanako, hall.admin):
        assert "首長の反応がない" not in hall.home(person).words
    assert unseen.reactions.keys() == {"memo"}


def test_past_digests_are_found_again(hall: Hall) -> None:
    leaders = hall.slack.channel("leaders", members=[hall.admin, hall.mayor])
    hall.asks(hall.admin, "to #leaders", command="/digest")
    hall.home(hall.mayor)
    hall.clock.move_to(datetime(2026, 4, 10, 16, 0, tzinfo=JST))
    hall.slack.until(lambda: [m for m in leaders.messages if m.metadata], what="a digest")
    hall.settled()
    home = hall.home(hall.mayor)
    assert "📬 これまでのダイジェスト" in home.words
    digest = next(m for m in leaders.messages if m.metadata)
    assert (
        f"archives/{leaders.id}/p{digest.ts.replace('.', '')}|4月3日〜4月10日（金）>" in home.words
    )


def test_the_digest_of_ones_own_direct_messages_comes_first(hall: Hall) -> None:
    hall.slack.channel("leaders", members=[hall.admin])
    for where in ("#leaders", f"@{hall.mayor.name}", f"@{hall.admin.name}"):
        hall.asks(hall.admin, f"to {where}", command="/digest")
    hall.clock.move_to(datetime(2026, 4, 10, 16, 0, tzinfo=JST))
    hall.slack.until(lambda: hall.mayor.dm().messages, what="a digest")
    hall.settled()
    words = hall.home(hall.mayor).words
    assert f"archives/{hall.mayor.dm().id}/p" in words
    assert hall.admin.dm().id not in words


def test_who_holds_the_office_no_more_presses_an_old_button(hall: Hall) -> None:
    first, *_ = _posts(hall, 1)
    old = hall.home(hall.mayor)
    hall.asks(hall.admin, "退任 市長", command="/office")
    hall.mayor.presses(old, ASK, value=_value(first))
    assert "市長など役職にある方です" in hall.modal(hall.mayor, "教えて").words
    hall.mayor.closes()
    home = hall.presses(hall.mayor, "home_tab_leaders") if _has_tab(hall) else hall.seen(hall.mayor)
    assert "みなさんの投稿" not in home.words
    assert "🌱 わたしのページ" in home.words


def _has_tab(hall: Hall) -> bool:
    return "home_tab_leaders" in str(hall.seen(hall.mayor).blocks)


def test_in_english(hall: Hall) -> None:
    smith = hall.slack.person("Smith", locale="en-GB")
    hall.asks(hall.admin, f"assign CDO @{smith.name}", command="/office")
    _posts(hall, 6)
    home = hall.home(smith)
    assert "You are looking at this as CDO." in home.words
    assert "*Waiting for a reaction: 6*" in home.words
    assert "1–5 of 6" in home.words
