"""Hanging up on Slack's Socket Mode in good time."""

from __future__ import annotations

import time
from contextlib import suppress

from slack_bolt.adapter.socket_mode import SocketModeHandler

LOOK_UP_SECONDS = 0.05


def hang_up(socket: SocketModeHandler, within_seconds: float) -> None:
    """Close the connection, without slack_sdk's time-outs and without its one endless wait.

    `close()` alone waits until the client looks up from its socket (every three seconds) and
    from its queue (every second). The answer to a ping and an empty message make it look up; the
    ping carries a word, because after a frame of two bytes the client waits for more.

    A receiver that only just begins clears `terminated` again, and `close()` would wait for it
    for ever (slack_sdk 3.47, `SocketModeClient._run_current_session`).
    """
    client, receiver = socket.client, socket.client.current_session_runner
    client.closed = True
    client.auto_reconnect_enabled = False
    client.enqueue_message("")
    receiver.event.set()
    deadline = time.monotonic() + within_seconds
    while receiver.is_alive() and time.monotonic() < deadline:
        client.current_session_state.terminated = True
        if client.current_session is not None:
            with suppress(OSError):  # the connection is broken already
                client.current_session.ping("leaving")
        receiver.thread.join(LOOK_UP_SECONDS)
    socket.close()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
