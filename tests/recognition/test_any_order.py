"""Two leaders and an author press, undo, edit and delete in every order, while Slack is late,

loses answers or asks for pauses, and the sender dies: in the end thread, messages, notices and
digest agree with what stands, and nobody was told the same twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from sqlalchemy import select

from app import app_manifest
from bot.core.acknowledged import standing_on
from bot.core.likes import toggle
from bot.core.periods import Period
from bot.core.permissions import actor_of
from bot.delivery.sender import Sender
from bot.deps import Deps
from bot.digest.make import DIGEST, make
from bot.errors import UserError
from bot.recording import inbox
from bot.recording.projector import Projector
from bot.settings import Settings
from jobs import notices
from models import workspace
from models.database import Database
from models.delivery import Delivery, DeliveryState
from models.digest import DigestAudience
from models.member import Member
from models.notice import Notice
from models.office import Office, Tenure
from models.project import Capture, Kind, Project, ProjectChannel, Stage, Status
from sandbox import Sandbox, SandboxClock
from sandbox.delivery import EventDelivery
from service import renderers
from tests.conftest import JST
from tests.databases import Connected, Lend

MONDAY = datetime(2026, 4, 6, 9, 0, tzinfo=JST)
OFFICES = ("市長", "CDO")
TOLD = re.compile(r"💐 \*(?P<offices>[^*]+)\* .*?/p(?P<ts>\d{16})\|", re.DOTALL)
IN_THREAD = "👍 {office}が「いいね!」しました"

Pair = tuple[str, str]  # office, ts of a post


@dataclass
class World:
    """A Slack whose events are heard one by one, and the bot's parts, each moved by hand."""

    slack: Sandbox
    clock: SandboxClock
    database: Database
    heard: list[EventDelivery] = field(default_factory=list)
    likes: set[Pair] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.slack.install(app_manifest("ja"))
        self.leaders = [self.slack.person("山本市長"), self.slack.person("田中CDO")]
        self.author = self.slack.person("山田花子")
        self.group = self.slack.channel("wg", members=[*self.leaders, self.author])
        self.office = self.slack.channel("kanbu", members=self.leaders)
        for channel in (self.group, self.office):
            self.slack.invite_bot(channel)
        made = Settings(slack_bot_token=self.slack.bot_token, slack_app_token="")
        client = WebClient(token=self.slack.bot_token, base_url=self.slack.url, retry_handlers=[])
        self.deps = Deps(made, self.database, client, self.clock, wake=lambda: None)
        self.sender = Sender(self.database, client, self.clock, renderers(made))
        self.projector = Projector(self.database, self.clock, lambda: None)
        self._fill()
        self.clock.advance(timedelta(minutes=1))
        self.posts = [self.author.posts(self.group, f"報告{n}") for n in range(2)]
        self.hear_all()
        self.clock.advance(timedelta(minutes=1))
        now = self.clock.now()
        period = Period(now - timedelta(days=7), now)
        assert make(self.database, self.slack.team_id, JST, period, due_at=None, now=now)
        # Of this one nobody has heard when things begin.
        self.posts.append(self.author.posts(self.group, "報告2"))

    def _fill(self) -> None:
        """What commands would have put there."""
        team, now = self.slack.team_id, self.clock.now()
        with self.database.write() as session:
            workspace.save(
                session,
                team_id=team,
                name="みどり市",
                url=self.slack.workspace.url,
                bot_user_id=self.slack.bot_user_id,
                bot_id=self.slack.bot_id,
            )
            project = Project(
                team_id=team, name="防災", name_key="防災", kind=Kind.PILOT, stage=Stage.IDEA,
                status=Status.ACTIVE, capture=Capture.ALL, created_by=self.author.id,
                created_at=now, stage_changed_at=now, status_changed_at=now,
            )  # fmt: skip
            offices = [Office(team_id=team, name=name, name_key=name) for name in OFFICES]
            session.add_all([project, *offices])
            for person in (*self.leaders, self.author):
                session.add(
                    Member(
                        team_id=team, user_id=person.id, display_name=person.name, fetched_at=now
                    )
                )
            session.flush()
            session.add(
                ProjectChannel(
                    team_id=team, channel_id=self.group.id, project_id=project.id,
                    added_by=self.author.id, added_at=now,
                )
            )  # fmt: skip
            session.add(
                DigestAudience(
                    team_id=team, channel_id=self.office.id, language="ja",
                    added_by=self.author.id, added_at=now,
                )
            )  # fmt: skip
            for office, leader in zip(offices, self.leaders, strict=True):
                session.add(Tenure(team_id=team, office_id=office.id, user_id=leader.id, since=now))

    # --- what can happen ------------------------------------------------------------------

    def press(self, leader: int, post: int) -> None:
        """いいね! with a button; the post may be gone, or not known yet."""
        try:
            stands = self.toggles(leader, post)
        except UserError:
            return
        pair = (OFFICES[leader], self.posts[post].ts)
        assert stands == (pair not in self.likes)
        self.likes ^= {pair}

    def toggles(self, leader: int, post: int) -> bool:
        """Press; says whether the いいね! stands now."""
        person, shown = self.leaders[leader], self.posts[post]
        with self.database.write() as session:
            actor = actor_of(
                session,
                session.get_one(Member, (self.slack.team_id, person.id)),
                coordinators=frozenset(),
                default_language="ja",
                now=self.clock.now(),
            )
            return toggle(session, actor, self.group.id, shown.ts, self.clock.now()).stands

    def react(self, leader: int, post: int) -> None:
        """An emoji in Slack, put on or taken back."""
        person, shown = self.leaders[leader], self.posts[post]
        if shown.deleted:
            return
        if person.id in shown.reactions.get("tada", []):
            person.unreacts(shown, "tada")
        else:
            person.reacts(shown, "tada")

    def edit(self, post: int) -> None:
        """The author changes the words."""
        shown = self.posts[post]
        if not shown.deleted:
            self.author.edits(shown, f"{shown.text}、直しました")

    def delete(self, post: int) -> None:
        """The author deletes the post."""
        shown = self.posts[post]
        if not shown.deleted:
            self.author.deletes(shown)

    def hear(self, number: int) -> None:
        """An event arrives, one of those that are still to come; or one that did, once more."""
        coming = [one for one in self.slack.deliveries if one not in self.heard]
        events = coming or self.heard
        event = events[number % len(events)]
        inbox.receive(self.database, self.clock, event.payload)
        if event not in self.heard:
            self.heard.append(event)
        self.apply()

    def hear_all(self) -> None:
        """Everything that is still to come arrives."""
        while [one for one in self.slack.deliveries if one not in self.heard]:
            self.hear(0)

    def apply(self) -> None:
        """The projector does what there is to do."""
        while self.projector.step():
            pass

    def say(self, number: int) -> None:
        """The sender takes so many steps."""
        for _ in range(number + 1):
            self.sender.step()

    def die(self, _number: int) -> None:
        """The sender has said something, and dies before it notes that down."""
        before = self._sent()
        self.sender.step()
        with self.database.write() as session:
            for row in session.scalars(select(Delivery)):
                if row.state == DeliveryState.SENT and (row.id, row.revision) not in before:
                    row.state, row.claimed_at = DeliveryState.SENDING, self.clock.now()
                    row.ts = row.ts if row.revision else None
        self.sender.recover()

    def _sent(self) -> set[tuple[int, int]]:
        with self.database.read() as session:
            query = select(Delivery.id, Delivery.revision, Delivery.state)
            return {
                (row.id, row.revision)
                for row in session.execute(query)
                if row.state == DeliveryState.SENT
            }

    def tick(self, _number: int) -> None:
        """The clock's job looks."""
        notices.run(self.deps)

    def wait(self, number: int) -> None:
        """Time passes: seconds, minutes or hours."""
        by = (timedelta(seconds=4), timedelta(minutes=2), timedelta(hours=4))[number % 3]
        self.clock.advance(by)

    def trouble(self, number: int) -> None:
        """Slack loses its next answer, or asks for a pause."""
        method = ("chat.postMessage", "chat.update", "chat.delete")[number % 3]
        self.slack.faults.add("ratelimited" if number > 2 else "lost_answer", method=method)

    # --- how it ends ----------------------------------------------------------------------

    def come_to_an_end(self) -> None:
        """Everything arrives, everything due is said, over a few days."""
        self.slack.faults.clear()
        self.hear_all()
        for _ in range(20):
            self.clock.advance(timedelta(hours=5))
            notices.run(self.deps)
            while self.sender.step():
                pass
            self.hear_all()

    def standing(self) -> set[Pair]:
        """What stands, as Slack and the presses say."""
        return {
            (office, post.ts)
            for post in self.posts
            if not post.deleted
            for office, leader in zip(OFFICES, self.leaders, strict=True)
            if (office, post.ts) in self.likes or leader.id in post.reactions.get("tada", [])
        }

    def recorded(self) -> set[Pair]:
        """What stands, as the ledger of posts that count says."""
        keys = [(self.group.id, post.ts) for post in self.posts if not post.deleted]
        with self.database.read() as session:
            names = {office.id: office.name for office in session.scalars(select(Office))}
            given = standing_on(session, self.slack.team_id, keys)
            return {(names[one.office_id], key[1]) for key, those in given.items() for one in those}

    def told(self) -> Counter[Pair]:
        """What the author was told, and how often."""
        counted: Counter[Pair] = Counter()
        for message in self.author.dm().messages:
            for block in message.blocks:
                text = block.get("text")
                found = TOLD.search(str(text.get("text"))) if isinstance(text, dict) else None
                if found is not None:
                    ts = f"{found['ts'][:10]}.{found['ts'][10:]}"
                    counted.update((office, ts) for office in found["offices"].split("、"))
        return counted

    def noted(self) -> set[Pair]:
        """What the author was told, by the notices and their deliveries."""
        with self.database.read() as session:
            rows = session.execute(
                select(Office.name, Notice.ts)
                .join(Office, Office.id == Notice.office_id)
                .join(Delivery, Delivery.key == Notice.delivery_key)
                .where(Delivery.state == DeliveryState.SENT)
            )
            return {(name, str(ts)) for name, ts in rows}

    def threads(self) -> Counter[Pair]:
        """What the bot says in the threads."""
        offices = {IN_THREAD.format(office=office): office for office in OFFICES}
        return Counter(
            (offices[message.text], message.thread_ts)
            for message in self.slack.messages
            if message.channel == self.group and message.user == self.slack.bot_user_id
            if message.thread_ts and not message.deleted
        )

    def digest(self) -> tuple[list[str], list[str]]:
        """The digest as it stands, and as it would be written now."""
        [main] = [
            message
            for message in self.office.messages
            if message.user == self.slack.bot_user_id and not message.subtype
        ]
        with self.database.read() as session:
            delivery = session.scalars(
                select(Delivery).where(Delivery.kind == DIGEST, Delivery.thread_key.is_(None))
            ).one()
            anew = renderers(self.deps.settings)[DIGEST](session, delivery)
        assert anew is not None
        return _texts(main.blocks), _texts(anew.blocks)


