"""The part of the Home in which people choose for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    DividerBlock,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.core.preferences import Choices, Notices
from bot.text import LANGUAGES, Language, Text
from bot.views.digest import Style, paragraph

LANGUAGE_ACTION, NOTICES_ACTION = "home_language", "home_notices"
SWITCHES_ACTION = "home_switches"
# Follows what is set in Slack
AUTOMATIC = "auto"
MONTHLY, MARKS, HIGHLIGHTS = "monthly", "marks", "highlights"

_TITLE = Text(ja="*⚙️ わたしの設定*", en="*⚙️ My settings*")
_LANGUAGE = Text(ja="*表示の言語*", en="*Language*")
_NOTICES = Text(
    ja="*反応や感謝のお知らせ*\n投稿に首長の反応があったときや、感謝されたときのDMです。",
    en="*News of reactions and thanks*\nDirect messages when a leader reacted or somebody "
    "thanked you.",
)
_LANGUAGES = {
    AUTOMATIC: Text(ja="Slackの設定に合わせる", en="As in Slack"),
    "ja": Text(ja="日本語", en="日本語"),
    "en": Text(ja="English", en="English"),
}
_WHEN = {
    Notices.BUNDLED: Text(ja="最初はすぐ、あとは17時に", en="First at once, rest at 17:00"),
    Notices.NOW: Text(ja="そのつど", en="Each at once"),
    Notices.DAILY: Text(ja="1日1回、17時に", en="Once a day at 17:00"),
    Notices.NEVER: Text(ja="受け取らない", en="Never"),
}
_SWITCHES = {
    MONTHLY: (
        Text(ja="月のはじめに、先月の成功体験を受け取る", en="My successes, once a month"),
        Text(
            ja="反応や感謝のあった月だけ、DMで届きます。",
            en="By direct message, after months with reactions or thanks.",
        ),
    ),
    MARKS: (
        Text(ja="わたしの投稿に、記録したしるしの📝を付ける", en="📝 on my recorded posts"),
        Text(
            ja="外しても、記録は変わりません。",
            en="Without it they are recorded all the same.",
        ),
    ),
    HIGHLIGHTS: (
        Text(
            ja="ダイジェストの「心を動かした投稿」に載せてよい",
            en="My posts may be among those that moved people",
        ),
        Text(
            ja="外すと、あなたの投稿は選ばれません。名前はもともと載りません。",
            en="In the digest. Without it yours are not chosen; names are never shown.",
        ),
    ),
}


def settings(
    choices: Choices, version: str, style: Style, *, for_staff: bool = True
) -> list[Block]:
    """What this person has chosen. Of digests only staff know.

    `version` differs each time they are shown, so that what stands there is what holds.
    """
    names = (MONTHLY, MARKS, HIGHLIGHTS) if for_staff else (MONTHLY, MARKS)
    return [
        DividerBlock(),
        paragraph(style.of(_TITLE)),
        SectionBlock(
            block_id=f"home_language:{version}",
            text=MarkdownTextObject(text=style.of(_LANGUAGE), verbatim=True),
            accessory=_select(
                LANGUAGE_ACTION, _LANGUAGES, choices.language or AUTOMATIC, style.language
            ),
        ),
        SectionBlock(
            block_id=f"home_notices:{version}",
            text=MarkdownTextObject(text=style.of(_NOTICES), verbatim=True),
            accessory=_select(
                NOTICES_ACTION,
                {notices.value: text for notices, text in _WHEN.items()},
                choices.notices.value,
                style.language,
            ),
        ),
        _switches(choices, names, version, style.language),
    ]


def language_of(value: str) -> Language | None:
    """The language that an option carries, None for Slack's own. Raises ValueError."""
    if value == AUTOMATIC:
        return None
    for language in LANGUAGES:
        if value == language:
            return language
    raise ValueError(f"not a language: {value[:80]!r}")


def _switches(
    choices: Choices, names: Sequence[str], version: str, language: Language
) -> ActionsBlock:
    on = {MONTHLY: choices.monthly, MARKS: choices.marks, HIGHLIGHTS: choices.highlights}
    options = {
        name: Option(
            value=name,
            text=MarkdownTextObject(text=title.of(language)),
            description=MarkdownTextObject(text=meaning.of(language)),
        )
        for name, (title, meaning) in _SWITCHES.items()
        if name in names
    }
    chosen = [option for name, option in options.items() if on[name]]
    return ActionsBlock(
        block_id=f"home_switches:{version}",
        elements=[
            CheckboxesElement(
                action_id=SWITCHES_ACTION,
                options=list(options.values()),
                initial_options=chosen or None,
            )
        ],
    )


def _select(
    action_id: str, texts: Mapping[str, Text], chosen: str, language: Language
) -> StaticSelectElement:
    options = {
        value: Option(value=value, text=PlainTextObject(text=text.of(language)))
        for value, text in texts.items()
    }
    return StaticSelectElement(
        action_id=action_id, options=list(options.values()), initial_option=options[chosen]
    )
