"""What is read keeps its meaning: whose it is, what was decided about it, what stays deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core import emoji, posts, slack_time
from models import (
    Draft,
    InboxEvent,
    Message,
    Project,
    ProjectChannel,
    Reaction,
    inbox,
    message,
    reaction,
)
from models.inbox import InboxState
from models.message import Decision, MessageKind
from models.project import Status
from sandbox.actors import Channel
from tests.history.conftest import Office


def test_only_what_was_written_while_the_channel_was_registered(office: Office) -> None:
    early = office.slack.channel("防災", members=office.people)
    office.author.posts(early, "登録の前の投稿")
    office.misses()
    office.later(days=1)
    channel = _registered(office, early)
    office.author.posts(channel, "登録のあとの投稿")
    office.later(days=1)
    _closes(office, channel)
    office.later(days=1)
    old = office.author.posts(channel, "終了のあとの投稿")
    office.reader.reacts(old, "+1")
    office.later(days=1)
    _ties(office, channel)
    office.later(minutes=1)
    office.author.posts(channel, "再開のあとの投稿")
    office.misses()
    office.later(hours=3)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["登録のあとの投稿", "再開のあとの投稿"]
    assert office.reactions(channel, old.ts) == set()


def test_what_was_still_unread_when_a_project_was_closed_is_read(office: Office) -> None:
    channel = office.channel("防災")
    office.later(minutes=5)
    office.author.posts(channel, "さいごの投稿")
    office.later(minutes=5)
    _closes(office, channel)
    office.misses()
    office.later(hours=1)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["さいごの投稿"]
    calls = office.calls()
    office.later(days=20)
    office.ticks()
    office.reads()
    assert office.calls() == calls, "after two weeks nobody reads it any more"


def test_a_closed_channel_that_can_not_be_read_is_given_up_after_two_weeks(office: Office) -> None:
    channel = office.channel("防災", private=True)
    office.later(minutes=5)
    _closes(office, channel)
    office.later(hours=2)
    office.ticks()
    office.reads()
    channel.removes(office.slack.bot)
    for _ in range(16):
        office.later(days=1)
        office.ticks()
        office.reads()
    calls = office.calls()
    office.starts()
    for _ in range(3):
        office.later(minutes=16)
        office.ticks()
        office.reads()
    assert office.calls() == calls
    assert not office.mark(channel).is_to_be_read
    assert [gap for gap in office.gaps() if gap.closed_at is None] == []


@pytest.mark.parametrize("is_gap", [True, False], ids=["a gap", "a night"])
def test_what_becomes_of_it_after_its_project_was_closed(office: Office, *, is_gap: bool) -> None:
    """What is written then is nobody's; what people do with what was written before is not."""
    channel = office.channel("防災")
    post = office.author.posts(channel, "さいごの投稿")
    regretted = office.author.posts(channel, "消したい言葉")
    office.hears()
    office.starts()
    office.later(minutes=5)
    _closes(office, channel)
    office.later(hours=2)
    office.ticks()
    office.reads()
    with office.slack.losing_events():
        office.reader.reacts(post, "tada")
        office.author.deletes(regretted)
        office.author.posts(channel, "終了のあとの投稿")
    if is_gap:
        office.later(minutes=10)
        office.starts()
    else:
        office.later(days=1)
        office.ticks()
    office.reads()
    assert [gap.closed_at is not None for gap in office.gaps()] == [True] * is_gap
    assert office.texts(channel) == ["さいごの投稿"]
    assert office.reactions(channel, post.ts) == {(office.reader.id, "tada")}


def test_a_paused_project_goes_on_being_recorded(office: Office) -> None:
    channel = office.channel("防災", status=Status.PAUSED)
    office.author.posts(channel, "休止中の投稿")
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["休止中の投稿"]


