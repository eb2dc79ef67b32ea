"""What is written in the form for progress: the fields, their limits, and the post they make."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.markup import printable_lines
from bot.core.posts import HELP as HELP_FIELD
from bot.errors import UserError
from bot.text import Language, Text
from models.base import JsonObject
from models.message import File

# A photo of a post, as `MessageVersion.files` keeps it
Photo = File

FIELD_LENGTH = 3_000
# Slack refuses messages whose blocks hold more than about 13,200 characters, and does not say so
# in its documentation (github.com/slackapi/bolt-js/issues/2509).
ALL_LENGTH = 12_000
PHOTOS_AT_MOST = 5
# What Slack shows in an image block
# (docs.slack.dev/reference/block-kit/composition-objects/slack-file-object)
PHOTO_TYPES = ("png", "jpg", "jpeg", "gif")

DONE = Text(ja="やったこと", en="What we did")
FOUND = Text(ja="わかったこと・成果", en="What we found")
NEXT = Text(ja="次の一歩", en="Next step")
HELP = Text(ja="困りごと", en="Help wanted")

DONE_EMPTY = Text(
    ja="やったことを、ひとことでも書いてください。",
    en="Please write what you did, in a word or two.",
)
TOO_LONG = Text(
    ja="{limit}文字までにしてください（いまは{length}文字です）。",
    en="Please keep it to {limit} characters; this has {length}.",
)
ALL_TOO_LONG = Text(
    ja="全部合わせて{limit}文字までにしてください（いまは{length}文字です）。"
    "ここが一番長い欄です。",
    en="Please keep it to {limit} characters in all; it has {length}. This is the longest field.",
)
TOO_MANY_PHOTOS = Text(
    ja="写真は{limit}枚までにしてください（いまは{number}枚です）。",
    en="Please choose no more than {limit} photos; these are {number}.",
)
NO_PHOTO = Text(
    ja="「{name}」は写真として表示できません。png、jpg、gif のファイルを選んでください。",
    en="“{name}” can't be shown as a photo. Please choose png, jpg or gif files.",
)
# As much of a text as is an address for certain: no Japanese after it, no full stop at its end.
_URL = re.compile(r"https?://[\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7a\x7e]+(?<![.,;:!?')\]])")
_URL_LENGTH = 2_000


@dataclass(frozen=True)
class Written:
    """What somebody wrote in the form, as they typed it."""

    done: str
    found: str = ""
    next: str = ""
    help: str = ""
    photos: tuple[Photo, ...] = ()

    def fields(self) -> dict[str, str]:
        """The words by field."""
        return {"done": self.done, "found": self.found, "next": self.next, HELP_FIELD: self.help}

    def as_json(self) -> JsonObject:
        """The same as plain JSON, with the photos."""
        return {**self.fields(), "photos": [dict(photo) for photo in self.photos]}


def written_from(fields: Mapping[str, object], files: Sequence[Photo] = ()) -> Written:
    """What was written, from the fields of a draft or of a version."""
    kept = fields.get("photos")
    photos = [
        {str(key): str(value) for key, value in photo.items()}
        for photo in (kept if isinstance(kept, list) else [])
        if isinstance(photo, dict)
    ]
    return Written(
        done=str(fields.get("done") or ""),
        found=str(fields.get("found") or ""),
        next=str(fields.get("next") or ""),
        help=str(fields.get(HELP_FIELD) or ""),
        photos=tuple(photos or files),
    )


def clean(written: Written) -> Written:
    """What was written without control characters and without spaces around it."""
    return Written(
        done=printable_lines(written.done),
        found=printable_lines(written.found),
        next=printable_lines(written.next),
        help=printable_lines(written.help),
        photos=written.photos,
    )


def problems(written: Written) -> tuple[UserError, ...]:
    """Everything that is wrong with what was written, each with its field."""
    found = []
    fields = written.fields()
    if not written.done:
        found.append(UserError(DONE_EMPTY, field="done"))
    for field, words in fields.items():
        if len(words) > FIELD_LENGTH:
            text = TOO_LONG.filled(limit=f"{FIELD_LENGTH:,}", length=f"{len(words):,}")
            found.append(UserError(text, field=field))
    length = sum(len(as_slack_reads(words)) for words in fields.values())
    if not found and length > ALL_LENGTH:
        text = ALL_TOO_LONG.filled(limit=f"{ALL_LENGTH:,}", length=f"{length:,}")
        longest = max(fields, key=lambda field: len(as_slack_reads(fields[field])))
        found.append(UserError(text, field=longest))
    if len(written.photos) > PHOTOS_AT_MOST:
        text = TOO_MANY_PHOTOS.filled(limit=PHOTOS_AT_MOST, number=len(written.photos))
        found.append(UserError(text, field="photos"))
    for photo in written.photos:
        if not _can_be_shown(photo):
            found.append(UserError(NO_PHOTO.filled(name=photo.get("name", "")), field="photos"))
            break
    return tuple(found)


def as_slack_reads(words: str) -> str:
    """Typed words as mrkdwn: nothing in them mentions anybody, and addresses are links.

    Whatever could mention somebody is between angle brackets
    (docs.slack.dev/messaging/formatting-message-text), and those are written out.
    """
    parts, end = [], 0
    for found in _URL.finditer(words):
        url = html.escape(found.group(), quote=False)
        parts.append(html.escape(words[end : found.start()], quote=False))
        parts.append(f"<{url}>" if len(url) <= _URL_LENGTH else url)
        end = found.end()
    return "".join([*parts, html.escape(words[end:], quote=False)])


def text_of(written: Written, language: Language) -> str:
    """The post in one piece, as Slack would show it: what was done first, the rest with names."""
    named = ((FOUND, written.found), (NEXT, written.next), (HELP, written.help))
    rest = [f"【{name.of(language)}】{as_slack_reads(words)}" for name, words in named if words]
    return "\n".join([as_slack_reads(written.done), *rest])


def _can_be_shown(photo: Photo) -> bool:
    """By its type, and by its name as long as Slack has not looked into it yet."""
    type_ = photo.get("mimetype", "")
    if type_:
        return type_.removeprefix("image/") in PHOTO_TYPES
    return photo.get("name", "").rpartition(".")[2].lower() in PHOTO_TYPES
