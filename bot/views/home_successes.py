"""What came of one person's work, in their Home: month by month, and as text to keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.core.successes import Month
from bot.text import Language, Text
from bot.views.digest import Style, paragraph
from bot.views.home import MONTHS, TURN_ACTION, button
from bot.views.limits import PLAIN_TEXT_INPUT
from bot.views.successes import entry, month_name

SHOWN_AT_ONCE = 6
EXPORT_ACTION, EXPORT_FORM, EXPORT_TURN = "home_export", "home_export_form", "home_export_turn"
# A view has 250 kB at most (docs.slack.dev/reference/methods/views.open), and slack_sdk writes a
# Japanese character with six of them.
INPUTS_IN_VIEW = 10

_TITLE = Text(ja="*🌱 成功体験*", en="*🌱 My successes*")
_NONE = Text(
    ja="あなたの投稿に首長の反応があったときや、感謝されたときに、ここに月ごとに並びます。"
    "見られるのは、あなただけです。",
    en="When a leader reacts to a post of yours, or somebody thanks you, it appears here, "
    "month by month. Only you can see it.",
)
_MONTH = Text(
    ja="*🌱 成功体験　{month}*\n見られるのは、あなただけです。",
    en="*🌱 My successes: {month}*\nOnly you can see this.",
)
_PART = Text(ja="{month}（{part}/{parts}）", en="{month} ({part} of {parts})")
_LATER = Text(ja="← 新しいほう", en="← Later")
_EARLIER = Text(ja="前の月へ →", en="Earlier →")
_EXPORT = Text(ja="テキストで書き出す", en="As text")
_EXPORT_TITLE = Text(ja="成功体験の書き出し", en="My successes as text")
_COPY = Text(ja="選んでコピーしてください", en="Select and copy")
_COPY_PART = Text(ja="つづき {n}", en="Continued, {n}")
_CLOSE = Text(ja="閉じる", en="Close")
_BACK = Text(ja="← 前のページ", en="← Back")
_ON = Text(ja="次のページ →", en="Next →")


def successes(months: Sequence[Month], page: int, style: Style) -> list[Block]:
    """A month of them, or a part of it; `page` counts from the latest one."""
    if not months:
        return [DividerBlock(), paragraph(f"{style.of(_TITLE)}\n{style.of(_NONE)}")]
    parts = list(_parts(months, style))
    page = min(max(0, page), len(parts) - 1)
    named, shown = parts[page]
    ways: list[ButtonElement] = []
    if page > 0:
        ways.append(_turn(_LATER, "back", page - 1, style.language))
    if page < len(parts) - 1:
        ways.append(_turn(_EARLIER, "on", page + 1, style.language))
    return [
        DividerBlock(),
        paragraph(style.of(_MONTH, month=named)),
        *(entry(success, style) for success in shown.successes),
        ActionsBlock(elements=[*ways, button(_EXPORT, EXPORT_ACTION, "0", style.language)]),
    ]


def export(text: str, page: int, language: Language) -> View:
    """The text in fields, from which it can be copied on a telephone too. `page` from 0."""
    pieces = list(_pieces(text))
    pages = [pieces[n : n + INPUTS_IN_VIEW] for n in range(0, len(pieces), INPUTS_IN_VIEW)]
    page = min(max(0, page), len(pages) - 1)
    blocks: list[Block] = [
        InputBlock(
            block_id=f"text:{page}:{number}",
            label=(_COPY if number == 0 else _COPY_PART).of(language, n=number + 1),
            optional=True,
            element=PlainTextInputElement(action_id="value", multiline=True, initial_value=piece),
        )
        for number, piece in enumerate(pages[page])
    ]
    ways = []
    if page > 0:
        ways.append(button(_BACK, f"{EXPORT_TURN}_back", str(page - 1), language))
    if page < len(pages) - 1:
        ways.append(button(_ON, f"{EXPORT_TURN}_on", str(page + 1), language))
    if ways:
        blocks.append(ActionsBlock(elements=ways))
    return View(
        type="modal",
        callback_id=EXPORT_FORM,
        title=PlainTextObject(text=_EXPORT_TITLE.of(language)),
        submit=PlainTextObject(text=_CLOSE.of(language)),
        blocks=blocks,
    )


def _parts(months: Sequence[Month], style: Style) -> Iterator[tuple[str, Month]]:
    """The months, latest first, those with very much in several parts; how each is called."""
    for month in months:
        named = month_name(month.first, style.language)
        chunks = [
            month.successes[n : n + SHOWN_AT_ONCE]
            for n in range(0, len(month.successes), SHOWN_AT_ONCE)
        ]
        for number, chunk in enumerate(chunks, start=1):
            many = len(chunks) > 1
            name = style.of(_PART, month=named, part=number, parts=len(chunks)) if many else named
            yield name, Month(month.first, chunk)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that fit into a field, broken between lines where that is possible."""
    piece = ""
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), PLAIN_TEXT_INPUT):
            part = line[start : start + PLAIN_TEXT_INPUT]
            if len(piece) + len(part) > PLAIN_TEXT_INPUT:
                yield piece
                piece = ""
            piece += part
    yield piece


def _turn(text: Text, way: str, page: int, language: Language) -> ButtonElement:
    return button(text, f"{TURN_ACTION}_{MONTHS}_{way}", f"{MONTHS}:{page}", language)
