"""People who write, react, edit, delete and run commands, as fast as the app keeps up."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.views.recognition import LIKE_ACTION, post_of
from sandbox import Channel, Impossible, Invocation, Message, Person, Sandbox
from sandbox.json_types import as_objects

EMOJI = ("+1", "tada", "eyes", "clap::skin-tone-3")
# How many events may be on their way before people wait
ON_THEIR_WAY = 12
MOST_ACTS = 200_000
# In the answer to a command that has changed something
_DONE = "にしました"


class Crowd:
    """Acts at random, always in the same way for the same seed.

    `liked` are the posts for which the mayor has read that the いいね! of a digest's button stands.
    """

    def __init__(
        self,
        slack: Sandbox,
        lead: Person,
        mayor: Person,
        people: Sequence[Person],
        channels: Sequence[Channel],
    ) -> None:
        self.slack, self.lead, self.mayor = slack, lead, mayor
        self.people, self.channels = people, channels
        self.liked: set[tuple[str, str]] = set()
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
            (8, self._acknowledges),
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

    def likes_the_next(self, digest: Message) -> None:
        """The mayor presses いいね! in a digest; where all are pressed, one is taken back first."""
        standing = {(one.channel.id, one.ts) for one in self._written if not one.deleted}
        places = [post_of(value) for value in _likes_in(digest)]
        posts = [place for place in places if place in standing]
        if all(place in self.liked for place in posts):
            self._presses(digest, posts[0])
        self._presses(digest, next(place for place in posts if place not in self.liked))

    def _presses(self, digest: Message, place: tuple[str, str]) -> None:
        pressed = self.mayor.presses(digest, LIKE_ACTION, value=":".join(place))
        self.slack.until(lambda: pressed.replies, what="the answer to いいね!")
        self.liked ^= {place}

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

    def _acknowledges(self, _person: Person) -> None:
        """The mayor reacts, or takes it back."""
        message = self._any()
        given = [name for name, users in message.reactions.items() if self.mayor.id in users]
        if given:
            self.mayor.unreacts(message, given[0])
        else:
            self.mayor.reacts(message, self._chance.choice(EMOJI))

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


def _likes_in(digest: Message) -> list[str]:
    """What its buttons carry."""
    elements = (
        element
        for block in digest.blocks
        if block["type"] == "actions"
        for element in as_objects(block["elements"])
    )
    return [str(one["value"]) for one in elements if one["action_id"] == LIKE_ACTION]
