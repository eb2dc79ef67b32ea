"""A digest is due when its moment has come, and the chain of digests has no gap and no overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import periods
from bot.core.calendar import Calendar
from bot.core.periods import Period, Schedule, due_slot, latest_slot, next_slot, slots_between
from models import inbox
from models.audit import AuditEntry
from models.database import Database
from models.digest import DigestAudience
from tests.digest.history import END, START, History

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = Schedule(4, time(16, 0), TOKYO)
WEEK = timedelta(days=7)


def local(year: int, month: int, day: int, hour: int = 16, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("nominal", "expected"),
    [
        (date(2026, 11, 20), local(2026, 11, 20)),
        (date(2026, 5, 1), local(2026, 5, 1)),
        (date(2027, 4, 30), local(2027, 4, 30)),
        (date(2027, 1, 1), local(2026, 12, 28)),  # the turn of the year
        (date(2027, 4, 29), local(2027, 4, 28)),  # Showa Day
        (date(2026, 9, 22), local(2026, 9, 18)),  # three holidays after a weekend
    ],
)
def test_a_slot_moves_to_the_last_business_day_before(nominal: date, expected: datetime) -> None:
    assert periods.slot(FRIDAY, Calendar(), nominal) == expected


def test_a_listed_closure_moves_it_as_well() -> None:
    calendar = Calendar({date(2026, 11, 20): False})
    assert latest_slot(FRIDAY, calendar, local(2026, 11, 19, 15, 59)) == local(2026, 11, 13)
    assert latest_slot(FRIDAY, calendar, local(2026, 11, 19)) == local(2026, 11, 19)
    assert next_slot(FRIDAY, calendar, local(2026, 11, 19)) == local(2026, 11, 27)


def test_no_slot_where_every_day_is_closed() -> None:
    first = date(2025, 1, 1)
    closed = Calendar({first + timedelta(days=n): False for n in range(1500)})
    assert latest_slot(FRIDAY, closed, local(2026, 11, 20)) is None
    assert next_slot(FRIDAY, closed, local(2026, 11, 20)) is None


def test_daylight_saving_gives_each_slot_once() -> None:
    every_day_open = Calendar({date(2026, 3, 8): True, date(2026, 11, 1): True})
    gap = Schedule(6, time(2, 30), NEW_YORK)
    fold = Schedule(6, time(1, 30), NEW_YORK)
    in_gap = slots_between(
        gap, every_day_open, datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    )
    in_fold = slots_between(
        fold, every_day_open, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    )
    assert in_gap == [datetime(2026, 3, 8, 7, 30, tzinfo=UTC)]
    assert in_fold == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


SCHEDULES = st.builds(
    Schedule,
    weekday=st.integers(0, 6),
    at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    zone=st.sampled_from([TOKYO, NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Perth")]),
)
CLOSURES = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.booleans(), max_size=30
)
MINUTES = (datetime(2030, 11, 30, tzinfo=UTC) - datetime(2026, 2, 1, tzinfo=UTC)) // timedelta(
    minutes=1
)
MOMENTS = st.integers(0, MINUTES).map(
    lambda minutes: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(SCHEDULES, CLOSURES, MOMENTS)
def test_a_slot_every_week(schedule: Schedule, closures: dict[date, bool], now: datetime) -> None:
    calendar = Calendar(closures)
    latest, following = latest_slot(schedule, calendar, now), next_slot(schedule, calendar, now)
    assert latest is not None
    assert following is not None
    assert latest <= now < following
    assert slots_between(schedule, calendar, latest, following) == [following]
    for moment in (latest, following):
        assert calendar.is_open(moment.astimezone(schedule.zone).date())


@given(SCHEDULES)
@settings(max_examples=20)
def test_years_of_slots(schedule: Schedule) -> None:
    """52 or 53 a year, in order, never two for one week."""
    start = datetime(2026, 1, 15, tzinfo=UTC)
    slots = slots_between(schedule, Calendar(), start, start + 522 * WEEK)
    assert slots == sorted(set(slots))
    assert 518 <= len(slots) <= 523


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.integers(1, 60 * 24 * 12)),
        st.tuples(st.just("now"), st.integers(1, 60 * 24 * 3)),
        st.tuples(st.just("schedule"), SCHEDULES),
        st.tuples(st.just("closure"), st.tuples(st.integers(-5, 20), st.booleans())),
    ),
    min_size=5,
    max_size=60,
)


@given(EVENTS)
def test_the_chain_has_no_gap_and_no_overlap(events: list[tuple[str, object]]) -> None:
    """Whatever is changed meanwhile: ticks that come late, digests asked for, other schedules."""
    now = local(2026, 4, 6, 9)
    schedule, closures = FRIDAY, dict[date, bool]()
    audience_since, changed_at = now, None
    chain: list[Period] = []
    for what, value in events:
        end = None
        if isinstance(value, int):
            now += timedelta(minutes=value)
        if what == "now":
            end = now
        elif what == "tick":
            end = due_slot(
                latest_slot(schedule, Calendar(closures), now),
                last_end=chain[-1].end if chain else None,
                first_audience_at=audience_since,
                schedule_changed_at=changed_at,
            )
        elif isinstance(value, Schedule):
            schedule, changed_at = value, now
        elif isinstance(value, tuple):
            closures[now.date() + timedelta(days=value[0])] = value[1]
        if end is not None:
            chain.append(Period(chain[-1].end if chain else end - WEEK, end))
    assert all(period.start < period.end for period in chain)
    assert all(one.end == other.start for one, other in pairwise(chain))


def audience(history: History, added_at: datetime) -> None:
    history.session.add(
        DigestAudience(
            team_id=history.team_id,
            channel_id="C900",
            language="ja",
            added_by="U1",
            added_at=added_at,
        )
    )
    history.session.flush()


def due(history: History, now: datetime) -> Period | None:
    return periods.find_due(history.session, history.workspace, TOKYO, now)


def test_due_from_its_moment_on(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        assert due(history, END) is None  # nobody to send it to
        audience(history, START)
        assert due(history, END - timedelta(seconds=1)) is None
        assert due(history, END) == Period(START, END)
        made = periods.claim(session, history.team_id, Period(START, END), due_at=END, now=END)
        assert made is not None
        assert (made.period_start, made.period_end) == (START, END)
        assert due(history, END + timedelta(days=6)) is None
        assert due(history, END + WEEK) == Period(END, END + WEEK)
        late = END + 4 * WEEK + timedelta(hours=5)
        assert due(history, late) == Period(END, END + 4 * WEEK, weeks=4)


def test_not_for_a_moment_before_there_was_an_audience(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        audience(history, END + timedelta(minutes=5))
        assert due(history, END + timedelta(hours=1)) is None


def test_a_new_schedule_does_not_reach_back(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        audience(history, START)
        thursday = END - timedelta(days=1)
        history.workspace.digest_weekday, history.workspace.digest_time = 0, "09:00"
        session.add(
            AuditEntry(
                team_id=history.team_id,
                at=thursday,
                actor_id="U1",
                action=periods.SCHEDULE_CHANGED,
                details={},
            )
        )
        session.flush()
        assert due(history, thursday + timedelta(hours=1)) is None
        # Monday is a holiday: Friday at nine
        assert due(history, END) == Period(local(2026, 11, 20, 9) - WEEK, local(2026, 11, 20, 9))


def test_it_waits_for_events_that_are_not_applied_yet(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        audience(history, START)
        inbox.add(
            session,
            team_id=history.team_id,
            event_id="E1",
            type="message",
            event_time=0,
            received_at=END - timedelta(seconds=1),
            payload={},
        )
        session.flush()
        assert due(history, END) is None
        assert due(history, END + timedelta(minutes=9)) is None
        assert due(history, END + timedelta(minutes=10)) is not None


def test_only_one_of_two_is_made(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        period = Period(START, END)
        claim = periods.claim
        assert claim(session, history.team_id, period, due_at=END, now=END) is not None
        assert claim(session, history.team_id, period, due_at=END, now=END) is None
        later = Period(START, END + timedelta(minutes=1))
        assert claim(session, history.team_id, later, due_at=None, now=END) is None


def test_a_moment_in_the_past_begins_where_the_digest_before_it_ended(database: Database) -> None:
    with database.write() as session:
        history = History(session)
        for end in (START, END):
            history.digest(end)

        def until(end: datetime) -> Period:
            return periods.period_until(session, history.workspace, TOKYO, end)

        assert until(END) == Period(START, END)
        assert until(END + timedelta(hours=1)) == Period(END, END + timedelta(hours=1))
        early = START - WEEK
        assert until(early) == Period(early - WEEK, early)
