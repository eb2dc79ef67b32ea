"""Events and history in any order, at any distance: the end is what stands in Slack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import gaps
from models.message import MessageKind
from sandbox.actors import Channel, Message
from tests.history.conftest import Office

EMOJI = ("+1", "tada")


@dataclass
class Scene:
    """A channel, what was written in it, and events of which some are still on their way."""

    office: Office
    channel: Channel
    written: list[Message] = field(default_factory=list)
    arrived: set[int] = field(default_factory=set)
    first: int = 0

    def act(self, what: int, which: int) -> None:
        """Somebody does something; what can't be done is not."""
        standing = [one for one in self.written if not one.deleted]
        if what == 0 or not standing:
            self.written.append(self.office.author.posts(self.channel, f"投稿{which}"))
            return
        message = standing[which % len(standing)]
        author = self.office.author
        if what == 1:
            author.edits(message, f"直した{which}")
        elif what == 2 and len(standing) > 1:
            author.deletes(message)
        elif what == 3 and not message.thread_ts:
            self.written.append(author.replies(message, f"返信{which}"))
        else:
            self._toggle(message, EMOJI[which % 2])

    def _toggle(self, message: Message, name: str) -> None:
        reader = self.office.reader
        if reader.id in message.reactions.get(name, []):
            reader.unreacts(message, name)
        else:
            reader.reacts(message, name)

    def arrives(self, which: int) -> None:
        """One of the events that are on their way arrives."""
        events = self.office.slack.deliveries[self.first :]
        waiting = [one for one in range(len(events)) if one not in self.arrived]
        if waiting:
            chosen = waiting[which % len(waiting)]
            self.arrived.add(chosen)
            self.office.hears_of(events[chosen].payload)

    def all_arrive(self, which: int) -> None:
        """The others arrive as well."""
        for _ in range(len(self.office.slack.deliveries)):
            self.arrives(which)

    def must_agree(self) -> None:
        """What is recorded is what stands."""
        office = self.office
        standing = sorted((one for one in self.written if not one.deleted), key=lambda m: m.ts)
        posts = [one.text for one in standing if not one.record.is_reply]
        replies = [one.text for one in standing if one.record.is_reply]
        assert office.texts(self.channel) == posts
        assert office.texts(self.channel, MessageKind.REPLY) == replies
        for message in standing:
            given = {(user, name) for name, users in message.reactions.items() for user in users}
            assert office.reactions(self.channel, message.ts) == given


STEPS = st.lists(
    st.tuples(st.sampled_from(["act", "act", "arrive", "read", "wait"]), st.integers(0, 11)),
    min_size=4,
    max_size=24,
)


def play(office: Office, steps: list[tuple[str, int]]) -> Scene:
    """Let it happen, with some seconds between."""
    scene = Scene(office, office.channel(f"部会{len(office.slack.workspace.channels)}"))
    scene.first = len(office.slack.deliveries)
    reader = office.new_reconciler()
    does: dict[str, Callable[[int], object]] = {
        "act": lambda n: scene.act(n % 6, n),
        "arrive": scene.arrives,
        "wait": lambda n: office.later(seconds=n * 3),
        "read": lambda _: _read(office, scene, reader.step),
    }
    for what, number in steps:
        does[what](number)
        office.later(seconds=number % 4)
    return scene


def _read(office: Office, scene: Scene, step: Callable[[], bool]) -> None:
    """One step of a reading that is always asked for."""
    with office.database.write() as session:
        reading = gaps.readings(session, office.slack.team_id)[scene.channel.id]
        gaps.ask(session, office.slack.team_id, reading, reading.since, at_once=True)
    step()


@given(steps=STEPS, last=st.integers(0, 11))
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_newer_events_win_over_what_was_fetched(
    office: Office, steps: list[tuple[str, int]], last: int
) -> None:
    """Nothing is lost here: once every event has arrived, no reading has spoilt anything."""
    scene = play(office, steps)
    scene.all_arrive(last)
    scene.must_agree()


@given(steps=STEPS)
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_never_arrives_is_read(office: Office, steps: list[tuple[str, int]]) -> None:
    scene = play(office, steps)
    office.later(minutes=1)
    with office.database.write() as session:
        reading = gaps.readings(session, office.slack.team_id)[scene.channel.id]
        gaps.ask(session, office.slack.team_id, reading, reading.since, threads=True)
    office.reads()
    office.reads()
    scene.must_agree()
