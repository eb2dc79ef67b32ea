"""A post that comes after the digest of its time was made is named in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.core import slack_time
from bot.core.evidence import Measure, Page, behind
from bot.core.figures import Totals, figures
from bot.core.periods import Period
from bot.core.recognition import span_of
from bot.digest.as_text import as_text
from bot.digest.compose import gather
from bot.digest.make import make_due, make_now
from bot.text import Language
from models import workspace as workspaces
from models.database import Database
from models.digest import DigestAudience
from models.message import Message, MessageVersion
from models.project import Capture
from models.workspace import Workspace
from sandbox import SandboxClock
from sandbox.blocks import check_blocks
from tests.conftest import JST
from tests.recording import payloads
from tests.recording.conftest import Recorder

WEEK = timedelta(days=7)
FRIDAY = datetime(2026, 4, 10, 16, 0, tzinfo=JST)
FIRST, SECOND, THIRD = (
    Period(FRIDAY + number * WEEK, FRIDAY + (number + 1) * WEEK) for number in (-1, 0, 1)
)
LATE = "間に合わなかった投稿"


class Office:
    """A recorder with digests of what it has recorded."""

    def __init__(self, database: Database, clock: SandboxClock) -> None:
        self.recorder = Recorder(database, clock)
        self.database = database
        self.clock = clock
        with database.write() as session:
            workspaces.save(
                session,
                team_id=payloads.TEAM,
                name="みどり",
                url="https://example.slack.com/",
                bot_user_id=payloads.BOT_USER,
                bot_id=payloads.BOT_ID,
            )
            session.add(
                DigestAudience(
                    team_id=payloads.TEAM,
                    channel_id="C0LEADERS",
                    language="ja",
                    added_by="U1",
                    added_at=clock.now(),
                )
            )

    def post(self, text: str, written: datetime) -> str:
        """Somebody's post, as it arrives now."""
        ts = slack_time.from_datetime(written)
        self.recorder.take(payloads.message(text, ts=ts))
        return ts

    def has_more_like(self, ts: str, others: Sequence[str]) -> None:
        """What was recorded of this post, for others as well, without an event for each."""
        with self.database.write() as session:
            for table in (Message, MessageVersion):
                row = session.execute(select(table.__table__).filter_by(ts=ts)).mappings().one()
                session.execute(insert(table), [{**row, "ts": other} for other in others])

    def makes_digest(self, end: datetime, *, seconds_later: float = 20) -> None:
        """The scheduled digest is made, a little after its moment."""
        self.clock.move_to(end + timedelta(seconds=seconds_later))
        assert make_due(self.database, payloads.TEAM, JST, self.clock.now())

    def told(self, period: Period, language: Language = "ja") -> str:
        """What the digest of the period says now."""
        with self.database.read() as session:
            workspace = session.get_one(Workspace, payloads.TEAM)
            messages = gather(session, workspace, period, JST).write(language)
        for message in messages:
            problems = check_blocks(list(message.outgoing().blocks), "message")
            assert not problems, problems.messages
        return as_text(messages)

    def late(self, period: Period, offset: int = 0) -> Page:
        """The posts that the digest of the period names as late."""
        span = span_of(payloads.TEAM, period.start, period.end)
        with self.database.read() as session:
            return behind(session, span, Measure.LATE, offset=offset)

    def totals(self, period: Period) -> Totals:
        with self.database.read() as session:
            return figures(session, payloads.TEAM, period).totals


@pytest.fixture
def office(database: Database, clock: SandboxClock) -> Office:
    made = Office(database, clock)
    made.recorder.register()
    return made


