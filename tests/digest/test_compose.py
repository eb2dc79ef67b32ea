"""The digest reads well, fits into Slack's limits at any size, and notifies nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.core.periods import Period
from bot.digest.as_text import as_text
from bot.digest.compose import Message, gather
from bot.text import LANGUAGES, Language
from bot.views.limits import MESSAGE_TEXT_ADVISED, TABLE_CHARACTERS
from models.audit import AuditEntry
from models.base import JsonObject
from models.calendar import CalendarDay
from models.database import Database
from models.message import MessageVersion
from models.project import Kind, Stage, Status
from sandbox.blocks import check_blocks
from tests.conftest import JST
from tests.digest.history import END, START, History, moment
from tests.views.marks import raw_marks

PERIOD = Period(START, END)
HOSTILE = (
    "<!channel> <!here> <!everyone> <!subteam^S1> <!subteam^S1|@all> <@U1> <@U2|x> @channel "
    "@here *a* _b_ ~c~ `d` &amp; &lt;!channel&gt; <https://example.jp/?a=1&amp;b=2|x|y> "
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def history(session: Session) -> History:
    return History(session)


def written(
    history: History, language: Language = "ja", period: Period = PERIOD
) -> tuple[Message, ...]:
    return gather(history.session, history.workspace, period, JST).write(language)


def told(history: History, language: Language = "ja", period: Period = PERIOD) -> str:
    return as_text(written(history, language, period))


def everything(messages: Sequence[Message]) -> list[JsonObject]:
    return [block for message in messages for block in message.outgoing().blocks]


def must_be_sound(messages: Sequence[Message]) -> None:
    """What Slack would refuse, and what would notify somebody."""
    for message in messages:
        out = message.outgoing()
        problems = check_blocks(list(out.blocks), "message")
        assert not problems, problems.messages
        assert 0 < len(out.text) <= MESSAGE_TEXT_ADVISED
        for parsed in (out.text, *prose(list(out.blocks))):
            assert "<!" not in parsed
            assert "<@" not in parsed
            assert raw_marks(parsed) == []
        shown = json.dumps([out.text, *out.blocks], ensure_ascii=False)
        assert not re.search(r"(?<![A-Za-z0-9._+-])@(channel|here|everyone)", shown)
        for block in out.blocks:
            if block["type"] == "table":
                assert len(texts(block)) <= TABLE_CHARACTERS
            elif block["type"] in ("section", "context"):
                assert '"verbatim": true' in json.dumps(block)


def prose(value: object) -> list[str]:
    """Every text that Slack reads for its own marks."""
    if isinstance(value, list):
        return [text for item in value for text in prose(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [str(value["text"])]
    return prose(list(value.values()))


def texts(value: object) -> str:
    if isinstance(value, dict):
        return "".join(
            item if key == "text" and isinstance(item, str) else texts(item)
            for key, item in value.items()
        )
    return "".join(map(texts, value)) if isinstance(value, list) else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_eighty_projects_and_two_thousand_posts(history: History, language: Language) -> None:
    session = history.session
    mayor = history.office("市長" * 20)
    history.tenure(mayor, "U90", START - timedelta(days=900))
    kinds, stages = list(Kind), list(Stage)
    projects = [
        history.project(
            f"{n:02}" + "*防災&<!here>*" * 5 + "ああああああああ" + "と" * 10,
            kind=kinds[n % 4],
            stage=stages[n % 5],
            created_at=moment(1) if n % 3 == 0 else START - timedelta(days=500),
            stage_changed_at=moment(2) if n % 3 == 1 else None,
            status=Status.CLOSED if n % 7 == 0 else Status.ACTIVE,
            status_changed_at=moment(3) if n % 7 == 0 else None,
        )
        for n in range(80)
    ]
    assert max(len(project.name) for project in projects) == 80
    for n in range(2000):
        project = projects[n % 80]
        text = HOSTILE * (n % 30) + "受付を試しました" * (n % 500)
        post = history.post(project, moment(n * 168 / 2000), text, department="＊課" * 127)
        for user in range(n % 4):
            history.react(post, f"U{user}", ("+1", "tada", "a" * 100)[user], moment(167))
        if n % 9 == 0:
            history.react(post, "U90", "+1", moment(167.5))
    session.flush()

    messages = written(history, language)
    must_be_sound(messages)
    tables = [block for block in everything(messages) if block["type"] == "table"]
    names = [texts(row[0])[:2] for table in tables for row in list_of(table["rows"])[1:]]
    assert sorted(names) == [f"{n:02}" for n in range(80)]
    assert 2 < len(messages) < 12
    for message in messages[1:]:
        assert len(texts(list(message.outgoing().blocks))) < 14_000


def list_of(value: object) -> list[list[object]]:
    assert isinstance(value, list)
    return value


def test_the_smallest_week(history: History) -> None:
    [message] = written(history)
    must_be_sound([message])
    assert "まだプロジェクトが登録されていません" in as_text([message])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_without_posts_is_friendly_and_short(history: History, language: Language) -> None:
    mayor = history.office("市長")
    history.tenure(mayor, "U90", START - timedelta(days=900))
    history.post(history.project("防災DX"), moment(-500))
    [message] = written(history, language)
    must_be_sound([message])
    text = as_text([message])
    expected = ("記録は動いています", "次回は11月27日（金）16:00です")
    if language == "en":
        expected = ("Recording works as it should", "Fri 27 November 16:00")
    for words in expected:
        assert words in text
    assert "防災DX" not in text
    assert len(message.blocks) < 10
    assert "記録は動いています" in message.text or "Recording works" in message.text


def test_reactions_in_a_week_without_posts_are_told(history: History) -> None:
    post = history.post(history.project(), moment(-20), "先週の報告")
    history.react(post, "U1", "tada", moment(3))
    text = told(history)
    assert "新しい投稿はありませんでした" in text
    assert "リアクション 1件" in text
    assert "先週の報告" in text


def test_numbers_stand_beside_the_average(history: History) -> None:
    project = history.project()
    for hours in (1, 2, 3, -1, -170):
        history.post(project, moment(hours))
    text = told(history)
    assert "投稿 3件 （平均 0.5）" in text
    assert "投稿のあったプロジェクト 1件 （全1件） （平均 0.5）" in text
    assert "この前の4週間" in text


def test_no_average_in_the_first_week(history: History) -> None:
    history.post(history.project(created_at=moment(-3)), moment(2))
    text = told(history)
    assert "投稿 1件\n" in text
    assert "平均" not in text


def test_what_moved_people_is_no_ranking(history: History) -> None:
    project, other = history.project("大きい"), history.project("小さい")
    for n in range(8):
        post = history.post(project, moment(n), f"大きな報告その{n}。")
        for user in range(10 + n):
            history.react(post, f"U{user}", "+1", moment(50))
    small = history.post(other, moment(20), "小さな報告。", department="総務課", author="U77")
    history.react(small, "U1", "+1", moment(51))
    text = told(history)
    moved = text[text.index("心を動かした投稿") : text.index("新しい投稿")]
    assert "小さな報告" in moved
    assert "総務課" in moved
    assert "U77さん" not in moved
    assert moved.index("大きな報告その6") < moved.index("大きな報告その7") < moved.index("小さな")
    assert "大きな報告その5" not in moved
    assert not re.search(r"位|ランキング|1\.|トップ", moved)


def test_a_busy_project_leaves_room_for_the_others(history: History) -> None:
    loud, calm = history.project("多い"), history.project("少ない")
    for n in range(120):
        post = history.post(loud, moment(1), f"大きな報告その{n}。")
        for user in range(3):
            history.react(post, f"U{user}", "+1", moment(50))
    post = history.post(calm, moment(2), "小さな報告。")
    history.react(post, "U1", "+1", moment(51))
    text = told(history)
    moved = text[text.index("心を動かした投稿") : text.index("新しい投稿")]
    assert "小さな報告" in moved
    assert moved.count("大きな報告") == 2


@pytest.mark.parametrize(
    ("kinds", "rest"), [(5, None), (6, "ほか1種"), (9, "ほか4種")], ids=["few", "one", "many"]
)
def test_more_emoji_than_are_shown(history: History, kinds: int, rest: str | None) -> None:
    post = history.post(history.project(), moment(1))
    for n in range(kinds):
        for user in range(20 - n):
            history.react(post, f"U{user}", f"emoji{n}", moment(2))
    [line] = [line for line in told(history).splitlines() if ":emoji0: 20" in line]
    assert line.endswith(rest or ":emoji4: 16")
    english = told(history, "en")
    assert ("1 other kind" in english) == (kinds == 6)
    assert ("4 other kinds" in english) == (kinds == 9)


def test_each_project_has_its_turn_among_the_unseen(history: History) -> None:
    mayor = history.office("市長")
    history.tenure(mayor, "U90", START - timedelta(days=900))
    loud, calm = history.project("多い"), history.project("少ない")
    for n in range(30):
        history.post(loud, moment(n), f"報告{n:02}。")
    history.post(calm, moment(100), "静かな報告。")
    seen = history.post(calm, moment(101), "もう見た報告。")
    history.react(seen, "U90", "eyes", moment(102))
    main, *thread = written(history)
    text = as_text([main])
    unseen = text[text.index("首長の反応がまだない投稿 31件") : text.index("🤝")]
    assert "静かな報告" in unseen
    assert "もう見た" not in unseen
    assert "ほかの25件はスレッド" in unseen
    assert as_text(thread).count("報告") == 25
    must_be_sound([main, *thread])


def test_everyone_is_thanked_and_nobody_by_name(history: History) -> None:
    history.post(history.project(), moment(1), author="U77")
    assert "書いてくださった皆さん" in told(history)
    assert "U77" not in told(history)


def test_all_posts_seen(history: History) -> None:
    mayor = history.office("市長")
    history.tenure(mayor, "U90", START - timedelta(days=900))
    post = history.post(history.project(), moment(1))
    history.react(post, "U90", "eyes", moment(2))
    text = told(history)
    assert "すべての投稿に首長の反応がありました" in text
    assert "市長 1件 の投稿に反応" in text


def test_offices_in_their_order(history: History) -> None:
    first, second, vacant = (history.office(name) for name in ("市長", "副市長・CDO", "前の役職"))
    history.tenure(second, "U91", START - timedelta(days=900))
    history.tenure(first, "U90", START - timedelta(days=900))
    history.tenure(vacant, "U92", START - timedelta(days=900), START - timedelta(days=1))
    project = history.project()
    for n in range(3):
        history.react(history.post(project, moment(n)), "U91", "+1", moment(9))
    text = told(history)
    assert text.index("市長 今回はまだありません") < text.index("副市長・CDO 3件")
    assert "前の役職" not in text


def test_projects_that_moved(history: History) -> None:
    history.post(history.project("前から"), moment(1))
    history.project("はじまった", created_at=moment(5), kind=Kind.PILOT, stage=Stage.TRIAL)
    moved = history.project("進んだ", stage=Stage.ROLLOUT, stage_changed_at=moment(9))
    history.project("動いた", stage=Stage.PLAN, stage_changed_at=moment(9))
    history.project(
        "終わった", stage=Stage.DONE, status=Status.CLOSED, status_changed_at=moment(10)
    )
    for at, before, after in ((7, "plan", "trial"), (9, "trial", "rollout")):
        history.session.add(
            AuditEntry(
                team_id=history.team_id,
                at=moment(at),
                actor_id="U1",
                action="project.stage",
                project_id=moved.id,
                details={"before": {"stage": before}, "after": {"stage": after}},
            )
        )
        history.session.flush()
    text = told(history)
    assert "• はじまり はじまった （実証プロジェクト・実証）" in text
    assert "• 段階 進んだ 計画 → 実装" in text
    assert "• 段階 動いた 「計画」へ" in text
    assert "• 終了 終わった おつかれさまでした。" in text
    assert "段階 前から" not in text


def test_quiet_projects_are_a_number_and_no_names_elsewhere(history: History) -> None:
    history.post(history.project("元気"), moment(1))
    quiet = history.project("静か")
    history.project("新しい", created_at=moment(-24))
    history.project("休止中", status=Status.PAUSED)
    history.project("やり終えた", stage=Stage.DONE)
    history.project("再開したばかり", status_changed_at=moment(-24))
    assert "この10営業日、投稿のないプロジェクトは1件です。" in told(history)
    # Ten business days after Friday the 6th, 16:00, it is Friday the 20th, 16:00
    history.post(quiet, moment(-7 * 24 - 0.1))
    assert "投稿のないプロジェクトは1件" in told(history)
    history.post(quiet, moment(-7 * 24 + 0.1))
    assert "投稿のないプロジェクト" not in told(history)


def test_a_closure_moves_what_quiet_means(history: History) -> None:
    history.post(history.project("元気"), moment(1))
    history.post(history.project("静か"), moment(-7 * 24 - 0.1))
    assert "投稿のないプロジェクトは1" in told(history)
    closed_day = CalendarDay(team_id=history.team_id, day=END.date(), is_open=False, name="")
    history.session.add(closed_day)
    history.session.flush()
    assert "投稿のないプロジェクト" not in told(history)


def test_a_late_digest_says_so(history: History) -> None:
    history.post(history.project(), moment(1))
    text = told(history, period=Period(START - timedelta(days=14), END, weeks=3))
    assert "前回から間があいたため、3週分をまとめてお届けします。" in text
    assert "週分" not in told(history)


def test_a_post_of_files_shows_their_names(history: History) -> None:
    post = history.post(history.project(), moment(1), "")
    version = history.session.get_one(
        MessageVersion, (history.team_id, post.channel_id, post.ts, "")
    )
    version.files = [{"id": f"F{n}", "name": f"写真{n}.jpg"} for n in range(4)]
    history.react(post, "U1", "+1", moment(2))
    history.session.flush()
    assert "📎 写真0.jpg、写真1.jpg ほか2件" in told(history)


def test_mentions_in_a_quotation_show_names(history: History) -> None:
    history.person("U5", "高橋 美咲")
    post = history.post(history.project(), moment(1), "<@U5>さんと試しました <!channel>")
    history.react(post, "U1", "+1", moment(2))
    assert "＠高橋 美咲さんと試しました ＠channel" in told(history)


def test_links_lead_to_the_post(history: History) -> None:
    post = history.post(history.project(), moment(1))
    history.react(post, "U1", "+1", moment(2))
    address = f"https://example.slack.com/archives/{post.channel_id}/p{post.ts.replace('.', '')}"
    assert address in json.dumps(everything(written(history)))


@pytest.mark.parametrize(("language", "words"), [("ja", "投稿1件"), ("en", "Posts: 1")])
def test_the_notification_says_the_essence(
    history: History, language: Language, words: str
) -> None:
    history.post(history.project(), moment(1))
    assert words in written(history, language)[0].text


def test_english_throughout(history: History) -> None:
    mayor = history.office("Mayor")
    history.tenure(mayor, "U90", START - timedelta(days=900))
    project = history.project("Shelter", status=Status.PAUSED)
    post = history.post(project, moment(1), "We tried it.", department="Crisis")
    history.react(post, "U90", "+1", moment(2))
    history.project("New one", created_at=moment(3))
    history.project("Silent one")
    shown = json.dumps(everything(written(history, "en")), ensure_ascii=False)
    assert not re.search(r"[ぁ-んァ-ン一-龥]", shown)
