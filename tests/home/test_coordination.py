"""The coordinators' page: from nothing to the first digest, then how the projects are doing."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import homes
from models import gap as gaps
from models.gap import Cause
from models.inbox import InboxEvent, InboxState
from sandbox import Person, View
from tests.conftest import JST
from tests.home.conftest import Hall

OFFICE, AUDIENCE = "home_set_office", "home_set_audience"
SCHEDULE, PROJECT = "home_set_schedule", "home_set_project"


def _form(hall: Hall, action_id: str, words: str, person: Person | None = None) -> View:
    """Open a step's form."""
    who = person or hall.admin
    assert who.presses(hall.seen(who), action_id).acked
    return hall.modal(who, words)


def _sends(hall: Hall, form: View, **values: object) -> str:
    """Fill in a form, send it, and read what stands there then."""
    hall.admin.fills(form, values)  # type: ignore[arg-type]  # IDs, dates and words alike
    result = hall.admin.submits(form)
    assert result.errors == {}
    done = hall.admin.modal
    assert done is not None
    hall.admin.closes()
    return done.words


def test_from_nothing_to_the_first_digest_without_leaving_the_home(hall: Hall) -> None:
    leaders = hall.slack.channel("kanbu", private=True, members=[hall.admin, hall.mayor])
    hall.slack.invite_bot(leaders)
    home = hall.home(hall.admin)
    assert "*はじめる準備 0/4*" in home.words
    assert home.words.count("⬜") == 4

    form = _form(hall, OFFICE, "すでにある役職の名前")
    said = _sends(hall, form, office="市長", person=hall.mayor.id)
    assert f"「市長」は、2026年4月6日から <@{hall.mayor.id}> さんです。" in said
    assert "はじめる準備 1/4" in hall.seen(hall.admin).words

    form = _form(hall, AUDIENCE, "どちらかを選んでください")
    assert "週次ダイジェストを送ります" in _sends(hall, form, channel=leaders.id)
    assert "はじめる準備 2/4" in hall.seen(hall.admin).words

    form = _form(hall, SCHEDULE, "休みの日に当たるときは")
    said = _sends(hall, form, weekday="1", time="09:30")
    assert "毎週火曜日 09:30" in said
    assert "はじめる準備 3/4" in hall.seen(hall.admin).words

    form = _form(hall, PROJECT, "リーダー")
    assert "登録しました" in _sends(hall, form, name="防災DX", channel=hall.bosai.id)
    home = hall.seen(hall.admin)
    assert "*準備ができました*\n最初のダイジェストは 4月7日（火）09:30 に届きます。" in home.words
    assert home.words.count("✅") == 4

    hall.clock.move_to(datetime(2026, 4, 7, 9, 30, tzinfo=JST))
    hall.slack.until(lambda: [m for m in leaders.messages if m.metadata], what="the first digest")
    home = hall.home(hall.admin)
    assert "（次回は 4月14日（火）09:30）" in home.words
    assert "はじめる準備" not in home.words
    assert "役職：市長" in home.words
    assert f"送り先：<#{leaders.id}>" in home.words


def test_the_checklist_in_english(hall: Hall) -> None:
    smith = hall.slack.person("Smith", admin=True, locale="en-GB")
    home = hall.home(smith)
    assert "*Getting started: 0 of 4*" in home.words
    assert "every Friday at 16:00" in home.words
    assert _form(hall, OFFICE, "From when", smith).title == "Who holds an office"


def test_what_is_wrong_stands_at_its_field_and_can_be_put_right(hall: Hall) -> None:
    guest = hall.slack.person("外部さん", guest=True)
    shared = hall.slack.channel("shared", members=[hall.admin], shared_with="T0OTHER")
    hall.home(hall.admin)
    form = _form(hall, OFFICE, "すでにある役職")
    hall.admin.fills(form, {"office": "市長", "person": guest.id})
    assert "選べません" in hall.admin.submits(form).errors["person"]
    hall.admin.fills(form, {"person": hall.mayor.id})
    assert hall.admin.submits(form).errors == {}
    hall.admin.closes()

    form = _form(hall, AUDIENCE, "どちらか")
    assert "どちらか1つを" in hall.admin.submits(form).errors["channel"]
    hall.admin.fills(form, {"person": guest.id})
    assert "送れません" in hall.admin.submits(form).errors["person"]
    hall.admin.fills(form, {"person": hall.mayor.id, "channel": hall.bosai.id})
    assert "どちらか1つを" in hall.admin.submits(form).errors["channel"]
    hall.admin.closes()
    assert shared.id not in hall.seen(hall.admin).words


def test_if_slack_is_silent_the_form_stays_as_it_is(hall: Hall) -> None:
    hall.home(hall.admin)
    form = _form(hall, AUDIENCE, "どちらか")
    hall.admin.fills(form, {"channel": hall.bosai.id})
    hall.slack.faults.add("http_error", method="conversations.info", status=503)
    assert "もう一度お試しください" in hall.admin.submits(form).errors["channel"]
    assert hall.admin.submits(form).errors == {}


