"""A local Slack that is as strict as the real one, for the demo and the tests."""

from sandbox.actors import Bot, Channel, Impossible, Invocation, Message, SubmitResult, View
from sandbox.clock import SandboxClock
from sandbox.delivery import EventDelivery
from sandbox.person import Person
from sandbox.records import Call
from sandbox.sandbox import Sandbox

__all__ = [
    "Bot",
    "Call",
    "Channel",
    "EventDelivery",
    "Impossible",
    "Invocation",
    "Message",
    "Person",
    "Sandbox",
    "SandboxClock",
    "SubmitResult",
    "View",
]
