"""Addresses of messages, made from the workspace's own: no question to Slack for each of them."""

from __future__ import annotations

from urllib.parse import urlencode


def permalink(workspace_url: str, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
    """The address of a message; a reply names the thread that it is in.

    `workspace_url` is what `auth.test` says ("https://example.slack.com/"). The form is that of
    docs.slack.dev/reference/methods/chat.getPermalink.
    """
    address = f"{workspace_url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
    if thread_ts is None or thread_ts == ts:
        return address
    return f"{address}?{urlencode({'thread_ts': thread_ts, 'cid': channel_id})}"