def test_who_is_coordinator_no_more_changes_nothing(hall: Hall) -> None:
    hall.asks(hall.admin, f"事務局 追加 @{hall.taro.name}", command="/office")
    old = hall.home(hall.taro)
    hall.taro.presses(old, OFFICE)
    form = hall.modal(hall.taro, "すでにある役職")
    hall.asks(hall.admin, f"事務局 削除 @{hall.taro.name}", command="/office")
    hall.taro.fills(form, {"office": "市長", "person": hall.taro.id})
    assert "事務局とワークスペースの管理者だけ" in hall.taro.submits(form).errors["office"]
    hall.taro.closes()
    assert "🌱 わたしのページ" in hall.later(hall.taro, "わたしのページ").words
    assert "まだ役職がありません" in hall.asks(hall.admin, "一覧", command="/office").text


def test_how_the_projects_are_doing(hall: Hall) -> None:
    _first_digest(hall)
    shotengai = hall.slack.channel("wg-shotengai", members=[hall.hanako])
    hall.registers("商店街のにぎわいづくり", shotengai)
    for week in range(1, 6):
        hall.clock.move_to(datetime(2026, 4, 7, 10, 0, tzinfo=JST) + timedelta(weeks=week))
        for _ in range(week):
            hall.hanako.posts(hall.bosai, "受付を試しました。")
        hall.settled()
    words = hall.home(hall.admin).words
    assert "*プロジェクトの様子 2件*" in words
    assert "*防災DX* （構想）\n▁▁▁▂▃▅▇▇ 計15件　最後の投稿 5月12日" in words
    assert f"<#{hall.bosai.id}>　リーダー <@{hall.hanako.id}>" in words
    assert "🌙 *商店街のにぎわいづくり* （構想）\nまだ投稿はありません" in words
    assert words.index("商店街のにぎわいづくり") < words.index("*防災DX*")
    assert "🌙 の1件は、10営業日のあいだ投稿がありません。" in words
    for person in (hall.hanako, hall.mayor):
        assert "🌙" not in hall.home(person).words


def test_on_what_the_numbers_rest(hall: Hall) -> None:
    _first_digest(hall)
    hall.clock.advance(timedelta(minutes=30))
    words = hall.home(hall.admin).words
    assert "🔎 この7日間は、1チャンネルを記録しています。" in words
    assert "途切れた時間はありません" in words
    now = hall.clock.now()
    with hall.deps.database.write() as session:
        gap = gaps.open_(
            session, hall.slack.team_id, None, Cause.DISCONNECTED, now - timedelta(hours=1)
        )
        homes.trouble_changed(session, hall.slack.team_id, now)
    words = hall.home(hall.admin).words
    assert "途切れた時間はありません" not in words
    assert "知らせが届いていません" in words
    with hall.deps.database.write() as session:
        gaps.end(session, gap.id, now)
    assert "途切れ" not in hall.home(hall.mayor).words, "the leaders' page is about the work"


def _first_digest(hall: Hall) -> None:
    """Everything is in place and the first digest went out."""
    hall.registers()
    hall.takes_office()
    hall.asks(hall.admin, f"to @{hall.mayor.name}", command="/digest")
    hall.asks(hall.admin, "now", command="/digest")
    hall.settled()


def test_what_does_not_arrive_is_told_with_what_to_do(hall: Hall) -> None:
    _first_digest(hall)
    assert "届いていないもの" not in hall.home(hall.admin).words
    hall.bosai.removes(hall.slack.bot)
    assert hall.later(hall.admin, f"<#{hall.bosai.id}> に私が入っていないため")
    with hall.deps.database.write() as session:
        session.add(
            InboxEvent(
                team_id=hall.slack.team_id,
                event_id="Ev1",
                type="message",
                event_time=0,
                received_at=hall.clock.now(),
                state=InboxState.DEAD,
                attempts=5,
            )
        )
    assert "記録できなかった出来事が1件あります。" in hall.home(hall.admin).words
    hall.bosai.archives()
    assert "アーカイブされています" in hall.later(hall.admin, "アーカイブ").words


def test_in_spring_leads_who_move_on_are_found(hall: Hall) -> None:
    _first_digest(hall)
    assert "引き継ぎが必要なリーダーはいません" in hall.home(hall.admin).words
    hall.clock.move_to(datetime(2027, 3, 25, 9, 0, tzinfo=JST))
    hall.hanako.changes_title("税務課")
    hall.settled()
    home = hall.home(hall.admin)
    assert f"*防災DX* <@{hall.hanako.id}>　防災課 → 税務課" in home.words
    home = hall.presses(hall.admin, "home_keep_lead")
    assert "引き継ぎが必要なリーダーはいません" in home.words
    hall.hanako.is_deactivated()
    hall.settled()
    home = hall.home(hall.admin)
    assert f"<@{hall.hanako.id}>　利用停止になりました" in home.words
    assert "リーダーのいないプロジェクト：防災DX" in home.words
    hall.clock.move_to(datetime(2027, 9, 1, 9, 0, tzinfo=JST))
    assert "リーダーのいないプロジェクト：防災DX" in hall.home(hall.admin).words


def test_pages_of_many_projects(hall: Hall) -> None:
    for number in range(12):
        channel = hall.slack.channel(f"wg-{number}", members=[hall.hanako])
        hall.registers(f"第{number + 1:02}プロジェクト", channel)
    assert "1〜10件目（全12件）" in hall.home(hall.admin).words
    home = hall.presses(hall.admin, "home_turn_health_on")
    assert "*第12プロジェクト*" in home.words
    assert "*第01プロジェクト*" not in home.words
