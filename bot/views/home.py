"""What all pages of the Home have in common: the buttons at the top, lists with pages, sentences.

In a Home there are no tables and no Markdown blocks (docs.slack.dev/surfaces/app-home), and
nothing ends a link or a date for us: every line is built here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InteractiveElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.core.homes import Tab
from bot.text import Language, Text
from bot.views.digest import Style, header, number, paragraph, small_print
from bot.views.limits import BLOCKS_PER_MODAL

CALLBACK = "home"
TAB_ACTION = "home_tab"
TURN_ACTION = "home_turn"

# The lists that have pages
WAITING, QUESTIONS, OVERLOOKED = "waiting", "questions", "overlooked"
HEALTH, LED, PROJECTS, MONTHS = "health", "led", "projects", "months"
LISTS = frozenset({WAITING, QUESTIONS, OVERLOOKED, HEALTH, LED, PROJECTS, MONTHS})

_TABS = {
    Tab.LEADERS: Text(ja="👀 みなさんの投稿", en="👀 Posts"),
    Tab.COORDINATION: Text(ja="🗂 事務局", en="🗂 Coordination"),
    Tab.LEAD: Text(ja="📁 担当プロジェクト", en="📁 My projects"),
    Tab.MINE: Text(ja="🌱 わたし", en="🌱 Me"),
}
_BACK = Text(ja="← 前へ", en="← Back")
_ON = Text(ja="次へ →", en="Next →")
_SHOWN = Text(ja="{first}〜{last}件目（全{all}件）", en="{first}–{last} of {all}")
_SHOWN_OF_MANY = Text(ja="{first}〜{last}件目（{all}件以上）", en="{first}–{last} of {all} or more")
_AS_OF = Text(ja="{moment} 現在", en="As of {moment}")
_TITLE = Text(ja="お知らせ", en="Please note")
_CLOSE = Text(ja="閉じる", en="Close")


@dataclass(frozen=True)
class Listing:
    """A page of a list: how it is called, which page it is (from 0), how many there are in all.

    With `or_more` there are at least so many.
    """

    name: str
    page: int
    per_page: int
    number: int
    or_more: bool = False


def home(
    tab: Tab, tabs: Sequence[Tab], blocks: Sequence[Block], now: datetime, style: Style
) -> View:
    """The whole Home: the pages to choose from, if there are several, and this one."""
    top: list[Block] = [_tab_bar(tab, tabs, style.language)] if len(tabs) > 1 else []
    end = small_print(style.of(_AS_OF, moment=style.moment(now)))
    every = [*top, *blocks][: BLOCKS_PER_MODAL - 1]
    return View(type="home", callback_id=CALLBACK, blocks=[*every, end])


def heading(text: Text, style: Style) -> Block:
    """The title of a page."""
    return header(style.of(text))


def pager(listing: Listing, style: Style) -> list[Block]:
    """The way to the pages beside this one; nothing if there is only one."""
    last_page = max(0, listing.number - 1) // listing.per_page
    if not last_page:
        return []
    page = min(listing.page, last_page)
    first = page * listing.per_page + 1
    shown = style.of(
        _SHOWN_OF_MANY if listing.or_more else _SHOWN,
        first=number(first),
        last=number(min(first + listing.per_page - 1, listing.number)),
        all=number(listing.number),
    )
    ways: list[InteractiveElement] = []
    if page > 0:
        ways.append(_turn(listing.name, _BACK, "back", page - 1, style.language))
    if page < last_page:
        ways.append(_turn(listing.name, _ON, "on", page + 1, style.language))
    return [small_print(shown), ActionsBlock(elements=ways)]


def turned_to(value: str) -> tuple[str, int]:
    """(list, page) that a pager's button carries. Raises ValueError for anything else."""
    name, _, page = value.partition(":")
    if name not in LISTS or not (page.isascii() and page.isdecimal()) or len(page) > 6:
        raise ValueError(f"not a page: {value[:80]!r}")
    return name, int(page)


def button(
    text: Text, action_id: str, value: str, language: Language, *, style: str | None = None
) -> ButtonElement:
    """A button of the Home."""
    return ButtonElement(
        text=PlainTextObject(text=text.of(language), emoji=True),
        action_id=action_id,
        value=value,
        style=style,
    )


def message(text: str, language: Language) -> View:
    """A sentence in front of the Home: why something that was pressed can't be done."""
    return modal(_TITLE, [paragraph(text)], language)


def modal(title: Text, blocks: Sequence[Block], language: Language) -> View:
    """Something to look at in front of the Home."""
    return View(
        type="modal",
        callback_id="home_modal",
        title=PlainTextObject(text=title.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=list(blocks)[:BLOCKS_PER_MODAL],
    )


def sentence(text: str) -> View:
    """A Home with nothing but a sentence: when it can't be made."""
    return View(type="home", callback_id=CALLBACK, blocks=[paragraph(text)])


def _tab_bar(tab: Tab, tabs: Sequence[Tab], language: Language) -> ActionsBlock:
    return ActionsBlock(
        block_id="home_tabs",
        elements=[
            button(
                _TABS[each],
                f"{TAB_ACTION}_{each}",
                each.value,
                language,
                style="primary" if each == tab else None,
            )
            for each in tabs
        ],
    )


def _turn(name: str, text: Text, way: str, page: int, language: Language) -> ButtonElement:
    return button(text, f"{TURN_ACTION}_{name}_{way}", f"{name}:{page}", language)
