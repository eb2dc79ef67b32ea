"""Why a message counts, said to the asker alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from slack_sdk.models.blocks import Block, DividerBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.core.explain import Explanation, Rule
from bot.text import Language, Text
from bot.views.blocks import button, buttons, context, section, sections
from bot.views.dates import date_and_time
from bot.views.quoting import emoji as emoji_of
from bot.views.quoting import label
from bot.views.recognition import post_value

MARKS_ACTION = "explain_marks"
ON = "on"
OFF = "off"

NAME_SHOWN = 80
EMOJI_SHOWN = 15

_TITLE = Text(ja="なぜ数えられた？", en="Why was this counted?")
_CLOSE = Text(ja="閉じる", en="Close")
_COUNTS = Text(ja="✅ *数えています*", en="✅ *This counts*")
_DOES_NOT = Text(ja="➖ *数えていません*", en="➖ *This does not count*")

_RULES: Mapping[Rule, Text] = {
    Rule.BY_HAND: Text(
        ja="{who}さんが「進捗として記録」を選んだので、「{project}」の投稿として数えています。",
        en="{who} chose “Record as progress”, so it counts as a post of “{project}”.",
    ),
    Rule.FORM: Text(
        ja="進捗の入力画面から書かれたので、「{project}」の投稿として数えています。",
        en="It was written with the progress form, so it counts as a post of “{project}”.",
    ),
    Rule.REPLY: Text(
        ja="スレッドの返信なので、「{project}」の返信として、投稿とは別に数えています。",
        en="It is a reply in a thread, so it counts as a reply in “{project}”, apart from posts.",
    ),
    Rule.ALL: Text(
        ja="「{project}」は、チャンネルの投稿をすべて数える設定です。",
        en="“{project}” is set to count every post in its channel.",
    ),
    Rule.MARKED_WORDS: Text(
        ja="「{project}」は、印を付けた投稿だけを数える設定です。"
        "この投稿には【進捗】か #進捗 が付いています。",
        en="“{project}” counts only marked posts; this one has 【進捗】, #進捗 or #progress in it.",
    ),
    Rule.MARKED_EMOJI: Text(
        ja="「{project}」は、印を付けた投稿だけを数える設定です。"
        "この投稿には、書いた方が📝を付けています。",
        en="“{project}” counts only marked posts; its author has put 📝 on this one.",
    ),
    Rule.NOT_MARKED: Text(
        ja="「{project}」は、印を付けた投稿だけを数える設定です。"
        "【進捗】や #進捗 を書き足すか、書いた方が📝を付けると、数えるようになります。",
        en="“{project}” counts only marked posts. With 【進捗】, #進捗 or #progress in it, "
        "or 📝 from its author, it will count.",
    ),
    Rule.LEFT_OUT: Text(
        ja="{who}さんが記録から外しました。文章は、私の記録から消えています。"
        "「進捗として記録」で元に戻せます。",
        en="{who} left it out of the record, and its words are erased there. "
        "“Record as progress” brings it back.",
    ),
    Rule.EMPTY: Text(
        ja="文章も添付ファイルもないので、数えていません。",
        en="There are neither words nor files in it.",
    ),
    Rule.SYSTEM: Text(
        ja="人が書いた投稿ではなく、Slackのお知らせなので、数えていません。",
        en="It is one of Slack's own notes, not something that a person wrote.",
    ),
    Rule.MACHINE: Text(
        ja="アプリの投稿なので、数えていません。数えるのは、人が書いたものだけです。",
        en="It was posted by an app. Only what people write counts.",
    ),
    Rule.NOT_REGISTERED: Text(
        ja="このチャンネルは登録されていないので、何も記録していません。",
        en="This channel isn't registered, so nothing in it is recorded.",
    ),
    Rule.WRITTEN_BEFORE: Text(
        ja="「{project}」の登録より前に書かれたので、記録にありません。"
        "「進捗として記録」で加えられます。",
        en="It was written before “{project}” was registered, so it is not in the record. "
        "“Record as progress” adds it.",
    ),
    Rule.NOT_RECORDED: Text(
        ja="まだ「{project}」の記録にありません。Slackの履歴を1時間ごとに読み直しているので、"
        "たいていは、そのときに加わります。急ぐときは、「進捗として記録」を選んでください。",
        en="It is not in the record of “{project}” yet. I read Slack's history again every hour, "
        "and in most cases it is added then. If it is urgent, choose “Record as progress”.",
    ),
    Rule.DELETED: Text(
        ja="削除されたので、文章は記録に残っていません。",
        en="It was deleted; its words are not in the record any more.",
    ),
}

_WITHOUT_REACTIONS = frozenset(
    {Rule.NOT_REGISTERED, Rule.MACHINE, Rule.WRITTEN_BEFORE, Rule.NOT_RECORDED, Rule.DELETED}
)

_REACTIONS = Text(ja="*リアクション*", en="*Reactions*")
_NO_REACTIONS = Text(
    ja="まだ付いていません。付くと、1人・1種類につき1件と数えます。",
    en="None yet. Each person counts once for each emoji.",
)
_COUNTED = Text(
    ja="{emoji} を数えています（合わせて{n}件）。1人・1種類につき1件で、"
    "肌の色の違いは同じものとします。",
    en="These count: {emoji} ({n} in all). Each person counts once for each emoji, whatever its "
    "skin tone.",
)
_WOULD_COUNT = Text(
    ja="{emoji} が付いています（合わせて{n}件）。投稿を数えていないので、これも数えません。",
    en="There are {emoji} ({n} in all). As the post does not count, neither do they.",
)
_MORE = Text(ja="ほか{n}種", en="{n} other kinds")
_MACHINES = Text(
    ja="{emoji} はアプリが付けたものなので、数えません。",
    en="{emoji} from apps does not count.",
)
_ACKNOWLEDGED = Text(
    ja="*{office}* は {at} に {emoji} で反応しました。そのとき{office}だった方が付けたので、"
    "「首長の反応」1件です。",
    en="*{office}* reacted with {emoji} on {at}: one acknowledgement, because whoever gave it held "
    "the office then.",
)
_ACKNOWLEDGED_UNCOUNTED = Text(
    ja="*{office}* は {at} に {emoji} で反応しました。投稿を数えていないので、"
    "「首長の反応」にも入りません。",
    en="*{office}* reacted with {emoji} on {at}. As the post does not count, this does not either.",
)
_MARKS_ON = Text(
    ja="📝は、記録したしるしです。あなたの投稿には付けないこともできます。記録は変わりません。",
    en="📝 shows what is recorded. It can be left off your posts; they are recorded all the same.",
)
_MARKS_OFF = Text(
    ja="あなたの投稿には📝を付けていません。記録はしています。前の投稿に付いた📝は、そのままです。",
    en="Your posts carry no 📝; they are recorded all the same. Earlier ones keep theirs.",
)
_TURN_OFF = Text(ja="自分の投稿に📝を付けない", en="No 📝 on my posts")
_TURN_ON = Text(ja="自分の投稿にも📝を付ける", en="Put 📝 on my posts again")


def explanation(found: Explanation, zone: tzinfo, language: Language) -> View:
    """The modal: what decided, what counts of the reactions, and the asker's own 📝."""
    verdict = (_COUNTS if found.counts else _DOES_NOT).of(language)
    who = f"<@{found.decided_by}>" if found.decided_by else ""
    project = label(found.project, NAME_SHOWN)
    reason = _RULES[found.rule].of(language, who=who, project=project)
    blocks: list[Block] = [section(f"{verdict}\n{reason}")]
    if found.rule not in _WITHOUT_REACTIONS:
        blocks += [DividerBlock(), *sections(_reactions(found, zone, language))]
    if found.marks is not None:
        blocks += [DividerBlock(), *_marks(found, language)]
    return _modal(blocks, language)


