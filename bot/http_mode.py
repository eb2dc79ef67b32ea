"""Slack over HTTP: who asks is checked first, then Bolt answers as it does over a socket.

https://docs.slack.dev/apis/events-api/using-http-request-urls,
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from slack_bolt import App, BoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/slack/events"
# For so long Slack's signatures are good (slack_sdk: `SignatureVerifier.is_valid`).
SIGNATURE_SECONDS = 60 * 5

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class SlackOverHttp:
    """The WSGI application at `PATH`. It sends no `x-slack-no-retry`: whatever was not kept is to

    come again. Bolt's own check of the signature is to be switched off: it logs the bodies that it
    refuses, and breaks on a time stamp that is no number (slack_bolt 1.30, `RequestVerification`).
    """

    def __init__(
        self,
        app: App,
        signing_secret: str,
        clock: Clock,
        *,
        on_refusal: Callable[[str], None] = lambda _why: None,
        on_answer: Callable[[float], None] = lambda _seconds: None,
        was_answered: Callable[[str], bool] = lambda _signature: False,
    ) -> None:
        """`on_refusal` is told why (signature, stale, replayed, body, unreadable), `on_answer` the

        seconds. `was_answered` says whether any process has had this signature before.
        """
        self._app = app
        self._on_refusal = on_refusal
        self._on_answer = on_answer
        self._clock = clock
        self._verifier = SignatureVerifier(signing_secret, _Seconds(clock))
        self._seen = _Seen()
        self._was_answered = was_answered

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        status, headers, body = self._answer(environ)
        headers.append(("Content-Length", str(len(body))))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes]:
        if not str(environ.get("PATH_INFO") or "").endswith(PATH):
            return HTTPStatus.NOT_FOUND, [], b""
        query = str(environ.get("QUERY_STRING") or "")
        if environ["REQUEST_METHOD"] == "GET" and "ssl_check" in parse_qs(query):
            # Slack only looks at the certificate: …/interactivity/implementing-slash-commands
            return HTTPStatus.OK, [], b""
        if environ["REQUEST_METHOD"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, [("Allow", "POST")], b""
        began = time.monotonic()
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        refusal = self._refusal(environ, raw)
        if refusal is not None:
            log.warning("refused a request at %s: %s", PATH, refusal)
            self._on_refusal(refusal)
            return HTTPStatus.UNAUTHORIZED, [], b""
        try:
            request = BoltRequest(body=raw.decode(), query=query, headers=_headers(environ))
            response = self._app.dispatch(request)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # Signed, and yet none of Slack's shapes. What fails in the app is caught in Bolt.
            log.warning("refused a request at %s: %s", PATH, type(error).__name__)
            self._on_refusal("unreadable")
            return HTTPStatus.BAD_REQUEST, [], b""
        if response.status == HTTPStatus.OK:
            self._on_answer(time.monotonic() - began)
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        headers = [one for one in headers if one[0].lower() != "content-length"]
        return response.status, headers, response.body.encode()

    def _refusal(self, environ: WSGIEnvironment, raw: bytes) -> str | None:
        """Why this is not to be answered; None if Slack has signed it just now."""
        timestamp = str(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP") or "")
        signature = str(environ.get("HTTP_X_SLACK_SIGNATURE") or "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return "signature"
        now = self._clock.now().timestamp()
        if abs(now - int(timestamp)) > SIGNATURE_SECONDS:
            return "stale"
        try:
            body = raw.decode()
        except UnicodeDecodeError:
            return "body"
        if not self._verifier.is_valid(body, timestamp, signature):
            return "signature"
        # An event that comes twice changes nothing, and whoever stands between may ask again. It
        # shows in what is signed: anybody can write another type into the headers.
        if not body.startswith("{") and (
            self._seen.before(signature, now) or self._was_answered(signature)
        ):
            return "replayed"
        return None


def request_url(url: str) -> str:
    """The address that Slack is given, from what the administrator has said. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://iine.example.jp")
    path = parts.path.rstrip("/")
    return f"https://{parts.netloc}{path if path.endswith(PATH) else path + PATH}"


class _Seen:
    """The signatures of the last minutes: a command that somebody recorded is not run again."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._lock = threading.Lock()

    def before(self, signature: str, now: float) -> bool:
        """Whether it was there before; from now on it was."""
        with self._lock:
            for old in [one for one, at in self._at.items() if now - at > 2 * SIGNATURE_SECONDS]:
                del self._at[old]
            is_known = signature in self._at
            self._at.setdefault(signature, now)
            return is_known


class _Seconds(SignatureClock):
    """Our clock, as slack_sdk asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Unix seconds."""
        return self._clock.now().timestamp()


def _headers(environ: WSGIEnvironment) -> dict[str, str | Sequence[str]]:
    """The headers of the request, by their names in lower case."""
    headers: dict[str, str | Sequence[str]] = {
        key[len("HTTP_") :].lower().replace("_", "-"): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    headers["content-type"] = str(environ.get("CONTENT_TYPE") or "")
    return headers
