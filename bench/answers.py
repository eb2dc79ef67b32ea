"""What Slack's Web API says, in as few words as a client can do with, and at Slack's pace."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from bench.envelopes import APP, BOT, BOT_USER, TEAM

# There is no history here: an app that reads it again would find that nothing is left of it.
LATER = ("conversations.history", "conversations.replies", "reactions.get")
LATER_SECONDS = 3600
# Calls a minute that Slack allows of what an app does of its own accord for each post or person:
# tiers 3 and 4 (https://docs.slack.dev/apis/web-api/rate-limits).
A_MINUTE = {"reactions.add": 50, "views.publish": 100, "users.info": 100}
WINDOW_SECONDS = 60.0


class Limits:
    """Slack's pace; called from many threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._calls: dict[str, deque[float]] = {name: deque() for name in A_MINUTE}

    def wait_needed(self, method: str) -> int:
        """Whole seconds until this call would be allowed; 0 lets it through."""
        if method in LATER:
            return LATER_SECONDS
        if method not in A_MINUTE:
            return 0
        with self._turn:
            now, calls = time.monotonic(), self._calls[method]
            while calls and calls[0] <= now - WINDOW_SECONDS:
                calls.popleft()
            if len(calls) >= A_MINUTE[method]:
                return int(calls[0] + WINDOW_SECONDS - now) + 1
            calls.append(now)
            return 0


def answer_to(url: str, method: str, form: dict[str, str]) -> dict[str, object]:
    """What Slack would say, in as few words as a client can do with."""
    user = form.get("user", BOT_USER)
    made_up: dict[str, Callable[[], dict[str, object]]] = {
        "apps.connections.open": lambda: {"url": f"{url.replace('http', 'ws')}/link/?t=1"},
        "auth.test": lambda: {
            "url": "https://city.slack.com/",
            "team": "city",
            "user": "iine",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
        },
        "bots.info": lambda: {
            "bot": {"id": BOT, "app_id": APP, "user_id": BOT_USER, "name": "iine"}
        },
        "users.info": lambda: {"user": _user(user)},
        "users.list": lambda: {"members": [_user(BOT_USER)], "response_metadata": {}},
        "conversations.list": lambda: {"channels": [_channel("C00001")], "response_metadata": {}},
        "conversations.info": lambda: {"channel": _channel(form.get("channel", ""))},
        "conversations.open": lambda: {"channel": _channel("D00001")},
        "chat.postMessage": lambda: {
            "channel": form.get("channel", ""),
            "ts": f"{time.time():.6f}",
            "message": {},
        },
        "views.open": lambda: {"view": {"id": "V1", "hash": "1.1"}},
        "views.update": lambda: {"view": {"id": "V1", "hash": "1.2"}},
        "views.publish": lambda: {"view": {"id": "V2", "hash": "2.1"}},
    }
    return {"ok": True, **made_up.get(method, dict)()}


def _channel(channel_id: str) -> dict[str, object]:
    return {
        "id": channel_id,
        "name": f"wg-{channel_id.lower()}",
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_member": True,
        "is_general": False,
        "is_org_shared": False,
        "is_shared": False,
        "created": 1_700_000_000,
        "creator": BOT_USER,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": 1,
    }


def _user(user: str) -> dict[str, object]:
    profile = {
        "display_name": f"職員 {user}",
        "real_name": f"職員 {user}",
        "title": "防災課",
        "avatar_hash": "",
        "real_name_normalized": f"職員 {user}",
        "display_name_normalized": f"職員 {user}",
        "email": "",
        "team": TEAM,
    }
    return {
        "id": user,
        "team_id": TEAM,
        "name": user.lower(),
        "deleted": False,
        "is_bot": False,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_app_user": False,
        "real_name": f"職員 {user}",
        "tz": "Asia/Tokyo",
        "tz_label": "Japan Standard Time",
        "tz_offset": 32_400,
        "updated": 0,
        "locale": "ja-JP",
        "profile": profile,
    }
