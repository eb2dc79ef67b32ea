"""Plays the story of the sample city in a sandbox: people do what the acts say."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox import Channel, Message, Person, Sandbox
from sandbox.city.acts import (
    Act,
    Command,
    Delete,
    Edit,
    InviteBot,
    Join,
    Post,
    React,
    Register,
    Reply,
    Retitle,
    Unreact,
)
from sandbox.city.people import PEOPLE
from sandbox.city.projects import PLACES, project
from sandbox.city.registration import ask, register

MENTION = re.compile(r"\{(?P<mark>[@#])(?P<key>\w+)\}")


class Player:
    """The people and channels of the city in one sandbox, and what they have written so far.

    `app_is_done` waits until the app has nothing left to do; it is called where people would
    wait for the app's answer before they go on.
    """

    def __init__(self, slack: Sandbox, app_is_done: Callable[[], None]) -> None:
        self._slack = slack
        self._app_is_done = app_is_done
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.answers: list[Message] = []

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
        """Let one act happen now. Raises KeyError for a person or message nobody knows."""
        who = self.people[act.who]
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
            case Command(channel=channel, command=command, text=text):
                self._command(who, command, self._typed(text), self.channels[channel])
            case InviteBot(channel=channel):
                self._slack.invite_bot(self.channels[channel])
            case Register(project=key):
                register(self._slack, project(key), who, self.channels[project(key).channels[0]])
                self._app_is_done()
            case Join(channel=channel):
                self.channels[channel].invites(who)
            case Retitle(title=title):
                who.changes_title(title)

    def _post(self, who: Person, post: Post) -> None:
        self.messages[post.key] = who.posts(
            self.channels[post.channel],
            self._said(post.text),
            files=post.files,
            subtype=post.subtype or None,
        )

    def _command(self, who: Person, command: str, text: str, channel: Channel) -> None:
        self.answers.append(ask(self._slack, who, command, text, channel))
        self._app_is_done()

    def _said(self, text: str) -> str:
        """A message's text with mentions in Slack's syntax."""
        return MENTION.sub(lambda found: f"<@{self.people[found['key']].id}>", text)

    def _typed(self, text: str) -> str:
        """A command's text with mentions as a person types them."""

        def name(found: re.Match[str]) -> str:
            if found["mark"] == "#":
                return f"#{self.channels[found['key']].name}"
            return f"@{found['key']}"

        return MENTION.sub(name, text)
