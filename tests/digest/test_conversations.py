"""What people say to `/digest`, press in a digest, and then see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.core.evidence import Measure
from models.message import Message as MessageRow
from sandbox import Channel, Message, Person, Sandbox, SandboxClock, View
from service import Service
from tests.conftest import JST

FRIDAY = datetime(2026, 4, 10, 16, 0, tzinfo=JST)


@dataclass(frozen=True)
class Hall:
    """A city hall with a mayor, a group, and a channel for leadership."""

    slack: Sandbox
    clock: SandboxClock
    settled: Callable[[], None]
    admin: Person
    mayor: Person
    staff: Person
    guest: Person
    group: Channel
    leaders: Channel

    def asks(
        self, person: Person, text: str, channel: Channel | None = None, command: str = "/digest"
    ) -> Message:
        """Run a command and wait for its answer."""
        invocation = person.runs(command, text, channel or self.group)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        self.settled()
        assert answers[0].ephemeral
        return answers[0]

    def digests(self, channel: Channel | None = None) -> list[Message]:
        """The digests in the channel so far."""
        return [m for m in (channel or self.leaders).messages if "週次ダイジェスト" in m.text]

    def digest(self, number: int = 1, channel: Channel | None = None) -> Message:
        """Wait for the digest."""
        found = self.slack.until(
            lambda: self.digests(channel)[number - 1 :], what=f"digest {number}"
        )
        self.settled()
        return found[0]

    def opened(self, person: Person, words: str) -> View:
        """Wait until the modal in front of the person says this."""

        def shown() -> list[View]:
            modal = person.modal
            return [modal] if modal is not None and words in modal.words else []

        return self.slack.until(shown, what=f"a modal with {words}")[0]


@pytest.fixture
def hall(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Hall:
    """The group is registered, the mayor in office."""
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    mayor = slack.person("山本市長", title="市長")
    staff = slack.person("山田花子", title="防災課")
    guest = slack.person("外部さん", guest=True)
    group = slack.channel("wg-bosai", members=[admin, mayor, staff, guest])
    leaders = slack.channel("leaders", members=[admin, mayor])
    hall = Hall(slack, clock, settled, admin, mayor, staff, guest, group, leaders)
    hall.asks(staff, "登録 防災DX", command="/project")
    hall.asks(admin, f"任命 市長 @{mayor.name}", command="/office")
    settled()
    return hall


def test_a_channel_receives_it_on_friday(hall: Hall) -> None:
    answer = hall.asks(hall.admin, "送り先 #leaders")
    assert answer.text == (
        f"<#{hall.leaders.id}> に週次ダイジェストを送ります（日本語）。"
        "次回は4月10日（金）16:00です。\n"
        "職員なら誰でも読めるチャンネルです。"
        "非公開チャンネルの投稿も載りますので、ご注意ください。"
    )
    assert hall.slack.bot_user_id in hall.leaders.members
    hall.clock.move_to(FRIDAY)
    digest = hall.digest()
    assert "新しい投稿はありませんでした" in digest.words
    assert digest.notifies == frozenset()


def test_a_person_receives_it_in_their_language(hall: Hall) -> None:
    assert "次回は" in hall.asks(hall.admin, f"to @{hall.mayor.name} en").text
    hall.clock.move_to(FRIDAY)
    dm = hall.slack.until(lambda: hall.mayor.dm().messages, what="a digest in the DM")
    assert "Weekly digest" in dm[0].text


def test_asking_twice_and_stopping(hall: Hall) -> None:
    assert "送ります（日本語）" in hall.asks(hall.admin, "to here", hall.leaders).text
    assert "すでに送り先" in hall.asks(hall.admin, "to ここ", hall.leaders).text
    assert "送ります（英語）" in hall.asks(hall.admin, "to here en", hall.leaders).text
    words = hall.asks(hall.admin, "一覧").text
    assert f"• <#{hall.leaders.id}> （英語）" in words
    assert "毎週金曜日 16:00" in words
    assert "止めました" in hall.asks(hall.admin, "停止 ここ", hall.leaders).text
    assert "送り先ではありません" in hall.asks(hall.admin, "remove here", hall.leaders).text
    assert "送り先がまだありません" in hall.asks(hall.admin, "list").text
    hall.asks(hall.admin, f"to @{hall.mayor.name}")
    assert "止めました" in hall.asks(hall.admin, f"停止 @{hall.mayor.name}").text


def test_stopping_in_the_direct_messages_where_it_comes(hall: Hall) -> None:
    hall.asks(hall.admin, f"to @{hall.admin.name}")
    answer = hall.asks(hall.admin, "停止 ここ", hall.admin.dm())
    assert f"<@{hall.admin.id}> への週次ダイジェストを止めました" in answer.text
    assert "送り先ではありません" in hall.asks(hall.admin, "停止 ここ", hall.admin.dm()).text


def test_a_private_channel_comes_without_the_warning(hall: Hall) -> None:
    private = hall.slack.channel("kanbu", private=True, members=[hall.admin])
    hall.slack.invite_bot(private)
    assert hall.asks(hall.admin, "送り先 #kanbu").text.endswith("次回は4月10日（金）16:00です。")


def test_the_list_says_where_it_does_not_arrive(hall: Hall) -> None:
    places = [hall.slack.channel(name, members=[hall.admin]) for name in ("one", "two", "three")]
    for place in places:
        hall.asks(hall.admin, f"送り先 #{place.name}")
    places[0].archives()
    places[1].removes(hall.slack.bot)
    hall.settled()
    words = hall.asks(hall.admin, "一覧").text
    assert f"• <#{places[0].id}> （日本語） ⚠️ アーカイブされているため、届きません。" in words
    assert f"• <#{places[1].id}> （日本語） ⚠️ 私が入っていないため、届きません。" in words
    assert f"• <#{places[2].id}> （日本語）\n" in words


def test_one_audience_that_can_not_be_reached_keeps_it_from_nobody(hall: Hall) -> None:
    first = hall.slack.channel("first", members=[hall.admin])
    for where in ("#first", "#leaders", f"@{hall.mayor.name}"):
        hall.asks(hall.admin, f"送り先 {where}")
    first.archives()
    hall.clock.move_to(FRIDAY)
    assert hall.digest()
    assert hall.slack.until(lambda: hall.digests(hall.mayor.dm()), what="the mayor's digest")
    hall.settled()
    assert hall.digests(first) == []


def test_where_it_may_not_go(hall: Hall) -> None:
    hall.slack.channel("shared", members=[hall.admin], shared_with="T0OTHER")
    hall.slack.channel("archived", members=[hall.admin], archived=True)
    hall.slack.channel("private", private=True, members=[hall.admin])
    robot = hall.slack.person("ロボット", bot=True)
    outsider = hall.slack.person("商工会", external_team="T0OTHER")
    gone = hall.slack.person("退職者", deactivated=True)

    def refused(where: str, words: str) -> None:
        before = len(hall.slack.calls_of("conversations.open"))
        assert words in hall.asks(hall.admin, f"送り先 {where}").text
        assert len(hall.slack.calls_of("conversations.open")) == before
        assert "送り先がまだありません" in hall.asks(hall.admin, "一覧").text

    refused("#shared", "外部の組織と共有されている")
    refused("#archived", "アーカイブされている")
    refused("#private", "/invite")
    for person in (hall.guest, robot, outsider, gone):
        refused(f"@{person.name}", "職員の方を選んでください")
    refused("", "送り先が分かりませんでした")
    refused("どこか", "送り先が分かりませんでした")
    assert "ここには送れません" in hall.asks(hall.admin, "to here", hall.admin.dm()).text


def test_only_coordinators_arrange_it(hall: Hall) -> None:
    for text in ("to here", "停止 ここ", "予定 月 9:00", "今すぐ", "閉庁日 追加 2026-08-14"):
        for person in (hall.staff, hall.mayor):
            assert "事務局とワークスペースの管理者だけ" in hall.asks(person, text).text


def test_only_leaders_and_coordinators_preview_it(hall: Hall) -> None:
    assert "ダイジェストを見られるのは" in hall.asks(hall.staff, "preview").text
    assert "ダイジェストを見られるのは" in hall.asks(hall.guest, "プレビュー").text
    assert "あなただけに見えています" in hall.asks(hall.mayor, "プレビュー").words
    assert hall.digests() == []


def test_the_schedule(hall: Hall) -> None:
    assert "毎週金曜日 16:00" in hall.asks(hall.staff, "予定").text
    assert "読めませんでした" in hall.asks(hall.admin, "予定 金 25:00").text
    assert "毎週火曜日 08:30" in hall.asks(hall.admin, "予定 毎週　火曜日　８：３０").text
    assert "毎週火曜日 08:30" in hall.asks(hall.admin, "schedule").text


def test_a_new_schedule_begins_with_its_next_moment(hall: Hall) -> None:
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.clock.advance(timedelta(days=1))
    answer = hall.asks(hall.admin, "schedule mon 16:00")
    assert "次回は4月13日（月）16:00です" in answer.text
    hall.clock.move_to(FRIDAY + timedelta(hours=1))
    assert "次回は4月13日（月）16:00です" in hall.asks(hall.admin, "予定").text
    assert hall.digests() == []
    hall.clock.move_to(FRIDAY + timedelta(days=3))
    hall.digest()


def test_closures(hall: Hall) -> None:
    assert "決めてある日はありません" in hall.asks(hall.admin, "閉庁日 一覧").text
    answer = hall.asks(hall.admin, "閉庁日 追加 2026-04-10 *点検*")
    assert "2026年4月10日を閉庁日にしました" in answer.text
    assert "次回は4月9日（木）16:00" in hall.asks(hall.admin, "予定").text
    assert "2026年4月10日　閉庁　＊点検＊" in hall.asks(hall.admin, "closure list").text
    assert "開庁日にしました" in hall.asks(hall.admin, "closure open 2026-04-29").text
    assert "外しました" in hall.asks(hall.admin, "closure remove 2026-04-10").text
    assert "一覧にありません" in hall.asks(hall.admin, "closure remove 2026-04-10").text
    assert "次回は4月10日（金）16:00" in hall.asks(hall.admin, "予定").text
    assert "日付として読めませんでした" in hall.asks(hall.admin, "closure add someday").text
    assert "どれかの形で" in hall.asks(hall.admin, "closure maybe 2026-04-10").text


def test_the_past_is_not_closed_or_opened_any_more(hall: Hall) -> None:
    """The digest that was moved from a closed Friday to Thursday must not come once more."""
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.asks(hall.admin, "閉庁日 追加 2026-04-10")
    hall.clock.move_to(FRIDAY + timedelta(days=3))
    hall.digest()
    answer = hall.asks(hall.admin, "閉庁日 削除 2026-04-10")
    assert answer.text.startswith("2026年4月10日は過ぎた日なので、変えられません。")
    hall.settled()
    assert len(hall.digests()) == 1


def test_sent_early_and_the_next_one_covers_the_rest(hall: Hall) -> None:
    assert "送り先がまだありません" in hall.asks(hall.admin, "now").text
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.clock.advance(timedelta(hours=1))
    hall.staff.posts(hall.group, "月曜の報告です")
    hall.settled()
    hall.clock.advance(timedelta(hours=1))
    assert "4月6日（月）11:00 まで" in hall.asks(hall.admin, "今すぐ").text
    assert "月曜の報告です" in hall.digest().words
    assert "送ったばかり" in hall.asks(hall.admin, "今すぐ").text
    hall.clock.advance(timedelta(hours=1))
    hall.staff.posts(hall.group, "昼の報告です")
    hall.settled()
    hall.clock.move_to(FRIDAY)
    words = hall.digest(2).words
    assert "昼の報告です" in words
    assert "月曜の報告です" not in words
    assert len(hall.digests()) == 2


def test_every_number_opens(hall: Hall) -> None:
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.clock.advance(timedelta(hours=1))
    post = hall.staff.posts(hall.group, "<!channel> 受付を試しました *1分* です")
    hall.admin.replies(post, "すばらしいですね")
    hall.admin.reacts(post, "tada")
    hall.mayor.reacts(post, "+1")
    for number in range(12):
        hall.staff.posts(hall.group, f"報告その{number:02}。")
    hall.settled()
    hall.clock.move_to(FRIDAY)
    digest = hall.digest()
    assert digest.notifies == frozenset()

    for measure, words in (
        (Measure.POSTS, "投稿 13件"),
        (Measure.REPLIES, "返信 1件"),
        (Measure.REACTIONS, "リアクション 2件"),
        (Measure.ACKNOWLEDGEMENTS, "首長の反応 1件"),
        (Measure.UNSEEN, "首長の反応がまだない投稿 12件"),
    ):
        hall.admin.presses(digest, f"digest_open_{measure}")
        view = hall.opened(hall.admin, f"*{words}*")
        assert "いま数え直した数です" in view.words
        if measure not in (Measure.POSTS, Measure.UNSEEN):
            assert "受付を試しました 1分 です" in view.words
            assert "市長も反応" in view.words

    view = hall.opened(hall.admin, "1〜10件目（全12件）")
    assert "報告その11" in view.words
    assert "報告その01" not in view.words
    hall.admin.presses(view, "digest_turn_on")
    view = hall.opened(hall.admin, "11〜12件目（全12件）")
    assert "報告その01" in view.words
    hall.admin.presses(view, "digest_turn_back")
    hall.opened(hall.admin, "1〜10件目（全12件）")


def test_a_project_opens_with_all_its_numbers(hall: Hall) -> None:
    hall.asks(hall.admin, "to here", hall.leaders)
    post = hall.staff.posts(hall.group, "受付を試しました")
    hall.mayor.reacts(post, "+1")
    hall.settled()
    hall.clock.move_to(FRIDAY)
    digest = hall.digest()
    options = [
        str(option["value"])
        for block in digest.blocks
        for option in options_of(block, "digest_open_project_1")
    ]
    hall.mayor.chooses(digest, "digest_open_project_1", options[0])
    view = hall.opened(hall.mayor, "受付を試しました")
    assert "防災DX" in view.words
    hall.mayor.presses(view, "digest_turn_acknowledgements")
    assert "ここで数えたのは1件" in hall.opened(hall.mayor, "首長の反応 1件").words


def test_a_late_post_opens_from_the_next_digest(hall: Hall, iine: Service) -> None:
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.clock.advance(timedelta(hours=1))
    post = hall.staff.posts(hall.group, "受付を試しました")
    hall.settled()
    hall.clock.move_to(FRIDAY)
    hall.digest()
    with iine.deps.database.write() as session:  # as if it had come only now
        message = session.get_one(MessageRow, (hall.slack.team_id, hall.group.id, post.ts))
        message.counted_at = FRIDAY + timedelta(minutes=6)
    hall.clock.move_to(FRIDAY + timedelta(days=7))
    digest = hall.digest(2)
    assert "前回のダイジェストに間に合わなかった投稿が *1件* あります。" in digest.words
    hall.mayor.presses(digest, f"digest_open_{Measure.LATE}")
    assert "受付を試しました" in hall.opened(hall.mayor, "*前回に間に合わなかった投稿 1件*").words


def options_of(block: dict[str, object], action_id: str) -> list[dict[str, object]]:
    accessory = block.get("accessory")
    if not isinstance(accessory, dict) or accessory.get("action_id") != action_id:
        return []
    options = accessory["options"]
    assert isinstance(options, list)
    return options


def test_a_guest_opens_nothing(hall: Hall) -> None:
    hall.asks(hall.admin, "to here", hall.leaders)
    hall.staff.posts(hall.group, "受付を試しました")
    hall.settled()
    hall.clock.move_to(FRIDAY)
    digest = hall.digest()
    hall.leaders.invites(hall.guest)
    hall.guest.presses(digest, "digest_open_posts")
    view = hall.opened(hall.guest, "職員だけ")
    assert "受付を試しました" not in view.words


def test_a_preview_with_its_thread(hall: Hall) -> None:
    hall.clock.advance(timedelta(hours=1))
    for number in range(9):
        hall.staff.posts(hall.group, f"報告その{number:02}。")
    hall.settled()
    hall.clock.advance(timedelta(hours=1))
    preview = hall.asks(hall.mayor, "preview", hall.leaders)
    assert "報告その00" in preview.words
    invocation = hall.mayor.presses(preview, "digest_preview_more")
    [rest] = hall.slack.until(lambda: invocation.replies, what="the rest of the preview")
    assert rest.ephemeral
    assert "報告その08" in rest.words
    assert hall.digests() == []
    assert preview.notifies == frozenset()
