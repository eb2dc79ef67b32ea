"""What a careful person would have counted by hand, reading the story from end to end.

Kept apart from the product on purpose: the demo compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sandbox.city.acts import Act, Delete, Edit, Post, React, Register, Reply, Unreact
from sandbox.city.people import LEADERS
from sandbox.city.projects import Undertaking, project, project_of
from sandbox.city.transcript import when

MARKS = ("【進捗】", "#進捗", "#progress")
MEMO = "memo"


@dataclass(frozen=True)
class Tally:
    """Numbers of what stands: posts, replies, reactions to posts, acknowledgements of posts."""

    posts: int
    replies: int
    reactions: int
    acknowledgements: int


@dataclass
class Written:
    """A message as it stands."""

    at: datetime
    who: str
    channel: str
    text: str
    is_post: bool
    deleted: bool = False


class Ledger:
    """Reads acts one after another."""

    def __init__(self) -> None:
        self.messages: dict[str, Written] = {}
        self.pressed: dict[tuple[str, str, str], str] = {}
        self.registered: set[str] = set()

    def write(self, act: Act) -> None:
        """Take one act into account."""
        match act.what:
            case Register(project=key):
                self.registered.update(project(key).channels)
            case Post(key=key, channel=channel, text=text):
                self.messages[key] = Written(act.at, act.who, channel, text, is_post=True)
            case Reply(key=key, to=to, text=text, broadcast=broadcast):
                channel = self.messages[to].channel
                self.messages[key] = Written(act.at, act.who, channel, text, is_post=broadcast)
            case Edit(of=key, text=text):
                self.messages[key].text = text
            case Delete(of=key):
                self.messages[key].deleted = True
            case React(of=key, emoji=emoji):
                self.pressed[key, act.who, one_name(emoji)] = emoji
            case Unreact(of=key, emoji=emoji):
                self.pressed.pop((key, act.who, one_name(emoji)), None)
            case _:
                pass

    def stands(self, key: str) -> bool:
        """Whether a message was written where it is recorded, and has not been deleted."""
        message = self.messages[key]
        return not message.deleted and _recorded(project_of(message.channel), message.at)

    def counts_as_post(self, key: str) -> bool:
        """Whether a message counts as a progress post."""
        message = self.messages[key]
        home = project_of(message.channel)
        if home is None or not message.is_post or not self.stands(key):
            return False
        marked = any(mark in message.text for mark in MARKS)
        noted = (key, message.who, MEMO) in self.pressed
        return home.capture == "all" or marked or noted

    def posts(self, project_key: str | None = None) -> list[str]:
        """The keys of the posts that count, of one project or of all."""
        return [
            key
            for key, message in self.messages.items()
            if self.counts_as_post(key)
            and (project_key is None or message.channel in project(project_key).channels)
        ]

    def tally(self, project_key: str | None = None) -> Tally:
        """The numbers of one project or of all."""
        posts = set(self.posts(project_key))
        replies = [
            key
            for key, message in self.messages.items()
            if not message.is_post
            and self.stands(key)
            and (project_key is None or message.channel in project(project_key).channels)
        ]
        standing = [(key, who) for key, who, _ in self.pressed if key in posts]
        acknowledged = {(key, who) for key, who in standing if who in LEADERS}
        return Tally(len(posts), len(replies), len(standing), len(acknowledged))


def _recorded(home: Undertaking | None, at: datetime) -> bool:
    if home is None or at < when(home.registered):
        return False
    return not home.closed or at < when(home.closed)


def one_name(emoji: str) -> str:
    """The name that aliases and skin tones of an emoji share, for those the story uses."""
    plain = emoji.partition("::")[0]
    return "thumbsup" if plain == "+1" else plain


def count(acts: Iterable[Act]) -> Ledger:
    """A ledger of all these acts."""
    ledger = Ledger()
    for act in acts:
        ledger.write(act)
    return ledger
