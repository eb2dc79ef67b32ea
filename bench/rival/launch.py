"""slack-machine as it is, with a plugin that stores each message by the means it gives plugins.

It runs in an environment of its own (`requirements.txt` beside this file): its dependencies
contradict ours. It has no setting for another Slack than slack.com, so the client that it makes
for itself is given the address here.

    python bench/rival/launch.py URL DATABASE-FILE
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial

from machine import Machine, core
from machine.plugins.base import MachineBasePlugin
from machine.plugins.decorators import process
from machine.utils.collections import CaseInsensitiveDict
from slack_sdk.web.async_client import AsyncWebClient


class Keeper(MachineBasePlugin):  # type: ignore[misc]  # its types are not installed here
    """Stores every message under its time."""

    @process("message")  # type: ignore[untyped-decorator]  # as above
    async def keep(self, event: dict[str, object]) -> None:
        """Called by slack-machine for each message, after it has acknowledged it."""
        await self.storage.set(str(event["ts"]), json.dumps(event))


def main() -> None:
    """Run until killed."""
    url, file = sys.argv[1:]
    core.AsyncWebClient = partial(AsyncWebClient, base_url=f"{url}/api/")
    settings = {
        "SLACK_APP_TOKEN": "xapp-bench",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "PLUGINS": ["__main__.Keeper"],
        "STORAGE_BACKEND": "machine.storage.backends.sqlite.SQLiteStorage",
        "SQLITE_PATH": file,
        "HTTP_PROXY": None,
        "TZ": "UTC",
        "LOGLEVEL": "ERROR",
        "LOG_HANDLED_MESSAGES": False,
    }
    asyncio.run(Machine(CaseInsensitiveDict(settings)).run())


if __name__ == "__main__":
    main()
