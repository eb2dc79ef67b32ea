"""Slack takes every form and every post, with the longest words and names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from slack_sdk.models.blocks import Block

from bot.core.evidence import QuotedPost
from bot.core.explain import Acknowledged, Explanation, Rule
from bot.core.help_wanted import Wanted
from bot.core.progress import Place
from bot.core.written import (
    ALL_LENGTH,
    FIELD_LENGTH,
    PHOTOS_AT_MOST,
    Written,
    as_slack_reads,
    problems,
    text_of,
)
from bot.digest.help_wanted import SHOWN, SHOWN_IN_THREAD, HelpWanted, render
from bot.text import LANGUAGES, Language
from bot.views import explanation, progress_form
from bot.views.digest import Style
from bot.views.limits import MESSAGE_TEXT, SECTION_TEXT
from bot.views.progress_post import Card, pieces, progress_post, returned
from models.message import File
from sandbox.blocks import check_blocks, check_view

NAME = "令和の市役所まるごと業務改革・未来共創プロジェクト推進会議" * 3
LONGEST = {
    "japanese": "避難所の受付を試しました。" * 300,
    "ampersands": "&" * FIELD_LENGTH,
    "one line": "あ" * FIELD_LENGTH,
    "an address": "https://example.com/" + "a" * FIELD_LENGTH,
    "addresses": "https://example.com/?a=1&b=2 " * 200,
    "lines": "あ\n" * FIELD_LENGTH,
    "first line, then one word": "あ\n" + "い" * FIELD_LENGTH,
    "emoji": "👩‍👩‍👧‍👦" * 500,
}
PHOTOS: tuple[File, ...] = tuple(
    {"id": f"F{number:08}", "name": f"{NAME}{number}.png", "mimetype": "image/png"}
    for number in range(PHOTOS_AT_MOST)
)


def accepted(blocks: list[Block]) -> None:
    """Slack takes these blocks in a message, and all of them together."""
    shown = [block.to_dict() for block in blocks]
    problems = check_blocks(shown, "message")
    assert not problems, problems.messages
    texts = [block["text"]["text"] for block in shown if isinstance(block.get("text"), dict)]
    assert sum(map(len, texts)) < 13_000  # github.com/slackapi/bolt-js/issues/2509


def written(words: str) -> Written:
    """A post with these words in every field, cut to what the form takes in all."""
    share = words[:FIELD_LENGTH]
    while len(as_slack_reads(share)) > ALL_LENGTH // 4:
        share = share[: len(share) * 9 // 10]
    made = Written(share, share, share, share, PHOTOS)
    assert problems(made) == ()
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", LONGEST.values(), ids=LONGEST)
def test_the_longest_post(words: str, language: Language) -> None:
    longest = written(words)
    for card in (
        Card(123_456_789, longest, help_open=True, is_edited=True),
        Card(1, longest),
        Card(1, Written("あ"), help_open=True),
    ):
        for with_photos in (True, False):
            text, blocks = progress_post(card, language, with_photos=with_photos)
            accepted(blocks)
            assert len(text) < MESSAGE_TEXT
    _, blocks = returned(longest, NAME, language)
    accepted(blocks)


@pytest.mark.parametrize("words", LONGEST.values(), ids=LONGEST)
def test_no_word_is_lost_in_the_cutting_and_no_sign_cut_apart(words: str) -> None:
    read = as_slack_reads(words)
    parts = pieces(read, SECTION_TEXT - 20)
    assert all(0 < len(part) <= SECTION_TEXT - 20 for part in parts)
    assert "".join(parts).replace("\n", "") == read.replace("\n", "")
    for part in parts:
        assert part.count("<") == part.count(">")
        assert part.count("&") == part.count(";")


def test_what_is_too_long_in_all_is_said_at_the_longest_field() -> None:
    [problem] = problems(Written("短い", "&" * 2_600, "", "ことば"))
    assert (problem.field, "12,000文字" in problem.text.ja) == ("found", True)
    [problem] = problems(Written("あ" * (FIELD_LENGTH + 1)))
    assert (problem.field, "3,001文字" in problem.text.ja) == ("done", True)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<!channel> <@U1> & co", "&lt;!channel&gt; &lt;@U1&gt; &amp; co"),
        ("https://a.jp/b?c=1&d=2", "<https://a.jp/b?c=1&amp;d=2>"),
        ("見てhttps://a.jp/です。", "見て<https://a.jp/>です。"),
        ("(https://a.jp/b).", "(<https://a.jp/b>)."),
        ("https://a.jp|x", "<https://a.jp>|x"),
        ("http://", "http://"),
        ("@here <https://a.jp|押して>", "@here &lt;<https://a.jp>|押して&gt;"),
    ],
)
def test_typed_words_as_slack_reads_them(typed: str, read: str) -> None:
    assert as_slack_reads(typed) == read


def test_the_text_begins_with_what_was_done() -> None:
    post = Written("やった", next="次", help="助けて")
    assert text_of(post, "ja") == "やった\n【次の一歩】次\n【困りごと】助けて"
    assert text_of(post, "en") == "やった\n【Next step】次\n【Help wanted】助けて"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms(language: Language) -> None:
    places = [Place(f"C{number:08}", NAME, NAME) for number in range(130)]
    words = "あ" * FIELD_LENGTH
    longest = Written(words, words, words, words, PHOTOS)
    for view in (
        progress_form.progress_form(places, "C00000100", language, text=longest.done),
        progress_form.progress_form(places, "C00000001", language, opened_in="C00000001"),
        progress_form.edit_form(999_999_999, longest, language),
        progress_form.edit_form(1, Written("あ", photos=({"id": "F00000001"},)), language),
        progress_form.withdraw_form(999_999_999, language),
        progress_form.loading(language),
        progress_form.sent_off("C00000001", language),
        explanation.sentence("できました。", language),
    ):
        problems = check_view(view.to_dict(), "modal")
        assert not problems, problems.messages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", Rule)
def test_every_explanation(rule: Rule, language: Language) -> None:
    moment = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    found = Explanation(
        channel_id="C" * 12,
        ts="1775433600.000100",
        rule=rule,
        project=NAME,
        decided_by="U" * 12,
        reactions=tuple((f"{'custom_emoji' * 8}_{number}", 999) for number in range(60)),
        of_machines=tuple(f"{'custom_emoji' * 8}_{number}" for number in range(60)),
        acknowledgements=tuple(
            Acknowledged("副市長・最高デジタル責任者" * 3, "custom_emoji" * 8, moment)
            for _ in range(8)
        ),
        marks=True,
    )
    problems = check_view(explanation.explanation(found, UTC, language).to_dict(), "modal")
    assert not problems, problems.messages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_section_of_the_digest(language: Language) -> None:
    style = Style(language, UTC, "https://example.slack.com/")
    post = QuotedPost("C00000001", "1775433600.000100", NAME, department=NAME, text="&" * 15_000)
    many = tuple(Wanted(post, is_resolved=number % 2 == 0) for number in range(SHOWN_IN_THREAD))
    rendered = render(HelpWanted(1_000, many), style)
    accepted(list(rendered.main))
    assert len(rendered.main) <= 2 + 2 * SHOWN + 1
    for sheet in rendered.thread:
        accepted(list(sheet))
    assert render(HelpWanted(0, ()), style).main == ()
