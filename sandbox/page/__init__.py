"""The sandbox's page for people: channels, threads, DMs, Home and modals as Slack shows them."""

from __future__ import annotations

from sandbox.page.routes import add_routes

__all__ = ["add_routes"]
