"""Log lines tell what happens and hold none of people's words, however much they tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.cli.conftest import Shell


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_words_in_the_log(form: str, tmp_path: Path, slack: Sandbox) -> None:
    lead = slack.person("佐藤 花子", title="防災課")
    channel, other = (slack.channel(name, members=[lead]) for name in ("防災", "雑談"))
    environ = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/iine.db",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": form,
    }
    with Shell(environ).running(slack) as process:
        slack.invite_bot(other)
        answer = lead.runs("/project", "register 防災", channel)
        slack.until(lambda: answer.replies)
        post = lead.posts(channel, "xyzzy registered")
        lead.posts(other, "xyzzy elsewhere")
        slack.until(lambda: post.reactions)
        lead.edits(post, "xyzzy edited")
        lead.deletes(post)
        slack.settle()
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "stopped" in errors
    assert "WARNING" not in errors
    assert "xyzzy" not in errors
    assert slack.bot_token not in errors
    assert slack.app_token not in errors
