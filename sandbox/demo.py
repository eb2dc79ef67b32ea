"""Plays twelve weeks of a sample city with the real app, and shows what leadership gets to read.

`python -m sandbox.demo`: it needs nothing outside this machine, and no Slack account.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import select

from app import app_manifest
from bot import logs
from bot.core.periods import Period
from bot.digest.make import DIGEST
from bot.settings import Settings
from jobs import reconcile
from jobs.ticker import JOBS
from models.delivery import OPEN_STATES, Delivery
from models.watermark import Watermark
from sandbox import Message, Sandbox, SandboxClock
from sandbox.city import BEGINS, CITY, story
from sandbox.city.acts import Act, Answered, Ask, Reply, target_of
from sandbox.city.around import CURTAIN
from sandbox.city.audit import Books, differences, summed
from sandbox.city.people import COORDINATOR
from sandbox.city.player import Player
from sandbox.city.recorded import Recorder
from sandbox.city.sights import Sight, Sights
from sandbox.city.weeks import Week, stops, weeks
from sandbox.page.names import Names
from sandbox.page.text import as_text
from service import Service

# Real seconds for which anything is awaited before the demo gives up
PATIENCE = 30.0
# How often the app and Slack may give each other something to do before that is a mistake
ROUNDS = 100
A_MOMENT = timedelta(seconds=20)
# Before each digest the app reads Slack's history, as it does every hour and every night.
READ_BEFORE = timedelta(minutes=30)
OFTEN = tuple(job for job in JOBS if job.run is not reconcile.run)
DATABASE_FILE = "iine.db"


class Demo:
    """The app at work in the sample city."""

    def __init__(self, slack: Sandbox, folder: Path) -> None:
        """Bring in the people, then start the app with a database in `folder`."""
        self.slack = slack
        self.asked: set[str] = set()
        self.player = Player(slack, self.calm_down)
        self.player.gather()
        settings = Settings.from_env(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.url,
                "DATABASE_URL": f"sqlite:///{folder / DATABASE_FILE}",
                "COORDINATORS": self.player.people[COORDINATOR].id,
                "LOG_LEVEL": "ERROR",
            }
        )
        logs.set_up(settings)
        slack.install(app_manifest(settings.language))
        self.service = Service(settings, clock=slack.clock)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The app connected to the sandbox."""
        self.service.start()
        try:
            self.slack.connected(PATIENCE)
            yield
        finally:
            self.service.stop()

    def calm_down(self) -> None:
        """Wait until all that happened is acknowledged, applied and answered.

        What the app says is an event of its own: it may begin after Slack had come to rest and
        before the app does.
        """
        for _ in range(ROUNDS):
            events = len(self.slack.deliveries)
            self.slack.settle(PATIENCE)
            if not self.service.settle(PATIENCE):
                raise RuntimeError("the app did not come to rest")
            if len(self.slack.deliveries) == events:
                return
        raise RuntimeError("the app and Slack keep each other busy")

    def play(self, week: Week, after_each: Callable[[], None]) -> None:
        """One week of the story, up to and with its digest."""
        for act in week.acts:
            self.pass_to(act.at)
            self.player.play(act)
            self._hurry_after(act)
            after_each()
        self.pass_to(max(self.slack.clock.now(), week.digest_at - READ_BEFORE))
        self.read_history()
        self.pass_to(week.digest_at)
        self.look_at_clock()
        self.slack.until(
            lambda: len(self.player.digests()) >= week.number, PATIENCE, f"digest {week.number}"
        )
        self._take_time(lambda: not self._is_digest_being_said(), "the digest")

    def pass_to(self, at: datetime) -> None:
        """Let the time pass, and the app say on the way what it has kept for a moment of it."""
        self.slack.settle(PATIENCE)
        for stop in stops(self.slack.clock.now(), at):
            self.calm_down()
            self.slack.clock.move_to(stop)
            self.look_at_clock()
        self.slack.clock.move_to(at)

    def look_at_clock(self) -> None:
        """Have the app see what is due now: its own looks are too rare for a clock that jumps."""
        self.calm_down()
        for job in OFTEN:
            job.run(self.service.deps)
        self.service.deps.wake()
        self.calm_down()

    def read_history(self) -> None:
        """Have the app compare its record with Slack's history, which it does at Slack's pace."""
        self.calm_down()
        reconcile.run(self.service.deps)
        self.service.read_history()
        self._take_time(lambda: not self._is_history_being_read(), "the history")

    def _take_time(self, is_done: Callable[[], bool], what: str) -> None:
        """Let time pass for what Slack allows only so often in a minute."""
        self.calm_down()
        for _ in range(ROUNDS):
            if is_done():
                return
            self.slack.clock.advance(A_MOMENT)
            self.service.read_history()
            self.service.deps.wake()
            self.calm_down()
        raise RuntimeError(f"{what} takes too long")

    def _is_history_being_read(self) -> bool:
        with self.service.deps.database.read() as session:
            return any(mark.is_to_be_read for mark in session.scalars(select(Watermark)))

    def _is_digest_being_said(self) -> bool:
        """The rest of it stands in its thread a little later."""
        to_be_said = select(Delivery.id).where(
            Delivery.kind == DIGEST, Delivery.state.in_(OPEN_STATES)
        )
        with self.service.deps.database.read() as session:
            return session.scalar(to_be_said.limit(1)) is not None

    def _hurry_after(self, act: Act) -> None:
        """Whoever has asked is told of the answer when it comes, not at the next stop."""
        if isinstance(act.what, Ask):
            self.asked.add(act.what.of)
        elif isinstance(act.what, Reply | Answered) and target_of(act) in self.asked:
            self.look_at_clock()

    def draw_curtain(self) -> None:
        """Let some people look at their Homes at the end, so that others can look at these."""
        for who, what in CURTAIN:
            self.pass_to(self.slack.clock.now() + A_MOMENT)
            self.player.play(Act(self.slack.clock.now(), who, what))
        self.look_at_clock()

    def sights(self, cut: Sequence[Week]) -> list[Sight]:
        """What is worth a look after these weeks."""
        return Sights(self.player, [act for week in cut for act in week.acts]).all()

    def recorded(self) -> Books:
        """What the bot has recorded and told, with its numbers from the beginning to now."""
        period = Period(BEGINS, self.slack.clock.now() + timedelta(seconds=1))
        with self.service.deps.database.read() as session:
            return Recorder(session, self.slack.team_id, self.player).books(period)

    def as_text(self, message: Message) -> str:
        """A message as it can be read in a terminal."""
        workspace = self.slack.workspace
        names = Names(
            now=self.slack.clock.now(),
            people={one.id: one.shown_name for one in workspace.people.values()},
            channels={one.id: one.name for one in workspace.channels.values()},
        )
        return as_text(message.blocks, names)


