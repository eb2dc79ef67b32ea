"""Everybody's page: their projects, their successes, their settings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.preferences import Choices, Notices, choices_of
from sandbox import Person, View
from tests.conftest import JST
from tests.home.conftest import Hall

LANGUAGE, NOTICES, SWITCHES = "home_language", "home_notices", "home_switches"


def _choices(hall: Hall, person: Person) -> Choices:
    with hall.deps.database.read() as session:
        return choices_of(session, hall.slack.team_id, person.id)


def test_my_projects_those_that_i_lead_first(hall: Hall) -> None:
    for number in range(7):
        channel = hall.slack.channel(f"wg-{number}", members=[hall.hanako, hall.taro])
        hall.registers(f"第{number + 1}プロジェクト", channel)
        hall.asks(hall.taro, "参加", channel)
    mine = hall.slack.channel("wg-mine", members=[hall.taro])
    hall.asks(hall.taro, "登録 税務の窓口", mine)
    hall.home(hall.taro)
    home = hall.presses(hall.taro, "home_tab_mine")
    assert "*参加しているプロジェクト 8件*" in home.words
    assert home.words.index("税務の窓口") < home.words.index("第1プロジェクト")
    assert "第6プロジェクト" not in home.words
    assert "第7プロジェクト" in hall.presses(hall.taro, "home_turn_projects_on").words


def test_joining_and_leaving_show_by_themselves(hall: Hall) -> None:
    hall.registers()
    hall.home(hall.taro)
    hall.asks(hall.taro, "参加")
    assert hall.later(hall.taro, "*防災DX*")
    hall.asks(hall.taro, "退出")
    assert hall.later(hall.taro, "まだありません。 `/project 一覧`")


def _month(hall: Hall, month: int, number: int) -> None:
    """So many posts of Taro's to which the mayor reacts."""
    hall.clock.move_to(datetime(2026, month, 10, 10, 0, tzinfo=JST))
    for n in range(number):
        hall.clock.advance(timedelta(minutes=5))
        post = hall.taro.posts(hall.bosai, f"{month}月の報告その{n + 1}です。")
        hall.settled()
        hall.mayor.reacts(post, "+1")
    hall.settled()


@pytest.fixture
def seen(hall: Hall) -> Hall:
    """Taro's posts have been seen in two months, and a colleague has thanked him."""
    hall.registers()
    hall.takes_office()
    _month(hall, 5, 2)
    _month(hall, 7, 7)
    hall.asks(hall.hanako, f"@{hall.taro.name} 助かりました", command="/kudos")
    hall.settled()
    return hall


def test_what_came_of_my_work_month_by_month(seen: Hall) -> None:
    words = seen.home(seen.taro).words
    assert "*🌱 成功体験　2026年7月（1/2）*\n見られるのは、あなただけです。" in words
    assert "7月の報告その1です。" in words
    words = seen.presses(seen.taro, "home_turn_months_on").words
    assert "2026年7月（2/2）" in words
    assert "助かりました" in words
    assert "山田花子" in words
    words = seen.presses(seen.taro, "home_turn_months_on").words
    assert "*🌱 成功体験　2026年5月*" in words
    assert "5月の報告その2です。" in words
    assert "2026年7月（2/2）" in seen.presses(seen.taro, "home_turn_months_back").words


def test_nobody_sees_what_came_of_anothers_work(seen: Hall) -> None:
    for person in (seen.hanako, seen.mayor, seen.admin):
        seen.home(person)
        words = seen.presses(person, "home_tab_mine").words
        assert "報告その" not in words
        assert "ここに月ごとに並びます。" in words


def test_a_new_success_appears_by_itself(seen: Hall) -> None:
    seen.home(seen.taro)
    post = seen.taro.posts(seen.bosai, "最後の報告です。")
    seen.settled()
    seen.mayor.reacts(post, "clap")
    seen.settled()
    assert "2026年7月（2/2）" in seen.presses(seen.taro, "home_turn_months_on").words
    assert seen.later(seen.taro, "最後の報告です。")
    seen.taro.deletes(post)
    assert seen.later(seen.taro, "（この投稿は削除されました）")


