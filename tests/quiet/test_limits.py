"""What is said about quiet projects is within Slack's limits, and formatted as it is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.projects import NAME_LENGTH, Status
from bot.text import LANGUAGES, Language
from bot.views.digest import Style
from bot.views.quiet import Nudge, consultation, nudge
from sandbox.blocks import check_blocks
from tests.conftest import JST
from tests.views.marks import mrkdwn, raw_marks, unformatted

NOW = datetime(2026, 4, 20, tzinfo=UTC)
NAMES = ("防災DX", "*太字*<!here>&`code`" * 4, "と" * NAME_LENGTH, "&" * NAME_LENGTH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_sound_whatever_the_names(name: str, language: Language) -> None:
    style = Style(language, JST, "https://machi.slack.com/")
    plain = Nudge(1, name, Status.ACTIVE, NOW, was_consulted=False, offices=[name[:40]] * 20)
    said = [
        nudge(one, style)
        for one in (
            plain,
            replace(plain, last_post_at=None, was_consulted=True),
            replace(plain, status=Status.PAUSED),
            replace(plain, status=Status.CLOSED),
        )
    ]
    said.append(consultation(name, "U1", [f"C{n:010}" for n in range(50)], style))
    for text, blocks in said:
        shown = [block.to_dict() for block in blocks]
        problems = check_blocks(shown, "message")
        assert not problems, problems.messages
        assert 0 < len(text) < 300
        for words in mrkdwn(shown):
            assert raw_marks(words) == []
            assert "<!" not in words
        for words in unformatted(shown):
            assert not set(words) & {"*", "`", "<"}
