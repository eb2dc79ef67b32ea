"""A quotation reads well and does nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.quoting import excerpt, label, plain, plain_label

LOUD = [
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!channel|channel>",
    "<!subteam^S1>",
    "<!subteam^S1|@all-staff>",
    "<@U1>",
    "<@U1|yamada>",
    "@channel",
    "@here",
    "@everyone",
    "&lt;!channel&gt;",
    "<<!channel>>",
    "<!chan<!channel>nel>",
]


@pytest.mark.parametrize("loud", LOUD)
def test_nobody_is_notified(loud: str) -> None:
    for text in (loud, f"報告です{loud}お願いします", f"報告です {loud} お願いします"):
        for quoted in (excerpt(text, 100), excerpt(text, 12)):
            assert "<" not in quoted
            assert "@" not in quoted
        assert "@" not in plain(text, 100)


def test_mentions_read_as_words() -> None:
    text = "<@U1> さんと<@U2|佐藤>さん、<!subteam^S1|@ict>、<!here>、<#C1|general>"
    expected = "＠山田 さんと＠佐藤さん、＠ict、＠here、#general"
    assert excerpt(text, 100, names={"U1": "山田"}) == expected
    assert excerpt("<@U9>", 100) == "＠メンバー"
    assert excerpt("<@U9> <!subteam^S9> <#C9>", 100, language="en") == "＠someone ＠group #channel"


def test_links_show_their_label_or_their_host() -> None:
    text = (
        "<https://example.jp/a?b=c&amp;d|資料> <https://example.jp/long/path> <mailto:a@example.jp>"
    )
    assert plain(text, 100) == "資料 example.jp a@example.jp"
    assert excerpt("<http://[broken>", 100) == "http://[broken"


def test_a_date_shows_what_it_says() -> None:
    assert excerpt("<!date^1700000000^{date}|11月15日>まで", 100) == "11月15日まで"


def test_one_paragraph_without_marks_of_style() -> None:
    text = (
        "*やったこと*\n&gt; 受付を _QR_ で試した\n\n```code```\n~済~ 　file_name.csv 10~20人 2*3*4"
    )
    expected = "やったこと 受付を QR で試した code 済 file_name.csv 10~20人 2*3*4"
    assert excerpt(text, 100) == expected


def test_marks_that_remain_are_harmless() -> None:
    assert excerpt("*あ* い*う _え 10:00~ `お", 100) == "あ い＊う ＿え 10:00～ ｀お"
    assert excerpt("平均*1分*で `QR`を 資料_最終_版", 100) == "平均1分で QRを 資料＿最終＿版"
    assert excerpt("a &gt; b &amp; c", 100) == "a &gt; b &amp; c"
    assert label("*R&D* <b>", 100) == "＊R&amp;D＊ &lt;b&gt;"
    assert plain_label("R&D\n<b>", 100) == "R&D <b>"


def test_nothing_is_cut_apart() -> None:
    assert excerpt("a&amp;b", 3) == "a…"
    assert excerpt("a&amp;b", 6) == "a…"
    assert excerpt("a&amp;bc", 7) == "a&amp;…"
    assert excerpt("a&amp;b", 7) == "a&amp;b"
    family = "👨‍👩‍👧"
    assert plain(f"あ{family}い", 4) == "あ…"
    assert plain(f"あ{family}い", 7) == f"あ{family}い"
    assert plain("🇯🇵🇯🇵🇯🇵", 4) == "🇯🇵…"
    assert plain("か\u3099き\u3099", 3) == "か\u3099…"
    assert plain("よし:+1::skin-tone-2:です", 10) == "よし…"
    assert plain("よし:+1::skin-tone-2:です", 25) == "よし:+1::skin-tone-2:です"


def test_invisible_and_turning_characters_go() -> None:
    assert plain("a\u202eb\u2066c\x00d\u2028e\ud800f", 50) == "abcd ef"


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from([*LOUD, "<", ">", "&", "*", "_", "`", "~", "|", "\n", "👍🏽", ":+1:"]),
        ),
        max_size=12,
    ).map("".join),
    st.integers(1, 60),
)
def test_whatever_is_quoted(text: str, limit: int) -> None:
    quoted = excerpt(text, limit)
    assert len(quoted) <= limit
    assert "<" not in quoted
    assert ">" not in quoted
    assert re.sub(r"&(amp|lt|gt);", "", quoted).count("&") == 0
    assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in quoted)
    assert len(plain(text, limit)) <= limit
    assert not re.search(r"(?<![A-Za-z0-9._+-])@", plain(text, limit))
    assert excerpt(text, 10_000) == excerpt(text, 20_000)
