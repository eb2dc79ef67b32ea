"""The one who reads Slack's history: a channel at a time, a call at a time, from wherever it was.

What a call brings is compared with what is stored, and only what differs is written. Where the
reading stands is in `watermarks`: a process that ends in the middle of a page reads that page
again, and nothing else.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import gaps, homes, slack_time
from bot.recording.history import differences, runs, tasks
from bot.recording.history.applying import apply_all
from bot.recording.history.differences import Place
from bot.recording.history.pace import Pacer
from bot.recording.history.reader import (
    MARGIN,
    NO_ANSWER,
    THROTTLED_PAGE,
    Page,
    Reader,
    TooEarlyError,
    UnreadableError,
)
from bot.recording.history.tasks import Task
from bot.recording.history.unheard import not_recorded, unheard
from models import gap, lease, thread, watermark
from models.base import JsonObject
from models.database import Database
from models.gap import Cause
from models.watermark import ERROR_LENGTH, Watermark
from models.workspace import Workspace

log = logging.getLogger(__name__)

# What Slack refuses is tried again then; what it did not answer, sooner.
RETRY_AFTER = timedelta(minutes=15)
ASK_AGAIN_AFTER = timedelta(minutes=1)
RENEW_EVERY = timedelta(seconds=5)
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Work:
    """The channel that is being read: its page in hand, and what that has still to have done."""

    place: Place
    tasks: deque[Task] = field(default_factory=deque)
    page: Page | None = None
    began_from: tuple[datetime | None, str | None] = (None, None)
    renewed_at: datetime | None = None


class Reconciler:
    """Reads whatever is to be read, step by step. For one thread."""

    def __init__(
        self,
        database: Database,
        slack: WebClient,
        clock: Clock,
        on_change: Callable[[], None],
        *,
        on_unheard: Callable[[], None] | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        """`on_change` is called when something was recorded. `only`: these channels' IDs.

        `on_unheard`: where events arrive by now; called when one should have come and did not,
        whichever process has found that: nobody knows whose connection it should have come over.
        """
        self._database = database
        self._clock = clock
        self._pacer = Pacer(clock)
        self._reader = Reader(slack, clock, self._pacer)
        self._on_change = on_change
        self._on_unheard = on_unheard
        self._listens_since = clock.now()
        self._last_deaf: int | None = None
        self._only = only
        self._holder = uuid4().hex
        self._work: Work | None = None
        self.resumes_at: datetime | None = None

    def step(self) -> bool:
        """Make one call of Slack's; says whether there may be more to do at once.

        Where Slack has to be given time, `resumes_at` is until when.
        """
        self.resumes_at = None
        if self._work is None:
            self._work = self._next()
        work = self._work
        if work is None or not self._hold(work):
            self._work = None
            return False
        try:
            self._do(work)
        except TooEarlyError as error:
            self.resumes_at = error.until
            return False
        except UnreadableError as error:
            self._unreadable(work, error.code)
        return True

    def _do(self, work: Work) -> None:
        if work.page is None:
            self._read_page(work)
        elif work.tasks:
            self._perform(work, work.tasks[0])
        if work.page is not None and not work.tasks:
            self._page_is_done(work, work.page)

    # --- which channel --------------------------------------------------------------------

    def _next(self) -> Work | None:
        """The channel whose turn it is, with a lease on it; None if nothing is to be read."""
        now = self._clock.now()
        with self._database.read() as session:
            self._hear_from_others(session)
            waiting = self._waiting(session, now)
            has_gaps = [
                team_id
                for team_id in session.scalars(select(Workspace.team_id))
                if any(one.asked_at is None for one in gap.unread(session, team_id, now))
            ]
        if has_gaps:
            with self._database.write() as session:
                for team_id in has_gaps:
                    gaps.ask_for_gaps(session, team_id, now)
                    session.flush()
                    gaps.close_gaps(session, team_id, now)
            with self._database.read() as session:
                waiting = self._waiting(session, now)
        for team_id, channel_id in waiting:
            work = self._begin(team_id, channel_id, now)
            if work is not None:
                return work
        return None

    def _waiting(self, session: Session, now: datetime) -> list[tuple[str, str]]:
        """What is begun comes first, and the nightly reading of everything last."""
        marks = session.scalars(
            select(Watermark).where(
                Watermark.wanted_from.is_not(None) | Watermark.run_until.is_not(None)
            )
        )
        due = [
            mark
            for mark in marks
            if (mark.retry_at is None or mark.retry_at <= now)
            and (self._only is None or mark.channel_id in self._only)
        ]
        due.sort(
            key=lambda mark: (
                mark.run_threads if mark.run_until else mark.wants_threads,
                mark.run_until is None,
                mark.completed_at.timestamp() if mark.completed_at else 0.0,
                mark.channel_id,
            )
        )
        return [(mark.team_id, mark.channel_id) for mark in due]

    def _begin(self, team_id: str, channel_id: str, now: datetime) -> Work | None:
        with self._database.write() as session:
            reading = gaps.readings(session, team_id, and_until=_EVER).get(channel_id)
            if reading is None or reading.is_to_be_given_up(now):
                runs.give_up(session, team_id, channel_id)
                return None
            if not lease.take(session, _lease(team_id, channel_id), self._holder, now):
                return None
            mark = watermark.locked(session, team_id, channel_id)
            if mark is None or not mark.is_to_be_read:
                return None
            if mark.run_until is None:
                runs.start(mark, now)
            self._pacer.is_throttled = mark.is_throttled
        return Work(Place(team_id, channel_id, reading.ties), renewed_at=now)

    def _hold(self, work: Work) -> bool:
        """Keep the lease; False if another process has it."""
        now = self._clock.now()
        if work.renewed_at is not None and now - work.renewed_at < RENEW_EVERY:
            return True
        place = work.place
        with self._database.write() as session:
            held = lease.take(session, _lease(place.team_id, place.channel_id), self._holder, now)
        work.renewed_at = now
        return held

    # --- a page of the channel ------------------------------------------------------------

    def _read_page(self, work: Work) -> None:
        place = work.place
        with self._database.read() as session:
            mark = session.get(Watermark, (place.team_id, place.channel_id))
        if mark is None or mark.run_from is None:  # the channel has another ID by now
            self._work = None
            return
        page = self._reader.history(place.channel_id, mark.run_from, mark.run_at)
        self._note_throttle(place.team_id, page)
        self._record(work, page)
        with self._database.read() as session:
            work.tasks.extend(tasks.missing(session, place, page, mark.run_from, mark.run_at))
            work.tasks.extend(self._threads(session, place, page, mark))
        work.tasks.extend(tasks.cut_short(page))
        work.page, work.began_from = page, (mark.run_began_at, mark.run_at)

    def _threads(
        self, session: Session, place: Place, page: Page, mark: Watermark
    ) -> Sequence[Task]:
        every, throttled = mark.run_threads, self._pacer.is_throttled
        found = tasks.threads(session, place, page, every=every, is_throttled=throttled)
        if page.has_more or mark.run_from is None:
            return found
        # After a gap nobody would read them before the night, and yet it would count as read.
        registered = slack_time.from_datetime(place.since)
        if every or mark.run_from <= max(tasks.recent(page, is_throttled=throttled), registered):
            found += tasks.older_threads(
                session, place, page, mark.run_from, is_throttled=throttled
            )
        return found

    def _page_is_done(self, work: Work, page: Page) -> None:
        place, now = work.place, self._clock.now()
        with self._database.write() as session:
            mark = watermark.locked(session, place.team_id, place.channel_id)
            # Whoever stood still for long may find that another has gone on meanwhile.
            if mark is not None and (mark.run_began_at, mark.run_at) == work.began_from:
                had_error, mark.error, mark.error_at, mark.retry_at = mark.error, None, None, None
                if page.has_more and page.messages:
                    mark.run_at = page.oldest
                else:
                    runs.complete(session, mark, now)
                    lease.give_up(session, _lease(place.team_id, place.channel_id), self._holder)
                    self._work = None
                if had_error:
                    homes.trouble_changed(session, place.team_id, now)
            else:
                self._work = None
        work.page = None

    # --- what a page leads to -------------------------------------------------------------

    def _perform(self, work: Work, task: Task) -> None:
        place = work.place
        if isinstance(task, tasks.Confirm):
            stamp = slack_time.from_datetime(self._clock.now() - MARGIN)
            if not self._reader.stands(place.channel_id, task.ts, task.thread_ts):
                self._apply(work, [differences.deletion(place, task.ts, stamp)])
        elif isinstance(task, tasks.AskWhoReacted):
            self._record(work, self._reader.reactions(place.channel_id, task.ts))
        else:
            self._read_replies(work, task)
            return
        work.tasks.popleft()

    def _read_replies(self, work: Work, task: tasks.ReadThread) -> None:
        place = work.place
        page = self._reader.replies(place.channel_id, task.ts, task.after)
        self._record(work, page)
        more: list[Task] = []
        with self._database.read() as session:
            end = page.messages[-1].required("ts") if page.has_more else None
            shown = {message.required("ts") for message in page.messages}
            before = min(page.stamp, end) if end else page.stamp
            stored = differences.stored_between(session, place, task.after, before, root=task.ts)
            more += [tasks.Confirm(ts, task.ts) for ts in stored if ts not in shown]
        more += tasks.cut_short(page)
        work.tasks.popleft()
        if end is not None:
            more.append(tasks.ReadThread(task.ts, task.reply_count, task.latest_reply, end))
        else:
            with self._database.write() as session:
                key = (place.team_id, place.channel_id, task.ts)
                thread.note(session, *key, task.reply_count, task.latest_reply)
        work.tasks.extendleft(reversed(more))

    def _record(self, work: Work, page: Page) -> None:
        """Write down what the page shows and nobody has told of."""
        with self._database.read() as session:
            missed = list(differences.missed(session, work.place, page))
            new = not_recorded(session, work.place, missed)
        self._apply(work, missed)
        if new:
            self._note_unheard(work.place, new)

    def _note_unheard(self, place: Place, found: Sequence[str]) -> None:
        """What no event told of, although events could come, means that others are missing too."""
        if self._on_unheard is None:
            return
        now = self._clock.now()
        with self._database.read() as session:
            written = unheard(session, place, found, self._listens_since, now)
        if written:
            with self._database.write() as session:
                gaps.nothing_came(session, place.team_id, written, now)
                self._last_deaf = gap.last_id(session, Cause.DEAF)
            self._on_unheard()

    def _hear_from_others(self, session: Session) -> None:
        """Whether another process has found since that something did not come."""
        if self._on_unheard is None:
            return
        known, self._last_deaf = self._last_deaf, gap.last_id(session, Cause.DEAF)
        if known is not None and known < self._last_deaf:
            self._on_unheard()

    def _apply(self, work: Work, events: Sequence[JsonObject]) -> None:
        if not events:
            return
        place = work.place
        apply_all(self._database, place.team_id, events, self._clock.now())
        reactions = sum(differences.is_reaction(event) for event in events)
        with self._database.write() as session:
            mark = watermark.locked(session, place.team_id, place.channel_id)
            if mark is not None:
                mark.run_reactions += reactions
                mark.run_messages += len(events) - reactions
        self._on_change()

    # --- what is in the way ---------------------------------------------------------------

    def _unreadable(self, work: Work, code: str) -> None:
        """Leave the channel for later, where it stands, and remember why."""
        place, now = work.place, self._clock.now()
        self._work = None
        with self._database.write() as session:
            lease.give_up(session, _lease(place.team_id, place.channel_id), self._holder)
            mark = watermark.locked(session, place.team_id, place.channel_id)
            if mark is None:
                return
            if code == NO_ANSWER:
                is_worth_telling = mark.retry_at is not None  # it was asked before
                mark.retry_at = now + ASK_AGAIN_AFTER
            else:
                is_worth_telling = True
                mark.retry_at = now + RETRY_AFTER
            if is_worth_telling:
                mark.error = code[:ERROR_LENGTH]
                mark.error_at = mark.error_at or now
                session.flush()
                gaps.close_gaps(session, place.team_id, now)
                homes.trouble_changed(session, place.team_id, now)
        log.warning("the history of %s can't be read: %s", place.channel_id, code)

    def _note_throttle(self, team_id: str, page: Page) -> None:
        """Slack says nowhere how it counts an app: what it gives shows it."""
        if page.is_throttled == self._pacer.is_throttled:
            return
        if not page.is_throttled and len(page.messages) <= THROTTLED_PAGE:
            return  # nothing to be seen from so few
        self._pacer.is_throttled = page.is_throttled
        with self._database.write() as session:
            watermark.note_throttle(session, team_id, is_throttled=page.is_throttled)
            homes.trouble_changed(session, team_id, self._clock.now())
        if page.is_throttled:
            log.warning("Slack gives 15 messages a minute; reading history takes long")
        else:
            log.info("Slack gives history at its usual pace again")


def _lease(team_id: str, channel_id: str) -> str:
    return f"reconcile:{team_id}:{channel_id}"
