"""Whatever the bot says, it says in both languages and in the same manner."""

from __future__ import annotations

import re
from string import Formatter

from tests.docs.source import texts

# `<!channel>` and its like are Slack's markup, not an exclamation.
_MARKUP = re.compile(r"<![^>]*>")
_THE_ONE_EXCEPTION = re.compile(r"いいね[!！]")


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_there_is_something_to_check() -> None:
    assert len(list(texts())) > 100


def test_both_languages_are_there() -> None:
    faults = [
        f"{said.place}: write the {language} words."
        for said in texts()
        for language, words in (("Japanese", said.ja), ("English", said.en))
        if not words.strip()
    ]
    assert not faults, "\n".join(faults)


def test_both_languages_have_the_same_placeholders() -> None:
    faults = [
        f"{said.place}: {{{name}}} stands in one language only; write it in both."
        for said in texts()
        for name in sorted(_placeholders(said.ja) ^ _placeholders(said.en))
    ]
    assert not faults, "\n".join(faults)


def test_japanese_does_not_shout() -> None:
    faults = [
        f"{said.place}: no exclamation marks in Japanese, except in いいね!"
        for said in texts()
        if re.search("[!！]", _THE_ONE_EXCEPTION.sub("", _MARKUP.sub("", said.ja)))
    ]
    assert not faults, "\n".join(faults)
