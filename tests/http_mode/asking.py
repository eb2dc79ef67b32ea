"""Requests as Slack sends them, and as it never would."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.http_mode import PATH
from sandbox import SandboxClock
from sandbox.http_target import sign

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Reply:
    """What came back. Names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """Where the app listens, and what its requests are signed with."""

    port: int
    secret: str
    clock: SandboxClock

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a request that is signed now."""
        return sign(body, self.secret, self.clock)

    def asks(
        self, body: bytes, headers: Mapping[str, str], *, method: str = "POST", path: str = PATH
    ) -> Reply:
        """Send one request and read the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, response.read(), names)
        finally:
            connection.close()
