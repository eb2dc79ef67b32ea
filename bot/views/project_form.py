"""The form that registers or edits a project, and the question before a private channel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationFilter,
    ConversationSelectElement,
    DatePickerElement,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.core.projects import (
    NAME_LENGTH,
    PURPOSE_LENGTH,
    Capture,
    Kind,
    ProjectDetails,
    Stage,
)
from bot.text import Language, Text
from bot.views import words
from bot.views.blocks import context, section
from bot.views.quoting import label

FORM = "project_form"
CONSENT = "project_form_consent"
VALUE = "value"
MARKS_ON = "marks_posts"
LEADS_AT_MOST = 10

_NAME_SHOWN = 200

_REGISTER_TITLE = Text(ja="プロジェクトの登録", en="Register a project")
_EDIT_TITLE = Text(ja="プロジェクトの編集", en="Edit project")
_REGISTER = Text(ja="登録する", en="Register")
_SAVE = Text(ja="保存する", en="Save")
_CANCEL = Text(ja="やめる", en="Cancel")
_CLOSE = Text(ja="閉じる", en="Close")
_DONE_TITLE = Text(ja="できました", en="Done")
_CONSENT_TITLE = Text(ja="非公開チャンネルの確認", en="A private channel")
CONSENT_YES = Text(ja="はい、登録する", en="Yes, register it")

CONSENT_QUESTION = Text(
    ja="<#{channel}> は非公開チャンネルです。「{name}」として登録すると、"
    "これからここに書かれる投稿を、{readers}が週に一度のダイジェストで読みます"
    "（送り先は `/digest 一覧` で分かります）。\nグループの皆さんの了解は得られていますか。",
    en="<#{channel}> is a private channel. Once it is registered as “{name}”, {readers} will read "
    "what is posted here in the weekly digest (`/digest list` shows where it goes). "
    "Has the group agreed to that?",
)

_NAME = Text(ja="名前", en="Name")
_KIND = Text(ja="種類", en="Kind")
_CHANNEL = Text(ja="チャンネル", en="Channel")
_CHANNEL_HINT = Text(
    ja="自分が参加しているチャンネルを選んでください。非公開なら、先に私を招待してください。",
    en="Choose a channel you are in. If it is private, invite me first.",
)
_PURPOSE = Text(ja="目的", en="Purpose")
_LEADS = Text(ja="リーダー", en="Leads")
_STAGE = Text(ja="段階", en="Stage")
_STARTS = Text(ja="開始日", en="Start")
_TARGET = Text(ja="目標日", en="Target date")
_CAPTURE = Text(ja="記録する投稿", en="Which posts are recorded")
_CAPTURE_HINTS: Mapping[Capture, Text] = {
    Capture.ALL: Text(
        ja="チャンネルに書かれた投稿を、すべて記録します", en="Everything posted in the channel"
    ),
    Capture.MARKED: Text(
        ja="【進捗】や #進捗 を付けたもの、自分で📝を付けたもの",
        en="With 【進捗】, #進捗 or #progress, or 📝 from their author",
    ),
}
_MARKS = Text(ja="記録したしるし", en="Sign of recording")
_MARKS_OPTION = Text(ja="記録した投稿に📝を付ける", en="Put 📝 on each recorded post")
_EDIT_CHANNELS = Text(
    ja="チャンネル：{channels}　増減は `/project チャンネル 追加 #名前` でできます。",
    en="Channels: {channels}. `/project channel add #name` adds one.",
)

T = TypeVar("T", Kind, Stage)


@dataclass(frozen=True)
class Filled:
    """What somebody filled in. `channel_id` is None where the form did not ask for it."""

    details: ProjectDetails
    channel_id: str | None


def register_form(details: ProjectDetails, channel_id: str | None, language: Language) -> View:
    """The form for a new project, filled in as far as is known."""
    blocks = _fields(details, language)
    blocks.insert(2, _channel_field(channel_id, language))
    return _modal(FORM, _REGISTER_TITLE, _REGISTER, blocks, {}, language)


def edit_form(
    project_id: int, details: ProjectDetails, channels: Sequence[str], language: Language
) -> View:
    """The form for a project that exists; it remembers what it showed when it was opened."""
    blocks = _fields(details, language)
    shown = words.channels(channels, language)
    blocks.append(context(_EDIT_CHANNELS.of(language, channels=shown)))
    remembered = {"project": project_id, "seen": details.fingerprint()}
    return _modal(FORM, _EDIT_TITLE, _SAVE, blocks, remembered, language)


def consent_form(
    details: ProjectDetails, channel_id: str, readers: str, language: Language
) -> View:
    """The question whether the group agrees; it carries what was filled in.

    `readers` says who reads the digest, as harmless mrkdwn.
    """
    name = label(details.name, _NAME_SHOWN)
    question = CONSENT_QUESTION.of(language, channel=channel_id, name=name, readers=readers)
    remembered = {"details": details.as_json(), "channel": channel_id}
    return _modal(CONSENT, _CONSENT_TITLE, CONSENT_YES, [section(question)], remembered, language)


def done(sentence: str, language: Language) -> View:
    """What a form turns into when all went well, or when it can't go on."""
    return View(
        type="modal",
        title=PlainTextObject(text=_DONE_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=[section(sentence)],
    )


def stopped(sentence: str, language: Language) -> View:
    """What the question about a private channel turns into when registering it failed."""
    return View(
        type="modal",
        title=PlainTextObject(text=_REGISTER_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=[section(sentence)],
    )


def read_form(values: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Filled:
    """What was filled in, from `view.state.values`.

    (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)
    """
    field = {block: next(iter(actions.values()), {}) for block, actions in values.items()}
    leads = field["leads"].get("selected_users")
    marks = field["marks_posts"].get("selected_options")
    channel = field["channel"].get("selected_conversation") if "channel" in field else None
    details = ProjectDetails(
        name=_text(field["name"]),
        kind=Kind(_option(field["kind"])),
        purpose=_text(field["purpose"]),
        leads=tuple(str(user) for user in leads) if isinstance(leads, list) else (),
        stage=Stage(_option(field["stage"])),
        starts_on=_date(field["starts_on"]),
        target_on=_date(field["target_on"]),
        capture=Capture(_option(field["capture"])),
        marks_posts=bool(marks),
    )
    return Filled(details, str(channel) if channel else None)


def details_from_json(data: Mapping[str, object]) -> ProjectDetails:
    """What `ProjectDetails.as_json` made, read back out of a form."""
    leads, starts, target = data["leads"], data["starts_on"], data["target_on"]
    return ProjectDetails(
        name=str(data["name"]),
        kind=Kind(str(data["kind"])),
        purpose=str(data["purpose"]),
        leads=tuple(str(user) for user in leads) if isinstance(leads, list) else (),
        stage=Stage(str(data["stage"])),
        starts_on=date.fromisoformat(starts) if isinstance(starts, str) else None,
        target_on=date.fromisoformat(target) if isinstance(target, str) else None,
        capture=Capture(str(data["capture"])),
        marks_posts=bool(data["marks_posts"]),
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
        private_metadata=json.dumps(remembered, ensure_ascii=False, separators=(",", ":")),
    )


def _fields(details: ProjectDetails, language: Language) -> list[Block]:
    return [
        InputBlock(
            block_id="name",
            label=_NAME.of(language),
            element=PlainTextInputElement(
                action_id=VALUE, initial_value=details.name or None, max_length=NAME_LENGTH
            ),
        ),
        _select("kind", _KIND, words.KINDS, details.kind, language),
        InputBlock(
            block_id="purpose",
            label=_PURPOSE.of(language),
            optional=True,
            element=PlainTextInputElement(
                action_id=VALUE,
                multiline=True,
                initial_value=details.purpose or None,
                max_length=PURPOSE_LENGTH,
            ),
        ),
        InputBlock(
            block_id="leads",
            label=_LEADS.of(language),
            element=UserMultiSelectElement(
                action_id=VALUE,
                initial_users=list(details.leads) or None,
                max_selected_items=max(LEADS_AT_MOST, len(details.leads)),
            ),
        ),
        _select("stage", _STAGE, words.STAGES, details.stage, language),
        _date_field("starts_on", _STARTS, details.starts_on, language),
        _date_field("target_on", _TARGET, details.target_on, language),
        _capture_field(details.capture, language),
        _marks_field(details.marks_posts, language),
    ]


def _select(
    block_id: str, name: Text, options: Mapping[T, Text], chosen: T, language: Language
) -> InputBlock:
    shown = {value: _option_of(value.value, text, language) for value, text in options.items()}
    return InputBlock(
        block_id=block_id,
        label=name.of(language),
        element=StaticSelectElement(
            action_id=VALUE, options=list(shown.values()), initial_option=shown[chosen]
        ),
    )


def _channel_field(channel_id: str | None, language: Language) -> InputBlock:
    return InputBlock(
        block_id="channel",
        label=_CHANNEL.of(language),
        hint=_CHANNEL_HINT.of(language),
        element=ConversationSelectElement(
            action_id=VALUE,
            initial_conversation=channel_id,
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        ),
    )


def _date_field(block_id: str, name: Text, day: date | None, language: Language) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=name.of(language),
        optional=True,
        element=DatePickerElement(action_id=VALUE, initial_date=day.isoformat() if day else None),
    )


def _capture_field(chosen: Capture, language: Language) -> InputBlock:
    options = {
        capture: Option(
            value=capture.value,
            text=PlainTextObject(text=text.of(language)),
            description=PlainTextObject(text=_CAPTURE_HINTS[capture].of(language)),
        )
        for capture, text in words.CAPTURES.items()
    }
    return InputBlock(
        block_id="capture",
        label=_CAPTURE.of(language),
        element=RadioButtonsElement(
            action_id=VALUE, options=list(options.values()), initial_option=options[chosen]
        ),
    )


def _marks_field(on: bool, language: Language) -> InputBlock:
    option = Option(value=MARKS_ON, text=MarkdownTextObject(text=_MARKS_OPTION.of(language)))
    return InputBlock(
        block_id="marks_posts",
        label=_MARKS.of(language),
        optional=True,
        element=CheckboxesElement(
            action_id=VALUE, options=[option], initial_options=[option] if on else None
        ),
    )


def _option_of(value: str, text: Text, language: Language) -> Option:
    return Option(value=value, text=PlainTextObject(text=text.of(language)))


def _text(field: Mapping[str, object]) -> str:
    value = field.get("value")
    return value if isinstance(value, str) else ""


def _option(field: Mapping[str, object]) -> str:
    option = field.get("selected_option")
    return str(option.get("value")) if isinstance(option, dict) else ""


def _date(field: Mapping[str, object]) -> date | None:
    value = field.get("selected_date")
    return date.fromisoformat(value) if isinstance(value, str) and value else None
