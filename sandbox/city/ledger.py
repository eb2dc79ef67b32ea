"""What a careful person would have counted by hand, reading the story from end to end.

Kept apart from the product on purpose: the demo compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sandbox.city.acts import (
    Act,
    Answered,
    Ask,
    Choose,
    Delete,
    Edit,
    Fields,
    Like,
    Post,
    Progress,
    React,
    Register,
    Reply,
    Resolve,
    Rewrite,
    Shortcut,
    Unlike,
    Unreact,
    Withdraw,
)
from sandbox.city.people import LEADERS
from sandbox.city.projects import Undertaking, project, project_of
from sandbox.city.roster import Roster
from sandbox.city.transcript import when

MARKS = ("【進捗】", "#進捗", "#progress")
MEMO, SOS, QUESTION, LIKE = "memo", "sos", "question", "thumbsup"


@dataclass(frozen=True)
class Tally:
    """Numbers of what stands: posts, replies, reactions to posts, acknowledgements of posts."""

    posts: int
    replies: int
    reactions: int
    acknowledgements: int


@dataclass
class Written:
    """A message as it stands. `decision` is what somebody decided about it by hand."""

    at: datetime
    who: str
    channel: str
    text: str
    is_post: bool
    fields: Fields | None = None
    decision: Shortcut | None = None
    deleted: bool = False


@dataclass
class Question:
    """What a leader asked about a post: open until it is answered, or taken back."""

    of: str
    who: str
    answered: bool = False


class Ledger:
    """Reads acts one after another."""

    def __init__(self) -> None:
        self.messages: dict[str, Written] = {}
        self.pressed: dict[tuple[str, str, str], str] = {}
        self.liked: set[tuple[str, str]] = set()
        self.questions: list[Question] = []
        self.resolved: set[str] = set()
        self.registered: set[str] = set()
        self._roster = Roster()

    def write(self, act: Act) -> None:
        """Take one act into account."""
        self._roster.write(act)
        match act.what:
            case Register(project=key):
                self.registered.update(project(key).channels)
            case Post() | Progress() | Reply() | Edit() | Delete() | Rewrite() | Withdraw():
                self._written(act)
            case React() | Unreact() | Like() | Unlike():
                self._reacted(act)
            case Ask(of=key):
                self.questions.append(Question(key, act.who))
            case Answered(of=key):
                self._answer(key)
            case Resolve(of=key):
                self.resolved.add(key)
            case Choose(of=key, shortcut=shortcut):
                if shortcut != Shortcut.WHY:
                    self.messages[key].decision = shortcut
            case _:
                pass

    def _written(self, act: Act) -> None:
        match act.what:
            case Post(key=key, channel=channel, text=text):
                self.messages[key] = Written(act.at, act.who, channel, text, is_post=True)
            case Progress(key=key, channel=channel, fields=fields):
                self.messages[key] = Written(
                    act.at, act.who, channel, fields.text, is_post=True, fields=fields
                )
            case Reply(key=key, to=to, text=text, broadcast=broadcast):
                channel = self.messages[to].channel
                self.messages[key] = Written(act.at, act.who, channel, text, is_post=broadcast)
                if act.who in self._answerers(to):
                    self._answer(to)
            case Rewrite(of=key, fields=fields):
                self.messages[key].fields, self.messages[key].text = fields, fields.text
            case Edit(of=key, text=text):
                self.messages[key].text = text
            case Delete(of=key) | Withdraw(of=key):
                self.messages[key].deleted = True
            case _:
                pass

    def _reacted(self, act: Act) -> None:
        match act.what:
            case React(of=key, emoji=emoji):
                self.pressed[key, act.who, one_name(emoji)] = emoji
                if emoji == QUESTION and act.who in LEADERS:
                    self.questions.append(Question(key, act.who))
            case Unreact(of=key, emoji=emoji):
                self.pressed.pop((key, act.who, one_name(emoji)), None)
                if emoji == QUESTION:
                    self.questions = [
                        one
                        for one in self.questions
                        if (one.of, one.who, one.answered) != (key, act.who, False)
                    ]
            case Like(of=key):
                self.liked.add((key, act.who))
            case Unlike(of=key):
                self.liked.discard((key, act.who))
            case _:
                pass

    def _answerers(self, key: str) -> set[str]:
        """Who can answer what was asked about a post: its author and the project's people."""
        home = project_of(self.messages[key].channel)
        people = self._roster.of(home.key).everybody if home else set()
        return {*people, self.messages[key].who}

    def _answer(self, key: str) -> None:
        for one in self.questions:
            if one.of == key:
                one.answered = True

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
        if message.decision is not None:
            return message.decision == Shortcut.RECORD
        marked = any(mark in message.text for mark in MARKS)
        noted = (key, message.who, MEMO) in self.pressed
        return home.capture == "all" or marked or noted or message.fields is not None

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
        standing = [(key, who) for key, who, _ in self.reactions() if key in posts]
        acknowledged = {(key, who) for key, who in standing if who in LEADERS}
        return Tally(len(posts), len(replies), len(standing), len(acknowledged))

    def reactions(self) -> set[tuple[str, str, str]]:
        """What stands, as (message, person, emoji): a button and 👍 of one person are one."""
        return {*self.pressed, *((key, who, LIKE) for key, who in self.liked)}

    def acknowledged(self) -> set[tuple[str, str]]:
        """(post, leader) of every acknowledgement that stands on a post that counts."""
        return {
            (key, who)
            for key, who, _ in self.reactions()
            if who in LEADERS and self.counts_as_post(key)
        }

    def asks_for_help(self, project_key: str) -> list[str]:
        """The posts of a project that ask for help, whether or not it has come."""
        return [
            key
            for key in self.posts(project_key)
            if (key, self.messages[key].who, SOS) in self.pressed or self._help_in_form(key)
        ]

    def _help_in_form(self, key: str) -> bool:
        fields = self.messages[key].fields
        return fields is not None and bool(fields.help)

    def asked(self, project_key: str) -> list[Question]:
        """The questions about a project's posts."""
        posts = set(self.posts(project_key))
        return [one for one in self.questions if one.of in posts]


def _recorded(home: Undertaking | None, at: datetime) -> bool:
    if home is None or at < when(home.registered):
        return False
    return not home.closed or at < when(home.closed)


def one_name(emoji: str) -> str:
    """The name that aliases and skin tones of an emoji share, for those the story uses."""
    plain = emoji.partition("::")[0]
    return LIKE if plain == "+1" else plain


def count(acts: Iterable[Act]) -> Ledger:
    """A ledger of all these acts."""
    ledger = Ledger()
    for act in acts:
        ledger.write(act)
    return ledger
