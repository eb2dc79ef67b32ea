"""What people typed, out of what Slack makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.dates import parse_date
from bot.core.markup import fold, folded_key, plain, safe, split_channel, split_person, split_word


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("防災DX", "防災DX"),
        ("  防災　 DX\n", "防災 DX"),
        ("<@U123|hanako> と <#C123|wg>", "@hanako と #wg"),
        ("<@U123> と <#C123>", "@U123 と #C123"),
        ("<!subteam^S1|@bosai> <!here> <!channel>", "@bosai @here @channel"),
        ("<https://example.jp/a|資料> <https://example.jp>", "資料 https://example.jp"),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("a\u0000b\u202ec", "a bc"),
        ("\ud800", "\ufffd"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_plain(text: str, seen: str) -> None:
    assert plain(text) == seen


def test_safe_words_are_no_markup() -> None:
    assert safe("<!channel> *a* `b` ~c~ @everyone") == (
        "&lt;!channel&gt; ＊a＊ ｀b｀ ～c～ ＠everyone"
    )
    assert safe("あ" * 100, 10) == "あ" * 9 + "…"


def test_folding() -> None:
    assert fold("ＲＥＧＩＳＴＥＲ") == "register"
    assert folded_key("防 災\u200bＤＸ") == "防災dx"


def test_splitting() -> None:
    assert split_word("登録　防災 DX ") == ("登録", "防災 DX")
    assert split_word("") == ("", "")
    assert split_person("副市長・CDO <@U1|taro> from 2026-04-01") == (
        "副市長・CDO",
        "U1",
        "from 2026-04-01",
    )
    assert split_person("市長 @taro") == ("市長 @taro", None, "")
    assert split_channel("<#C1> 防災DX") == ("", "C1", "防災DX")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("２０２６年４月１日", date(2026, 4, 1)),
        ("2026年７月1日", date(2026, 7, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和 元年 5月 1日", date(2019, 5, 1)),
        ("㋿8年4月1日", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("2026-02-29", None),
        ("2026-02-30", None),
        ("2026-13-01", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("平成31年4月1日", None),
        ("2026-04-01 本日", None),
        ("4月1日", None),
        ("", None),
    ],
)
def test_dates(words: str, day: date | None) -> None:
    assert parse_date(words) == day
