"""Slack's text formatting, as HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page import mrkdwn
from sandbox.page.inline import inlines_html, passages_html
from sandbox.page.names import Names

NAMES = Names(
    now=datetime(2026, 4, 3, 7, 0, tzinfo=UTC),
    people={"U1": "山本 恵", "U2": "<b>悪意</b>"},
    channels={"C1": "防災dx"},
    groups={"S1": "防災チーム"},
)
FRIDAY = 1775199600  # 2026-04-03 16:00 in Japan


def shown(text: str) -> str:
    return passages_html(mrkdwn.passages(text), NAMES)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("ふつうの文", "<p>ふつうの文</p>"),
        ("一行目\n二行目", "<p>一行目<br>二行目</p>"),
        ("*太字* と _斜体_ と ~訂正~", "<p><b>太字</b> と <i>斜体</i> と <s>訂正</s></p>"),
        ("*_両方_*", "<p><b><i>両方</i></b></p>"),
        ("`x = *1*`", "<p><code>x = *1*</code></p>"),
        ("(*太字*)", "<p>(<b>太字</b>)</p>"),
        ("* 太字 *", "<p>* 太字 *</p>"),
        ("*片方だけ", "<p>*片方だけ</p>"),
        ("*行を\n越える*", "<p>*行を<br>越える*</p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("**", "<p>**</p>"),
    ],
)
def test_styles(text: str, html: str) -> None:
    assert shown(text) == html


@pytest.mark.parametrize("text", ["これは*太字*です", "「*太字*」", "*太字*。", "今日は`x`です"])
def test_signs_beside_japanese_stay_as_typed(text: str) -> None:
    assert shown(text) == f"<p>{text}</p>"


def test_a_zero_width_space_lets_japanese_be_bold() -> None:
    assert "<b>太字</b>" in shown("これは\u200b*太字*\u200bです")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("> 引用", "<blockquote>引用</blockquote>"),
        ("&gt; 引用\n&gt; つづき", "<blockquote>引用<br>つづき</blockquote>"),
        ("前\n> 引用\n後", "<p>前</p><blockquote>引用</blockquote><p>後</p>"),
        (">>> ここから\n最後まで", "<blockquote>ここから<br>最後まで</blockquote>"),
        ("3 > 2", "<p>3 &gt; 2</p>"),
        ("前\n```\na\n  *b*\n```\n後", "<p>前</p><pre><code>a<br>  *b*</code></pre><p>後</p>"),
    ],
)
def test_quotes_and_code_blocks(text: str, html: str) -> None:
    assert shown(text) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U1>", "@山本 恵"),
        ("<@U9>", "@U9"),
        ("<@U9|みなと>", "@みなと"),
        ("<@U2>", "@&lt;b&gt;悪意&lt;/b&gt;"),
        ("<#C1>", "#防災dx"),
        ("<#C9|むかしの名前>", "#むかしの名前"),
        ("<!subteam^S1>", "@防災チーム"),
        ("<!subteam^S9|@別のチーム>", "@別のチーム"),
    ],
)
def test_mentions_show_names(text: str, words: str) -> None:
    assert shown(text) == f'<p><span class="mention">{words}</span></p>'


@pytest.mark.parametrize("audience", ["channel", "here", "everyone"])
def test_mentions_that_notify_many_stand_out(audience: str) -> None:
    html = f'<p><span class="mention broadcast">@{audience}</span></p>'
    assert shown(f"<!{audience}>") == html


def test_an_escaped_mention_is_only_words() -> None:
    assert shown("&lt;!channel&gt;") == "<p>&lt;!channel&gt;</p>"
    assert shown("&amp;lt;") == "<p>&amp;lt;</p>"


@pytest.mark.parametrize(
    ("text", "address", "label"),
    [
        ("<https://a.example/x?b=1&amp;c=2|表>", "https://a.example/x?b=1&amp;c=2", "表"),
        ("<https://a.example>", "https://a.example", "https://a.example"),
        ("<mailto:a@b.example>", "mailto:a@b.example", "a@b.example"),
        ("https://a.example/b。", "https://a.example/b", "https://a.example/b"),
        ("<https://a.example|:tada: 祝>", "https://a.example", None),
    ],
)
def test_links(text: str, address: str, label: str | None) -> None:
    html = shown(text)
    assert f'href="{address}"' in html
    if label is not None:
        assert f">{label}</a>" in html


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x"])
def test_a_harmful_link_is_not_a_link(scheme: str) -> None:
    html = shown(f"<{scheme}|押す>")
    assert "<a" not in html
    assert "押す" in html


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{date_num}", "2026-04-03"),
        ("{date} {time}", "2026年4月3日 16:00"),
        ("{date_long}", "2026年4月3日(金)"),
        ("{date_pretty} {time_secs}", "今日 16:00:00"),
        ("{ago}", "たった今"),
        ("{unknown}", "代わり"),
    ],
)
def test_dates_are_in_the_readers_zone(pattern: str, words: str) -> None:
    assert shown(f"<!date^{FRIDAY}^{pattern}|代わり>") == (
        f'<p><span class="moment">{words}</span></p>'
    )


def test_a_date_may_be_a_link() -> None:
    html = shown(f"<!date^{FRIDAY}^{{date_num}}^https://a.example|代わり>")
    assert 'href="https://a.example"' in html
    assert ">2026-04-03</a>" in html


def test_an_impossible_date_shows_its_fallback() -> None:
    assert "代わり" in shown("<!date^999999999999^{date}|代わり>")


def test_emoji_by_name_alias_and_skin_tone() -> None:
    assert ">📝<" in shown(":memo:")
    assert ">👍<" in shown(":thumbsup:")
    assert ">👍🏼<" in shown(":+1::skin-tone-3:")
    assert shown("10:30:45 :nosuch:") == "<p>10:30:45 :nosuch:</p>"


def test_plain_text_has_emoji_and_nothing_else() -> None:
    html = inlines_html(mrkdwn.plain("*a* <@U1> :tada:"), NAMES)
    assert html.startswith("*a* &lt;@U1&gt; <span")
    assert inlines_html(mrkdwn.plain(":tada:", emoji=False), NAMES) == ":tada:"


@pytest.mark.parametrize("piece", ["*", "_*", "*a ", "<", "<@", "```", "`", ":", "~*_", "> "])
def test_a_long_row_of_signs_takes_no_time(piece: str) -> None:
    assert shown(piece * (40_000 // len(piece)))


class Tags(HTMLParser):
    """Every tag and attribute that a browser would see, and whether they are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


SIGNS = list("*_~`<>|&\"'\n ")
TRICKS = ["```", "&lt;", "&gt; ", "@U2", "<@U2>", "<!channel>", "!date^1^", "{date}", ":tada:"]
TRICKS += ["<script>", "</p>", "javascript:", "https://x.example/", '" onclick="', "太字"]
HOSTILE = st.lists(st.sampled_from(SIGNS + TRICKS), max_size=40).map("".join)


@given(HOSTILE)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    reader = Tags()
    reader.feed(shown(text))
    reader.close()
    assert not reader.open
    assert reader.seen <= {"p", "blockquote", "pre", "code", "b", "i", "s", "a", "span", "br"}
    assert {name for name, _ in reader.attributes} <= {"class", "href", "target", "rel", "title"}
    for name, value in reader.attributes:
        if name == "href":
            assert value is not None
            assert value.startswith(("https://", "http://", "mailto:", "tel:"))
