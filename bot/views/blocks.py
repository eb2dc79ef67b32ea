"""Small pieces of Block Kit that several surfaces share."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.views.limits import SECTION_TEXT


def section(text: str, *, block_id: str | None = None) -> SectionBlock:
    """A paragraph of mrkdwn; verbatim, so that Slack makes no mentions of what people typed."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), block_id=block_id)


def sections(lines: Sequence[str]) -> list[Block]:
    """Lines of mrkdwn in as few sections as Slack's limit allows; each line fits into one."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= SECTION_TEXT:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return [section(text) for text in packed]


def context(text: str) -> ContextBlock:
    """A line of small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def button(text: str, action_id: str, value: str, *, style: str | None = None) -> ButtonElement:
    """A button."""
    return ButtonElement(
        text=PlainTextObject(text=text, emoji=True), action_id=action_id, value=value, style=style
    )


def buttons(*elements: ButtonElement) -> ActionsBlock:
    """Buttons in a row."""
    return ActionsBlock(elements=list(elements))
