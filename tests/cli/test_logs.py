"""Log lines tell what happens and hold none of people's words, however much they tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.shell import Shell


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_words_in_the_log(slack_shell: Shell, form: str, tmp_path: Path, slack: Sandbox) -> None:
    lead = slack.person("佐藤 花子", title="防災課")
    channel, other = (slack.channel(name, members=[lead]) for name in ("防災", "雑談"))
    shell = slack_shell.having(
        DATABASE_URL=f"sqlite:///{tmp_path}/iine.db", LOG_LEVEL="DEBUG", LOG_FORMAT=form
    )
    with shell.running(slack) as process:
        slack.invite_bot(other)
        answer = lead.runs("/project", "register 防災", channel)
        slack.until(lambda: answer.replies)
        post = lead.posts(channel, "xyzzy registered")
        lead.posts(other, "xyzzy elsewhere")
        slack.until(lambda: post.reactions)
        lead.edits(post, "xyzzy edited")
        lead.deletes(post)
        slack.settle()
        errors = process.told_to_end().stderr
    assert "stopped" in errors
    assert "WARNING" not in errors
    assert "xyzzy" not in errors
    assert slack.bot_token not in errors
    assert slack.app_token not in errors
