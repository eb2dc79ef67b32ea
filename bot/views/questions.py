"""Questions on posts: the form, what stands in the thread, and what people are told in private.

The mentions in the thread are the only ones that the bot makes on purpose: of the author and the
leads. What the asker typed is harmless everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.core.evidence import QuotedPost
from bot.core.permalinks import permalink
from bot.core.question_lists import QuestionFacts
from bot.core.questions import STANDARD, WORDS_LENGTH
from bot.text import Language, Text
from bot.views.blocks import button, buttons
from bot.views.digest import (
    OFFICE_SHOWN,
    PROJECT_SHOWN,
    Style,
    introduction,
    paragraph,
    paragraphs,
    small_print,
    words,
)
from bot.views.limits import SECTION_TEXT
from bot.views.quoting import escape, label
from bot.views.recognition import link_button
from bot.views.words import joined

FORM = "ask_form"
WORDS = "words"
VALUE = "value"
ANSWERED_ACTION = "question_answered"
REOPEN_ACTION = "question_reopen"

# Nobody reads a longer row of names.
MENTIONED = 20
REMINDED_OF = 10
_ANSWER_SHOWN = 400
_POST_SHOWN = 60
_WORDS_SHOWN = 60
_QUOTE = ">"

_TITLE = Text(ja="教えて", en="Ask about it")
_ASK = Text(ja="聞く", en="Ask")
_CANCEL = Text(ja="やめる", en="Cancel")
_CLOSE = Text(ja="閉じる", en="Close")
_LABEL = Text(ja="聞きたいこと", en="What would you like to know?")
_HOW = Text(
    ja="このまま、投稿のスレッドに書き込みます。投稿した方とリーダーに届きます。"
    "回答があれば、DMでお知らせします。",
    en="This goes into the thread of the post, to its author and the leads. "
    "You will get a direct message when they answer.",
)
_ASKED = Text(
    ja="スレッドに質問を書き込みました。回答があれば、DMでお知らせします。",
    en="Your question is in the thread. You will get a direct message when they answer.",
)

_FROM_OFFICE = Text(ja="💬 *{office}から質問です*", en="💬 *A question from {office}*")
_FROM_SOMEBODY = Text(ja="💬 *質問が届いています*", en="💬 *A question*")
_NOTIFICATION = Text(ja="{people} 質問です：{words}", en="{people} A question: {words}")
_HONORIFIC = Text(ja="{person} さん", en="{person}")
_HOW_TO_ANSWER = Text(
    ja="このスレッドに返信すると、質問した方に届きます。短いひとことで大丈夫です。",
    en="Reply in this thread, and it reaches whoever asked. A short word is enough.",
)
_MARK_ANSWERED = Text(ja="回答済みにする", en="Mark as answered")
_REOPEN = Text(ja="回答待ちに戻す", en="Not answered yet")
_ANSWERED = Text(
    ja="✅ 回答がありました。ありがとうございます。", en="✅ Answered. Thank you very much."
)
_MARKED_ANSWERED = Text(ja="✅ 回答済みになりました。", en="✅ Marked as answered.")

_DM_ANSWERED = Text(ja="💬 *「{project}」から回答がありました*", en="💬 *“{project}” has answered*")
_DM_MARKED = Text(
    ja="💬 *「{project}」への質問が、回答済みになりました*",
    en="💬 *Your question to “{project}” is marked as answered*",
)
_DM_MARKED_MORE = Text(ja="くわしくは、スレッドをご覧ください。", en="The thread has the details.")
_DM_OPEN_AGAIN = Text(
    ja="💬 *「{project}」への質問は、また回答待ちになりました*",
    en="💬 *Your question to “{project}” waits for an answer again*",
)
_DM_OPEN_AGAIN_MORE = Text(
    ja="前の回答は取り消されました。次の回答があれば、ここに載せます。",
    en="The answer was taken back. The next one will appear here.",
)
_DM_WITHDRAWN = Text(
    ja="💬 *「{project}」への質問は、取り下げられました*",
    en="💬 *Your question to “{project}” was withdrawn*",
)
_YOUR_QUESTION = Text(ja="質問：{words}", en="Your question: {words}")
_THE_POST = Text(ja="投稿：{words}", en="The post: {words}")

_REMINDER = Text(
    ja="💬 *回答を待っている質問があります*\n質問から3営業日がたちました。"
    "スレッドへの短い返信で大丈夫です。ほかの形で伝えてあれば、スレッドのボタンで"
    "回答済みにできます。",
    en="💬 *A question is waiting for an answer*\nIt was asked three business days ago. "
    "A short reply in the thread is enough. If you have answered in another way, "
    "the button in the thread marks it as answered.",
)
_REMINDER_NOTIFICATION = Text(
    ja="回答を待っている質問があります（{project}）。",
    en="A question is waiting for an answer ({project}).",
)
_ONLY_YOU = Text(
    ja="このご案内は、リーダーの方だけに、一度だけお送りしています。",
    en="Only the leads get this message, and only once.",
)

_LINE = Text(ja="{office}「{words}」 {day}", en="{office}: “{words}” {day}")
_LINE_STANDARD = Text(ja="{office}から {day}", en="{office}, {day}")
_SEE_ANSWER = Text(ja="✅ 回答がありました", en="✅ It was answered")
_POST = Text(ja="投稿", en="the post")
_SOMEBODY = Text(ja="質問", en="A question")


def form(post: QuotedPost, prefilled: Language, style: Style) -> View:
    """The form about a post. `prefilled` is the language of the group that will read it."""
    remembered = {"channel": post.channel_id, "ts": post.ts}
    return View(
        type="modal",
        callback_id=FORM,
        title=PlainTextObject(text=style.of(_TITLE)),
        submit=PlainTextObject(text=style.of(_ASK)),
        close=PlainTextObject(text=style.of(_CANCEL)),
        private_metadata=json.dumps(remembered),
        blocks=[
            paragraph(introduction(post, style)),
            InputBlock(
                block_id=WORDS,
                label=PlainTextObject(text=style.of(_LABEL)),
                element=PlainTextInputElement(
                    action_id=VALUE,
                    multiline=True,
                    max_length=WORDS_LENGTH,
                    initial_value=STANDARD.of(prefilled),
                ),
            ),
            small_print(style.of(_HOW)),
        ],
    )


def asked(language: Language) -> View:
    """What stands there once it is asked."""
    return message(_ASKED.of(language), language)


def message(sentence: str, language: Language) -> View:
    """A sentence in a form's place."""
    return View(
        type="modal",
        title=PlainTextObject(text=_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=[paragraph(sentence)],
    )


def in_thread(
    question: QuestionFacts, people: Sequence[str], language: Language
) -> tuple[str, list[Block]]:
    """The question under the post: (notification, blocks). `people` are mentioned."""
    mentions = [_HONORIFIC.of(language, person=f"<@{one}>") for one in people[:MENTIONED]]
    who = joined(mentions, language)
    title = _FROM_SOMEBODY.of(language)
    if question.office:
        title = _FROM_OFFICE.of(language, office=label(question.office, OFFICE_SHOWN))
    said = question.words or STANDARD.of(language)
    blocks: list[Block] = [
        paragraph("\n".join(filter(None, (title, who)))),
        paragraph(_quote(said)),
    ]
    value = str(question.id)
    if question.is_open:
        blocks.append(small_print(_HOW_TO_ANSWER.of(language)))
        blocks.append(buttons(button(_MARK_ANSWERED.of(language), ANSWERED_ACTION, value)))
    elif question.answer_ts is not None:
        blocks.append(small_print(_ANSWERED.of(language)))
    else:
        blocks.append(small_print(_MARKED_ANSWERED.of(language)))
        blocks.append(buttons(button(_REOPEN.of(language), REOPEN_ACTION, value)))
    text = _NOTIFICATION.of(language, people=who, words=label(said, _ANSWER_SHOWN))
    return text.strip(), blocks


def answer(question: QuestionFacts, style: Style) -> tuple[str, list[Block]]:
    """What the asker is told: (notification, blocks), as things stand now."""
    project = label(question.project, PROJECT_SHOWN)
    if question.is_withdrawn:
        return _told(_DM_WITHDRAWN, project, "", question, style)
    if question.answered_at is None:
        return _told(_DM_OPEN_AGAIN, project, style.of(_DM_OPEN_AGAIN_MORE), question, style)
    if question.answer is None:
        return _told(_DM_MARKED, project, style.of(_DM_MARKED_MORE), question, style)
    said = f"{_QUOTE}{words(question.answer, _ANSWER_SHOWN, style)}"
    return _told(_DM_ANSWERED, project, said, question, style)


def reminder(questions: Sequence[QuestionFacts], style: Style) -> tuple[str, list[Block]]:
    """What a lead is told in private about questions of their projects."""
    shown = questions[:REMINDED_OF]
    projects = dict.fromkeys(label(one.project, PROJECT_SHOWN) for one in shown)
    text = style.of(_REMINDER_NOTIFICATION, project=joined(list(projects), style.language))
    return text, [
        paragraph(style.of(_REMINDER)),
        *paragraphs(line(one, style) for one in shown),
        small_print(style.of(_ONLY_YOU)),
    ]


def line(question: QuestionFacts, style: Style) -> str:
    """A question in two lines of a list: the post with a link to it, who asked what and when.

    Where it is answered, a link to the answer follows.
    """
    project = label(question.project, PROJECT_SHOWN)
    lines = [f"• *{project}* {_link_to_post(question, style)}"]
    lines.append(f"　{_who_and_when(question, style)}")
    if question.answered_at is not None:
        answer = _link(question, question.answer_ts, style.of(_SEE_ANSWER), style)
        lines.append(f"　{answer}")
    return "\n".join(lines)


def answered_line(question: QuestionFacts, style: Style) -> str:
    """An answered question in two lines of a list: the answer with a link to it, who had asked."""
    project = label(question.project, PROJECT_SHOWN)
    said = style.of(_SEE_ANSWER)
    if question.answer is not None:
        said = words(question.answer, _POST_SHOWN, style)
    answer = _link(question, question.answer_ts, said, style)
    return f"• *{project}* {answer}\n　{_who_and_when(question, style)}"


def with_button(question: QuestionFacts, style: Style) -> SectionBlock:
    """The same in a Home, with the button that it is answered."""
    done = button(_MARK_ANSWERED.of(style.language), ANSWERED_ACTION, str(question.id))
    return paragraph(line(question, style), done)


def _who_and_when(question: QuestionFacts, style: Style) -> str:
    office = label(question.office, OFFICE_SHOWN) or style.of(_SOMEBODY)
    day = style.day(question.asked_at)
    if not question.words:
        return style.of(_LINE_STANDARD, office=office, day=day)
    said = label(question.words, _WORDS_SHOWN)
    return style.of(_LINE, office=office, words=said, day=day)


def _told(
    title: Text, project: str, said: str, question: QuestionFacts, style: Style
) -> tuple[str, list[Block]]:
    heading = style.of(title, project=project)
    about = [style.of(_YOUR_QUESTION, words=_shown_words(question, style))]
    if question.post is not None:
        about.append(style.of(_THE_POST, words=words(question.post, _POST_SHOWN, style)))
    return heading.replace("*", ""), [
        paragraph("\n".join(filter(None, (heading, said)))),
        small_print("\n".join(about)),
        buttons(link_button(_address(question, question.answer_ts, style), style.language)),
    ]


def _shown_words(question: QuestionFacts, style: Style) -> str:
    return label(question.words or style.of(STANDARD), _WORDS_SHOWN)


def _link_to_post(question: QuestionFacts, style: Style) -> str:
    post = question.post
    return style.of(_POST) if post is None else style.link(post, words(post, _POST_SHOWN, style))


def _link(question: QuestionFacts, ts: str | None, shown: str, style: Style) -> str:
    """Words that lead to a reply in the question's thread, or else to the post."""
    return f"<{escape(_address(question, ts, style))}|{shown.replace('|', '｜')}>"


def _address(question: QuestionFacts, ts: str | None, style: Style) -> str:
    reply = ts or question.ts
    return permalink(style.url, question.channel_id, reply, question.thread_ts)


def _quote(said: str) -> str:
    """What somebody typed, line by line, as a harmless quotation within Slack's limit."""
    lines, left = [], SECTION_TEXT - len(_QUOTE)
    for typed in said.split("\n"):
        shown = f"{_QUOTE}{label(typed, max(left, 1))}"
        lines.append(shown)
        left -= len(shown) + len("\n") + len(_QUOTE)
    return "\n".join(lines)
