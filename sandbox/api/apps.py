"""auth.* and apps.*: who calls, and where to connect."""

from __future__ import annotations

from sandbox.api.base import ApiCall, Method, kinds
from sandbox.json_types import JsonObject


def auth_test(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/auth.test"""
    workspace = call.workspace
    return {
        "url": workspace.url,
        "team": workspace.name,
        "user": workspace.bot.username,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/api.test"""
    return {"args": call.args}


def connections_open(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    return {"url": call.socket_url()}


APPS: dict[str, Method] = {
    "auth.test": Method(auth_test, {}, (), 5),
    "api.test": Method(api_test, kinds(text="error foo"), (), 4),
    "apps.connections.open": Method(connections_open, {}, (), 3, token="app"),
}
