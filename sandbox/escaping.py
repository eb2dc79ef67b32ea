"""The text of a slash command: names as IDs, where the manifest says `should_escape`.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox import markup
from sandbox.directory import Directory

PICKED = re.compile(r"<(?:@(?P<user>[UW]\w+)|#(?P<channel>[CG]\w+)|!subteam\^(?P<group>S\w+))>")
AT_NAME = re.compile(r"(?<![<\w])@([^\s@#<>]+)")
HASH_NAME = re.compile(r"(?<![<\w])#([^\s@#<>]+)")
Lookup = Callable[[str], str]


def command_text(directory: Directory, text: str, *, names: bool) -> str:
    """What Slack sends for what a person types behind a command.

    With `names`, `@name` becomes `<@U…|name>`, `#name` `<#C…|name>`, `@handle`
    `<!subteam^S…|@handle>` and `@here` `<!here>`; the longest name that is known wins. What
    was picked from the list that the composer offers is written `<@U…>`, `<#C…>` or
    `<!subteam^S…>`. Whatever else is reserved is escaped.
    """
    parts: list[str] = []
    last = 0
    for found in PICKED.finditer(text):
        picked = _picked(directory, found)
        if picked:
            parts += [_plain(directory, text[last : found.start()], names=names)]
            parts.append(f"<{picked}>" if names else _shown(picked))
            last = found.end()
    parts.append(_plain(directory, text[last:], names=names))
    return "".join(parts)


def _plain(directory: Directory, text: str, *, names: bool) -> str:
    text = markup.escape(text)
    if not names:
        return text
    text = AT_NAME.sub(_known(lambda name: _person(directory, name)), text)
    text = HASH_NAME.sub(_known(lambda name: _channel(directory, name)), text)
    return markup.BARE_URL.sub(lambda url: f"<{url.group()}>", text)


def _known(lookup: Lookup) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        word = found.group(1)
        for end in range(len(word), 0, -1):
            token = lookup(word[:end])
            if token:
                return f"<{token}>{word[end:]}"
        return found.group()

    return replace


def _person(directory: Directory, name: str) -> str:
    if name in markup.BROADCASTS:
        return f"!{name}"
    for person in sorted(directory.people.values(), key=lambda one: one.deleted):
        if name in (person.username, person.display_name, person.real_name):
            return f"@{person.id}|{person.username}"
    for group in directory.user_groups.values():
        if name == group.handle and not group.disabled:
            return f"!subteam^{group.id}|@{group.handle}"
    return ""


def _channel(directory: Directory, name: str) -> str:
    for channel in directory.channels.values():
        if name == channel.name:
            return f"#{channel.id}|{channel.name}"
    return ""


def _picked(directory: Directory, found: re.Match[str]) -> str:
    if found["user"] in directory.people:
        return f"@{found['user']}|{directory.people[found['user']].username}"
    if found["channel"] in directory.channels:
        return f"#{found['channel']}|{directory.channels[found['channel']].name}"
    if found["group"] in directory.user_groups:
        return f"!subteam^{found['group']}|@{directory.user_groups[found['group']].handle}"
    return ""


def _shown(picked: str) -> str:
    """What stands in the composer: @name or #name."""
    sign, name = picked[0], picked.partition("|")[2]
    return name if sign == "!" else f"{sign}{name}"
