"""How people ask the app for something: commands, and the forms and buttons that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sandbox import Channel, Message, Person, Sandbox, View
from sandbox.city.projects import Undertaking

T = TypeVar("T")

EDIT = "project_edit"
CONFIRM = "project_confirm_register"
WITH_FORM_ALONE = frozenset({"yuzuri"})


def register(slack: Sandbox, project: Undertaking, lead: Person, channel: Channel) -> None:
    """Register the project in its channel and fill in the rest, as a lead does.

    Most type the name and press 「詳細を編集」 on the card; some take the form from the start.
    Raises RuntimeError with what the lead gets to read if it does not work out.
    """
    details = {
        "kind": project.kind,
        "purpose": project.purpose,
        "stage": project.stage,
        "capture": project.capture,
    }
    if project.key in WITH_FORM_ALONE:
        lead.runs("/project", "登録", channel)
        fill(slack, lead, {"name": project.name, "channel": channel, **details})
        return
    answer = ask(slack, lead, "/project", f"登録 {project.name}", channel)
    if channel.record.is_private:
        lead.presses(answer, CONFIRM)
    card = awaited(slack, lambda: card_in(channel), f"the card of {project.name}")
    lead.presses(card, EDIT)
    fill(slack, lead, details)


def ask(slack: Sandbox, who: Person, command: str, text: str, channel: Channel) -> Message:
    """Run a command and wait for the answer. Raises RuntimeError if Slack shows an error."""
    asked = who.runs(command, text, channel)
    if asked.error or not asked.acked:
        raise RuntimeError(f"{command} {text}: {asked.error}")
    return slack.until(lambda: asked.replies, what=f"an answer to {command} {text}")[0]


def fill(slack: Sandbox, who: Person, values: Mapping[str, str | Channel]) -> None:
    """Fill in the form that opens in front of a person and send it."""
    form = awaited(slack, lambda: who.modal, "a form")
    who.fills(form, values)
    send(who, form)


def send(who: Person, form: View) -> None:
    """Send a form. Raises RuntimeError with what is wrong with it."""
    result = who.submits(form)
    if result.errors or result.error:
        raise RuntimeError(f"{form.title}: {result.error} {result.errors}")
    if who.modal is not None:
        who.closes()


def card_in(channel: Channel) -> Message | None:
    """The card of the project in its channel."""
    cards = [one for one in channel.messages if EDIT in str(one.blocks)]
    return cards[-1] if cards else None


def awaited(slack: Sandbox, look: Callable[[], T | None], what: str) -> T:
    """What somebody waits to see. Raises AssertionError if it does not come."""
    seen = slack.until(look, what=what)
    if seen is None:
        raise AssertionError(what)
    return seen
