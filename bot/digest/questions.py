"""What leaders asked: questions that wait for an answer, and those that were answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.question_lists import QuestionFacts, QuestionPage, answered_between, waiting_at
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, paragraph, paragraphs, small_print
from bot.views.questions import answered_line, line

SHOWN = 5
SHOWN_IN_THREAD = 30

_WAITING = Text(ja="*💬 回答を待っている質問* {n}件", en="*💬 Questions waiting for an answer* {n}")
_ANSWERED = Text(ja="*💬 回答があった質問* {n}件", en="*💬 Questions that were answered* {n}")
_IN_THREAD = Text(ja="ほかの{n}件はスレッドにあります。", en="{n} more in the thread.")
_SOME_IN_THREAD = Text(
    ja="ほかの{n}件のうち{shown}件は、スレッドにあります。",
    en="Of the other {n}, {shown} are in the thread.",
)
_WAITING_CONTINUED = Text(
    ja="*💬 回答を待っている質問（続き）*", en="*💬 Questions waiting for an answer (continued)*"
)
_ANSWERED_CONTINUED = Text(
    ja="*💬 回答があった質問（続き）*", en="*💬 Questions that were answered (continued)*"
)


@dataclass(frozen=True)
class Questions:
    """Those that were waiting at the end of the period, and those answered in it.

    What was answered later is shown as such among the former, if the digest is made anew.
    """

    waiting: QuestionPage
    answered: QuestionPage


def collect(source: Source) -> Questions:
    """From the questions themselves."""
    session, team_id, period = source.session, source.workspace.team_id, source.period
    limit = SHOWN + SHOWN_IN_THREAD
    return Questions(
        waiting=waiting_at(session, team_id, period.end, limit=limit),
        answered=answered_between(session, team_id, period.start, period.end, limit=limit),
    )


def render(questions: Questions, style: Style) -> Rendered:
    """Two short lists, and longer ones in the thread; nothing where nobody asked anything."""
    lists = (
        _List(questions.waiting, _WAITING, _WAITING_CONTINUED, line),
        _List(questions.answered, _ANSWERED, _ANSWERED_CONTINUED, answered_line),
    )
    blocks = [block for one in lists for block in one.main(style)]
    if not blocks:
        return Rendered()
    return Rendered([DividerBlock(), *blocks], [s for one in lists for s in one.thread(style)])


@dataclass(frozen=True)
class _List:
    page: QuestionPage
    title: Text
    continued: Text
    line: Callable[[QuestionFacts, Style], str]

    def main(self, style: Style) -> list[Block]:
        page = self.page
        if not page.number:
            return []
        lines = [self.line(question, style) for question in page.questions[:SHOWN]]
        blocks: list[Block] = [paragraph(style.of(self.title, n=number(page.number)))]
        blocks += paragraphs(lines)
        others, shown = page.number - len(lines), len(page.questions[SHOWN:])
        if others:
            text = _IN_THREAD if others == shown else _SOME_IN_THREAD
            blocks.append(small_print(style.of(text, n=number(others), shown=number(shown))))
        return blocks

    def thread(self, style: Style) -> list[Sequence[Block]]:
        rest = self.page.questions[SHOWN:]
        if not rest:
            return []
        sheets = [[block] for block in paragraphs(self.line(one, style) for one in rest)]
        return [[paragraph(style.of(self.continued)), *sheets[0]], *sheets[1:]]


SECTION = Section("questions", collect, render)
