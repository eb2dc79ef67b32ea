"""Which files the app may see, and where their pictures may stand.

https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox import objects
from sandbox.directory import Directory
from sandbox.json_types import as_object, as_text
from sandbox.records import FileRecord
from sandbox.schema import Problems

PICTURES = frozenset({"png", "jpg", "jpeg", "gif"})


def app_sees(directory: Directory, file: FileRecord) -> bool:
    """Whether the app may see a file: handed over to it, or shared where it is a member."""
    if file.deleted:
        return False
    if file.handed_over or file.user == directory.bot.id:
        return True
    channels = [directory.channels[one] for one in file.shared if one in directory.channels]
    return any(directory.bot.id in channel.members for channel in channels)


def check_files(directory: Directory, value: object, pointer: str, problems: Problems) -> None:
    """Note every `slack_file` that the app cannot see or that is no picture.

    The words are those of https://github.com/slackapi/python-slack-sdk/issues/1797.
    """
    for named, where in _slack_files(value, pointer):
        file = _meant(directory, as_object(named))
        if file is None or not app_sees(directory, file) or file.kind not in PICTURES:
            problems.add("invalid slack file", where)


def _slack_files(value: object, pointer: str) -> Iterator[tuple[object, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _slack_files(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "slack_file":
                yield item, f"{pointer}/{name}"
            else:
                yield from _slack_files(item, f"{pointer}/{name}")


def _meant(directory: Directory, named: dict[str, object]) -> FileRecord | None:
    if "id" in named:
        return directory.files.get(as_text(named["id"]))
    url = as_text(named.get("url"))
    for file in directory.files.values():
        if url in (objects.private_address(directory, file), objects.permalink(directory, file)):
            return file
    return None
