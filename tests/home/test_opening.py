"""Opening the Home: what each person sees there, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.core.homes import Tab, tabs_of
from bot.core.permissions import Actor
from models import InboxEvent
from models.home import HomeView
from models.member import Member
from tests.home.conftest import Hall


def test_whoever_opens_their_home_sees_it(hall: Hall) -> None:
    home = hall.home(hall.hanako)
    assert "🌱 わたしのページ" in home.words
    assert "まだありません。 `/project 一覧` で探して" in home.words
    assert "⚙️ わたしの設定" in home.words
    assert "4月6日（月）09:00 現在" in home.words


def test_in_english_for_those_who_read_english(hall: Hall) -> None:
    smith = hall.slack.person("Smith", locale="en-GB")
    home = hall.home(smith)
    assert "🌱 My page" in home.words
    assert "`/project join` in a project's channel" in home.words
    assert "As of Mon 6 April 09:00" in home.words


def test_of_opening_it_nothing_is_kept_but_where_one_is_in_it(hall: Hall) -> None:
    def events() -> int:
        with hall.deps.database.read() as session:
            return session.scalar(select(func.count()).select_from(InboxEvent)) or 0

    before = events()
    hall.home(hall.hanako)
    assert events() == before
    with hall.deps.database.read() as session:
        rows = session.scalars(select(HomeView)).all()
    assert [(row.user_id, row.tab, row.stale_at) for row in rows] == [
        (hall.hanako.id, "mine", None)
    ]


def test_the_messages_tab_is_not_the_home(hall: Hall) -> None:
    hall.hanako.opens_home(tab="messages")
    hall.settled()
    hall.home(hall.taro)
    assert hall.hanako.home is None


def test_each_role_has_its_own_tab_and_sees_it_first(hall: Hall) -> None:
    assert "みなさんの投稿" not in hall.home(hall.mayor).words
    hall.takes_office()
    mayor = hall.home(hall.mayor)
    assert "👀 みなさんの投稿" in mayor.words
    assert "市長としてご覧になっています。" in mayor.words
    hall.registers()
    assert "📁 担当プロジェクト\n防災DX" in hall.home(hall.hanako).words.replace("*", "")
    assert "🗂 事務局のページ" in hall.home(hall.admin).words


def test_who_has_several_roles_goes_from_tab_to_tab(hall: Hall) -> None:
    hall.asks(hall.admin, f"任命 副市長 @{hall.admin.name}", command="/office")
    hall.asks(hall.admin, "登録 庁内の紙を減らす会")
    home = hall.home(hall.admin)
    assert [b["action_id"] for b in buttons(home.blocks, "home_tabs")] == [
        "home_tab_leaders",
        "home_tab_coordination",
        "home_tab_lead",
        "home_tab_mine",
    ]
    assert "副市長としてご覧になっています。" in home.words
    for tab, title in (
        ("coordination", "🗂 事務局のページ"),
        ("lead", "段階：構想"),
        ("mine", "🌱 わたしのページ"),
        ("leaders", "副市長としてご覧になっています。"),
    ):
        assert title in hall.presses(hall.admin, f"home_tab_{tab}").words


def test_who_has_one_role_chooses_no_tab(hall: Hall) -> None:
    assert buttons(hall.home(hall.taro).blocks, "home_tabs") == []


def test_guests_see_nothing_of_what_is_inside(hall: Hall) -> None:
    hall.registers()
    hall.takes_office()
    words = hall.home(hall.slack.person("商工会 田中", guest=True)).words
    assert "iine へようこそ" in words
    assert "いつもどおり書いてください" in words
    for inside in ("防災DX", "事務局", "ダイジェスト", "市長", "みなさんの投稿", "/project"):
        assert inside not in words


def test_whatever_is_noted_of_people_from_outside_they_are_visitors(hall: Hall) -> None:
    outside = Actor(hall.slack.team_id, "U9", "ja", False, False, False, ("市長",))
    with hall.deps.database.read() as session:
        assert tabs_of(session, outside) == (Tab.VISITOR,)


def test_while_nobody_knows_whether_it_is_a_guest_it_is_one(hall: Hall) -> None:
    hall.slack.faults.add("error", method="users.info", times=1, code="fatal_error")
    assert "iine へようこそ" in hall.home(hall.taro).words
    with hall.deps.database.write() as session:
        row = session.get_one(Member, (hall.slack.team_id, hall.taro.id))
        row.retry_at = None
    assert "わたしのページ" in hall.later(hall.taro, "わたしのページ").words


def test_one_begins_at_the_top_again_after_a_while(hall: Hall) -> None:
    hall.takes_office()
    hall.home(hall.mayor)
    assert "わたしのページ" in hall.presses(hall.mayor, "home_tab_mine").words
    assert "わたしのページ" in hall.home(hall.mayor).words
    hall.clock.advance(timedelta(minutes=11))
    assert "市長としてご覧になっています。" in hall.home(hall.mayor).words


def buttons(blocks: list[dict[str, object]], block_id: str) -> list[dict[str, object]]:
    """The elements of the block with this ID."""
    for block in blocks:
        elements = block.get("elements")
        if block.get("block_id") == block_id and isinstance(elements, list):
            return elements
    return []
