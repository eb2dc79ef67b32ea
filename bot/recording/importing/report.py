"""The report of an import: what was recorded, and what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.recording.importing.importer import Outcome
from bot.recording.importing.plan import Why
from bot.recording.importing.tally import Count
from bot.text import Language, Text

# Of so many channels the names are shown
NAMES_SHOWN = 10

RECORDED = Text(
    ja="{channels}チャンネル、{files}日分のファイルを読み、次のものを記録しました。",
    en="Files read: {files}, of channels: {channels}. Recorded:",
)
WOULD_RECORD = Text(
    ja="{channels}チャンネル、{files}日分のファイルを読みました。取り込むと、次のものを記録します"
    "（いまは何も書き込んでいません）。",
    en="Files read: {files}, of channels: {channels}. An import would record "
    "(nothing is written now):",
)
NOTHING_TO_READ = Text(
    ja="登録されたチャンネルの記録は、このファイルにありませんでした。",
    en="There was nothing of a registered channel in this file.",
)
WENT_ON = Text(
    ja="途中で止まっていた取り込みの続きです。件数は、前回の分と合わせたものです。",
    en="This went on with an import that had been broken off. The numbers include its own.",
)
NOTHING = Text(ja="新しいものはありませんでした", en="nothing new")
SKIPPED = Text(ja="記録しなかったもの", en="Left out:")
UNREAD = Text(ja="読めなかったファイル", en="Files that could not be read:")
MORE = Text(ja="ほかに{n}件", en="{n} more")
AND_MORE = Text(ja="{names} ほか", en="{names} and others")
NAMELESS = Text(
    ja="名前の分からない人が{n}人います。IDで記録し、名前はあとでSlackに問い合わせます。",
    en="People of whom only the ID is known: {n}. They are recorded by it; Slack is asked for "
    "their names later.",
)

_RECORDED: Sequence[tuple[Count, Text]] = (
    (Count.POSTS, Text(ja="投稿 {n}件", en="posts: {n}")),
    (Count.REPLIES, Text(ja="返信 {n}件", en="replies: {n}")),
    (
        Count.OTHERS,
        Text(ja="投稿として数えないメッセージ {n}件", en="messages that don't count: {n}"),
    ),
    (Count.REACTIONS, Text(ja="リアクション {n}件", en="reactions: {n}")),
    (
        Count.COMPLETED,
        Text(ja="記録を補ったメッセージ {n}件", en="messages known in part and completed: {n}"),
    ),
    (Count.DELETIONS, Text(ja="削除 {n}件", en="deletions: {n}")),
)
_SKIPPED: Sequence[tuple[Count, Text]] = (
    (Count.KNOWN, Text(ja="すでに記録していたメッセージ {n}件", en="messages known already: {n}")),
    (
        Count.KNOWN_REACTIONS,
        Text(
            ja="すでに記録していたか、取り消されたリアクション {n}件",
            en="reactions known already, or taken back: {n}",
        ),
    ),
    (
        Count.MACHINES,
        Text(
            ja="アプリやSlack自身のメッセージ {n}件", en="messages of apps and of Slack itself: {n}"
        ),
    ),
    (Count.DELETED, Text(ja="削除されたメッセージ {n}件", en="messages that were deleted: {n}")),
    (
        Count.LEFT_OUT,
        Text(ja="記録しないと決められたメッセージ {n}件", en="messages left out by hand: {n}"),
    ),
    (
        Count.NO_PROJECT,
        Text(
            ja="チャンネルがどのプロジェクトのものでもなかったときのメッセージ {n}件",
            en="messages of a time when the channel was no project's: {n}",
        ),
    ),
    (
        Count.UNNAMED_REACTIONS,
        Text(
            ja="付けた人の名前がエクスポートにないリアクション {n}件",
            en="reactions of people whom the export does not name: {n}",
        ),
    ),
    (Count.UNREADABLE, Text(ja="読み取れない記録 {n}件", en="items that make no sense: {n}")),
    (
        Count.OTHER_FILES,
        Text(
            ja="メッセージの入っていないファイル（キャンバスなど）{n}件",
            en="files without messages (canvases and the like): {n}",
        ),
    ),
)
_CHANNELS: Sequence[tuple[Why, Text]] = (
    (
        Why.UNREGISTERED,
        Text(
            ja="登録されていないチャンネル {n}件（{names}）",
            en="channels that are not registered: {n} ({names})",
        ),
    ),
    (
        Why.AMBIGUOUS,
        Text(
            ja="同じ名前のチャンネルがいくつもあり、どれか分からないもの {n}件（{names}）",
            en="channels whose name several have, so that it is not clear which: {n} ({names})",
        ),
    ),
    (
        Why.OTHER_WORKSPACE,
        Text(
            ja="別のワークスペースの、同じ名前のチャンネル {n}件（{names}）",
            en="channels of the same name in another workspace: {n} ({names})",
        ),
    ),
    (
        Why.NO_LIST,
        Text(
            ja="チャンネルの一覧が読めないので、どのチャンネルか分からないもの {n}件（{names}）",
            en="channels of which a broken list does not say which they are: {n} ({names})",
        ),
    ),
    (
        Why.NOT_ASKED_FOR,
        Text(ja="選ばれていないチャンネル {n}件", en="channels not asked for: {n}"),
    ),
    (
        Why.DIRECT,
        Text(
            ja="ダイレクトメッセージ {n}件（中は開いていません）",
            en="direct messages: {n} (not opened)",
        ),
    ),
)


def report(outcome: Outcome, language: Language) -> Iterator[str]:
    """The report, line by line."""
    if outcome.plan.chosen:
        yield from _recorded(outcome, language)
    else:
        yield NOTHING_TO_READ.of(language)
    skipped = [*_skipped(outcome, language), *_channels(outcome, language)]
    if skipped:
        yield ""
        yield SKIPPED.of(language)
        yield from (f"- {line}" for line in skipped)
    if outcome.tally.troubles:
        yield ""
        yield UNREAD.of(language)
        for trouble in outcome.tally.troubles:
            yield f"- {trouble.file}: {trouble.reason.of(language)}"
        if outcome.tally.more_troubles:
            yield f"- {MORE.of(language, n=_number(outcome.tally.more_troubles))}"
    if outcome.nameless:
        yield ""
        yield NAMELESS.of(language, n=_number(outcome.nameless))


def _recorded(outcome: Outcome, language: Language) -> Iterator[str]:
    counts = outcome.tally.counts
    heading = WOULD_RECORD if outcome.dry_run else RECORDED
    yield heading.of(
        language,
        channels=_number(len(outcome.plan.chosen)),
        files=_number(counts[Count.FILES.value]),
    )
    lines = list(_lines(outcome, _RECORDED, language)) or [NOTHING.of(language)]
    yield from (f"- {line}" for line in lines)
    if outcome.went_on:
        yield WENT_ON.of(language)


def _skipped(outcome: Outcome, language: Language) -> Iterator[str]:
    return _lines(outcome, _SKIPPED, language)


def _lines(
    outcome: Outcome, lines: Sequence[tuple[Count, Text]], language: Language
) -> Iterator[str]:
    for what, text in lines:
        number = outcome.tally.counts[what.value]
        if number:
            yield text.of(language, n=_number(number))


def _channels(outcome: Outcome, language: Language) -> Iterator[str]:
    for why, text in _CHANNELS:
        names = [folder.name for folder, reason in outcome.plan.skipped if reason == why]
        if names:
            shown = ", ".join(f"#{name}" for name in names[:NAMES_SHOWN])
            if len(names) > NAMES_SHOWN:
                shown = AND_MORE.of(language, names=shown)
            yield text.of(language, n=_number(len(names)), names=shown)


def _number(number: int) -> str:
    return f"{number:,}"
