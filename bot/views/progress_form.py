"""The form for progress: writing it, editing it, taking it back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.core.progress import Place
from bot.core.written import (
    DONE,
    FIELD_LENGTH,
    FOUND,
    HELP,
    NEXT,
    PHOTO_TYPES,
    PHOTOS_AT_MOST,
    Photo,
    Written,
)
from bot.text import Language, Text
from bot.views.blocks import context, section
from bot.views.limits import OPTION_TEXT, SELECT_OPTIONS
from bot.views.quoting import plain_label

FORM = "progress_form"
EDIT_FORM = "progress_edit_form"
WITHDRAW_FORM = "progress_withdraw_form"
VALUE = "value"

_TITLE = Text(ja="進捗を投稿", en="Post progress")
_EDIT_TITLE = Text(ja="進捗を直す", en="Edit progress")
_WITHDRAW_TITLE = Text(ja="投稿の取り下げ", en="Withdraw this post")
_POST = Text(ja="投稿する", en="Post")
_SAVE = Text(ja="保存する", en="Save")
_WITHDRAW = Text(ja="取り下げる", en="Withdraw")
_CANCEL = Text(ja="やめる", en="Cancel")
_CLOSE = Text(ja="閉じる", en="Close")

_PROJECT = Text(ja="プロジェクト", en="Project")
_PROJECT_HINT = Text(
    ja="このプロジェクトのチャンネルに、あなたの名前で投稿します。",
    en="It is posted in this project's channel under your name.",
)
_DONE_HINT = Text(
    ja="例：避難所の受付を、タブレットで10人に試してもらいました。",
    en="For example: ten people tried the shelter desk on a tablet.",
)
_HELP_HINT = Text(
    ja="書くと、解決するまでダイジェストの「力を貸してほしいこと」に載ります。",
    en="The digest shows it under “Help wanted” until it is resolved.",
)
_PHOTOS = Text(ja="写真", en="Photos")
_MORE_PHOTOS = Text(ja="写真を加える", en="Add photos")
_PHOTOS_HINT = Text(
    ja="png、jpg、gif を、合わせて{limit}枚まで。", en="Up to {limit} in all, as png, jpg or gif."
)
_KEEP = Text(ja="残す写真", en="Photos to keep")
_PHOTO = Text(ja="写真{number}", en="Photo {number}")
_NOTE = Text(
    ja="ここに書いた @名前 や @channel には、通知は届きません。",
    en="An @name or @channel written here notifies nobody.",
)
_LOADING = Text(ja="開いています…", en="One moment…")
_SENT = Text(
    ja="<#{channel}> に投稿します。ありがとうございます。",
    en="Posting it in <#{channel}>. Thank you.",
)
_WITHDRAW_QUESTION = Text(
    ja="この投稿をチャンネルから取り下げますか。\n"
    "記録した文章も、編集前のものまで、すべて消します。元には戻せません。",
    en="Take this post out of the channel?\n"
    "Every recorded version of its words is erased as well. This can't be undone.",
)


@dataclass(frozen=True)
class Sent:
    """What was sent off. `channel_id` is None where the form did not ask for the project.

    `kept` are the IDs of the photos that stay, of those that the post had.
    """

    channel_id: str | None
    written: Written
    kept: tuple[str, ...] = ()


def progress_form(
    places: Sequence[Place],
    chosen: str | None,
    language: Language,
    *,
    text: str = "",
    opened_in: str | None = None,
) -> View:
    """The form for a new post. `chosen` is one of the places' channels; `text` what was done."""
    blocks: list[Block] = [
        _project(places, chosen, language),
        *_words(Written(done=text), language),
        _photos(_PHOTOS, language),
        context(_NOTE.of(language)),
    ]
    return _modal(FORM, _TITLE, _POST, blocks, {"opened_in": opened_in}, language)


def edit_form(draft_id: int, written: Written, language: Language) -> View:
    """The form for a post that stands, with everything filled in."""
    blocks: list[Block] = [*_words(written, language)]
    if written.photos:
        blocks.append(_photos_to_keep(written.photos, language))
    blocks += [
        _photos(_MORE_PHOTOS if written.photos else _PHOTOS, language),
        context(_NOTE.of(language)),
    ]
    return _modal(EDIT_FORM, _EDIT_TITLE, _SAVE, blocks, {"draft": draft_id}, language)


def withdraw_form(draft_id: int, language: Language) -> View:
    """The question before a post is taken back."""
    blocks = [section(_WITHDRAW_QUESTION.of(language))]
    return _modal(WITHDRAW_FORM, _WITHDRAW_TITLE, _WITHDRAW, blocks, {"draft": draft_id}, language)


def loading(language: Language) -> View:
    """What stands there while it is found out where the person may post."""
    return notice(_LOADING.of(language), language)


