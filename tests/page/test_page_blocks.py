"""Blocks and elements, as HTML, by value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.page.blocks import blocks_html
from sandbox.page.names import Names
from sandbox.page.payload import Payload

NAMES = Names(
    now=datetime(2026, 4, 3, 7, 0, tzinfo=UTC),
    people={"U1": "山本 恵", "U2": "佐藤 健"},
    channels={"C1": "防災dx"},
)
EVIL = '"><script>alert(1)</script>'


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Payload:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str = "v") -> Payload:
    return {"text": plain(text), "value": value}


def shown(*blocks: Payload) -> str:
    html = blocks_html(blocks, NAMES)
    inside = html.removeprefix('<div class="blocks">')
    assert inside != html
    return inside.removesuffix("</div>")


def element(payload: Payload) -> str:
    html = shown({"type": "actions", "elements": [payload]})
    return html.removeprefix('<div class="block actions">').removesuffix("</div>")


def rich(*elements: Payload) -> str:
    html = shown({"type": "rich_text", "elements": list(elements)})
    return html.removeprefix('<div class="block rich-text">').removesuffix("</div>")


def test_header() -> None:
    html = shown({"type": "header", "text": plain("今週 :tada:")})
    emoji = '<span class="emoji" title=":tada:">🎉</span>'
    assert html == f'<h3 class="block header">今週 {emoji}</h3>'


def test_section_with_text_fields_and_accessory() -> None:
    html = shown(
        {
            "type": "section",
            "text": mrkdwn("*題*"),
            "fields": [mrkdwn("*投稿*\n38件"), plain("*そのまま*")],
            "accessory": {"type": "button", "text": plain("開く"), "action_id": "a"},
        }
    )
    assert html == (
        '<div class="block section"><div class="section-body"><p><b>題</b></p>'
        '<div class="fields"><div class="one-field"><p><b>投稿</b><br>38件</p></div>'
        '<div class="one-field"><p>*そのまま*</p></div></div></div>'
        '<div class="accessory"><button type="button" class="button">開く</button></div></div>'
    )


def test_context_with_text_and_image() -> None:
    image = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "写真"}
    html = shown({"type": "context", "elements": [mrkdwn("_小さく_"), image]})
    assert '<div class="context-text"><p><i>小さく</i></p></div>' in html
    assert 'class="context-image absent"' in html


def test_divider() -> None:
    assert shown({"type": "divider"}) == '<hr class="block">'


def test_nothing_is_loaded_from_outside() -> None:
    html = shown(
        {
            "type": "image",
            "image_url": "https://x.example/a.png",
            "alt_text": "会場の写真",
            "title": plain("会場"),
        }
    )
    assert "<img" not in html
    assert "会場の写真" in html
    assert "会場 ▾" in html


@pytest.mark.parametrize("style", ["primary", "danger"])
def test_button_styles(style: str) -> None:
    html = element({"type": "button", "text": plain("はい"), "style": style})
    assert html == f'<button type="button" class="button {style}">はい</button>'


def test_link_button() -> None:
    html = element({"type": "button", "text": plain("開く"), "url": "https://x.example"})
    assert html.startswith('<a class="button" href="https://x.example"')
    harmful = element({"type": "button", "text": plain("開く"), "url": "javascript:x"})
    assert harmful == '<button type="button" class="button">開く</button>'


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"type": "static_select", "placeholder": plain("選ぶ")}, "選ぶ"),
        ({"type": "static_select"}, "オプションを選択"),
        ({"type": "static_select", "initial_option": option("実証")}, "実証"),
        ({"type": "users_select", "initial_user": "U1"}, "@山本 恵"),
        ({"type": "conversations_select", "initial_conversation": "C1"}, "#防災dx"),
        ({"type": "channels_select", "initial_channel": "C1"}, "#防災dx"),
        ({"type": "datepicker", "initial_date": "2026-04-01"}, "2026年4月1日"),
        ({"type": "datepicker", "initial_date": "きのう"}, "日付を選択"),
        ({"type": "timepicker", "initial_time": "16:00"}, "16:00"),
        ({"type": "datetimepicker", "initial_date_time": 1775199600}, "2026年4月3日 16:00"),
    ],
)
def test_menus_show_what_is_chosen_or_what_they_ask_for(payload: Payload, words: str) -> None:
    assert f'<span class="value">{words}</span>' in element(payload)


def test_several_choices_are_tokens() -> None:
    html = element({"type": "multi_users_select", "initial_users": ["U1", "U2"]})
    assert '<span class="token">@山本 恵</span><span class="token">@佐藤 健</span>' in html


def test_radio_buttons_and_checkboxes() -> None:
    options = [option("すべて", "all"), {**option("印", "m"), "description": plain("説明")}]
    radio = element(
        {"type": "radio_buttons", "options": options, "initial_option": option("すべて", "all")}
    )
    assert radio.count('class="radio on"') == 1
    assert '<div class="hint"><p>説明</p></div>' in radio
    check = element({"type": "checkboxes", "options": options, "initial_options": options})
    assert check.count('class="check on"') == 2


def test_overflow() -> None:
    assert 'aria-label="その他"' in element({"type": "overflow", "options": [option("a")]})


def test_input_with_label_hint_placeholder_and_error() -> None:
    block = {
        "type": "input",
        "block_id": "name",
        "label": plain("名前"),
        "hint": plain("80文字まで"),
        "optional": True,
        "element": {"type": "plain_text_input", "placeholder": plain("例: 防災DX")},
    }
    html = blocks_html([block], NAMES, {"name": "名前を入れてください。"})
    assert '<div class="label">名前<span class="optional">(任意)</span></div>' in html
    assert '<div class="field unfilled">例: 防災DX</div>' in html
    assert '<div class="error" role="alert">名前を入れてください。</div>' in html
    assert '<div class="hint">80文字まで</div>' in html


def test_inputs_show_what_is_filled_in() -> None:
    html = element({"type": "plain_text_input", "multiline": True, "initial_value": "一\n<二>"})
    assert html == '<div class="field tall">一<br>&lt;二&gt;</div>'


def test_table() -> None:
    link = {"type": "link", "url": "https://x.example", "text": "防災DX"}
    section = {"type": "rich_text_section", "elements": [link]}
    html = shown(
        {
            "type": "table",
            "column_settings": [{"is_wrapped": True}, {"align": "right"}],
            "rows": [
                [{"type": "raw_text", "text": "名前"}, {"type": "raw_text", "text": "投稿"}],
                [{"type": "rich_text", "elements": [section]}, {"type": "raw_text", "text": "6"}],
                [{"type": "raw_text", "text": EVIL}, {"type": "raw_number", "value": 0}],
            ],
        }
    )
    assert '<thead><tr><th class="wrapped">名前</th><th class="align-right">投稿</th></tr>' in html
    assert 'href="https://x.example"' in html
    assert '<td class="align-right">0</td>' in html
    assert "<script" not in html


def test_rich_text_styles_and_parts() -> None:
    html = rich(
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "太字", "style": {"bold": True, "strike": True}},
                {"type": "text", "text": "と<b>\n"},
                {"type": "user", "user_id": "U1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "channel"},
                {"type": "emoji", "name": "custom", "unicode": "1f647"},
                {"type": "color", "value": "#ff8800"},
                {"type": "link", "url": "https://x.example"},
                {"type": "date", "timestamp": 1775199600, "format": "{date_num}"},
            ],
        }
    )
    for part in (
        "<b><s>太字</s></b>と&lt;b&gt;<br>",
        '<span class="mention">@山本 恵</span>',
        '<span class="mention">#防災dx</span>',
        '<span class="mention">@S1</span>',
        '<span class="mention broadcast">@channel</span>',
        ">🙇<",
        'fill="#ff8800"',
        ">https://x.example</a>",
        '<span class="moment">2026-04-03</span>',
    ):
        assert part in html


def test_rich_text_lists_quotes_and_code() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "項目"}]}
    ordered = {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [item, item]}
    nested = {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [item]}
    words = [{"type": "text", "text": "文"}]
    html = rich(
        ordered,
        nested,
        {"type": "rich_text_quote", "elements": words},
        {"type": "rich_text_preformatted", "elements": words},
    )
    assert '<ol class="list indent-0"><li><span class="bullet">3.</span>' in html
    assert '<span class="bullet">4.</span>' in html
    assert '<ul class="list indent-1"><li><span class="bullet">◦</span>' in html
    assert "<blockquote>文</blockquote>" in html
    assert "<pre><code>文</code></pre>" in html


@pytest.mark.parametrize(
    "block",
    [
        {"type": "video"},
        {"type": EVIL},
        {},
        {"type": "actions", "elements": [{"type": "spaceship"}]},
        {"type": "input", "label": plain("x"), "element": {"type": "spaceship"}},
        {"type": "table", "rows": [[{"type": "spaceship"}]]},
        {"type": "rich_text", "elements": [{"type": "spaceship"}]},
    ],
)
def test_what_is_unknown_is_seen(block: Payload) -> None:
    html = shown(block)
    assert 'class="unknown"' in html
    assert "<script" not in html


@pytest.mark.parametrize("kind", ["header", "section", "context", "actions", "image", "rich_text"])
@pytest.mark.parametrize("value", [None, 1, "x", [], [1], {"type": 1}])
def test_malformed_blocks_are_not_fatal(kind: str, value: object) -> None:
    block = {"type": kind, "text": value, "elements": value, "fields": value, "accessory": value}
    assert shown(block)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": plain(EVIL)},
        {"type": "section", "text": mrkdwn(f"<https://x.example/{EVIL}|{EVIL}> {EVIL}")},
        {"type": "image", "image_url": EVIL, "alt_text": EVIL, "title": plain(EVIL)},
        {"type": "image", "image_url": f"/files/{EVIL}", "alt_text": EVIL},
        {"type": "actions", "elements": [{"type": "button", "text": plain(EVIL), "url": EVIL}]},
        {"type": "input", "label": plain(EVIL), "element": {"type": "number_input"}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "color", "value": EVIL},
                        {"type": "emoji", "name": EVIL, "unicode": "d800"},
                        {"type": "link", "url": EVIL, "text": EVIL},
                        {"type": "broadcast", "range": EVIL},
                    ],
                }
            ],
        },
    ],
)
def test_hostile_text_cannot_break_out(block: Payload) -> None:
    assert "<script" not in shown(block)
