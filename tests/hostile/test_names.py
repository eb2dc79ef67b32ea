"""Names of people, channels, projects and emoji that would like to be markup, or a formula.

What is printed for machines is JSON; nothing is written for spreadsheets, in which a word that
begins with = + - or @ would be a formula. So such words stay as people wrote them.
"""

from __future__ import annotations

import pytest

from bot.core.evidence import QuotedPost
from bot.views.digest import Style, quotation
from bot.views.quoting import emoji, excerpt, label, plain, plain_label
from tests.conftest import JST
from tests.hostile.conftest import Door
from tests.recording import payloads
from tests.views.marks import raw_marks

NAMES = (
    "<!channel>",
    "&lt;!channel&gt;",
    "<@U0AUTHOR>",
    "@channel",
    "*太字* _斜体_ ~線~ `code`",
    "```",
    ":tada: <!here>",
    "前\n>後",
    "\u202e逆さま\u2066",
    "<https://evil.example|役所>",
    "=HYPERLINK(1)",
    "+1+1",
    "-1",
    "@SUM(A1)",
)
STYLE = Style("ja", JST, "https://example.slack.com/")


def _is_harmless(shown: str, *, own_links: int = 0) -> None:
    assert shown.count("<") == own_links
    assert "@" not in shown
    assert "\n>後" not in shown
    assert not set(shown) & set("\u202e\u2066")
    assert raw_marks(shown.replace("*", "", 2) if own_links else shown) == []


@pytest.mark.parametrize("name", NAMES)
def test_emoji_are_drawn_or_spelt(name: str) -> None:
    _is_harmless(emoji(name))


@pytest.mark.parametrize(
    "name", ["+1", "man-woman-boy", "keycap_star", "いいね市長", "o'clock", "-1"]
)
def test_emoji_that_there_are(name: str) -> None:
    assert emoji(name) == f":{name}:"


@pytest.mark.parametrize("name", NAMES)
def test_a_post_in_which_everything_is_called_like_that(name: str) -> None:
    post = QuotedPost(
        payloads.CHANNEL,
        payloads.TS,
        name,
        department=name,
        text=f"<@U0READER> と <#C0OTHER|x> で {name}",
        emoji=((name, 2),),
        offices=(name,),
        names={"U0READER": name, "C0OTHER": name},
    )
    shown = quotation(post, STYLE)
    for line in shown.split("\n"):
        assert "<!" not in line
        assert "<@" not in line
        assert "@" not in line
    assert not set(shown) & set("\u202e\u2066")
    _is_harmless(excerpt(post.text, 200, names=post.names))
    assert "@" not in plain(post.text, 200, names=post.names)
    _is_harmless(label(name, 80))
    assert "\n" not in plain_label(name, 80)


@pytest.mark.parametrize("name", NAMES)
def test_they_are_kept_as_they_are(door: Door, name: str) -> None:
    """What people are called is not changed; whoever shows it makes it harmless."""
    door.take(payloads.message(name))
    door.take(payloads.reaction(name, event_ts="1775433700.000200"))
    rename = {"type": "channel_rename", "channel": {"id": payloads.CHANNEL, "name": name}}
    door.take(payloads.envelope({**rename, "event_ts": "1775433700.000300"}))
    profile = {"display_name": name, "title": name}
    person = {"id": payloads.AUTHOR, "updated": 1775433600, "profile": profile}
    door.apply()
    door.take(payloads.envelope({"type": "user_change", "user": person}))
    door.apply()
    message = door.recorder.message()
    assert message is not None
    assert (message.author_name, message.author_department) == (name, name)
    assert door.recorder.texts() == {"": name}
    assert door.recorder.reactions() == {("U0READER", name)}
    assert "channels.name" in door.says(name)
