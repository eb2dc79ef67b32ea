"""Delivery over HTTP, signed as Slack signs.

https://docs.slack.dev/apis/events-api,
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import urlencode

import aiohttp

from sandbox.clock import SandboxClock
from sandbox.delivery import Dispatcher, Parcel
from sandbox.json_types import JsonObject, as_object

MOST_REAL_SECONDS = 5.0
NO_RETRY = "x-slack-no-retry"


class HttpTarget:
    """Posts every parcel to the one address of the app."""

    def __init__(
        self,
        url: str,
        dispatcher: Dispatcher,
        signing_secret: str,
        loop: Callable[[], asyncio.AbstractEventLoop | None],
    ) -> None:
        self.url = url
        self.dispatcher = dispatcher
        self.signing_secret = signing_secret
        self._loop = loop

    def send(self, parcel: Parcel) -> None:
        """Post a parcel from the server's loop; the outcome comes back to the dispatcher."""
        loop = self._loop()
        if loop is None:
            self.dispatcher.failed(parcel.envelope_id, "connection_failed")
            return
        asyncio.run_coroutine_threadsafe(self._post(parcel), loop)

    async def _post(self, parcel: Parcel) -> None:
        body, kind = _body(parcel)
        headers = sign(body, self.signing_secret, self.dispatcher.workspace.clock)
        headers["Content-Type"] = kind
        if parcel.attempt:
            headers["x-slack-retry-num"] = str(parcel.attempt)
            headers["x-slack-retry-reason"] = parcel.reason
        timeout = aiohttp.ClientTimeout(total=MOST_REAL_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(
                    self.url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                text = await response.text()
                self._judge(parcel, response.status, NO_RETRY in response.headers, text)
        except TimeoutError:
            self.dispatcher.failed(parcel.envelope_id, "http_timeout")
        except aiohttp.ClientError:
            self.dispatcher.failed(parcel.envelope_id, "connection_failed")

    def _judge(self, parcel: Parcel, status: int, no_retry: bool, text: str) -> None:
        if 200 <= status < 300:
            self.dispatcher.acknowledged(parcel.envelope_id, _answer(text))
            return
        self.dispatcher.failed(parcel.envelope_id, "http_error", final=no_retry)


def sign(body: bytes, secret: str, clock: SandboxClock) -> dict[str, str]:
    """The v0 signature of a body, with the moment at which it was signed."""
    timestamp = str(int(clock.now().timestamp()))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _body(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    fields: JsonObject = parcel.payload
    if parcel.kind == "interactive":
        fields = {"payload": json.dumps(parcel.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _answer(text: str) -> JsonObject:
    if not text:
        return {}
    try:
        return as_object(json.loads(text))
    except ValueError:
        return {"text": text}
