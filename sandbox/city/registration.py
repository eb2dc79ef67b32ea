"""How a lead registers a project: the command, and the forms and buttons that follow."""

from __future__ import annotations

from sandbox import Channel, Message, Person
from sandbox.city.hands import Hands
from sandbox.city.projects import Undertaking

EDIT = "project_edit"
CONFIRM = "project_confirm_register"
WITH_FORM_ALONE = frozenset({"yuzuri"})


def register(hands: Hands, project: Undertaking, lead: Person, channel: Channel) -> None:
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
        hands.fill_in(lead, "", {"name": project.name, "channel": channel, **details})
        return
    answer = hands.types(lead, "/project", f"登録 {project.name}", channel)
    if channel.record.is_private:
        lead.presses(answer, CONFIRM)
    card = hands.awaited(lambda: card_in(channel), f"the card of {project.name}")
    lead.presses(card, EDIT)
    hands.fill_in(lead, "", details)


def card_in(channel: Channel) -> Message | None:
    """The card of the project in its channel."""
    cards = [one for one in channel.messages if EDIT in str(one.blocks)]
    return cards[-1] if cards else None
