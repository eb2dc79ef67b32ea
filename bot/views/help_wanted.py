"""Posts that ask for help, in the digest and wherever else they are shown."""

from __future__ import annotations

import re

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject

from bot.core import slack_time
from bot.core.help_wanted import Wanted
from bot.core.permalinks import permalink
from bot.text import Language, Text
from bot.views.digest import DEPARTMENT_SHOWN, PROJECT_SHOWN, QUOTATION, Style, paragraph, words
from bot.views.progress_post import RESOLVE
from bot.views.quoting import label
from bot.views.recognition import ask_button, like_button, link_button, post_value

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


def help_wanted(asked: Wanted, style: Style) -> list[Block]:
    """What a post asks for, with the buttons to answer it."""
    post = asked.post
    link = permalink(style.url, post.channel_id, post.ts, post.thread_ts)
    buttons = [
        like_button(post.channel_id, post.ts, style.language),
        ask_button(post.channel_id, post.ts, style.language),
        link_button(link, style.language),
    ]
    if not asked.is_resolved:
        buttons.append(resolve_button(post.channel_id, post.ts, style.language))
    return [paragraph(_introduction(asked, style)), ActionsBlock(elements=buttons)]


def _introduction(asked: Wanted, style: Style) -> str:
    """Whose it is, from where and when, and what is asked. The author's name is not in it."""
    post = asked.post
    day = style.day(slack_time.to_datetime(post.ts))
    about = [label(post.department, DEPARTMENT_SHOWN), day] if post.department else [day]
    project = style.link(post, label(post.project, PROJECT_SHOWN))
    lines = [f"*{project}*", "・".join(about), f">{words(post, QUOTATION, style)}"]
    if asked.is_resolved:
        lines.append(style.of(_IS_RESOLVED))
    return re.sub(r"\n+", "\n", "\n".join(lines))