def notice(sentence: str, language: Language) -> View:
    """A sentence in place of the form."""
    return View(
        type="modal",
        title=PlainTextObject(text=_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=[section(sentence)],
    )


def sent_off(channel_id: str, language: Language) -> View:
    """What the form turns into where its post does not appear before the person's eyes."""
    return notice(_SENT.of(language, channel=channel_id), language)


def read_form(values: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Sent:
    """What was filled in, from `view.state.values`.

    (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)
    """
    field = {block: next(iter(actions.values()), {}) for block, actions in values.items()}
    return Sent(
        channel_id=_option(field["project"]) if "project" in field else None,
        written=Written(
            done=_text(field.get("done")),
            found=_text(field.get("found")),
            next=_text(field.get("next")),
            help=_text(field.get("help")),
            photos=tuple(_files(field.get("photos"))),
        ),
        kept=tuple(_options(field.get("kept"))),
    )


def _modal(
    callback_id: str,
    title: Text,
    submit: Text,
    blocks: Sequence[Block],
    remembered: Mapping[str, object],
    language: Language,
) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title.of(language)),
        submit=PlainTextObject(text=submit.of(language)),
        close=PlainTextObject(text=_CANCEL.of(language)),
        blocks=list(blocks),
        private_metadata=json.dumps(remembered, separators=(",", ":")),
    )


def _project(places: Sequence[Place], chosen: str | None, language: Language) -> InputBlock:
    projects = Counter(place.name for place in places)
    options = [
        _option_of(
            place.channel_id,
            f"{place.name}（#{place.channel_name}）" if projects[place.name] > 1 else place.name,
        )
        for place in places[:SELECT_OPTIONS]
    ]
    initial = [option for option in options if option.value == chosen]
    if not initial and len(options) == 1:
        initial = options
    return InputBlock(
        block_id="project",
        label=_PROJECT.of(language),
        hint=_PROJECT_HINT.of(language),
        element=StaticSelectElement(
            action_id=VALUE, options=options, initial_option=initial[0] if initial else None
        ),
    )


def _words(written: Written, language: Language) -> list[InputBlock]:
    return [
        _field("done", DONE, written.done, language, hint=_DONE_HINT, optional=False),
        _field("found", FOUND, written.found, language),
        _field("next", NEXT, written.next, language),
        _field("help", HELP, written.help, language, hint=_HELP_HINT),
    ]


def _field(
    block_id: str,
    name: Text,
    words: str,
    language: Language,
    *,
    hint: Text | None = None,
    optional: bool = True,
) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=name.of(language),
        hint=hint.of(language) if hint else None,
        optional=optional,
        element=PlainTextInputElement(
            action_id=VALUE,
            multiline=True,
            initial_value=words or None,
            max_length=FIELD_LENGTH,
        ),
    )


def _photos(name: Text, language: Language) -> InputBlock:
    return InputBlock(
        block_id="photos",
        label=name.of(language),
        hint=_PHOTOS_HINT.of(language, limit=PHOTOS_AT_MOST),
        optional=True,
        element=FileInputElement(
            action_id=VALUE, filetypes=list(PHOTO_TYPES), max_files=PHOTOS_AT_MOST
        ),
    )


def _photos_to_keep(photos: Sequence[Photo], language: Language) -> InputBlock:
    options = [
        _option_of(photo["id"], photo.get("name") or _PHOTO.of(language, number=number))
        for number, photo in enumerate(photos, start=1)
    ]
    return InputBlock(
        block_id="kept",
        label=_KEEP.of(language),
        optional=True,
        element=CheckboxesElement(action_id=VALUE, options=options, initial_options=options),
    )


def _option_of(value: str, text: str) -> Option:
    return Option(value=value, text=PlainTextObject(text=plain_label(text, OPTION_TEXT)))


def _text(field: Mapping[str, object] | None) -> str:
    value = (field or {}).get("value")
    return value if isinstance(value, str) else ""


def _option(field: Mapping[str, object]) -> str | None:
    option = field.get("selected_option")
    return str(option.get("value")) if isinstance(option, dict) else None


def _options(field: Mapping[str, object] | None) -> list[str]:
    options = (field or {}).get("selected_options")
    chosen = options if isinstance(options, list) else []
    return [str(option.get("value")) for option in chosen if isinstance(option, dict)]


def _files(field: Mapping[str, object] | None) -> list[Photo]:
    """The uploaded files, as file objects (docs.slack.dev/reference/objects/file-object)."""
    files = (field or {}).get("files")
    return [
        {
            "id": str(file.get("id") or ""),
            "name": str(file.get("name") or ""),
            "mimetype": str(file.get("mimetype") or ""),
        }
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict)
    ]
