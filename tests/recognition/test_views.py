"""What is said of recognition fits into Slack, and shows no raw marks, whatever it quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from slack_sdk.models.blocks import Block

from bot.core.evidence import QuotedPost
from bot.core.likes import Pressed
from bot.text import LANGUAGES, Language
from bot.views import notices as view
from bot.views.digest import Style, post_blocks, seen_by
from bot.views.recognition import like_button, post_buttons, post_of, post_value
from sandbox.blocks import check_blocks
from tests.conftest import JST
from tests.views.marks import mrkdwn, raw_marks

LONG = "防災&<!here>*計画*" * 50
HOSTILE = "<!channel> <@U1> *a* `b` &amp; <https://example.jp/?a=1|x> \n" * 60
NAMES = ("防災DX", "*太字*", "`code`", "「全角」", "A b", "・", LONG)
TS = "1775433600.000100"


def style(language: Language) -> Style:
    return Style(language, JST, "https://example.slack.com/")


def a_post(name: str, **more: object) -> QuotedPost:
    post = QuotedPost(
        channel_id="C1",
        ts=TS,
        project=name,
        department=name,
        text=HOSTILE,
        files=(name,) * 3,
        emoji=(("+1", 3), ("x" * 100, 1)),
        offices=(name, "副市長・CDO"),
        edited_after=True,
        text_then=HOSTILE,
    )
    return QuotedPost(**{**vars(post), **more})


def must_be_sound(text: str, blocks: Sequence[Block]) -> None:
    shown = [block.to_dict() for block in blocks]
    assert not check_blocks(shown, "message")
    assert len(shown) <= 50
    assert 0 < len(text) < 4000
    for parsed in (text, *mrkdwn(shown)):
        assert raw_marks(parsed) == []
        assert "<!" not in parsed
        assert "<@" not in parsed
        assert not re.search(r"(?<![A-Za-z0-9._+-])@(channel|here|everyone)", parsed)


@pytest.mark.parametrize(
    "name", NAMES, ids=["plain", "bold", "code", "wide", "ascii", "dot", "long"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_authors_hear(language: Language, name: str) -> None:
    acknowledged = view.Acknowledged(a_post(name), (name,) * 9, ("+1", "tada", "x" * 100), True)
    liked = view.Acknowledged(a_post(name), (name,), ("+1",), False)
    thanked = view.Thanked(name, HOSTILE, "C1", TS)
    without_card = view.Thanked(name, LONG, "C1", None)
    for acknowledgements, thanks in (
        ([acknowledged], []),
        ([liked], []),
        ([], [thanked]),
        ([], [without_card]),
        ([acknowledged] * 40, [thanked] * 40),
        ([liked], [thanked] * 40),
    ):
        must_be_sound(*view.recognition(acknowledgements, thanks, style(language)))


@pytest.mark.parametrize(
    "name", NAMES, ids=["plain", "bold", "code", "wide", "ascii", "dot", "long"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_threads_and_pressers_hear(language: Language, name: str) -> None:
    must_be_sound(*view.in_thread(name, language))
    for pressed in (
        Pressed(True, (name,) * 9, False),
        Pressed(True, (), True),
        Pressed(False, (name,), True),
        Pressed(False, (), False),
    ):
        must_be_sound(view.pressed(pressed, language), ())


@pytest.mark.parametrize(
    "name", NAMES, ids=["plain", "bold", "code", "wide", "ascii", "dot", "long"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_post_with_its_buttons(language: Language, name: str) -> None:
    for post in (a_post(name), a_post(name, text="", text_then="")):
        must_be_sound("x", post_blocks(post, style(language)))
        must_be_sound("x", post_blocks(post, style(language), seen_by(post, style(language))))
    gone = a_post(name, text="", is_deleted=True, edited_after=False)
    assert len(post_blocks(gone, style(language))) == 1


def test_a_button_names_a_post_and_nothing_else() -> None:
    assert post_of(post_value("C1", TS)) == ("C1", TS)
    for forged in ("", ":", "C1", f"c1:{TS}", f"C1:{TS}0", f"C1:{TS}\n", f"{'C' * 65}:{TS}"):
        with pytest.raises(ValueError, match="not a post"):
            post_of(forged)


def test_a_label_says_what_a_press_will_do() -> None:
    before, after = (like_button("C1", TS, "ja", liked=liked) for liked in (False, True))
    assert before.text is not None
    assert after.text is not None
    assert before.text.text == "👍 いいね!"
    assert after.text.text == "👍 いいね! を取り消す"
    assert len(post_buttons("C1", TS, "ja", link="https://example.com").elements) == 3
