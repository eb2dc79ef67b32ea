"""Which messages are progress posts, which are replies, and which are nothing at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core import posts
from models import MessageVersion
from models.inbox import InboxState
from models.project import Capture
from tests.recording import payloads
from tests.recording.conftest import Recorder

FILE = {"id": "F1", "name": "受付.jpg", "mimetype": "image/jpeg", "mode": "hosted"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"subtype": "me_message"},
        {"subtype": "file_share", "files": [FILE]},
        {"subtype": "thread_broadcast", "thread_ts": "1775430000.000001"},
    ],
    ids=lambda more: str(more.get("subtype")),
)
def test_a_persons_message_is_a_post(recorder: Recorder, more: dict[str, object]) -> None:
    recorder.take(payloads.message("訓練をしました。", more=more))
    message = recorder.message()
    assert message is not None
    assert (message.kind, message.counted) == ("post", True)


def test_files_without_words_are_a_post(recorder: Recorder) -> None:
    recorder.take(payloads.message("", more={"subtype": "file_share", "files": [FILE]}))
    message = recorder.message()
    assert message is not None
    assert message.counted


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "huddle_thread", "room": {"id": "R1"}},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"bot_id": payloads.BOT_ID, "app_id": payloads.APP},
        {"user": "USLACKBOT"},
        {"user": ""},
    ],
    ids=str,
)
def test_what_no_person_wrote_is_not_stored(recorder: Recorder, more: dict[str, object]) -> None:
    recorder.take(payloads.envelope({**_plain(), **more}))
    assert recorder.message() is None
    assert recorder.texts() == {}


def test_an_unknown_subtype_is_stored_but_not_counted(recorder: Recorder) -> None:
    recorder.take(payloads.message("新しい種類", more={"subtype": "voice_memo"}))
    message = recorder.message()
    assert message is not None
    assert (message.counted, message.subtype) == (False, "voice_memo")


def test_neither_words_nor_files_do_not_count(recorder: Recorder) -> None:
    recorder.take(payloads.message("  "))
    message = recorder.message()
    assert message is not None
    assert not message.counted


def test_a_reply_is_a_reply(recorder: Recorder) -> None:
    recorder.take(payloads.message("了解です。", more={"thread_ts": "1775430000.000001"}))
    message = recorder.message()
    assert message is not None
    assert (message.kind, message.counted) == ("reply", True)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_reply_that_is_sent_to_the_channel_later_is_a_post(
    recorder: Recorder, *, swapped: bool
) -> None:
    root = "1775430000.000001"
    both = [
        payloads.message("返信です。", more={"thread_ts": root}),
        payloads.changed("返信です。", edited_ts=None, subtype="thread_broadcast", thread_ts=root),
    ]
    recorder.take(*(reversed(both) if swapped else both))
    message = recorder.message()
    assert message is not None
    assert (message.kind, message.subtype, message.counted) == ("post", "thread_broadcast", True)
    assert [d.kind for d in recorder.outbox()] == [posts.MARK]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_file_that_is_deleted_is_forgotten(recorder: Recorder, *, swapped: bool) -> None:
    gone = {"id": "F1", "mode": "tombstone"}
    both = [
        payloads.message("", more={"subtype": "file_share", "files": [FILE]}),
        payloads.changed("", edited_ts=None, subtype="file_share", files=[gone]),
    ]
    recorder.take(*(reversed(both) if swapped else both))
    message = recorder.message()
    assert message is not None
    assert not message.counted
    with recorder.database.read() as session:
        [version] = session.scalars(select(MessageVersion))
    assert (version.standing_files, FILE["name"] in str(version.files)) == ([], False)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_deleted_file_is_in_no_version(recorder: Recorder, *, swapped: bool) -> None:
    other = {"id": "F2", "name": "名簿.xlsx", "mimetype": "text/csv", "mode": "hosted"}
    gone = {"id": "F2", "mode": "tombstone"}
    events = [
        payloads.message("資料です。", more={"files": [FILE, other]}),
        payloads.changed("資料です", edited_ts="1775433610.000000", files=[FILE, other]),
        payloads.changed("資料です", edited_ts="1775433610.000000", files=[FILE, gone]),
    ]
    recorder.take(*(reversed(events) if swapped else events))
    with recorder.database.read() as session:
        versions = session.scalars(select(MessageVersion)).all()
    assert [[f["id"] for f in v.standing_files] for v in versions] == [["F1"], ["F1"]]
    assert "名簿" not in str([v.files for v in versions])


def test_the_root_of_a_thread_is_a_post(recorder: Recorder) -> None:
    recorder.take(payloads.message("はじめに", more={"thread_ts": payloads.TS}))
    message = recorder.message()
    assert message is not None
    assert message.kind == "post"


def test_an_unregistered_channel_leaves_no_words(recorder: Recorder) -> None:
    recorder.take(
        payloads.message("内緒の話", channel="C0OTHER"),
        payloads.changed("内緒の話2", edited_ts="1775433610.000000", channel="C0OTHER"),
        payloads.reaction("+1", event_ts="1775433611.000000", channel="C0OTHER"),
    )
    assert recorder.message(channel="C0OTHER") is None
    assert recorder.reactions() == set()
    assert [(e.state, e.payload) for e in recorder.inbox()] == [(InboxState.IGNORED, None)] * 3


def test_an_applied_event_keeps_no_words_in_the_inbox(recorder: Recorder) -> None:
    recorder.take(payloads.message("訓練をしました。", event_id="Ev1"))
    [event] = recorder.inbox()
    assert (event.event_id, event.type, event.state) == ("Ev1", "message", InboxState.DONE)
    assert event.payload is None
    assert event.processed_at == recorder.clock.now()


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("【進捗】訓練をしました", True),
        ("訓練をしました #進捗", True),
        ("＃進捗 訓練", True),
        ("#Progress done", True),
        ("<#C012|progress> done", True),
        ("#progressive ideas", False),
        ("進捗はありません", False),
    ],
)
def test_markers(text: str, *, marked: bool) -> None:
    assert posts.is_marked(text) is marked


def test_in_a_marked_project_only_marked_messages_count(recorder: Recorder) -> None:
    recorder.register("C0MARKED", name="印", capture=Capture.MARKED)
    recorder.take(
        payloads.message("おはようございます", ts="1775433601.000000", channel="C0MARKED"),
        payloads.message("【進捗】訓練", ts="1775433602.000000", channel="C0MARKED"),
    )
    plain = recorder.message("1775433601.000000", "C0MARKED")
    marked = recorder.message("1775433602.000000", "C0MARKED")
    assert plain is not None
    assert marked is not None
    assert (plain.counted, marked.counted) == (False, True)


def test_an_edit_can_make_a_message_a_post_and_the_mark_follows(recorder: Recorder) -> None:
    recorder.register("C0MARKED", name="印", capture=Capture.MARKED)
    recorder.take(payloads.message("訓練", channel="C0MARKED"))
    assert recorder.outbox() == []
    recorder.take(
        payloads.changed("【進捗】訓練", edited_ts="1775433610.000000", channel="C0MARKED")
    )
    [mark] = recorder.outbox()
    assert (mark.kind, mark.channel_id, mark.args) == (posts.MARK, "C0MARKED", {"ts": payloads.TS})


def test_a_counted_post_gets_its_mark_once(recorder: Recorder) -> None:
    body = payloads.message("訓練をしました。", event_id="Ev1")
    recorder.take(body, body, payloads.changed("直しました", edited_ts="1775433610.000000"))
    assert [d.key for d in recorder.outbox()] == [f"mark:{payloads.CHANNEL}:{payloads.TS}"]


def test_what_a_database_refuses_is_replaced(recorder: Recorder) -> None:
    recorder.take(payloads.message("前\0後\ud83d終"))
    assert recorder.texts() == {"": "前\ufffd後\ufffd終"}


def _plain() -> dict[str, object]:
    event = payloads.message("訓練をしました。")["event"]
    assert isinstance(event, dict)
    return event