def test_what_was_left_out_stays_left_out(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "書かないでおきたいこと")
    office.hears()
    with office.database.write() as session:
        row = message.locked(session, office.slack.team_id, channel.id, post.ts)
        assert row is not None
        row.decision, row.decided_by = Decision.LEAVE_OUT, office.author.id
        posts.erase_words(session, row)
        posts.recount(session, row, office.now())
    with office.slack.losing_events():
        office.author.edits(post, "やはり書かないでおきたいこと")
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == []
    assert not office.row(channel, post.ts).counted
    assert office.row(channel, post.ts).deleted_ts is None
    assert office.mark(channel).run_messages == 0


def test_a_post_written_with_the_form_is_its_authors_and_stays(office: Office) -> None:
    channel = office.channel("防災")
    said = office.client.chat_postMessage(
        channel=channel.id, text="できたこと：受付を試しました", username="職員1"
    )
    ts = str(said["ts"])
    _stands(office, channel, ts)
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.row(channel, ts).deleted_ts is None
    assert office.texts(channel) == ["受付を試しました"]
    with office.slack.losing_events():
        office.client.chat_delete(channel=channel.id, ts=ts)
    office.later(hours=40)
    office.ticks()
    office.reads()
    assert office.row(channel, ts).deleted_source == "reconcile"
    assert office.texts(channel) == []


def test_a_deletion_is_final_though_history_showed_the_message_a_moment_ago(
    office: Office,
) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "すぐに消す投稿")
    office.misses()
    office.later(hours=2)
    office.author.deletes(post)
    deletion = office.slack.deliveries[-1].payload
    office.hears_of(deletion)
    with office.database.read() as session:
        assert session.get_one(Message, (office.slack.team_id, channel.id, post.ts)).deleted_ts
    office.ticks()
    office.reads()
    assert office.texts(channel) == []
    assert office.row(channel, post.ts).deleted_source is None


def test_the_first_message_of_a_thread_is_deleted_and_its_replies_are_not(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "消す投稿")
    office.reader.replies(post, "残る返信")
    office.hears()
    with office.slack.losing_events():
        office.author.deletes(post)
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == []
    assert office.texts(channel, MessageKind.REPLY) == ["残る返信"]
    assert office.row(channel, post.ts).deleted_source == "reconcile"


def test_the_last_reply_of_a_thread_is_deleted(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "投稿")
    reply = office.reader.replies(post, "消す返信")
    office.hears()
    with office.slack.losing_events():
        office.reader.deletes(reply)
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel, MessageKind.REPLY) == []


def test_a_reply_that_was_sent_to_the_channel_later_is_a_post(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "投稿")
    office.hears()
    with office.slack.losing_events():
        office.author.replies(post, "みなさんにも", broadcast=True)
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["投稿", "みなさんにも"]


def test_a_like_of_the_digests_button_is_not_in_slack_and_stays(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "投稿")
    office.hears()
    with office.database.write() as session:
        reaction.record(
            session,
            team_id=office.slack.team_id,
            channel_id=channel.id,
            ts=post.ts,
            user_id=office.reader.id,
            name=emoji.DIGEST_LIKE,
            emoji=emoji.LIKE,
            present=True,
            event_ts=slack_time.from_datetime(office.now()),
        )
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.reactions(channel, post.ts) == {(office.reader.id, emoji.DIGEST_LIKE)}


def test_a_reaction_from_an_export_keeps_its_time_and_is_no_news(office: Office) -> None:
    channel = office.channel("防災")
    post = office.author.posts(channel, "投稿")
    office.hears()
    office.reader.reacts(post, "tada")
    added = office.slack.deliveries[-1].payload
    office.misses()
    key = {"team_id": office.slack.team_id, "channel_id": channel.id, "ts": post.ts}
    given = {**key, "user_id": office.reader.id, "name": "tada"}
    with office.database.write() as session:
        reaction.record(
            session, **given, emoji="tada", present=True, event_ts=post.ts, source="import"
        )
    for _ in range(2):
        office.later(hours=30)
        office.ticks()
        office.reads()
    with office.database.read() as session:
        row = session.get_one(Reaction, given)
        assert (row.event_ts, row.source) == (post.ts, "import")
    office.hears_of(added)
    office.later(seconds=1)
    with office.slack.losing_events():
        office.reader.unreacts(post, "tada")
    office.later(hours=30)
    office.ticks()
    office.reads()
    assert office.reactions(channel, post.ts) == set()
    assert office.source_of(post.ts, office.reader, "tada") == "reconcile"


