"""What leads of a quiet project are asked in private, and what coordinators are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConfirmObject,
    MarkdownTextObject,
    PlainTextObject,
)

from bot.core.projects import Status
from bot.text import Text
from bot.views.blocks import button, buttons
from bot.views.digest import PROJECT_SHOWN, Style, paragraph, small_print
from bot.views.project_card import readers_of
from bot.views.quoting import label
from bot.views.words import channels

POST_ACTION = "quiet_post"
PAUSE_ACTION = "quiet_pause"
CONSULT_ACTION = "quiet_consult"
OFFICES_SHOWN = 5
# A confirmation's text has at most 300 characters, with the name of the project in it.
_CONFIRMED = 60

_TITLE = Text(ja="🌱 *「{name}」は、最近どうですか*", en="🌱 *How is “{name}” doing?*")
_SINCE_POST = Text(
    ja="{day}の投稿のあと、しばらくお休みのようなので、声をかけました。",
    en="There has been no post since {day}, so this is just to ask how you are.",
)
_SINCE_BEGINNING = Text(
    ja="まだ投稿がないようなので、声をかけました。",
    en="There has been no post yet, so this is just to ask how you are.",
)
_OFFERS = Text(
    ja="小さなことでも、うまくいかなかったことでも、ひとこと書けば{readers}に届きます。"
    "手が回らない時期なら、休止にしておけます。迷っていることは、事務局が一緒に考えます。",
    en="Something small, or something that did not work: a word is enough, and {readers} read it. "
    "Busy elsewhere? Take a break. Stuck? The coordinators are glad to help.",
)
_PRIVATE = Text(
    ja="リーダーの方だけにお送りしています。ダイジェストに名前は出ません。",
    en="Only the leads get this message. The digest names nobody.",
)
_POST = Text(ja="投稿する", en="Write a post")
_PAUSE = Text(ja="休止中にする", en="Take a break")
_CONSULT = Text(ja="事務局に相談", en="Talk to a coordinator")

_SURE = Text(ja="休止にしますか", en="Take a break?")
_WHAT_PAUSING_IS = Text(
    ja="「{name}」のチャンネルにもお知らせします。記録は続き、いつでも再開できます。",
    en="The channel of “{name}” is told as well. Recording goes on, and you can resume any time.",
)
_YES = Text(ja="休止にする", en="Take a break")
_NO = Text(ja="やめる", en="Cancel")

_PAUSED = Text(
    ja="☕ *「{name}」は休止中です*\n記録は続いています。"
    "また動き出したら、チャンネルで `/project 再開` と送ってください。",
    en="☕ *“{name}” is taking a break*\nRecording goes on. "
    "When you start again, send `/project resume` in its channel.",
)
_CLOSED = Text(
    ja="🌸 *「{name}」は終了しました*\nここまでの取り組み、ありがとうございました。",
    en="🌸 *“{name}” is closed*\nThank you for all the work.",
)
_CONSULTED = Text(
    ja="🤝 事務局に伝えました。近いうちに、事務局から声をかけてもらえます。",
    en="🤝 The coordinators know, and somebody will get in touch with you soon.",
)

_TO_COORDINATOR = Text(
    ja="🤝 *「{name}」から相談です*\nリーダーの <@{lead}> さんが、事務局と話したいそうです。"
    "気軽に声をかけてみてください。",
    en="🤝 *“{name}” would like to talk*\nIts lead <@{lead}> would like to talk to a coordinator. "
    "Please get in touch.",
)
_CHANNELS = Text(ja="チャンネル：{channels}", en="Channel: {channels}")


@dataclass(frozen=True)
class Nudge:
    """A quiet project as its lead is asked about it. `last_post_at` is None if there was none.

    `offices` are those held now, whose holders read what is posted.
    """

    project_id: int
    name: str
    status: Status
    last_post_at: datetime | None
    was_consulted: bool
    offices: Sequence[str]


def nudge(facts: Nudge, style: Style) -> tuple[str, list[Block]]:
    """The question to a lead, or what has become of it: (notification, blocks)."""
    name = label(facts.name, PROJECT_SHOWN)
    if facts.status != Status.ACTIVE:
        text = style.of(_PAUSED if facts.status == Status.PAUSED else _CLOSED, name=name)
        return _plain(text), [paragraph(text)]
    title = style.of(_TITLE, name=name)
    since = style.of(_SINCE_BEGINNING)
    if facts.last_post_at is not None:
        since = style.of(_SINCE_POST, day=style.day(facts.last_post_at))
    offers = style.of(_OFFERS, readers=readers_of(facts.offices[:OFFICES_SHOWN], style.language))
    value = str(facts.project_id)
    offered = [
        button(style.of(_POST), POST_ACTION, value, style="primary"),
        _pause_button(facts, style),
    ]
    blocks: list[Block] = [paragraph(f"{title}\n{since}\n{offers}")]
    if facts.was_consulted:
        blocks.append(paragraph(style.of(_CONSULTED)))
    else:
        offered.append(button(style.of(_CONSULT), CONSULT_ACTION, value))
    return _plain(title), [*blocks, buttons(*offered), small_print(style.of(_PRIVATE))]


def consultation(
    name: str, lead: str, channel_ids: Sequence[str], style: Style
) -> tuple[str, list[Block]]:
    """What a coordinator is told: (notification, blocks)."""
    text = style.of(_TO_COORDINATOR, name=label(name, PROJECT_SHOWN), lead=lead)
    blocks: list[Block] = [paragraph(text)]
    if channel_ids:
        where = channels(channel_ids, style.language)
        blocks.append(small_print(style.of(_CHANNELS, channels=where)))
    return _plain(text), blocks


def _pause_button(facts: Nudge, style: Style) -> ButtonElement:
    """It is announced in the channel: so it is asked about first."""
    name = label(facts.name, _CONFIRMED)
    return ButtonElement(
        text=PlainTextObject(text=style.of(_PAUSE), emoji=True),
        action_id=PAUSE_ACTION,
        value=str(facts.project_id),
        confirm=ConfirmObject(
            title=PlainTextObject(text=style.of(_SURE)),
            text=MarkdownTextObject(text=style.of(_WHAT_PAUSING_IS, name=name), verbatim=True),
            confirm=PlainTextObject(text=style.of(_YES)),
            deny=PlainTextObject(text=style.of(_NO)),
        ),
    )


def _plain(text: str) -> str:
    """For notifications: the first line, without its marks."""
    return text.partition("\n")[0].replace("*", "")