def _texts(blocks: Sequence[dict[str, object]]) -> list[str]:
    texts = [block["text"] for block in blocks if isinstance(block.get("text"), dict)]
    return [str(text["text"]) for text in texts if isinstance(text, dict)]


STEPS: dict[str, Callable[[World, int], None]] = {
    "mayor presses": lambda world, n: world.press(0, n % 3),
    "CDO presses": lambda world, n: world.press(1, n % 3),
    "mayor reacts": lambda world, n: world.react(0, n % 3),
    "CDO reacts": lambda world, n: world.react(1, n % 3),
    "author edits": lambda world, n: world.edit(n % 3),
    "author deletes": lambda world, n: world.delete(n % 3),
    "heard": World.hear,
    "said": World.say,
    "died": World.die,
    "ticked": World.tick,
    "waited": World.wait,
    "trouble": World.trouble,
}
STORIES = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 5)), max_size=30)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(story=STORIES)
def test_in_the_end_all_agree(
    lend_database: Lend, connected: Connected, story: list[tuple[str, int]]
) -> None:
    with lend_database() as url, connected.to(url) as database:
        clock = SandboxClock(MONDAY)
        with Sandbox(clock=clock) as slack:
            world = World(slack, clock, database)
            for step, number in story:
                STEPS[step](world, number)
            world.come_to_an_end()
            must_agree(world)


def must_agree(world: World) -> None:
    """Slack, the ledger, the threads, the author's messages, the notices and the digest."""
    standing, told = world.standing(), world.told()
    assert world.recorded() == standing
    assert world.threads() == Counter(pair for pair in world.likes if pair in standing), (
        "one line for each office whose button stands"
    )
    assert set(told.values()) <= {1}, "nobody is told the same twice"
    assert standing <= set(told), "what stands was told"
    assert world.noted() == set(told), "what was told is noted as such"
    shown, anew = world.digest()
    assert shown == anew
