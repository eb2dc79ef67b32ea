"""Somebody between us and Slack: a proxy, a portal, a machine that is going down."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def somebody_between(
    status: int,
    content_type: str,
    body: str,
    *,
    headers: Mapping[str, str] | None = None,
    promised_more: int = 0,
) -> Iterator[str]:
    """Something that gives one answer to whatever it is asked; yields its address.

    With `promised_more` it hangs up so many bytes before the end of what it has announced.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = body.encode("utf-8", "surrogateescape")
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) + promised_more))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815  (the name that http.server looks for)

        def log_message(self, format: str, *args: object) -> None:
            """Tests have no use for it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
