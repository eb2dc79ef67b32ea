"""A local Slack that is as strict as the real one, for the demo and the tests."""

from sandbox.actions import NotThereError
from sandbox.actors import Bot, Channel, Impossible, Invocation, Message, SubmitResult, View
from sandbox.choosing import Choice
from sandbox.clock import SandboxClock
from sandbox.delivery import EventDelivery
from sandbox.person import Person
from sandbox.records import Call
from sandbox.sandbox import Sandbox

__all__ = [
    "Bot",
    "Call",
    "Channel",
    "Choice",
    "EventDelivery",
    "Impossible",
    "Invocation",
    "Message",
    "NotThereError",
    "Person",
    "Sandbox",
    "SandboxClock",
    "SubmitResult",
    "View",
]
