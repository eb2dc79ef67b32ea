"""The modal with the posts behind a number of the digest."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.core.evidence import Measure, Page
from bot.text import Language, Text
from bot.views.digest import PROJECT_SHOWN, Style, number, paragraph, post_blocks, small_print
from bot.views.digest_scope import Scope
from bot.views.quoting import label

CALLBACK = "digest_posts"
TURN = "digest_turn"
PER_PAGE = 10

_TITLES = {
    Measure.POSTS: Text(ja="投稿", en="Posts"),
    Measure.REPLIES: Text(ja="返信", en="Replies"),
    Measure.REACTIONS: Text(ja="リアクション", en="Reactions"),
    Measure.ACKNOWLEDGEMENTS: Text(ja="首長の反応", en="Acknowledgements"),
    Measure.UNSEEN: Text(ja="首長の反応がまだない投稿", en="Not yet seen by a leader"),
    Measure.LATE: Text(ja="前回に間に合わなかった投稿", en="Came too late"),
}
_MEANINGS = {
    Measure.POSTS: Text(
        ja="この期間に書かれ、いまも残っている投稿です。",
        en="Posts that were written in this time and still stand.",
    ),
    Measure.REPLIES: Text(
        ja="この期間にスレッドに書かれ、いまも残っている返信です。元の投稿ごとに並べています。",
        en="Replies written in this time that still stand, by the post that they are under.",
    ),
    Measure.REACTIONS: Text(
        ja="この期間に付けられ、いまも付いているリアクションです。投稿がいつのものでも数えます。"
        "1人・1種類で1件、ボットのものは数えません。",
        en="Reactions that were given in this time and still stand, however old the post. "
        "One person and one emoji count once; bots don't count.",
    ),
    Measure.ACKNOWLEDGEMENTS: Text(
        ja="この期間に、役職にある方が付けた反応です。投稿がいつのものでも数えます。"
        "1つの役職・1つの投稿で1件です。",
        en="Reactions of whoever held an office at that moment, given in this time. "
        "One office and one post count once, however old the post.",
    ),
    Measure.UNSEEN: Text(
        ja="この期間に書かれ、役職にある方の反応がまだない投稿です。",
        en="Posts that were written in this time and that no holder of an office has reacted to.",
    ),
    Measure.LATE: Text(
        ja="この期間より前に書かれ、前回のダイジェストのあとに届いたか、印の付いた投稿です。"
        "投稿の数は、書かれた期間のほうに入ります。",
        en="Posts that were written before this time, and reached the bot or were marked after the "
        "digest before. They count in the time in which they were written.",
    ),
}
_NUMBER = Text(ja="*{title} {n}件*", en="*{title}: {n}*")
_ON_POSTS = Text(ja="（{posts}件の投稿）", en="(on {posts} posts)")
_PERIOD = Text(ja="{start} から {end} まで", en="From {start} to {end}")
_RECOUNTED = Text(
    ja="いま数え直した数です。あとからの削除や取り消しで、届いたときと変わることがあります。",
    en="Counted anew just now: deletions and reactions taken back since the digest was sent "
    "make a difference.",
)
_NOTHING = Text(ja="いまは1件もありません。", en="There is nothing here at present.")
_ON_IT = Text(ja="ここで数えたのは{n}件", en="{n} counted here")
_SHOWN = Text(ja="{first}〜{last}件目（全{all}件）", en="{first}–{last} of {all}")
_BACK = Text(ja="← 前へ", en="← Newer")
_ON = Text(ja="次へ →", en="Older →")
_CLOSE = Text(ja="閉じる", en="Close")
_LOADING = Text(ja="読み込んでいます…", en="Loading…")
_PLEASE_WAIT = Text(ja="ダイジェスト", en="Digest")

_COUNTED_ON_POSTS = (Measure.REPLIES, Measure.REACTIONS, Measure.ACKNOWLEDGEMENTS)
_OF_A_PROJECT = (
    Measure.POSTS,
    Measure.REPLIES,
    Measure.REACTIONS,
    Measure.ACKNOWLEDGEMENTS,
)


def loading(language: Language) -> View:
    """What stands there while the posts are looked up."""
    return message(_LOADING.of(language), language)


def message(text: str, language: Language) -> View:
    """A sentence in place of the posts."""
    return _modal(_PLEASE_WAIT, [paragraph(text)], language)


def posts(scope: Scope, page: Page, project: str | None, style: Style) -> View:
    """A page of the posts behind a number, with what the number means.

    `project` is the name of the project that it is about, None if it is about all.
    """
    title = _TITLES[scope.measure]
    line = style.of(_NUMBER, title=style.of(title), n=number(page.number))
    if scope.measure in _COUNTED_ON_POSTS and page.number:
        line = f"{line} {style.of(_ON_POSTS, posts=number(page.posts_in_all))}"
    blocks: list[Block] = []
    if project is not None:
        blocks.append(paragraph(f"*{label(project, PROJECT_SHOWN)}*"))
        blocks.append(ActionsBlock(elements=_measures(scope, style.language)))
    period = style.of(_PERIOD, start=style.moment(scope.start), end=style.moment(scope.end))
    blocks += [
        paragraph(line),
        small_print(f"{period}\n{style.of(_MEANINGS[scope.measure])}"),
        small_print(style.of(_RECOUNTED)),
        DividerBlock(),
    ]
    if not page.posts:
        blocks.append(paragraph(style.of(_NOTHING)))
    for post in page.posts:
        blocks += post_blocks(post, style)
        if scope.measure in _COUNTED_ON_POSTS:
            blocks.append(small_print(style.of(_ON_IT, n=number(post.number))))
    blocks += _turning(scope, page, style)
    return _modal(title, blocks, style.language, scope.encode())


def _turning(scope: Scope, page: Page, style: Style) -> list[Block]:
    first = scope.page * PER_PAGE + 1
    last = first + len(page.posts) - 1
    if not page.posts or (scope.page == 0 and last >= page.posts_in_all):
        return []
    shown = style.of(_SHOWN, first=number(first), last=number(last), all=number(page.posts_in_all))
    elements = []
    if scope.page:
        elements.append(_button(_BACK, "back", scope.at_page(scope.page - 1), style.language))
    if last < page.posts_in_all:
        elements.append(_button(_ON, "on", scope.at_page(scope.page + 1), style.language))
    return [DividerBlock(), small_print(shown), ActionsBlock(elements=elements)]


def _measures(scope: Scope, language: Language) -> list[ButtonElement]:
    """The other numbers of the same project."""
    return [
        _button(
            _TITLES[measure],
            measure.value,
            Scope(measure, scope.start, scope.end, scope.project_id),
            language,
            style="primary" if measure == scope.measure else None,
        )
        for measure in _OF_A_PROJECT
    ]


def _button(
    words: Text, name: str, scope: Scope, language: Language, *, style: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=words.of(language), emoji=True),
        action_id=f"{TURN}_{name}",
        value=scope.encode(),
        style=style,
    )


def _modal(title: Text, blocks: list[Block], language: Language, scope: str | None = None) -> View:
    return View(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text=title.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        private_metadata=scope,
        blocks=blocks,
    )
