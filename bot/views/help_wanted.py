"""Posts that ask for help, in the digest and wherever else they are shown."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject

from bot.core.help_wanted import Wanted
from bot.text import Language, Text
from bot.views.digest import Style, introduction, one_line, post_blocks, seen_by
from bot.views.progress_post import RESOLVE
from bot.views.recognition import post_value

RESOLVE_ACTION = "help_wanted_resolve"

RESOLVED = Text(
    ja="「解決しました」にしました。おつかれさまでした。", en="Marked as resolved. Well done."
)
_IS_RESOLVED = Text(ja="✅ 解決しました", en="✅ Resolved")


def resolve_button(channel_id: str, ts: str, language: Language) -> ButtonElement:
    """解決しました: for the author and the leads."""
    return ButtonElement(
        text=PlainTextObject(text=RESOLVE.of(language), emoji=True),
        action_id=RESOLVE_ACTION,
        value=post_value(channel_id, ts),
    )


def wanted_blocks(asked: Wanted, style: Style, *, in_one_line: bool = False) -> list[Block]:
    """What a post asks for, with the buttons to answer it. The author's name is not in it."""
    post = asked.post
    lines = [one_line(post, style) if in_one_line else introduction(post, style)]
    if post.offices:
        lines.append(seen_by(post, style))
    if asked.is_resolved:
        lines.append(style.of(_IS_RESOLVED))
    blocks = post_blocks(post, style, "\n".join(lines))
    for block in blocks:
        if isinstance(block, ActionsBlock) and not asked.is_resolved:
            block.elements.append(resolve_button(post.channel_id, post.ts, style.language))
    return blocks
