"""At the beginning of a month everyone gets what came of their work in the month before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.core.calendar import Calendar
from bot.core.successes import Month, Success, month_to_tell, of_person
from bot.text import LANGUAGES, Language
from bot.views import successes as view
from bot.views.digest import Style
from bot.views.limits import BLOCKS_PER_MESSAGE, SECTION_TEXT
from models import preference
from models.delivery import Delivery
from sandbox import Message, Person
from tests.conftest import JST
from tests.handlers.conftest import Town

MAY = datetime(2026, 5, 1, 8, 30, tzinfo=JST)


@pytest.fixture
def mayor(town: Town) -> Person:
    """The mayor, in the channel of the registered project."""
    mayor = town.slack.person("山本市長")
    town.bosai.invites(mayor)
    town.registers()
    town.asks(town.admin, "任命 市長 @山本市長", command="/office")
    return mayor


def _months(town: Town, person: Person) -> tuple[Month, ...]:
    with town.deps.database.read() as session:
        return of_person(session, town.slack.team_id, person.id, JST, end=town.deps.clock.now())


def _monthly(town: Town, person: Person) -> list[Message]:
    return [m for m in person.dm().messages if "成功体験" in _title(m)]


def _title(message: Message) -> str:
    block = message.blocks[0] if message.blocks else {}
    return str(block.get("text")) if block.get("type") == "header" else ""


def _in_may(town: Town, moment: datetime = MAY) -> None:
    town.at(moment)
    town.settled()


def _keys(town: Town) -> list[str]:
    with town.deps.database.read() as session:
        query = select(Delivery.key).where(Delivery.kind == "successes").order_by(Delivery.key)
        return list(session.scalars(query))


def test_a_month(town: Town, mayor: Person) -> None:
    post = town.hanako.posts(town.bosai, "避難所の受付をQRコードで試しました")
    town.later(timedelta(hours=1))
    mayor.reacts(post, "+1")
    town.asks(town.taro, "@山田花子 図面をありがとうございました", command="/kudos")
    town.later(timedelta(hours=1))
    town.hanako.edits(post, "避難所の受付を、QRコードで試しました（訂正）")
    town.settled()
    _in_may(town, MAY - timedelta(minutes=1))
    assert _keys(town) == []
    _in_may(town)
    [monthly] = town.waits(lambda: _monthly(town, town.hanako) or None, "the month")
    words = monthly.words
    assert "🌸 2026年4月の成功体験" in words
    assert "💐 *市長* が反応" in words
    assert ">避難所の受付をQRコードで試しました" in words
    assert "・4月6日（月）・反応後に編集あり" in words
    assert "🙏 *鈴木太郎* さんからの感謝のことば" in words
    assert ">図面をありがとうございました" in words
    assert "設定" in words
    assert monthly.notifies == frozenset()
    assert _keys(town) == [f"successes:{town.hanako.id}:2026-04"]
    for hours in (1, 26, 150):
        _in_may(town, MAY + timedelta(hours=hours))
    assert len(_monthly(town, town.hanako)) == 1
    _in_may(town, datetime(2026, 6, 1, 9, 0, tzinfo=JST))
    assert len(_monthly(town, town.hanako)) == 1


def test_a_month_in_english(town: Town, mayor: Person) -> None:
    emily = town.slack.person("Emily Brown", locale="en-GB")
    town.bosai.invites(emily)
    post = emily.posts(town.bosai, "The map is online")
    town.settled()
    mayor.reacts(post, "tada")
    town.settled()
    _in_may(town)
    monthly = town.waits(
        lambda: next((m for m in emily.dm().messages if "Your successes" in m.words), None),
        "the month",
    )
    assert "🌸 Your successes of April 2026" in monthly.words
    assert "💐 *市長* noticed your post" in monthly.words
    assert ">The map is online" in monthly.words


def test_what_does_not_stand_any_more_is_not_told(town: Town, mayor: Person) -> None:
    post = town.hanako.posts(town.bosai, "試しました")
    other = town.taro.posts(town.bosai, "消すことになる投稿")
    mayor.reacts(post, "+1")
    mayor.reacts(other, "heart")
    town.asks(town.hanako, "@佐藤情報 ありがとう", command="/kudos")
    card = town.notice(town.bosai, "ありがとう")
    town.settled()
    mayor.unreacts(post, "+1")
    town.taro.deletes(other)
    town.hanako.chooses(card, "kudos_menu", "withdraw:1")
    town.settled()
    _in_may(town)
    [monthly] = town.waits(lambda: _monthly(town, town.taro) or None, "the month")
    assert "（この投稿は削除されました）" in monthly.words
    assert "消すことになる" not in monthly.words
    for person in (town.hanako, town.admin):
        assert _monthly(town, person) == []


def test_who_wants_none_or_is_gone_gets_none(town: Town, mayor: Person) -> None:
    jiro = town.slack.person("高橋次郎")
    town.bosai.invites(jiro)
    for person in (town.hanako, town.taro, jiro):
        mayor.reacts(person.posts(town.bosai, "報告です"), "+1")
    town.settled()
    with town.deps.database.write() as session:
        preference.for_change(session, town.slack.team_id, town.taro.id).monthly = False
    jiro.is_deactivated()
    town.settled()
    _in_may(town)
    town.waits(lambda: _monthly(town, town.hanako) or None, "the month")
    town.settled()
    assert _keys(town) == [f"successes:{town.hanako.id}:2026-04"]


def test_a_week_late_but_not_more(town: Town, mayor: Person) -> None:
    mayor.reacts(town.hanako.posts(town.bosai, "報告です"), "+1")
    town.settled()
    _in_may(town, datetime(2026, 5, 8, 8, 30, tzinfo=JST))
    assert _keys(town) == []


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ((2026, 5, 1, 8, 29), None),
        ((2026, 5, 1, 8, 30), date(2026, 4, 1)),
        ((2026, 5, 1, 19, 0), None),
        ((2026, 5, 2, 9, 0), None),
        ((2026, 5, 7, 9, 0), date(2026, 4, 1)),
        ((2026, 5, 8, 8, 29), date(2026, 4, 1)),
        ((2026, 5, 8, 8, 30), None),
        ((2026, 5, 31, 12, 0), None),
        ((2026, 8, 1, 12, 0), None),  # a Saturday
        ((2026, 8, 3, 8, 30), date(2026, 7, 1)),
        ((2027, 1, 3, 12, 0), None),
        ((2027, 1, 4, 8, 30), date(2026, 12, 1)),
        ((2027, 1, 8, 18, 59), date(2026, 12, 1)),
    ],
)
def test_when_a_month_is_told(now: tuple[int, int, int, int, int], month: date | None) -> None:
    assert month_to_tell(Calendar(), JST, datetime(*now, tzinfo=JST)) == month


def test_by_month_for_the_home_and_as_text(town: Town, mayor: Person) -> None:
    vice = town.slack.person("井上副市長")
    town.bosai.invites(vice)
    town.asks(town.admin, "任命 副市長・CDO @井上副市長", command="/office")
    first = town.hanako.posts(town.bosai, "受付を試しました\n3分が20秒に")
    mayor.reacts(first, "+1")
    town.later(timedelta(minutes=5))
    vice.reacts(first, "clap")
    second = town.hanako.posts(town.bosai, files=["地図.pdf"])
    town.at(datetime(2026, 5, 20, 12, 0, tzinfo=JST))
    mayor.reacts(second, "eyes")
    town.asks(town.taro, f"@山田花子 {town.admin.mention} さんも喜んでいます", command="/kudos")
    town.notice(town.bosai, "喜んでいます")
    town.later(timedelta(minutes=5))
    town.settled()
    may, april = _months(town, town.hanako)
    assert (may.first, april.first) == (date(2026, 5, 1), date(2026, 4, 1))
    assert [one.offices for one in april.successes] == [("市長", "副市長・CDO")]
    assert [(one.offices, one.sender) for one in may.successes] == [
        (("市長",), ""),
        ((), "鈴木太郎"),
    ]
    style = Style("ja", JST, "https://example.slack.com/")
    text = view.as_text((may, april), style, name="山田花子", made_at=town.deps.clock.now())
    link = f"https://example.slack.com/archives/{town.bosai.id}/p{first.ts.replace('.', '')}"
    assert text.startswith(
        "山田花子さんの成功体験\n2026年5月20日に書き出しました。\n\n■ 2026年5月\n"
    )
    assert (
        "2026年4月6日　市長、副市長・CDOが反応　防災DX\n  受付を試しました\n  3分が20秒に\n" in text
    )
    assert f"  {link}\n" in text
    assert "  📎 地図.pdf" in text
    assert (
        "2026年5月20日　鈴木太郎さんからの感謝のことば\n  ＠佐藤情報 さんも喜んでいます\n" in text
    )
    english = view.as_text((), Style("en", JST, ""), name="Hanako", made_at=town.deps.clock.now())
    assert english == "Successes of Hanako\nWritten out on 20 May 2026.\n\nNothing yet.\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_month_fits(language: Language) -> None:
    longest = Success(
        at=MAY,
        channel_id="C" * 12,
        ts="1775433600.000001",
        offices=("役" * 40,) * 9,
        project="&" * 80,
        words="<https://example.com/" + "a" * 3_000 + ">" + "&amp;" * 9_000,
        files=("名" * 200,) * 9,
        edited_after=True,
    )
    thanks = Success(
        at=MAY, channel_id="C1", ts="1775433600.000001", sender="<&>" * 80, words="&amp;" * 9_000
    )
    deleted = Success(at=MAY, channel_id="C1", ts="1775433600.000001", offices=("市長",))
    month = Month(date(2026, 4, 1), (longest, thanks, deleted) * 40)
    style = Style(language, ZoneInfo("Asia/Tokyo"), "https://example.slack.com/")
    text, blocks = view.monthly(month, style)
    assert len(blocks) <= BLOCKS_PER_MESSAGE
    assert len(text) < SECTION_TEXT
    for block in blocks:
        assert len(str(block.to_dict())) < SECTION_TEXT
    assert view.as_text([month], style, name="名" * 300, made_at=MAY)