def test_nothing_is_said_where_nothing_was_late(office: Office) -> None:
    """Neither of what comes at once, nor before there was any digest."""
    office.clock.move_to(FRIDAY - timedelta(hours=1))
    office.post("前からの投稿", FRIDAY - 2 * WEEK)
    office.post("期間中の投稿", office.clock.now())
    office.post("さいごの1秒の投稿", FRIDAY - timedelta(seconds=1))
    assert LATE not in office.told(FIRST)
    office.makes_digest(FIRST.end)
    office.post("次の期間の投稿", office.clock.now())
    assert LATE not in office.told(SECOND)
    assert office.late(SECOND).posts == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "前回のダイジェストに間に合わなかった投稿が 1件 あります。"),
        ("en", "Posts that came too late for the last digest: 1"),
    ],
)
def test_one_is_named_in_the_next_digest_and_counted_in_its_own_week(
    office: Office, language: Language, words: str
) -> None:
    office.makes_digest(FIRST.end)
    office.clock.advance(timedelta(minutes=5))
    ts = office.post("遅れて届いた投稿", FRIDAY - timedelta(minutes=1))
    assert (office.totals(FIRST).posts, office.totals(SECOND).posts) == (1, 0)
    assert words in office.told(SECOND, language)
    assert [(post.ts, post.text) for post in office.late(SECOND).posts] == [
        (ts, "遅れて届いた投稿")
    ]

    office.makes_digest(SECOND.end)
    assert words in office.told(SECOND, language)
    assert LATE not in office.told(THIRD)


def test_many(office: Office) -> None:
    office.makes_digest(FIRST.end)
    first = office.post("遅れて届いた投稿", FRIDAY - timedelta(seconds=1))
    office.has_more_like(
        first,
        [slack_time.from_datetime(FRIDAY - timedelta(seconds=n)) for n in range(2, 1201)],
    )
    assert "投稿が 1,200件 あります" in office.told(SECOND)
    page = office.late(SECOND, offset=10)
    assert (page.number, page.posts_in_all, len(page.posts)) == (1200, 1200, 10)


def test_one_that_is_late_by_several_digests(office: Office) -> None:
    office.makes_digest(FIRST.end)
    office.makes_digest(SECOND.end)
    office.post("ずいぶん遅れた投稿", FRIDAY - timedelta(hours=1))
    assert "投稿が 1件 あります" in office.told(THIRD)
    assert LATE not in office.told(SECOND)


def test_a_post_that_is_marked_as_such_after_its_digest(office: Office) -> None:
    office.recorder.register("C0MARKED", name="印", capture=Capture.MARKED)
    ts = slack_time.from_datetime(FRIDAY - timedelta(hours=1))
    office.recorder.take(payloads.message("あとで印を付けます", ts=ts, channel="C0MARKED"))
    office.makes_digest(FIRST.end)
    assert LATE not in office.told(SECOND)
    office.recorder.take(
        payloads.reaction(
            "memo",
            ts=ts,
            user=payloads.AUTHOR,
            channel="C0MARKED",
            event_ts=slack_time.from_datetime(office.clock.now()),
        )
    )
    assert [post.ts for post in office.late(SECOND).posts] == [ts]


def test_what_is_deleted_meanwhile_is_not_named(office: Office) -> None:
    office.makes_digest(FIRST.end)
    ts = office.post("遅れて届いた投稿", FRIDAY - timedelta(minutes=1))
    office.recorder.take(payloads.deleted(ts=ts, at=slack_time.from_datetime(office.clock.now())))
    assert LATE not in office.told(SECOND)


def test_one_that_was_being_recorded_while_the_digest_was_made(office: Office) -> None:
    """It was received before and is applied after; its record may bear an earlier time than it."""
    office.clock.move_to(FRIDAY + timedelta(seconds=5))
    ts = slack_time.from_datetime(FRIDAY - timedelta(minutes=1))
    office.recorder.receive(payloads.message("書き込み中の投稿", ts=ts))
    recorded_at = FRIDAY + timedelta(seconds=10)
    office.makes_digest(FIRST.end)
    office.recorder.apply()
    with office.database.write() as session:
        message = office.recorder.message(ts)
        assert message is not None
        session.merge(message).counted_at = recorded_at
    assert [post.ts for post in office.late(SECOND).posts] == [ts]


def test_after_a_digest_that_was_sent_early(office: Office) -> None:
    office.clock.move_to(FRIDAY - timedelta(days=1))
    early = make_now(office.database, payloads.TEAM, JST, office.clock.now())
    assert early is not None
    office.clock.advance(timedelta(minutes=1))
    ts = office.post("遅れて届いた投稿", early.end - timedelta(minutes=1))
    rest = Period(early.end, FIRST.end)
    assert [post.ts for post in office.late(rest).posts] == [ts]
    office.makes_digest(FIRST.end)
    assert [post.ts for post in office.late(rest).posts] == [ts]
    assert office.late(SECOND).posts == ()
