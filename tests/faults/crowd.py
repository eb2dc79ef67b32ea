"""People who write, react, edit, delete and run commands, as fast as the app keeps up."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sandbox import Channel, Impossible, Invocation, Message, Person, Sandbox

EMOJI = ("+1", "tada", "eyes", "clap::skin-tone-3")
# How many events may be on their way before people wait
ON_THEIR_WAY = 12
MOST_ACTS = 200_000
# In the answer to a command that has changed something
_DONE = "にしました"


class Crowd:
    """Acts at random, always in the same way for the same seed."""

    def __init__(
        self, slack: Sandbox, lead: Person, people: Sequence[Person], channels: Sequence[Channel]
    ) -> None:
        self.slack, self.lead, self.people, self.channels = slack, lead, people, channels
        self._chance = random.Random(20260406)
        self._written: list[Message] = []
        self._commands: list[tuple[str, Invocation]] = []
        self._stages = {one.id: itertools.cycle(("plan", "trial")) for one in channels}
        self._does: tuple[tuple[int, Callable[[Person], None]], ...] = (
            (40, self._posts),
            (26, self._reacts),
            (12, self._replies),
            (10, self._edits),
            (8, self._unreacts),
            (4, self._deletes),
        )

    def acts(self, times: int = 1) -> None:
        """Do something, so many times."""
        weights = [weight for weight, _ in self._does]
        for _ in range(times):
            [(_, does)] = self._chance.choices(self._does, weights)
            try:
                does(self._chance.choice(self.people))
            except Impossible:
                self._posts(self.lead)

    def changes_the_stage(self) -> None:
        """The lead changes the stage of a project; it is always another one."""
        channel = self._chance.choice(self.channels)
        asked = self.lead.runs("/project", f"stage {next(self._stages[channel.id])}", channel)
        self._commands.append((channel.id, asked))

    @property
    def stages(self) -> dict[str, int]:
        """How many changes of stage the lead has read to be made, by channel."""
        return Counter(
            channel_id
            for channel_id, asked in self._commands
            if any(_DONE in reply.text for reply in asked.replies)
        )

    @contextmanager
    def busy(self, *, commands: bool = True) -> Iterator[None]:
        """Everybody is busy until the end."""
        over = threading.Event()
        before = self.slack.dispatcher.unsettled
        trouble: list[BaseException] = []

        def keeps_up() -> bool:
            return over.is_set() or self.slack.dispatcher.unsettled - before < ON_THEIR_WAY

        def act() -> None:
            try:
                for number in range(MOST_ACTS):
                    self.slack.until(keeps_up, timeout=600)
                    if over.is_set():
                        return
                    self.acts()
                    if commands and number % 12 == 5:
                        self.changes_the_stage()
            except BaseException as error:
                trouble.append(error)

        thread = threading.Thread(target=act)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        if trouble:
            raise trouble[0]

    def _posts(self, person: Person) -> None:
        number = len(self._written)
        text = f"訓練の{number}回目をしました。" + "受付を試しました。" * self._chance.randint(
            0, 20
        )
        self._written.append(person.posts(self._chance.choice(self.channels), text))

    def _replies(self, person: Person) -> None:
        self._written.append(person.replies(self._any(), f"返信{len(self._written)}"))

    def _reacts(self, person: Person) -> None:
        person.reacts(self._any(), self._chance.choice(EMOJI))

    def _unreacts(self, person: Person) -> None:
        message = self._any()
        for name, users in message.reactions.items():
            if person.id in users:
                person.unreacts(message, name)
                return
        raise Impossible("nothing to take back")

    def _edits(self, person: Person) -> None:
        message = self._any()
        self._author(message).edits(message, f"{message.text}（直しました）")

    def _deletes(self, person: Person) -> None:
        message = self._any()
        self._author(message).deletes(message)

    def _any(self) -> Message:
        """One of the latest messages that stand."""
        standing = [one for one in self._written[-60:] if not one.deleted]
        if not standing:
            raise Impossible("nothing is there yet")
        return self._chance.choice(standing)

    def _author(self, message: Message) -> Person:
        return next(person for person in (self.lead, *self.people) if person.id == message.user)
