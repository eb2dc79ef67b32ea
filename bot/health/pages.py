"""/healthz, /livez, /readyz and /metrics, as a WSGI application."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST

from bot.health.metrics import Metrics
from bot.health.state import State

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

# An event is applied within a second; what waits for minutes means that something does not work.
OLDEST_EVENT_SECONDS = 300.0

Answer = tuple[int, str, bytes]


@dataclass(frozen=True)
class Probes:
    """What is looked at for each answer.

    `is_live`: the process does its work and need not be started anew. `is_connected`: Slack can
    reach it. `look`: how things stand in the database; None if it does not answer.
    """

    is_live: Callable[[], bool]
    is_connected: Callable[[], bool]
    look: Callable[[], State | None]
    metrics: Metrics


class Pages:
    """The application."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes
        self._pages: Mapping[str, Callable[[], Answer]] = {
            "/healthz": self._health,
            "/livez": self._live,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        page = self._pages.get(str(environ.get("PATH_INFO")))
        if page is None:
            status, kind, body = int(HTTPStatus.NOT_FOUND), "text/plain", b""
        elif environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status, kind, body = int(HTTPStatus.METHOD_NOT_ALLOWED), "text/plain", b""
        else:
            status, kind, body = page()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _health(self) -> Answer:
        """Everything; 503 if somebody should look after it."""
        state, live = self._probes.look(), self._probes.is_live()
        connected = self._probes.is_connected()
        ready = state is not None and connected
        well = live and ready and state is not None and not _is_behind(state)
        shown: dict[str, object] = {
            "live": live,
            "ready": ready,
            "database": state is not None,
            "socket": connected,
        }
        if state is not None:
            last = state.last_digest
            shown |= {
                "oldest_unprocessed_event_seconds": state.oldest_waiting,
                "last_digest": None if last is None else last.isoformat(),
                "late_digests": state.late_digests,
                "open_gaps": state.open_gaps,
            }
        return _json(well, shown)

    def _live(self) -> Answer:
        """Whether to let it run. A database that is away is no reason to start anew."""
        live = self._probes.is_live()
        return _json(live, {"live": live})

    def _ready(self) -> Answer:
        """Whether it can take events: the database answers, and Slack can reach it."""
        database, connected = self._probes.look() is not None, self._probes.is_connected()
        return _json(database and connected, {"database": database, "socket": connected})

    def _metrics(self) -> Answer:
        return HTTPStatus.OK, CONTENT_TYPE_LATEST, self._probes.metrics.as_text()


def _is_behind(state: State) -> bool:
    return state.late_digests > 0 or (state.oldest_waiting or 0.0) > OLDEST_EVENT_SECONDS


def _json(well: bool, shown: Mapping[str, object]) -> Answer:
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "application/json", json.dumps(shown, indent=2).encode() + b"\n"