def test_what_slack_hides_because_of_its_plan_is_not_taken_for_deleted(office: Office) -> None:
    channel = office.channel("防災")
    posts_ = [office.author.posts(channel, f"投稿{number}") for number in range(3)]
    office.hears()
    office.slack.workspace.hidden_before = posts_[1].ts
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel) == ["投稿0", "投稿1", "投稿2"]


def test_messages_that_make_no_sense_hold_up_no_others(office: Office) -> None:
    channel = office.channel("防災")
    office.author.posts(channel, "ふつうの投稿")
    for nonsense in (
        {"ts": "いつか"},
        {"ts": 17},
        {"thread_ts": "9" * 5000},
        {"reactions": "?"},
        {"reply_count": 2**40, "latest_reply": "9" * 5000},
    ):
        strange = office.author.posts(channel, "ふしぎな投稿")
        office.reader.reacts(strange, "tada")
        strange.record.extra = {**nonsense, "text": ""}
    office.misses()
    for _ in range(2):
        office.later(hours=2)
        office.ticks()
        office.reads()
        assert office.texts(channel)[0] == "ふつうの投稿"
        assert not office.mark(channel).is_to_be_read
        with office.database.read() as session:
            assert inbox.count(session, InboxState.DEAD) <= 1, "set aside once"


def test_of_what_makes_no_sense_the_words_it_quotes_are_not_kept(office: Office) -> None:
    channel = office.channel("防災")
    quoted = {"is_share": True, "channel_id": "C0OTHER", "text": "ほかのチャンネルの言葉"}
    strange = office.author.posts(channel, "見てください")
    strange.record.extra = {"thread_ts": "9" * 5000, "attachments": [quoted]}
    office.misses()
    office.later(hours=2)
    office.ticks()
    office.reads()
    with office.database.read() as session:
        [kept] = session.scalars(select(InboxEvent).where(InboxEvent.state == InboxState.DEAD))
        assert kept.payload is not None
        assert "見てください" in str(kept.payload)
        assert "ほかのチャンネルの言葉" not in str(kept.payload)


def _registered(office: Office, channel: Channel) -> Channel:
    office.slack.invite_bot(channel)
    made = office.channel("仮")
    with office.database.write() as session:
        tie = session.query(ProjectChannel).filter_by(channel_id=made.id).one()
        tie.channel_id = channel.id
    return channel


def _closes(office: Office, channel: Channel) -> None:
    with office.database.write() as session:
        for tie in session.query(ProjectChannel).filter_by(channel_id=channel.id):
            tie.removed_at = tie.removed_at or office.now()


def _ties(office: Office, channel: Channel) -> None:
    with office.database.write() as session:
        project = session.query(Project).first()
        assert project is not None
        session.add(
            ProjectChannel(
                team_id=office.slack.team_id,
                channel_id=channel.id,
                project_id=project.id,
                added_by=office.author.id,
                added_at=office.now(),
            )
        )


def _stands(office: Office, channel: Channel, ts: str) -> None:
    """The post was written with the form: noted as `bot.core.progress.stands` does."""
    with office.database.write() as session:
        project = session.query(Project).first()
        assert project is not None
        key = (office.slack.team_id, channel.id, ts)
        message.insert_blank(session, *key, project_id=project.id, capture=project.capture)
        row = message.locked(session, *key)
        assert row is not None
        row.user_id, row.kind = office.author.id, MessageKind.POST
        session.add(
            Draft(
                team_id=office.slack.team_id,
                channel_id=channel.id,
                project_id=project.id,
                user_id=office.author.id,
                created_at=office.now() - timedelta(seconds=1),
                ts=ts,
            )
        )
        message.add_version(
            session, row, edited_ts="", text="受付を試しました", files=[], fields={"done": "受付"}
        )
        posts.recount(session, row, office.now())
