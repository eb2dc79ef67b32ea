"""How people press buttons, fill in forms and use their Homes: what the app shows, and then this.

Each of these ends when the app has answered as people see it: with words, a form, a new Home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sandbox import Channel, Invocation, Message, Person, Sandbox, View
from sandbox.actions import NotThereError
from sandbox.choosing import Choice
from sandbox.city.acts import Fields, Shortcut
from sandbox.json_types import JsonObject, as_objects, as_text
from sandbox.markup import elements_of

T = TypeVar("T")

# Real seconds for which people wait for the app
PATIENCE = 30.0
LIKE, ASK, ANSWERED, RESOLVE = (
    "recognise_like",
    "recognise_ask",
    "question_answered",
    "progress_help_resolved",
)
ASK_FORM, PROGRESS_FORM, EDIT_FORM, WITHDRAW_FORM = (
    "ask_form",
    "progress_form",
    "progress_edit_form",
    "progress_withdraw_form",
)
MENU, NOTICES = "progress_menu", "home_notices"
PREVIOUS_PAGE, NEXT_PAGE = "home_turn_waiting_back", "home_turn_waiting_on"
# How many pages of a list people turn over before they give up
MOST_PAGES = 20


class Hands:
    """Everybody's hands in one sandbox."""

    def __init__(self, slack: Sandbox) -> None:
        self._slack = slack

    # --- forms ---------------------------------------------------------------------------------

    def fill_in(self, who: Person, callback_id: str, values: Mapping[str, Choice]) -> None:
        """Fill in the form that opens in front of a person, and send it."""
        form = self.form(who, callback_id)
        who.fills(form, values)
        self.send(who, form)

    def form(self, who: Person, callback_id: str = "") -> View:
        """The form in front of a person; with no `callback_id` whichever opens."""

        def look() -> View | None:
            form = who.modal
            return form if form and callback_id in ("", form.callback_id) else None

        return self.awaited(look, f"the form {callback_id} of {who.name}")

    def send(self, who: Person, form: View) -> None:
        """Send a form, and close what it turns into. Raises RuntimeError with what is wrong."""
        result = who.submits(form)
        if result.errors or result.error:
            raise RuntimeError(f"{form.title}: {result.error} {result.errors}")
        if who.modal is not None:
            who.closes()

    # --- commands and shortcuts ----------------------------------------------------------------

    def types(self, who: Person, command: str, text: str, channel: Channel) -> Message:
        """Run a command and wait for the answer. Raises RuntimeError if Slack shows an error."""
        return self.answer(self._run(who, command, text, channel), f"{command} {text}")

    def _run(self, who: Person, command: str, text: str, channel: Channel) -> Invocation:
        asked = who.runs(command, text, channel)
        if asked.error or not asked.acked:
            raise RuntimeError(f"{command} {text}: {asked.error}")
        return asked

    def shortcut(self, who: Person, shortcut: Shortcut, message: Message) -> None:
        """Choose something in a message's menu, and read what comes of it."""
        chosen = who.shortcut(shortcut, message)
        if shortcut == Shortcut.WHY:
            self.form(who)
            who.closes()
        else:
            self.answer(chosen, shortcut)

    def writes(
        self, who: Person, channel: Channel, fields: Fields, photos: Iterable[str]
    ) -> Message:
        """Post with the form; returns what then stands in the channel."""
        form = self.begins(who, channel, fields, photos)
        before = len(channel.messages)
        self.send(who, form)
        self.awaited(lambda: len(channel.messages) > before, "the post of a form")
        return channel.messages[-1]

    def begins(
        self, who: Person, channel: Channel, fields: Fields, photos: Iterable[str] = ()
    ) -> View:
        """Open the form for progress in a channel and fill it in."""
        self._run(who, "/progress", "", channel)
        form = self.form(who, PROGRESS_FORM)
        given = written(fields)
        if files := [who.uploads(name) for name in photos]:
            given["photos"] = files
        who.fills(form, given)
        return form

    def rewrites(self, who: Person, message: Message, fields: Fields) -> None:
        """Change a post with the form."""
        self._choose_in_menu(who, message, "edit")
        self.fill_in(who, EDIT_FORM, written(fields))

    def withdraws(self, who: Person, message: Message) -> None:
        """Take a post back that was written with the form."""
        self._choose_in_menu(who, message, "withdraw")
        self.fill_in(who, WITHDRAW_FORM, {})
        self.awaited(lambda: message.deleted, "a post to be withdrawn")

    def _choose_in_menu(self, who: Person, message: Message, what: str) -> None:
        options = [
            as_text(option.get("value"))
            for _, element in elements_of(message.blocks)
            if element.get("action_id") == MENU
            for option in as_objects(element.get("options"))
        ]
        who.chooses(message, MENU, next(one for one in options if one.startswith(what)))

    # --- buttons under posts -------------------------------------------------------------------

    def likes(self, who: Person, post: Message, digest: Iterable[Message]) -> None:
        """Press いいね! under a post that a digest shows."""
        pressed = self._press(who, post, LIKE, digest)
        self.answer(pressed, "an answer to いいね!")

    def likes_at_home(self, who: Person, post: Message) -> None:
        """Press いいね! under a post in one's Home."""
        home = self._turn_to(who, post)
        version = version_of(home)
        who.presses(home, LIKE, value=value_of(post))
        self._newer_home(who, version)

    def asks(self, who: Person, post: Message, words: str, digest: Iterable[Message]) -> None:
        """Press 教えて under a post that a digest shows, and send the question."""
        self._press(who, post, ASK, digest)
        self._send_question(who, words)

    def asks_at_home(self, who: Person, post: Message, words: str) -> None:
        """Press 教えて under a post in one's Home, and send the question."""
        home = self._turn_to(who, post)
        who.presses(home, ASK, value=value_of(post))
        self._send_question(who, words)

    def _send_question(self, who: Person, words: str) -> None:
        self.fill_in(who, ASK_FORM, {"words": words} if words else {})

    def presses(self, who: Person, message: Message, action_id: str) -> None:
        """Press the only such button under a message, and read the answer or see it changed."""
        seen = message.edited, message.blocks
        pressed = who.presses(message, action_id)
        self.awaited(
            lambda: pressed.replies or (message.edited, message.blocks) != seen,
            f"an answer to {action_id}",
        )

    def _press(
        self, who: Person, post: Message, action_id: str, digest: Iterable[Message]
    ) -> Invocation:
        """Press a button about this post under the message that has it. Raises LookupError."""
        for message in digest:
            if shows(message.blocks, post):
                return who.presses(message, action_id, value=value_of(post))
        raise LookupError(f"no digest shows {post.text[:40]!r}")

    # --- the Home ---------------------------------------------------------------------------

    def opens_home(self, who: Person) -> View:
        """Open one's Home; returns it as it then is."""
        version = version_of(who.home)
        who.opens_home()
        return self._newer_home(who, version)

    def prefers(self, who: Person, notices: str) -> None:
        """Choose in one's Home when one hears of reactions and thanks."""
        home = self.opens_home(who)
        version = version_of(home)
        who.chooses(home, NOTICES, notices)
        self._newer_home(who, version)

    def fills_in_at_home(self, who: Person, button: str, values: Mapping[str, Choice]) -> None:
        """Press a button in one's Home and fill in the form behind it."""
        who.presses(self.opens_home(who), button)
        self.fill_in(who, "", values)

    def _turn_to(self, who: Person, post: Message) -> View:
        """The page of one's Home that shows the post. Raises LookupError.

        A Home opens where its owner has left it: so they look through it from there, then back.
        """
        home = self.opens_home(who)
        for way in (PREVIOUS_PAGE, NEXT_PAGE):
            for _ in range(MOST_PAGES):
                if shows(home.blocks, post):
                    return home
                version = version_of(home)
                try:
                    who.presses(home, way)
                except NotThereError:
                    break
                home = self._newer_home(who, version)
        raise LookupError(f"the Home of {who.name} does not show {post.text[:40]!r}")

    def _newer_home(self, who: Person, version: str) -> View:
        """The Home once it was made anew."""
        return self.awaited(
            lambda: who.home if version_of(who.home) not in ("", version) else None,
            f"the Home of {who.name}",
        )

    # --- waiting -------------------------------------------------------------------------------

    def answer(self, invocation: Invocation, what: str) -> Message:
        """What the app says to whoever has asked."""
        return self.awaited(lambda: invocation.replies, what)[0]

    def awaited(self, look: Callable[[], T | None], what: str) -> T:
        """What somebody waits to see. Raises AssertionError if it does not come."""
        seen = self._slack.until(look, PATIENCE, what)
        if seen is None:
            raise AssertionError(what)
        return seen


def value_of(post: Message) -> str:
    """What the buttons about a post carry."""
    return f"{post.record.channel_id}:{post.ts}"


def shows(blocks: Iterable[JsonObject], post: Message) -> bool:
    """Whether there are buttons about this post."""
    return any(element.get("value") == value_of(post) for _, element in elements_of(blocks))


def version_of(home: View | None) -> str:
    """Differs each time a Home is made anew; empty where there is none."""
    return home.record.hash if home else ""


def written(fields: Fields) -> dict[str, Choice]:
    """The fields of the form by the IDs of their blocks."""
    return {
        "done": fields.done,
        "found": fields.found,
        "next": fields.next,
        "help": fields.help,
    }
