"""A workspace, a database and processes of the app, to which things happen."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import app_manifest
from models import Delivery, Gap, InboxEvent, Watermark
from models.database import Database
from models.delivery import OPEN_STATES, DeliveryState
from models.inbox import InboxState
from sandbox import Channel, Message, Sandbox, SandboxClock
from tests.faults.auditor import NOT_KEPT, Auditor, Findings
from tests.faults.crowd import Crowd
from tests.faults.memory import Memory
from tests.faults.nursery import Nursery, Process
from tests.faults.process import Death

# Real seconds; nothing is judged by them
MOST_SECONDS = 120.0
# While nothing moves for so long, everybody waits for the clock.
QUIET_SECONDS = 0.4
# Longer where somebody has a delivery in hand: only the dead do not put it down.
QUIET_IN_HAND_SECONDS = 4.0
# https://docs.slack.dev/apis/events-api
SLACK_WAITS_SECONDS = 3.0
LEAP = timedelta(seconds=20)
# The night may fall into what is read after a burst, with every thread of it.
MOST_LEAPS = 2_000
_AN_HOUR = timedelta(minutes=61)
_A_NIGHT = timedelta(days=1)


class Town:
    """Two registered channels, eight people and any number of processes of the app.

    Time in Slack is the world's, and leaps where everybody would only wait; the processes go by
    it. `recoveries` are the seconds in which a fault was over, `digests` the keys of those due.
    """

    def __init__(self, slack: Sandbox, url: str, nursery: Nursery, home: Path) -> None:
        self.slack, self.url = slack, url
        self.database = Database(url)
        self.nursery = nursery
        self.recoveries: list[float] = []
        self.cycles = 0
        self.digests: list[str] = []
        self._memory_file, self._log = home / "memory", home / "log"
        self._log.touch()
        self.memory = Memory(self._memory_file)
        self._tell_the_time()
        slack.clock.on_move = self._tell_the_time
        slack.install(app_manifest("ja"))
        self.lead = slack.person("佐藤 花子", title="防災課")
        self.admin = slack.person("佐藤 情報", title="情報政策課", admin=True)
        self.people = [slack.person(f"職員{number}") for number in range(1, 8)]
        self.mayor = slack.person("山田 太郎", title="市長")
        everybody = [self.lead, self.admin, self.mayor, *self.people]
        self.channels = [slack.channel(name, members=everybody) for name in ("防災", "窓口")]
        self.crowd = Crowd(slack, self.lead, self.mayor, self.people, self.channels)
        self.processes: list[Process] = []

    # --- processes ------------------------------------------------------------------------

    def start(
        self,
        *,
        plain: bool = False,
        patience: dict[str, float] | None = None,
        death: Death | None = None,
        power: str | None = None,
        wait: bool = True,
    ) -> Process:
        """Start a process of the app; with `wait`, until it is connected."""
        before = set(self.slack.hub.staying)
        process = self.nursery.start(
            self._environ(), self._memory_file, self._log,
            plain=plain, patience=patience, death=death, power=power,
        )  # fmt: skip
        self.processes.append(process)
        if wait:
            # A process that was killed a moment ago may still be counted among them.
            self.until(lambda: set(self.slack.hub.staying) - before or process.code is not None)
            assert process.code is None, f"the app has ended:\n{process.last_words}"
        return process

    def open(
        self,
        *,
        processes: int = 1,
        patience: dict[str, float] | None = None,
        power: str | None = None,
    ) -> None:
        """Start, and have both projects registered and the mayor named."""
        for _ in range(processes):
            self.start(patience=patience, power=power)
        for channel in self.channels:
            asked = self.lead.runs("/project", f"register {channel.name}", channel)
            self.until(lambda: any(one.metadata for one in channel.messages), asked.error)  # noqa: B023  (at once)
        named = self.admin.runs("/office", f"assign 市長 {self.mayor.mention}", self.channels[0])
        self.until(lambda: named.replies, named.error)
        self.rest()

    def channel_of_leaders(self) -> Channel:
        """A new channel to which the digest goes."""
        leaders = self.slack.channel("幹部", members=[self.admin, self.mayor, *self.people])
        self.slack.invite_bot(leaders)
        asked = self.admin.runs("/digest", f"送り先 #{leaders.name}", leaders)
        self.until(lambda: asked.replies, asked.error)
        self.rest()
        return leaders

    def digest(self) -> Message:
        """One of what has been written so far, in a new channel of the leaders'."""
        leaders = self.channel_of_leaders()
        self.later(seconds=1)  # it ends with the last full second
        self.admin.runs("/digest", "今すぐ", leaders)
        self.until(lambda: any(one.metadata for one in leaders.messages), "the digest")
        self.rest()
        return next(one for one in leaders.messages if one.metadata)

    def everyone_ends(self) -> None:
        """Every process is killed."""
        for process in self.processes:
            process.kill()
        self.processes.clear()
        self.until(lambda: not self.slack.hub.connections)

    def _environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.url,
            "DATABASE_URL": self.url,
            "LOG_LEVEL": "WARNING",
        }

    # --- waiting --------------------------------------------------------------------------

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until it is so."""
        self.slack.until(condition, timeout=MOST_SECONDS, what=what)

    def acked(self) -> int:
        """How many events were acknowledged so far."""
        return sum(one.acked_at is not None for one in self.slack.deliveries)

    def acked_ids(self) -> set[str]:
        """The IDs of those that are kept for good."""
        return {
            one.event_id
            for one in self.slack.deliveries
            if one.acked_at is not None and one.type not in NOT_KEPT
        }

    def sees_events(self, number: int) -> None:
        """Wait for so many events more."""
        goal = len(self.slack.dispatcher.deliveries) + number
        self.until(lambda: len(self.slack.dispatcher.deliveries) >= goal)

    @contextmanager
    def refuses(self, seconds: float) -> Iterator[None]:
        """Make sure that a fault that lasts so long was met: Slack had to send events again.

        Of a shorter one than Slack waits for an answer it need not have noticed anything.
        """
        before = len(self.slack.deliveries)
        yield
        if seconds > SLACK_WAITS_SECONDS:
            again = any(one.retry_reasons for one in self.slack.deliveries[before:])
            assert again, "nobody has noticed the fault"

    def lasts(self, seconds: float) -> None:
        """Let so many seconds of the world's pass."""
        until = time.monotonic() + seconds
        self.slack.until(lambda: time.monotonic() >= until, timeout=seconds + MOST_SECONDS)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.slack.clock.advance(timedelta(**by))

    def recovers(self, since: float, is_over: Callable[[], object]) -> None:
        """Wait until it is over, and note how long that took since then (monotonic seconds)."""
        self.until(is_over)
        self.recoveries.append(time.monotonic() - since)

    def rest(self) -> None:
        """Wait until all that happened is recorded, and all that is due is said.

        Where everybody only waits for the clock, it leaps.
        """
        for _ in range(MOST_LEAPS):
            if self._is_quiet():
                return
            self.slack.clock.advance(LEAP)
        raise AssertionError(f"no rest:\n{self._open()}\n{self._unread()}\n{self._last_words()}")

    def audit(self) -> Findings:
        """What is lost, and what was said twice, once history was read as it is by itself.

        That is every hour; and every night, which alone finds a reply that was edited.
        """
        self.rest()
        auditor = self.auditor(self.database)
        first = auditor.look()
        if first.is_clean:
            return first
        found = first
        for pause in (_AN_HOUR, _A_NIGHT):
            self.slack.clock.advance(pause)
            self.until(self._is_being_read_or_was)
            self.rest()
            found = replace(auditor.look(), read_later=len(first.lost))
            if found.is_clean:
                break
        return found

    def auditor(self, database: Database) -> Auditor:
        """Holds what has happened here against a database."""
        return Auditor(
            self.slack,
            database,
            self.channels,
            self.crowd.stages,
            tuple(self.digests),
            self.mayor.id,
            frozenset(self.crowd.liked),
        )

    def _is_quiet(self) -> bool:
        """Wait until there is nothing to do, or nothing moves; says whether it is the first."""
        seen, since = self._open(), time.monotonic()
        for _ in itertools.count():
            if not any(seen):
                return True
            patience = QUIET_IN_HAND_SECONDS if seen[2] else QUIET_SECONDS
            if time.monotonic() - since > patience:
                return False
            self.slack.workspace.wait_for_change(self.slack.workspace.revision, 0.05)
            now = self._open()
            if now != seen:
                seen, since = now, time.monotonic()
        return False

    def _open(self) -> tuple[int, int, int, int, int]:
        """What is to be done: events, rows, deliveries in hand and others, and readings."""
        dispatcher = self.slack.dispatcher
        unsettled, events = dispatcher.unsettled, len(dispatcher.deliveries)
        with self.database.read() as session:
            rows = session.scalar(
                select(func.count()).where(InboxEvent.state == InboxState.PENDING)
            )
            in_hand = _number(session, (DeliveryState.SENDING,))
            unsaid = _number(session, OPEN_STATES) - in_hand
            readings = sum(one.is_to_be_read for one in session.scalars(select(Watermark)))
            gaps = session.scalar(select(func.count()).where(Gap.closed_at.is_(None)))
        return (
            unsettled + len(dispatcher.deliveries) - events,  # also what came while we looked
            rows or 0,
            in_hand,
            unsaid,
            readings + (gaps or 0),
        )

    def _unread(self) -> str:
        """What is still to be read, and the gaps that are not closed."""
        with self.database.read() as session:
            marks = [one for one in session.scalars(select(Watermark)) if one.is_to_be_read]
            gaps = session.scalars(select(Gap).where(Gap.closed_at.is_(None))).all()
        return "\n".join(str({**vars(one), "_sa_instance_state": ""}) for one in (*marks, *gaps))

    def _is_being_read_or_was(self) -> bool:
        """Whether each channel is read, or was, since the clock has leapt."""
        an_hour_ago = self.slack.clock.now() - timedelta(minutes=30)
        with self.database.read() as session:
            marks = session.scalars(select(Watermark)).all()
        return bool(marks) and all(
            one.is_to_be_read or (one.read_at is not None and one.read_at > an_hour_ago)
            for one in marks
        )

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _tell_the_time(self) -> None:
        self.memory.it_is(self.slack.clock.now())


def _number(session: Session, states: Sequence[DeliveryState]) -> int:
    return session.scalar(select(func.count()).where(Delivery.state.in_(states))) or 0


def present() -> SandboxClock:
    """A clock that shows the world's time, and can leap."""
    return SandboxClock(datetime.now(UTC), rate=1)
