"""The numbers, counted a second time from the events, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import emoji
from bot.core.evidence import Measure, behind, most_recognised
from bot.core.figures import Averages, Totals, averages, figures
from bot.core.periods import Period
from bot.core.recognition import span_of
from models.database import Database
from models.message import MessageKind
from models.project import Project, Stage, Status
from tests.databases import Lend
from tests.digest.history import BOT, END, START, History, moment
from tests.plans import lookups, must_use_an_index, noted

PERIOD = Period(START, END)
# One of them began with something that is recorded nowhere
THREADS = ("1700000000.000100", "1700000000.000200")
USERS = ("U1", "U2", "U3", "UROBOT", BOT, "USLACKBOT")
NAMES = ("+1", "thumbsup", "+1::skin-tone-2", "tada", "iine")


@pytest.fixture(scope="module")
def shared_database(lend_database: Lend) -> Iterator[Database]:
    """One database for many examples, each with a workspace of its own."""
    with lend_database() as url:
        opened = Database(url)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Press:
    """Somebody puts an emoji on the post, or takes it back."""

    user: str
    name: str
    hours: float
    present: bool


@dataclass(frozen=True)
class Wrote:
    """A message with everything that was done to it."""

    project: int
    hours: float
    kind: MessageKind
    counted: bool
    deleted: bool
    edited: bool
    presses: list[Press] = field(default_factory=list)


HOURS = st.one_of(st.floats(-400, 200), st.sampled_from([0.0, 168.0, -0.001, 167.999]))
PRESSES = st.builds(
    Press,
    st.sampled_from(USERS),
    st.sampled_from(NAMES),
    HOURS,
    st.sampled_from([True] * 3 + [False]),
)
WROTE = st.builds(
    Wrote,
    project=st.integers(0, 2),
    hours=HOURS,
    kind=st.sampled_from([MessageKind.POST, MessageKind.POST, MessageKind.REPLY]),
    counted=st.sampled_from([True, True, True, False]),
    deleted=st.sampled_from([False, False, False, True]),
    edited=st.booleans(),
    presses=st.lists(PRESSES, max_size=10),
)
# (office, holder, from, until)
TENURES = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(USERS[:4]), HOURS, st.none() | HOURS), max_size=4
)


@given(st.lists(WROTE, max_size=12), TENURES)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_a_second_count(
    shared_database: Database,
    wrote: list[Wrote],
    tenures: list[tuple[int, str, float, float | None]],
) -> None:
    with shared_database.write() as session:
        history = History(session)
        history.person("UROBOT", is_bot=True)
        history.person("U1")
        projects = [history.project(f"プロジェクト{n}") for n in range(3)]
        offices = [history.office(name) for name in ("市長", "副市長・CDO")]
        for office, user, since, until in tenures:
            end = None if until is None else moment(until)
            history.tenure(offices[office], user, moment(since), end)
        posts = []
        for number, message in enumerate(wrote):
            post = history.post(
                projects[message.project],
                moment(message.hours) + timedelta(milliseconds=number),
                kind=message.kind,
                thread_ts=THREADS[number % 2] if message.kind == MessageKind.REPLY else None,
                counted=message.counted and not message.deleted,
                deleted=message.deleted,
                edited=message.edited,
            )
            for press in message.presses:
                history.react(
                    post, press.user, press.name, moment(press.hours), present=press.present
                )
            posts.append(post)
        counted = figures(session, history.team_id, PERIOD)

        expected = Recount(wrote, tenures, [post.ts for post in posts])
        assert counted.totals == expected.totals()
        assert [
            (p.posts, p.replies, p.reactions, p.acknowledgements) for p in counted.projects
        ] == [expected.of_project(n) for n in range(3)]
        assert [
            (p.ts, p.reactions, p.acknowledged_by, p.edited) for p in counted.posts
        ] == expected.posts()
        assert [p.last_post_ts for p in counted.projects] == [expected.last(n) for n in range(3)]
        for measure, number in (
            (Measure.POSTS, counted.totals.posts),
            (Measure.REPLIES, counted.totals.replies),
            (Measure.REACTIONS, counted.totals.reactions),
            (Measure.ACKNOWLEDGEMENTS, counted.totals.acknowledgements),
            (Measure.UNSEEN, sum(not post.acknowledged_by for post in counted.posts)),
        ):
            assert_behind(session, history.team_id, measure, number)
        assert (
            sum(number for _office, number in counted.by_office)
            == expected.totals().acknowledgements
        )


def assert_behind(session: Session, team_id: str, measure: Measure, number: int) -> None:
    """What opens behind a number is that number: all pages together, each post once."""
    span = span_of(team_id, START, END)
    first = behind(session, span, measure, limit=3)
    assert first.number == number
    posts = list(first.posts)
    for offset in range(3, first.posts_in_all, 3):
        posts += behind(session, span, measure, offset=offset, limit=3).posts
    assert sum(post.number for post in posts) == number
    assert len({(post.channel_id, post.ts) for post in posts}) == first.posts_in_all
    assert [post.ts for post in posts] == sorted((post.ts for post in posts), reverse=True)
    by_project = session.scalars(select(Project.id).where(Project.team_id == team_id))
    pages = [behind(session, span, measure, project_id=project) for project in by_project]
    assert sum(page.number for page in pages) == number


class Recount:
    """The definitions, word by word, without SQL."""

    def __init__(
        self,
        wrote: list[Wrote],
        tenures: list[tuple[int, str, float, float | None]],
        stamps: list[str],
    ) -> None:
        self.stamps = dict(zip(map(id, wrote), stamps, strict=True))
        self.standing = [m for m in wrote if m.counted and not m.deleted]
        self.tenures = tenures

    def first_reactions(self, message: Wrote) -> dict[tuple[str, str], datetime]:
        """When each person first put each emoji that still stands."""
        last_word: dict[tuple[str, str], tuple[datetime, bool]] = {}
        for press in message.presses:
            key, at = (press.user, press.name), moment(press.hours)
            known = last_word.get(key)
            if known is None or at > known[0] or (at == known[0] and not press.present):
                last_word[key] = (at, press.present)
        first: dict[tuple[str, str], datetime] = {}
        for (user, name), (at, present) in last_word.items():
            if present and user not in ("UROBOT", BOT, "USLACKBOT"):
                key = (user, emoji.canonical(name))
                first[key] = min(at, first.get(key, at))
        return first

    def first_acknowledgements(self, message: Wrote) -> dict[int, datetime]:
        """When each office first reacted with something that still stands."""
        last_word: dict[tuple[str, str], tuple[datetime, bool]] = {}
        for press in message.presses:
            key, at = (press.user, press.name), moment(press.hours)
            known = last_word.get(key)
            if known is None or at > known[0] or (at == known[0] and not press.present):
                last_word[key] = (at, press.present)
        first: dict[int, datetime] = {}
        for (user, _name), (at, present) in last_word.items():
            if not present or user in ("UROBOT", BOT, "USLACKBOT"):
                continue
            for office, holder, since, until in self.tenures:
                held = moment(since) <= at and (until is None or at < moment(until))
                if holder == user and held:
                    first[office] = min(at, first.get(office, at))
        return first

    def in_period(self, at: datetime) -> bool:
        return START <= at < END

    def written(self, message: Wrote) -> bool:
        start, end = f"{START.timestamp():.6f}", f"{END.timestamp():.6f}"
        return start <= self.stamps[id(message)] < end

    def of_project(self, project: int | None) -> tuple[int, int, int, int]:
        mine = [m for m in self.standing if project is None or m.project == project]
        posts = [m for m in mine if m.kind == MessageKind.POST]
        return (
            sum(self.written(m) for m in posts),
            sum(self.written(m) for m in mine if m.kind == MessageKind.REPLY),
            sum(self.in_period(at) for m in posts for at in self.first_reactions(m).values()),
            sum(
                self.in_period(at) for m in posts for at in self.first_acknowledgements(m).values()
            ),
        )

    def totals(self) -> Totals:
        active = sum(self.of_project(project)[0] > 0 for project in range(3))
        return Totals(*self.of_project(None), active_projects=active)

    def posts(self) -> list[tuple[str, int, tuple[str, ...], bool]]:
        names = ("市長", "副市長・CDO")
        return sorted(
            (
                self.stamps[id(m)],
                len(self.first_reactions(m)),
                tuple(names[office] for office in sorted(self.first_acknowledgements(m))),
                m.edited,
            )
            for m in self.standing
            if m.kind == MessageKind.POST and self.written(m)
        )

    def last(self, project: int) -> str | None:
        end = f"{END.timestamp():.6f}"
        stamps = [
            self.stamps[id(m)]
            for m in self.standing
            if m.kind == MessageKind.POST and m.project == project
        ]
        return max((ts for ts in stamps if ts < end), default=None)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def test_the_earliest_name_of_an_emoji_is_its_time(session: Session) -> None:
    history = History(session)
    post = history.post(history.project(), moment(-10))
    history.react(post, "U1", "thumbsup", moment(-5))
    history.react(post, "U1", "+1::skin-tone-3", moment(5))
    assert figures(session, history.team_id, PERIOD).totals.reactions == 0
    history.react(post, "U1", "thumbsup", moment(6), present=False)
    assert figures(session, history.team_id, PERIOD).totals.reactions == 1


def test_an_acknowledgement_stays_with_the_office(session: Session) -> None:
    history = History(session)
    mayor = history.office("市長")
    history.tenure(mayor, "U1", moment(-1000), moment(50))
    history.tenure(mayor, "U2", moment(50))
    post = history.post(history.project(), moment(10))
    history.react(post, "U2", "+1", moment(49))  # not yet in office
    assert figures(session, history.team_id, PERIOD).by_office == (("市長", 0),)
    history.react(post, "U1", "+1", moment(49))
    history.react(post, "U2", "tada", moment(50))
    counted = figures(session, history.team_id, PERIOD)
    assert counted.by_office == (("市長", 1),)
    assert counted.posts[0].acknowledged_by == ("市長",)
    history.react(post, "U1", "+1", moment(60), present=False)
    assert figures(session, history.team_id, PERIOD).by_office == (("市長", 1),)


def test_what_a_bot_gave_is_not_what_its_office_gave_first(session: Session) -> None:
    history = History(session)
    history.person("UROBOT", is_bot=True)
    mayor = history.office("市長")
    history.tenure(mayor, "UROBOT", moment(-100))
    history.tenure(mayor, "U1", moment(-100))
    post = history.post(history.project("防災DX"), moment(-50))
    history.react(post, "UROBOT", "+1", moment(-10))
    history.react(post, "U1", "+1", moment(10))
    assert figures(session, history.team_id, PERIOD).totals.acknowledgements == 1


def test_which_projects_are_listed(session: Session) -> None:
    history = History(session)
    history.project("続いている")
    history.project("休止中", status=Status.PAUSED)
    history.project(
        "今週終わった", status=Status.CLOSED, stage=Stage.DONE, status_changed_at=moment(3)
    )
    history.project("前に終わった", status=Status.CLOSED, status_changed_at=moment(-3))
    reacted = history.project(
        "前に終わり反応があった", status=Status.CLOSED, status_changed_at=moment(-3)
    )
    history.react(history.post(reacted, moment(-30)), "U1", "+1", moment(3))
    history.project("あとから", created_at=END)
    names = [project.name for project in figures(session, history.team_id, PERIOD).projects]
    assert names == ["続いている", "休止中", "今週終わった", "前に終わり反応があった"]


def test_the_channels_of_the_period(session: Session) -> None:
    history = History(session)
    project = history.project(channels=["C1", "C2"])
    history.tie(project, "C3", moment(10)).removed_at = moment(11)
    history.tie(project, "C4", moment(-20)).removed_at = moment(-10)
    history.tie(project, "C5", END)
    closed = history.project(channels=["C9"], status=Status.CLOSED, status_changed_at=moment(-50))
    history.react(history.post(closed, moment(-60), channel="C9"), "U1", "+1", moment(1))
    session.flush()
    listed = figures(session, history.team_id, PERIOD).projects
    assert [project.channels for project in listed] == [("C1", "C2", "C3"), ("C9",)]


def test_averages_of_whole_weeks_only(session: Session) -> None:
    history = History(session)
    assert averages(session, history.team_id, PERIOD) is None
    project = history.project(created_at=moment(-168 * 2 - 30))
    for hours in (-1, -2, -169, -168 * 2 - 3):
        history.post(project, moment(hours))
    assert averages(session, history.team_id, PERIOD) == Averages(2, 1.5, 0, 0, 0, 1)
    early = Period(START - timedelta(days=14), END - timedelta(days=14))
    assert averages(session, history.team_id, early) is None


def test_other_workspaces_are_not_counted(session: Session) -> None:
    other, history = History(session), History(session)
    mayor = other.office("市長")
    other.tenure(mayor, "U1", moment(-1000))
    post = other.post(other.project(), moment(5))
    other.react(post, "U1", "+1", moment(6))
    counted = figures(session, history.team_id, PERIOD)
    assert counted.totals == Totals(0, 0, 0, 0, 0)
    assert counted.projects == ()
    assert counted.by_office == ()


def test_no_question_reads_whole_tables(sqlite_database: Database) -> None:
    """With years of history everything must be found by an index that names time or post."""
    with sqlite_database.write() as session:
        history = History(session)
        history.tenure(history.office("市長"), "U1", moment(-1000))
        history.react(history.post(history.project(), moment(1)), "U1", "+1", moment(2))
        history.digest(START)
        with noted(sqlite_database) as asked:
            figures(session, history.team_id, PERIOD)
            averages(session, history.team_id, Period(END, END + timedelta(days=7)))
            span = span_of(history.team_id, START, END)
            most_recognised(session, span, limit=5, limit_per_project=2)
            for measure in Measure:
                behind(session, span, measure)
        searches = lookups(session, asked, "messages", "reactions", "earlier")
    assert len(searches) > 20
    must_use_an_index(searches)