def test_as_text_to_keep(seen: Hall) -> None:
    seen.taro.presses(seen.home(seen.taro), "home_export")
    view = seen.modal(seen.taro, "成功体験の書き出し")
    text = _text(view)
    assert text.startswith("鈴木太郎さんの成功体験\n")
    assert text.index("■ 2026年7月") < text.index("■ 2026年5月")
    assert "7月の報告その7です。" in text
    assert "助かりました" in text
    assert seen.taro.submits(view).closed


def _text(view: View) -> str:
    """What stands in the fields."""
    elements = [block.get("element") for block in view.blocks if block["type"] == "input"]
    return "".join(str(e["initial_value"]) for e in elements if isinstance(e, dict))


def test_very_much_text_comes_in_pages(hall: Hall) -> None:
    hall.registers()
    hall.takes_office()
    words = "とても長い報告です。" * 900
    for n in range(5):
        hall.clock.advance(timedelta(minutes=5))
        post = hall.taro.posts(hall.bosai, f"その{n}。{words}")
        hall.settled()
        hall.mayor.reacts(post, "+1")
    hall.settled()
    hall.taro.presses(hall.home(hall.taro), "home_export")
    first = _text(hall.modal(hall.taro, "次のページ →"))
    assert "その0。" in first
    front = hall.taro.modal
    assert front is not None
    hall.taro.presses(front, "home_export_turn_on")
    second = _text(hall.modal(hall.taro, "← 前のページ"))
    assert "その4。" in second
    assert len(first) + len(second) > 5 * len(words)


def test_choosing_a_language(hall: Hall) -> None:
    hall.home(hall.taro)
    assert "🌱 My page" in hall.chooses(hall.taro, LANGUAGE, "en").words
    assert "Registering" in hall.asks(hall.taro, "help").text
    assert "🌱 わたしのページ" in hall.chooses(hall.taro, LANGUAGE, "auto").words
    assert _choices(hall, hall.taro).language is None


def test_choosing_when_to_hear_of_reactions(hall: Hall) -> None:
    hall.home(hall.taro)
    for notices in (Notices.NEVER, Notices.DAILY, Notices.NOW, Notices.BUNDLED):
        hall.chooses(hall.taro, NOTICES, notices.value)
        assert _choices(hall, hall.taro).notices == notices


def test_switching_things_off_and_on(hall: Hall) -> None:
    hall.home(hall.taro)
    hall.chooses(hall.taro, SWITCHES, ["marks"])
    chosen = _choices(hall, hall.taro)
    assert (chosen.monthly, chosen.marks, chosen.highlights) == (False, True, False)
    hall.chooses(hall.taro, SWITCHES, ["monthly", "marks", "highlights"])
    chosen = _choices(hall, hall.taro)
    assert (chosen.monthly, chosen.marks, chosen.highlights) == (True, True, True)


def test_a_guest_chooses_for_themselves_too(hall: Hall) -> None:
    guest = hall.slack.person("商工会 田中", guest=True)
    hall.home(guest)
    assert "Welcome to iine" in hall.chooses(guest, LANGUAGE, "en").words
    hall.chooses(guest, SWITCHES, [])
    chosen = _choices(hall, guest)
    assert (chosen.monthly, chosen.marks, chosen.highlights) == (False, False, True)


def test_a_guest_has_successes_too(hall: Hall) -> None:
    hall.registers()
    hall.takes_office()
    guest = hall.slack.person("商工会 田中", guest=True)
    hall.bosai.invites(guest)
    assert "🌱" not in hall.home(guest).words
    post = guest.posts(hall.bosai, "一緒に歩きました。")
    hall.settled()
    hall.mayor.reacts(post, "+1")
    assert "一緒に歩きました。" in hall.later(guest, "🌱 成功体験").words
