"""A digest as text for a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.page.names import Names
from sandbox.page.payload import Payload
from sandbox.page.text import as_text, mrkdwn_as_text
from sandbox.page.width import columns, padded

NAMES = Names(
    now=datetime(2026, 4, 3, 7, 0, tzinfo=UTC), people={"U1": "山本 恵"}, channels={"C1": "防災dx"}
)


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Payload:
    return {"type": "mrkdwn", "text": text}


def test_a_digest_reads_as_text() -> None:
    cells = [["プロジェクト", "投稿"], ["防災DX", "6"], ["窓口改革", "12"]]
    digest: list[Payload] = [
        {"type": "header", "text": plain("今週のようす")},
        {"type": "context", "elements": [mrkdwn("市長へ"), mrkdwn("<https://x.example|説明>")]},
        {"type": "section", "fields": [mrkdwn("*投稿*\n38件"), mrkdwn("*反応*\n5件")]},
        {"type": "section", "text": mrkdwn("<@U1>さん <#C1>\n> *できました* :tada:\n以上")},
        {"type": "actions", "elements": [{"type": "button", "text": plain("投稿を見る")}]},
        {"type": "divider"},
        {
            "type": "table",
            "column_settings": [{}, {"align": "right"}],
            "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in cells],
        },
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "グラフ"},
        {"type": "video"},
    ]
    assert as_text(digest, NAMES).split("\n") == [
        "今週のようす",
        "════════════",
        "",
        "市長へ  説明",
        "",
        "投稿    反応",
        "38件    5件",
        "",
        "@山本 恵さん #防災dx",
        "│ できました 🎉",
        "以上",
        "",
        "[投稿を見る]",
        "",
        "─" * 72,
        "",
        "プロジェクト  投稿",
        "────────────  ────",
        "防災DX           6",
        "窓口改革        12",
        "",
        "［画像: グラフ］",
        "",
        "［video］",
    ]


def test_rich_text_lists_and_code() -> None:
    def section(text: str) -> Payload:
        return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}

    block: Payload = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [section("一"), section("二")],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [section("a\nb")],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "引用\nつづき"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
        ],
    }
    assert as_text([block], NAMES).split("\n") == [
        "1. 一",
        "2. 二",
        "  ・a",
        "    b",
        "│ 引用",
        "│ つづき",
        "    x = 1",
    ]


def test_what_would_notify_is_shown_as_words() -> None:
    assert mrkdwn_as_text("<!channel> &lt;!here&gt;", NAMES) == "@channel <!here>"


def test_marks_without_width_are_left_out() -> None:
    assert mrkdwn_as_text("これは\u200b*太字*\u200bです ", NAMES) == "これは太字です"


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("日本", 4),
        ("ｱ", 1),
        ("👍", 2),
        ("👍🏼", 2),
        ("⚠️", 2),
        ("🙇‍♂️", 2),
        ("が", 2),
        ("", 0),
    ],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_padding() -> None:
    assert padded("日", 5) == "日   "
    assert padded("日", 5, "right") == "   日"
    assert padded("日", 5, "center") == " 日  "
    assert padded("長すぎる", 2) == "長すぎる"
