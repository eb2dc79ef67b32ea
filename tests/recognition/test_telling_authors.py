"""When authors hear that a leader has seen their post, what they read then, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import notices
from models.delivery import Delivery, DeliveryState
from models.kudos import Kudos
from models.preference import Notices
from tests.recognition.conftest import Hall


def test_the_first_of_a_day_at_once_with_the_words_and_a_link(hall: Hall) -> None:
    post = hall.post()
    hall.reacts(hall.mayor, post)
    [message] = hall.told(hall.author)
    assert message.text == "市長が、あなたの投稿に「いいね!」しました。"
    assert "💐 *市長* が「いいね!」しました" in message.words
    assert ">避難所の受付をQRコードで試しました。3分が20秒になりました。" in message.words
    link = f"{hall.address}archives/{hall.group.id}/p{post.ts.replace('.', '')}"
    assert link in str(message.blocks)
    assert message.notifies == frozenset()


def test_in_the_authors_language(hall: Hall) -> None:
    author = hall.slack.person("Emily Brown", locale="en-GB")
    hall.group.invites(author)
    post = hall.post("We tried the shelter desk.", author)
    hall.reacts(hall.mayor, post, "tada")
    [message] = hall.told(author)
    assert message.text == "市長 reacted to your post."
    assert "💐 *市長* reacted to your post :tada:" in message.words
    assert ">We tried the shelter desk." in message.words
    assert "You can change when you hear of this on my Home tab" in message.words


def test_the_rest_of_the_day_in_one_message_at_five(hall: Hall) -> None:
    posts = [hall.post(f"報告その{n}。") for n in range(4)]
    hall.reacts(hall.mayor, posts[0])
    assert len(hall.told(hall.author)) == 1
    for post in posts[1:]:
        hall.later(timedelta(minutes=30))
        hall.reacts(hall.mayor, post)
    hall.reacts(hall.cdo, posts[1], "eyes")
    hall.at(6, 16, 59)
    assert len(hall.told(hall.author)) == 1
    hall.at(6, 17, 0)
    [_, bundle] = hall.told(hall.author)
    assert bundle.text == "あなたの投稿への反応や感謝のことばが4件届きました。"
    assert "*うれしいお知らせが4件あります*" in bundle.words
    assert "💐 *市長、副市長・CDO* が反応しました　:+1: :eyes:" in bundle.words
    for n in (1, 2, 3):
        assert f">報告その{n}。" in bundle.words
    assert "報告その0" not in bundle.words


def test_the_mayor_is_named_first_whoever_reacted_first(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    post = hall.post()
    hall.reacts(hall.cdo, post, "clap")
    hall.reacts(hall.mayor, post, "tada")
    hall.at(6, 17, 0)
    [message] = hall.told(hall.author)
    assert "💐 *市長、副市長・CDO* が反応しました" in message.words


def test_what_comes_after_five_waits_for_the_morning(hall: Hall) -> None:
    first, second, third = (hall.post(f"報告その{n}。") for n in range(3))
    hall.reacts(hall.mayor, first)
    hall.ticked()
    hall.at(6, 17, 30)
    hall.reacts(hall.mayor, second)
    hall.at(6, 22, 0)
    hall.reacts(hall.mayor, third)
    assert len(hall.told(hall.author)) == 1
    hall.at(7, 8, 29)
    assert len(hall.told(hall.author)) == 1
    hall.at(7, 8, 30)
    [_, morning] = hall.told(hall.author)
    assert ">報告その1。" in morning.words
    assert ">報告その2。" in morning.words


def test_nothing_at_night_on_holidays_or_where_the_city_is_closed(hall: Hall) -> None:
    post = hall.post()
    hall.at(17, 20, 0)  # a Friday
    hall.asks(hall.admin, "閉庁日 追加 2026-04-20 創立記念日", "/digest")
    hall.reacts(hall.mayor, post)
    for day, hour in ((17, 23), (18, 10), (19, 10), (20, 10), (21, 8)):
        hall.at(day, hour)
        assert hall.told(hall.author) == []
    hall.at(21, 8, 30)
    assert len(hall.told(hall.author)) == 1


@pytest.mark.parametrize("wish", [Notices.NOW, Notices.DAILY, Notices.NEVER])
def test_each_person_chooses(hall: Hall, wish: Notices) -> None:
    hall.chooses(hall.author, wish)
    first, second = hall.post("一つめ。"), hall.post("二つめ。")
    for post in (first, second):
        hall.reacts(hall.mayor, post)
        hall.ticked()
    at_once = {Notices.NOW: 2, Notices.DAILY: 0, Notices.NEVER: 0}[wish]
    assert len(hall.told(hall.author)) == at_once
    hall.at(6, 17, 0)
    all_day = {Notices.NOW: 2, Notices.DAILY: 1, Notices.NEVER: 0}[wish]
    assert len(hall.told(hall.author)) == all_day
    hall.chooses(hall.author, Notices.NOW)
    hall.at(7, 17, 0)
    assert len(hall.told(hall.author)) == all_day  # what they did not want to hear stays unsaid


def test_who_wants_none_since_it_was_bundled_hears_nothing(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    hall.reacts(hall.mayor, hall.post())
    hall.clock.move_to(hall.clock.now() + timedelta(hours=8))
    hall.slack.faults.add("ratelimited", method="chat.postMessage", times=1)
    hall.ticked()
    hall.chooses(hall.author, Notices.NEVER)
    hall.later(timedelta(minutes=5))
    assert hall.told(hall.author) == []


def test_taken_back_in_time_nobody_hears_of_it(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    kept, dropped = hall.post("残す。"), hall.post("取り消す。")
    for post in (kept, dropped):
        hall.reacts(hall.mayor, post)
    hall.mayor.unreacts(dropped, "+1")
    hall.settled()
    hall.at(6, 17, 0)
    [message] = hall.told(hall.author)
    assert "残す" in message.words
    assert "取り消す" not in message.words
    hall.mayor.unreacts(kept, "+1")
    hall.settled()
    hall.reacts(hall.mayor, kept, "tada")
    hall.at(7, 17, 0)
    assert len(hall.told(hall.author)) == 1  # nobody hears the same thing twice


def test_given_again_before_it_was_said_it_is_said_once(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    post = hall.post()
    hall.reacts(hall.mayor, post)
    hall.mayor.unreacts(post, "+1")
    hall.settled()
    hall.reacts(hall.mayor, post)
    hall.at(6, 17, 0)
    hall.at(7, 17, 0)
    assert len(hall.told(hall.author)) == 1


def test_by_emoji_and_by_button_it_is_one(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.NOW)
    post = hall.post()
    hall.reacts(hall.mayor, post)
    assert len(hall.told(hall.author)) == 1
    hall.presses(hall.mayor, hall.digest(), post)
    hall.reacts(hall.mayor, post, "tada")
    assert len(hall.told(hall.author)) == 1


def test_words_of_that_moment_and_that_they_have_changed(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    post = hall.post("参加者は30人でした。")
    hall.later(timedelta(minutes=1))
    hall.reacts(hall.mayor, post)
    hall.later(timedelta(minutes=1))
    hall.author.edits(post, "参加者は300人でした。")
    hall.at(6, 17, 0)
    [message] = hall.told(hall.author)
    assert ">参加者は30人でした。" in message.words
    assert "300人" not in message.words
    assert "このあと編集された投稿です。" in message.words


def test_of_a_post_that_was_deleted_in_time_nothing_is_said(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    post = hall.post()
    hall.reacts(hall.mayor, post)
    hall.author.deletes(post)
    hall.settled()
    hall.at(6, 17, 0)
    assert hall.told(hall.author) == []
    assert hall.notices() == []


def test_ones_own_post_and_what_is_no_acknowledgement(hall: Hall) -> None:
    own = hall.post("市長の一言。", hall.mayor)
    hall.reacts(hall.mayor, own)
    other = hall.post()
    hall.reacts(hall.staff, other)
    reply = hall.author.replies(other, "続きです。")
    hall.settled()
    hall.mayor.reacts(reply, "+1")
    hall.settled()
    hall.ticked()
    assert hall.told(hall.mayor) == []
    assert hall.told(hall.author) == []


def test_a_colleague_in_office_hears_of_the_other_office(hall: Hall) -> None:
    own = hall.post("市長の一言。", hall.mayor)
    hall.reacts(hall.mayor, own)
    hall.reacts(hall.cdo, own, "clap")
    [message] = hall.told(hall.mayor)
    assert "💐 *副市長・CDO* が反応しました　:clap:" in message.words


def test_nothing_to_who_has_left_or_is_from_elsewhere(hall: Hall) -> None:
    outside = hall.post("商工会の報告。", hall.outsider)
    left = hall.post("退職します。", hall.staff)
    hall.staff.is_deactivated()
    hall.settled()
    for post in (outside, left):
        hall.reacts(hall.mayor, post)
    hall.ticked()
    hall.at(6, 17, 0)
    assert not [call for call in hall.slack.calls_of("conversations.open") if not call.error]
    assert {row.delivery_key for row in hall.notices()} == {notices.NOT_TOLD}


def test_an_old_acknowledgement_is_no_news(hall: Hall) -> None:
    """Somebody turns out to have held an office when they reacted, weeks ago."""
    post = hall.post()
    hall.reacts(hall.staff, post)
    hall.at(21, 10)
    hall.asks(hall.admin, f"任命 部長 {hall.staff.mention} from 2026-04-01", "/office")
    hall.author.edits(post, "直しました。")
    hall.ticked()
    assert hall.told(hall.author) == []
    assert hall.notices() == []


def test_slack_takes_nothing_until_the_evening_is_over(hall: Hall) -> None:
    post = hall.post()
    hall.at(6, 18, 59)
    hall.reacts(hall.mayor, post)
    hall.slack.faults.add("ratelimited", method="chat.postMessage", times=1)
    hall.ticked()
    hall.at(6, 19, 5)
    assert hall.told(hall.author) == []
    hall.at(7, 8, 29)
    assert hall.told(hall.author) == []
    hall.at(7, 8, 30)
    assert len(hall.told(hall.author)) == 1


def test_slack_has_it_although_it_did_not_answer(hall: Hall) -> None:
    post = hall.post()
    hall.slack.faults.add("lost_answer", method="chat.postMessage", times=1)
    hall.reacts(hall.mayor, post)
    hall.ticked()
    hall.mayor.unreacts(post, "+1")
    hall.settled()
    hall.reacts(hall.mayor, post)
    hall.later(timedelta(minutes=2))
    hall.at(6, 17, 0)
    assert len(hall.told(hall.author)) == 1


def test_what_slack_did_not_hear_in_time_may_be_given_again(hall: Hall) -> None:
    post = hall.post()
    hall.slack.faults.add("http_error", method="chat.postMessage", times=1)
    hall.reacts(hall.mayor, post)
    hall.ticked()
    hall.mayor.unreacts(post, "+1")
    hall.settled()
    hall.later(timedelta(minutes=2))
    assert hall.told(hall.author) == []
    hall.reacts(hall.mayor, post)
    assert len(hall.told(hall.author)) == 1


def test_a_long_bundle_says_where_the_rest_is(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    for n in range(20):
        hall.mayor.reacts(hall.author.posts(hall.group, f"報告その{n}。"), "+1")
    hall.settled()
    hall.at(6, 17, 0)
    [message] = hall.told(hall.author)
    assert "*うれしいお知らせが20件あります*" in message.words
    assert "ほかに5件あります。私のホームの「成功体験」で見られます。" in message.words


def thanks(hall: Hall, words: str = "受付の*整理*、助かりました <!channel>") -> Kudos:
    """The staff member thanks the author, and themselves."""
    with hall.deps.database.write() as session:
        kudos = Kudos(
            team_id=hall.slack.team_id,
            channel_id=hall.group.id,
            ts=None,
            sender_id=hall.staff.id,
            words=words,
            given_at=hall.clock.now(),
        )
        session.add(kudos)
        session.flush()
        people = [hall.author.id, hall.staff.id]
        notices.kudos_given(session, kudos, people, hall.clock.now())
        notices.kudos_given(session, kudos, people, hall.clock.now())
        return kudos


def test_thanks_reach_those_who_are_thanked(hall: Hall) -> None:
    hall.post("知られた人になります。", hall.staff)
    thanks(hall)
    [message] = hall.told(hall.author)
    assert message.text == "鈴木 太郎さんから、感謝のことばが届きました。"
    assert "🙏 *鈴木 太郎* さんからの感謝のことば" in message.words
    assert ">受付の整理、助かりました ＠channel" in message.words
    assert message.notifies == frozenset()
    assert hall.told(hall.staff) == []


def test_thanks_that_are_taken_back_in_time_reach_nobody(hall: Hall) -> None:
    hall.chooses(hall.author, Notices.DAILY)
    kudos = thanks(hall)
    with hall.deps.database.write() as session:
        notices.kudos_withdrawn(session, kudos.id, hall.clock.now())
    hall.at(6, 17, 0)
    assert hall.told(hall.author) == []
    assert hall.notices() == []


def test_two_processes_tell_a_person_once(hall: Hall) -> None:
    """Both have seen that something waits; the one that comes later finds it taken."""
    hall.reacts(hall.mayor, hall.post())
    hall.ticked()
    hall.ticked()
    assert len(hall.told(hall.author)) == 1
    with hall.deps.database.read() as session:
        states = [d.state for d in session.query(Delivery).filter_by(kind=notices.RECOGNITION)]
    assert states == [DeliveryState.SENT]
