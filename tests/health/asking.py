"""Asking the running app how it is."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass

from service import Service


@dataclass(frozen=True)
class Page:
    """What a page said."""

    status: int
    text: str

    @property
    def said(self) -> dict[str, object]:
        """The JSON in it."""
        said = json.loads(self.text)
        assert isinstance(said, dict)
        return said


def ask(service: Service, path: str, method: str = "GET") -> Page:
    """What stands at this path."""
    connection = http.client.HTTPConnection("127.0.0.1", service.health_port or 0, timeout=30)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return Page(response.status, response.read().decode())
    finally:
        connection.close()