def sentence(text: str, language: Language) -> View:
    """A sentence in place of the explanation."""
    return _modal([section(text)], language)


def _modal(blocks: list[Block], language: Language) -> View:
    return View(
        type="modal",
        title=PlainTextObject(text=_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=blocks,
    )


def _reactions(found: Explanation, zone: tzinfo, language: Language) -> list[str]:
    lines = [_REACTIONS.of(language)]
    if found.reactions:
        shown = [f"{emoji_of(name)} {n}" for name, n in found.reactions[:EMOJI_SHOWN]]
        rest = len(found.reactions) - EMOJI_SHOWN
        if rest > 0:
            shown.append(_MORE.of(language, n=rest))
        total = sum(n for _, n in found.reactions)
        text = _COUNTED if found.counts else _WOULD_COUNT
        lines.append(text.of(language, emoji="　".join(shown), n=total))
    else:
        lines.append(_NO_REACTIONS.of(language))
    text = _ACKNOWLEDGED if found.counts else _ACKNOWLEDGED_UNCOUNTED
    for one in found.acknowledgements:
        office, at = label(one.office, NAME_SHOWN), date_and_time(one.at, zone, language)
        lines.append(text.of(language, office=office, emoji=emoji_of(one.emoji), at=at))
    if found.of_machines:
        emoji = "".join(emoji_of(name) for name in found.of_machines[:EMOJI_SHOWN])
        lines.append(_MACHINES.of(language, emoji=emoji))
    return lines


def _marks(found: Explanation, language: Language) -> list[Block]:
    text, words, turn = (_MARKS_ON, _TURN_OFF, OFF) if found.marks else (_MARKS_OFF, _TURN_ON, ON)
    value = f"{turn}:{post_value(found.channel_id, found.ts)}"
    return [
        context(text.of(language)),
        buttons(button(words.of(language), MARKS_ACTION, value)),
    ]
