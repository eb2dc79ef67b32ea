"""What leaders asked, in the digest: short on a phone, complete enough, and never a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.periods import Period
from bot.core.question_lists import facts_of, open_questions
from bot.digest.as_text import as_text
from bot.digest.compose import Message, gather
from bot.text import LANGUAGES, Language
from bot.views import questions as view
from bot.views.digest import Style
from models.database import Database
from models.message import Message as Post
from models.office import Office
from models.project import Project, Status
from models.question import Question, QuestionSource
from sandbox.blocks import check_blocks, check_view
from tests.conftest import JST
from tests.digest.history import END, START, URL, History, moment
from tests.views.marks import mrkdwn, raw_marks

PERIOD = Period(START, END)
LONG = "".join(
    "<!channel> <@U1> @here *太字* `code` & <https://x.jp|ここ> とても長い質問です。"[n % 60]
    for n in range(500)
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def history(session: Session) -> History:
    return History(session)


def ask(
    history: History,
    post: Post,
    office: Office,
    at: datetime,
    *,
    words: str = "",
    answered_at: datetime | None = None,
    answer: Post | None = None,
    withdrawn: bool = False,
) -> Question:
    """A question on the post."""
    question = Question(
        team_id=history.team_id,
        channel_id=post.channel_id,
        ts=post.ts,
        thread_ts=post.ts,
        project_id=post.project_id,
        asked_by="U90",
        office_id=office.id,
        source=QuestionSource.FORM,
        words=words,
        asked_at=at,
        withdrawn_at=at if withdrawn else None,
        answered_at=answered_at,
        answered_by="U1" if answered_at else None,
        answer_ts=answer.ts if answer else None,
    )
    history.session.add(question)
    history.session.flush()
    return question


def written(
    history: History, language: Language = "ja", period: Period = PERIOD
) -> tuple[Message, ...]:
    return gather(history.session, history.workspace, period, JST).write(language)


def told(history: History, language: Language = "ja", period: Period = PERIOD) -> str:
    return as_text(written(history, language, period))


def section(text: str) -> str:
    """What stands between the numbers and the next section."""
    return text[text.index("💬") : text.index("💐" if "💐" in text else "👀")]


def must_be_sound(messages: Sequence[Message]) -> None:
    for message in messages:
        blocks = list(message.outgoing().blocks)
        problems = check_blocks(blocks, "message")
        assert not problems, problems.messages
        for text in mrkdwn(blocks):
            assert raw_marks(text) == []
            assert "<!" not in text
            assert "<@" not in text


def test_open_and_answered_questions(history: History) -> None:
    mayor, project = history.office("市長"), history.project("防災DX")
    history.tenure(mayor, "U90", START - timedelta(days=900))
    old, new = (history.post(project, moment(n), f"受付を試しました{n}") for n in (-200, 2))
    ask(history, old, mayor, moment(-100))
    ask(history, new, mayor, moment(5), words="費用はいくらですか")
    reply = history.reply(new, moment(20), "ほとんど掛かりません。")
    ask(history, new, mayor, moment(6), answered_at=moment(20), answer=reply)
    ask(history, new, mayor, moment(7), withdrawn=True)
    shown = section(told(history))
    assert "回答を待っている質問 2件" in shown
    assert shown.index("受付を試しました-200") < shown.index("受付を試しました2")
    assert "市長から 11月9日（月）" in shown
    assert "市長「費用はいくらですか」 11月13日（金）" in shown
    assert "回答があった質問 1件" in shown
    assert "ほとんど掛かりません。" in shown
    assert "U90" not in shown
    english = told(history, "en")
    assert "Questions waiting for an answer 2" in english
    assert "市長: “費用はいくらですか” Fri 13 November" in english
    must_be_sound([*written(history), *written(history, "en")])


def test_nothing_where_nobody_asked(history: History) -> None:
    history.post(history.project(), moment(1))
    assert "💬" not in told(history)


def test_made_anew_it_shows_what_was_waiting_then_and_what_became_of_it(history: History) -> None:
    mayor, project = history.office("市長"), history.project("防災DX")
    post = history.post(project, moment(1))
    reply = history.reply(post, END + timedelta(hours=3), "3か所です。")
    late = END + timedelta(hours=3)
    ask(history, post, mayor, moment(2), answered_at=late, answer=reply)
    ask(history, post, mayor, END + timedelta(hours=1))
    shown = section(told(history))
    assert "回答を待っている質問 1件" in shown
    assert "✅ 回答がありました" in shown
    assert "回答があった質問" not in shown
    following = Period(END, END + timedelta(days=7))
    history.post(project, END + timedelta(hours=5))
    shown = section(told(history, period=following))
    assert "回答を待っている質問 1件" in shown
    assert "回答があった質問 1件" in shown


def test_closed_projects_have_nobody_to_answer(history: History) -> None:
    mayor = history.office("市長")
    closed = history.project("終わった", status=Status.CLOSED)
    ask(history, history.post(closed, moment(-200)), mayor, moment(-100))
    history.post(history.project("続く"), moment(1))
    assert "💬" not in told(history)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_hundred_open_questions(history: History, language: Language) -> None:
    mayor = history.office("市" * 40)
    history.tenure(mayor, "U90", START - timedelta(days=900))
    projects = [history.project(f"{n:02}" + "*防災&<!here>*" * 5 + "とても" * 5) for n in range(40)]
    for n in range(200):
        post = history.post(projects[n % 40], moment(n / 2), LONG)
        ask(history, post, mayor, moment(n / 2 + 0.1), words=LONG[: n * 2 + 1])
        done = history.post(projects[n % 40], moment(n / 2), LONG)
        reply = history.reply(done, moment(n / 2 + 0.2), LONG)
        at = moment(n / 2 + 0.2)
        ask(history, done, mayor, moment(n / 2 + 0.1), answered_at=at, answer=reply)
    messages = written(history, language)
    must_be_sound(messages)
    main, *thread = (as_text([message]) for message in messages)
    assert main.count("とても長い質問です") <= 40
    if language == "ja":
        assert "回答を待っている質問 200件" in main
        assert "ほかの195件のうち30件は、スレッドにあります。" in main
        assert any("回答を待っている質問（続き）" in text for text in thread)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["", LONG[:500], "&" * 500, "\n".join("<" * 250)])
def test_everything_about_a_question_is_within_slacks_limits(
    history: History, language: Language, words: str
) -> None:
    mayor = history.office("*市&<!here>長*" * 3)
    project = history.project("*防災&<!here>*" * 5)
    post = history.post(project, moment(1), LONG, department="課" * 200)
    reply = history.reply(post, moment(3), LONG)
    rows = [
        ask(history, post, mayor, moment(2), words=words),
        ask(history, post, mayor, moment(2), words=words, answered_at=moment(3), answer=reply),
        ask(history, post, mayor, moment(2), words=words, answered_at=moment(3)),
        ask(history, post, mayor, moment(2), words=words, withdrawn=True),
    ]
    style = Style(language, JST, URL)
    for facts in facts_of(history.session, history.team_id, [row.id for row in rows]):
        people = [f"U{n:010}" for n in range(40)]
        for text, blocks in (
            view.in_thread(facts, people, language),
            view.in_thread(facts, [], language),
            view.answer(facts, style),
            view.reminder([facts] * 30, style),
        ):
            assert 0 < len(text) < 1500
            problems = check_blocks([block.to_dict() for block in blocks], "message")
            assert not problems, problems.messages
            for said in mrkdwn([block.to_dict() for block in blocks]):
                assert raw_marks(said) == []
                assert "<!" not in said
        assert facts.post is not None
        shown = view.form(facts.post, "ja", style).to_dict()
        assert not check_view(shown, "modal")


def test_lists_for_homes(history: History) -> None:
    mayor = history.office("市長")
    first, second, closed = (history.project(name) for name in ("一", "二", "終"))
    posts = [history.post(project, moment(1)) for project in (first, second, closed)]
    asked = [ask(history, post, mayor, moment(9 - n)) for n, post in enumerate(posts)]
    ask(history, posts[0], mayor, moment(2), answered_at=moment(3))
    history.session.get_one(Project, closed.id).status = Status.CLOSED
    history.session.flush()
    session, team_id = history.session, history.team_id
    page = open_questions(session, team_id)
    assert page.number == 2
    assert [one.id for one in page.questions] == [asked[1].id, asked[0].id]
    assert [one.id for one in open_questions(session, team_id, offset=1).questions] == [asked[0].id]
    assert open_questions(session, team_id, limit=0).questions == ()
    only = open_questions(session, team_id, project_ids=[first.id])
    assert [one.project for one in only.questions] == ["一"]
    assert open_questions(session, team_id, project_ids=[]).number == 0
    assert open_questions(session, team_id, asked_by="U90").number == 2
    assert open_questions(session, team_id, asked_by="U1").number == 0
    assert open_questions(session, "T0OTHER").number == 0
