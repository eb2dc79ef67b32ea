"""Plays the story of the sample city in a sandbox: people do what the acts say."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox import Channel, Message, Person, Sandbox
from sandbox.choosing import Choice
from sandbox.city.acts import (
    Act,
    Answered,
    Ask,
    Begin,
    Choose,
    Command,
    Delete,
    Edit,
    Enter,
    FillIn,
    HandOver,
    Invite,
    InviteBot,
    Join,
    Leave,
    Like,
    OpenHome,
    Pause,
    Post,
    Prefer,
    Progress,
    React,
    Register,
    Reply,
    Resolve,
    Retitle,
    Rewrite,
    Thank,
    Unlike,
    Unreact,
    Where,
    Withdraw,
)
from sandbox.city.hands import ANSWERED, RESOLVE, Hands
from sandbox.city.people import PEOPLE
from sandbox.city.projects import DIGEST, PLACES, project
from sandbox.city.registration import register
from sandbox.markup import elements_of

MENTION = re.compile(r"\{(?P<mark>[@#])(?P<key>\w+)\}")
PAUSE = "quiet_pause"


class Player:
    """The people and channels of the city in one sandbox, and what they have written so far.

    `app_is_done` waits until the app has nothing left to do; it is called where people would
    wait for the app's answer before they go on.
    """

    def __init__(self, slack: Sandbox, app_is_done: Callable[[], None]) -> None:
        self._slack = slack
        self._app_is_done = app_is_done
        self._hands = Hands(slack)
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}

    def gather(self) -> None:
        """Bring the people into the workspace and make the channels."""
        for one in PEOPLE:
            self.people[one.key] = self._slack.person(
                one.name,
                username=one.key,
                title=one.title,
                admin=one.admin,
                guest=one.guest,
                external_team=one.organisation or None,
            )
        for place in PLACES:
            self.channels[place.key] = self._slack.channel(
                place.name,
                private=place.private,
                members=[self.people[who] for who in place.members],
                shared_with=place.shared_with or None,
            )

    def play(self, act: Act) -> None:
        """Let one act happen now.

        Raises KeyError for a person or message nobody knows, LookupError for a button that is not
        there, RuntimeError where the app refuses something.
        """
        who = self.people[act.who]
        if self._writes_or_reacts(who, act):
            return
        match act.what:
            case InviteBot(channel=channel):
                self._slack.invite_bot(self.channels[channel])
            case Join(channel=channel):
                self.channels[channel].invites(who)
            case Retitle(title=title):
                who.changes_title(title)
            case Command(channel=channel, command=command, text=text):
                self._types(who, command, text, self.channels[channel])
            case _:
                self._asks_the_app(who, act)
        self._app_is_done()

    def digest(self) -> list[Message]:
        """The latest digest in the leaders' channel, with what stands in its thread."""
        said = self.digests()
        return [said[-1], *said[-1].replies] if said else []

    def digests(self) -> list[Message]:
        """The digests in the leaders' channel, the oldest first."""
        return [
            message
            for message in self.channels[DIGEST].messages
            if message.user == self._slack.bot_user_id and message.metadata is not None
        ]

    def _writes_or_reacts(self, who: Person, act: Act) -> bool:
        """What people do in Slack by itself; whether it was such a thing."""
        match act.what:
            case Post():
                self._post(who, act.what)
            case Reply(key=key, to=to, text=text, broadcast=broadcast):
                root = self.messages[to]
                self.messages[key] = who.replies(root, self._said(text), broadcast=broadcast)
            case Edit(of=key, text=text):
                who.edits(self.messages[key], self._said(text))
            case Delete(of=key):
                who.deletes(self.messages[key])
            case React(of=key, emoji=emoji):
                who.reacts(self.messages[key], emoji)
            case Unreact(of=key, emoji=emoji):
                who.unreacts(self.messages[key], emoji)
            case _:
                return False
        return True

    def _asks_the_app(self, who: Person, act: Act) -> None:
        """Commands, buttons, forms and the Home."""
        hands = self._hands
        match act.what:
            case Like() | Unlike() | Ask():
                self._presses_about_post(who, act.what)
            case Answered(of=key):
                hands.presses(who, self._question_on(self.messages[key]), ANSWERED)
            case Resolve(of=key):
                hands.presses(who, self.messages[key], RESOLVE)
            case Choose(of=key, shortcut=shortcut):
                hands.shortcut(who, shortcut, self.messages[key])
            case Progress(key=key, channel=channel, fields=fields, photos=photos):
                self.messages[key] = hands.writes(who, self.channels[channel], fields, photos)
            case Rewrite(of=key, fields=fields):
                hands.rewrites(who, self.messages[key], fields)
            case Withdraw(of=key):
                hands.withdraws(who, self.messages[key])
            case Begin(channel=channel, fields=fields):
                hands.begins(who, self.channels[channel], fields)
            case Thank(channel=channel, to=to, text=text):
                named = " ".join(f"{{@{one}}}" for one in to)
                self._types(who, "/kudos", f"{named} {text}", self.channels[channel])
            case OpenHome():
                hands.opens_home(who)
            case Prefer(notices=notices):
                hands.prefers(who, notices)
            case FillIn(button=button, values=values):
                given = {name: self._chosen(value) for name, value in values}
                hands.fills_in_at_home(who, button, given)
            case _:
                self._changes_a_project(who, act)

    def _changes_a_project(self, who: Person, act: Act) -> None:
        match act.what:
            case Register(project=key):
                channel = self.channels[project(key).channels[0]]
                register(self._hands, project(key), who, channel)
            case Enter(project=key):
                self._about(who, key, "参加")
            case Invite(project=key, whom=whom, way=way):
                self._about(who, key, f"招待 {{@{whom}}} {way}")
            case Leave(project=key):
                self._about(who, key, "退出")
            case HandOver(project=key, to=to):
                self._about(who, key, f"引き継ぎ {{@{to}}}")
            case Pause():
                self._hands.presses(who, self._last_with(who, PAUSE), PAUSE)
            case _:
                raise ValueError(f"nobody knows how to do this: {act}")

    def _presses_about_post(self, who: Person, what: Like | Unlike | Ask) -> None:
        post, hands = self.messages[what.of], self._hands
        match what:
            case Ask(where=Where.HOME, words=words):
                hands.asks_at_home(who, post, words)
            case Ask(words=words):
                hands.asks(who, post, words, self.digest())
            case Like(where=Where.HOME) | Unlike(where=Where.HOME):
                hands.likes_at_home(who, post)
            case _:
                hands.likes(who, post, self.digest())

    def _about(self, who: Person, key: str, text: str) -> None:
        """Type a command about a project in its channel; whoever is not in it says which one."""
        one = project(key)
        here = one.channels[0]
        if who.id not in self.channels[here].members:
            here, text = DIGEST, f"{text} {one.name}"
        self._types(who, "/project", text, self.channels[here])

    def _post(self, who: Person, post: Post) -> None:
        self.messages[post.key] = who.posts(
            self.channels[post.channel],
            self._said(post.text),
            files=post.files,
            subtype=post.subtype or None,
        )

    def _types(self, who: Person, command: str, text: str, channel: Channel) -> None:
        self._hands.types(who, command, self._typed(text), channel)

    def _question_on(self, post: Message) -> Message:
        """The last question in a post's thread that can be marked as answered."""
        return next(one for one in reversed(post.replies) if has_button(one, ANSWERED))

    def _last_with(self, who: Person, action_id: str) -> Message:
        """The last of the app's messages to a person that has this button."""
        messages = who.dm().messages
        return next(one for one in reversed(messages) if has_button(one, action_id))

    def _said(self, text: str) -> str:
        """A message's text with mentions in Slack's syntax."""
        return MENTION.sub(lambda found: f"<@{self.people[found['key']].id}>", text)

    def _chosen(self, value: str) -> Choice:
        """What is put into a field: a person or a channel where one is named, else the words."""
        found = MENTION.fullmatch(value)
        if found is None:
            return value
        if found["mark"] == "#":
            return self.channels[found["key"]]
        return self.people[found["key"]]

    def _typed(self, text: str) -> str:
        """A command's text with mentions as a person types them."""

        def name(found: re.Match[str]) -> str:
            if found["mark"] == "#":
                return f"#{self.channels[found['key']].name}"
            return f"@{found['key']}"

        return MENTION.sub(name, text)


def has_button(message: Message, action_id: str) -> bool:
    """Whether a message has such a button."""
    return any(element.get("action_id") == action_id for _, element in elements_of(message.blocks))
