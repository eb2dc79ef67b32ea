"""What an export becomes in the record."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core import members
from bot.core.acknowledged import standing_on
from bot.core.figures import figures
from bot.core.offices import assign
from bot.core.periods import Period
from bot.core.permissions import Actor
from models import Member, Office, Question, Tenure
from models.base import JsonObject
from models.message import Message, MessageKind
from models.project import Capture
from models.question import QuestionSource
from tests.conftest import JST
from tests.importing.conftest import Office as Desk
from tests.importing.conftest import told
from tests.importing.exports import (
    CHANNEL,
    TEAM,
    ExportMaker,
    person,
    reaction,
    reply,
    said,
    tombstone,
    ts_of,
)
from tests.importing.sample import ANSWER, EDITED, MAYOR, ROOT, SATO, TANAKA, photo, sample
from tests.recording import payloads


def test_a_groups_days(office: Desk) -> None:
    outcome = office.imports(sample())

    root = office.recorder.message(ROOT)
    assert root is not None
    assert (root.kind, root.counted, root.user_id, root.thread_ts) == ("post", True, SATO, None)
    assert (root.author_name, root.author_department) == ("佐藤 花子", "防災課")
    answer = office.recorder.message(ANSWER)
    assert answer is not None
    assert (answer.kind, answer.counted, answer.thread_ts) == (MessageKind.REPLY, True, ROOT)
    assert answer.author_name == "U0TANAKA さん"
    edited = office.recorder.message(EDITED)
    assert edited is not None
    assert edited.edited_ts == ts_of("2024-05-03 02:00")
    assert office.recorder.texts(EDITED) == {ts_of("2024-05-03 02:00"): "2回目も試しました。"}
    assert office.recorder.reactions(ROOT) == {(MAYOR, "+1"), (TANAKA, "+1"), (TANAKA, "tada")}
    assert told(outcome).splitlines() == [
        "Files read: 3, of channels: 1. Recorded:",
        "- posts: 2",
        "- replies: 1",
        "- reactions: 3",
        "",
        "Left out:",
        "- messages of apps and of Slack itself: 2",
        "- reactions of people whom the export does not name: 2",
    ]


def test_nobody_is_told(office: Desk) -> None:
    _mayor_since(office, datetime(2024, 4, 1, tzinfo=JST))
    yesterday = office.recorder.clock.now() - timedelta(days=1)
    recent = f"{int(yesterday.timestamp())}.000100"
    export = sample().add(
        said("【進捗】昨日の分です。", recent, SATO, reactions=[reaction("+1", MAYOR)]),
        said("助けてください。", ts_of("2024-05-04 01:00"), SATO, reactions=[_sos(SATO)]),
        said("どういうことですか", ts_of("2024-05-05 01:00"), SATO, reactions=[_ask(MAYOR)]),
    )
    office.imports(export)
    assert not office.recorder.outbox()
    assert [notice.delivery_key for notice in office.notices()] == [""]
    # Nor later, when the author edits what was imported
    office.recorder.take(
        payloads.changed("直しました。", ts=recent, user=SATO, edited_ts="1775433601.000000")
    )
    assert not office.recorder.outbox()
    assert [notice.delivery_key for notice in office.notices()] == [""]
    rows = office.everything()
    assert not rows["questions"]
    cry = office.recorder.message(ts_of("2024-05-04 01:00"))
    assert cry is not None
    assert cry.asks_help
    assert cry.help_resolved_at == datetime(2024, 5, 4, 10, 0, 0, 100, tzinfo=JST)


def _sos(user: str) -> dict[str, object]:
    return reaction("sos", user)


def _ask(user: str) -> dict[str, object]:
    return reaction("question", user)


def _mayor_since(office: Desk, since: datetime) -> None:
    with office.recorder.database.write() as session:
        session.add(Member(team_id=TEAM, user_id=MAYOR, display_name="山本 太郎"))
        session.add(mayor := Office(team_id=TEAM, name="市長", name_key="市長"))
        session.flush()
        session.add(Tenure(team_id=TEAM, office_id=mayor.id, user_id=MAYOR, since=since))


def test_nobody_is_told_because_somebody_takes_office_afterwards(office: Desk) -> None:
    now = office.recorder.clock.now()
    recent = f"{int((now - timedelta(days=2)).timestamp())}.000100"
    office.imports(
        sample().add(said("一昨日の分です。", recent, SATO, reactions=[reaction("+1", MAYOR)]))
    )
    actor = Actor(TEAM, TANAKA, "ja", is_staff=True, is_admin=True, is_coordinator=True, offices=())
    with office.recorder.database.write() as session:
        members.ensure(session, TEAM, MAYOR)
        assign(session, actor, "市長", MAYOR, since=now - timedelta(days=7), now=now)
    assert office.notices() == []
    live = f"{int(now.timestamp())}.000200"
    office.recorder.take(
        payloads.reaction("+1", event_ts=live, added=False, ts=recent, user=MAYOR),
        payloads.reaction("+1", event_ts=f"{live[:-1]}1", ts=recent, user=MAYOR),
    )
    assert [notice.delivery_key for notice in office.notices()] == [None], "given now, it is news"


def test_an_imported_answer_closes_the_question(office: Desk) -> None:
    """The bot was not there when it was written."""
    recent = office.recorder.clock.now() - timedelta(days=2)
    post, answer = (f"{int((recent + timedelta(hours=n)).timestamp())}.000100" for n in (0, 2))
    office.recorder.take(payloads.message("試しました。", ts=post, user=SATO))
    with office.recorder.database.write() as session:
        asked = Question(
            team_id=TEAM,
            channel_id=CHANNEL,
            ts=post,
            thread_ts=post,
            project_id=1,
            asked_by=MAYOR,
            source=QuestionSource.FORM,
            words="",
            asked_at=recent + timedelta(hours=1),
        )
        session.add(asked)
    office.imports(sample().add(reply("こういうことです。", answer, post, SATO)))
    with office.recorder.database.read() as session:
        question = session.scalars(select(Question)).one()
    assert (question.answered_by, question.answer_ts) == (SATO, answer)


def test_a_reaction_counts_for_the_office_held_when_the_message_was_written(office: Desk) -> None:
    before = ts_of("2024-03-01 01:00")
    _mayor_since(office, datetime(2024, 4, 1, tzinfo=JST))
    office.imports(sample().add(said("前の市長のころです。", before, reactions=[_like(MAYOR)])))
    with office.recorder.database.read() as session:
        standing = standing_on(session, TEAM, [(CHANNEL, ROOT), (CHANNEL, before)])
        start = datetime(2024, 5, 1, tzinfo=JST)
        week = figures(session, TEAM, Period(start, start + timedelta(days=7)))
    assert list(standing) == [(CHANNEL, ROOT)]
    assert (week.totals.posts, week.totals.replies) == (2, 1)
    assert (week.totals.reactions, week.totals.acknowledgements) == (3, 1)


def _like(user: str) -> dict[str, object]:
    return reaction("thumbsup::skin-tone-2", user)


def test_marked_posts_only(office: Desk) -> None:
    office.recorder.register("C0MARKED1", name="印", capture=Capture.MARKED)
    export = ExportMaker(channels={"印": "C0MARKED1"})
    words = ("【進捗】書きました", "雑談です", "あとで印をつけました", "ほかの人の印です")
    times = [ts_of(f"2024-05-01 01:0{number}") for number in range(4)]
    signs: tuple[list[JsonObject], ...] = (
        [],
        [],
        [reaction("memo", SATO)],
        [reaction("memo", TANAKA)],
    )
    for text, ts, given in zip(words, times, signs, strict=True):
        export.add(said(text, ts, SATO, reactions=given), folder="印")
    office.imports(export)
    counted = [office.recorder.message(ts, "C0MARKED1") for ts in times]
    assert [message and message.counted for message in counted] == [True, False, True, False]


def test_a_reply_sent_to_the_channel_as_well_is_a_post_once(office: Desk) -> None:
    both = {"subtype": "thread_broadcast", "root": {"ts": ROOT}}
    office.imports(sample().add(reply("みなさんにも", EDITED[:-1] + "1", ROOT, TANAKA, **both)))
    message = office.recorder.message(EDITED[:-1] + "1")
    assert message is not None
    assert (message.kind, message.thread_ts) == (MessageKind.POST, ROOT)


def test_edits_and_deletions_that_an_export_keeps(office: Desk) -> None:
    """Where a workspace keeps all of them, they stand among the messages as events of their own."""
    changed: JsonObject = {
        "type": "message",
        "subtype": "message_changed",
        "ts": ts_of("2024-05-01 02:00"),
        "message": said("直しました", ROOT, edited={"user": SATO, "ts": ts_of("2024-05-01 02:00")}),
        "previous_message": said("はじめの文です", ROOT),
    }
    deleted: JsonObject = {
        "type": "message",
        "subtype": "message_deleted",
        "ts": ts_of("2024-05-02 02:00"),
        "deleted_ts": ANSWER,
        "previous_message": said("消した言葉", ANSWER),
    }
    export = ExportMaker().add(changed, said("消した言葉", ANSWER), deleted, tombstone(EDITED))
    outcome = office.imports(export)
    assert office.recorder.texts(ROOT) == {
        "": "はじめの文です",
        ts_of("2024-05-01 02:00"): "直しました",
    }
    for ts, at in ((ANSWER, ts_of("2024-05-02 02:00")), (EDITED, EDITED)):
        message = office.recorder.message(ts)
        assert message is not None
        assert (message.deleted_ts, message.counted) == (at, False)
    assert "消した" not in repr(office.everything())
    assert "- deletions: 2" in told(outcome)


@pytest.mark.parametrize(
    "strange",
    [{"thread_ts": "1"}, {"edited": {"ts": "1714525200"}}, {"user": "U" * 65}],
    ids=["thread", "edited", "user"],
)
def test_a_deletion_of_something_strange(office: Desk, strange: JsonObject) -> None:
    one, two, three = (ts_of(f"2024-05-0{day} 01:00") for day in (1, 2, 3))
    deletion: JsonObject = {
        "type": "message",
        "subtype": "message_deleted",
        "ts": two,
        "deleted_ts": one,
        "previous_message": {**said("前の言葉", one), **strange},
    }
    office.imports(ExportMaker().add(deletion, said("よい投稿", three)))
    gone, kept = office.recorder.message(one), office.recorder.message(three)
    assert gone is not None
    assert gone.deleted_ts == two
    assert kept is not None


def test_each_version_of_a_message_is_from_the_import(office: Desk) -> None:
    one, two = ts_of("2024-05-01 01:00"), ts_of("2024-05-02 01:00")
    changed: JsonObject = {
        "type": "message",
        "subtype": "message_changed",
        "ts": two,
        "message": said("直した言葉", one, edited={"user": SATO, "ts": two}),
        "previous_message": said("はじめの言葉", one),
    }
    office.imports(ExportMaker().add(changed))
    message = office.recorder.message(one)
    assert message is not None
    assert message.source == "import"


def test_what_makes_no_sense_is_counted_and_the_rest_is_recorded(office: Desk) -> None:
    nonsense = [
        said("未来の人です", "1999999999.000100"),
        said("時刻がありません", "昨日"),
        said("長すぎるIDです", ANSWER, "U" * 65),
        said("別の種類です", ANSWER, type="event"),
    ]
    export = sample()
    export.files["避難所dx/2024-05-09.json"] = _array([*nonsense, 7, None])
    outcome = office.imports(export)
    assert "- items that make no sense: 6" in told(outcome)
    assert "- posts: 2" in told(outcome)


def _array(items: list[object]) -> bytes:
    return json.dumps(items).encode()


def test_like_of_the_digest_can_not_be_forged(office: Desk) -> None:
    forged = reaction("digest/iine", MAYOR)
    office.imports(ExportMaker().add(said("いいね", ROOT, reactions=[forged])))
    assert not office.recorder.reactions(ROOT)


def test_a_file_of_before_2018(office: Desk) -> None:
    shared = said("", ROOT, subtype="file_share", upload=True, file=photo())
    office.imports(ExportMaker().add(shared))
    message = office.recorder.message(ROOT)
    assert message is not None
    assert message.counted


def test_strange_text_is_stored_as_it_can_be(office: Desk) -> None:
    office.imports(ExportMaker().add(said("\0半分\ud83d", ROOT)))
    assert office.recorder.texts(ROOT) == {
        "": "\N{REPLACEMENT CHARACTER}半分\N{REPLACEMENT CHARACTER}"
    }


def test_a_dry_run_writes_nothing(office: Desk) -> None:
    before = office.everything()
    outcome = office.imports(sample(), dry_run=True)
    assert office.everything() == before
    assert told(outcome).startswith("Files read: 3, of channels: 1. An import would record")
    assert "- posts: 2" in told(outcome)


def test_people_get_no_rights_from_an_export(office: Desk) -> None:
    export = sample()
    export.people.append(person(TANAKA, "田中", is_admin=True, is_owner=True))
    office.imports(export)
    with office.recorder.database.read() as session:
        tanaka = session.get_one(Member, (TEAM, TANAKA))
        assert (tanaka.display_name, tanaka.is_admin, tanaka.fetched_at) == ("田中", False, None)
        assert session.get(Message, (TEAM, CHANNEL, ROOT)) is not None