@click.command()
@click.option("--once", is_flag=True, help="End after the last digest is printed.")
@click.option("--no-browser", is_flag=True, help="Print the page's address, open no browser.")
@click.option(
    "--weeks",
    "number",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="Play only the first weeks.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the database in this directory.",
)
def main(once: bool, no_browser: bool, number: int, keep: Path | None) -> None:
    """Play twelve weeks of a sample city and show the weekly digest that its mayor reads.

    Everything happens on this machine: a local Slack, the real app, and an SQLite database that
    is thrown away at the end.
    """
    chosen = weeks(story())[:number]
    clock = SandboxClock(BEGINS)
    problems: list[str] = []
    with (
        _folder(keep) as folder,
        Sandbox(clock=clock, language="ja", domain="senano", name=f"{CITY}役所") as slack,
    ):
        demo = Demo(slack, folder)
        with demo.running():
            tell(demo, chosen)
            problems = _look_back(demo, chosen)
            if not once:
                demo.draw_curtain()
        if not once:
            _serve(slack, demo.sights(chosen), open_browser=not no_browser)
    sys.exit(1 if problems else 0)


def tell(demo: Demo, cut: Sequence[Week]) -> None:
    """Play the story, with a bar that shows how far it has come."""
    with click.progressbar(
        length=sum(len(week.acts) for week in cut),
        label=f"{CITY}の{len(cut)}週間",
        item_show_func=lambda label: label or "",
        update_min_steps=10,
        file=sys.stderr,
    ) as bar:
        for week in cut:
            demo.play(week, partial(bar.update, 1, week.label))


def _look_back(demo: Demo, cut: Sequence[Week]) -> list[str]:
    """Print the last digest, and say whether everything agrees with what was done."""
    digests = demo.player.digests()
    click.echo()
    click.echo(demo.as_text(digests[-1]))
    click.echo()
    recorded = demo.recorded()
    acts = [act for week in cut for act in week.acts]
    # What was given on the last day is told at its end or the next morning
    told_by_then = [act for act in acts if act.at.date() < cut[-1].digest_at.date()]
    problems = differences(acts, recorded, told_by_then)
    if len(digests) != len(cut):
        problems.append(f"ダイジェスト: {len(cut)}回のはずが、{len(digests)}回でした")
    click.echo(_verdict(recorded, len(digests), problems))
    return problems


def _verdict(books: Books, digests: int, problems: Sequence[str]) -> str:
    """One line: what was recorded, and whether that is what happened."""
    total = summed(books.projects.values())
    asked, answered = (sum(one.asked[n] for one in books.projects.values()) for n in (0, 1))
    numbers = (
        f"投稿 {total.posts}、返信 {total.replies}、リアクション {total.reactions}、"
        f"首長の反応 {total.acknowledgements}、質問 {asked}（回答 {answered}）、"
        f"感謝 {len(books.thanks)}、ダイジェスト {digests}回"
    )
    if problems:
        return f"手で数えた数と合いません（{numbers}）: " + " / ".join(problems)
    return f"手で数えた数と一致しました: {numbers}"


def _serve(slack: Sandbox, sights: Sequence[Sight], *, open_browser: bool) -> None:
    """Show the pages until Ctrl-C, also where whoever started us has it ignored."""
    over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    click.echo()
    click.echo(f"全員の画面を見られます（終わるときは Ctrl-C）: {slack.web_url}")
    click.echo(f"See what everybody sees, until Ctrl-C: {slack.web_url}")
    for sight in sights:
        click.echo(f"  {sight.name}: {slack.web_url}{sight.path}")
    if open_browser:
        webbrowser.open(slack.web_url)
    over.wait()
    click.echo()


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the database goes: a directory that stays, or one that is thrown away."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="iine-demo-") as name:
            yield Path(name)
        return
    if (keep / DATABASE_FILE).exists():
        raise click.ClickException(
            f"{keep / DATABASE_FILE} はすでにあります。別の場所を指定してください。"
        )
    keep.mkdir(parents=True, exist_ok=True)
    yield keep


if __name__ == "__main__":
    main()
