"""The forms behind the checklist of the coordinators' page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    TimePickerElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.text import LANGUAGES, Language, Text
from bot.views.digest import paragraph
from bot.views.schedule import WEEKDAYS

OFFICE_FORM, AUDIENCE_FORM, SCHEDULE_FORM = (
    "home_office_form",
    "home_audience_form",
    "home_schedule_form",
)
VALUE = "value"
# The fields
OFFICE, PERSON, SINCE, CHANNEL, LANGUAGE, WEEKDAY, TIME = (
    "office",
    "person",
    "since",
    "channel",
    "language",
    "weekday",
    "time",
)
OFFICE_LENGTH = 40

_OFFICE_TITLE = Text(ja="役職を決める", en="Who holds an office")
_AUDIENCE_TITLE = Text(ja="送り先を加える", en="Where the digest goes")
_SCHEDULE_TITLE = Text(ja="送る曜日と時刻", en="Weekday and time")
_DONE_TITLE = Text(ja="できました", en="Done")
_SAVE = Text(ja="保存する", en="Save")
_CANCEL = Text(ja="やめる", en="Cancel")
_CLOSE = Text(ja="閉じる", en="Close")

_OFFICE = Text(ja="役職", en="Office")
_OFFICE_EXAMPLE = Text(ja="例：市長", en="For example: Mayor")
_OFFICE_HINT = Text(
    ja="すでにある役職の名前を書くと、次の方への交代になります。",
    en="The name of an office that is there already passes it on to somebody else.",
)
_PERSON = Text(ja="就いている方", en="Who holds it")
_SINCE = Text(ja="いつから", en="From when")
_AUDIENCE = Text(
    ja="チャンネルか個人の、どちらかを選んでください。"
    "首長と事務局だけの非公開チャンネルをおすすめします。",
    en="Choose either a channel or a person. "
    "Best is a private channel of the leaders and coordinators.",
)
_CHANNEL = Text(ja="チャンネル", en="Channel")
_CHANNEL_HINT = Text(
    ja="非公開のチャンネルには、先に /invite で私を招待してください。",
    en="Invite me to a private channel first, with /invite.",
)
_DM = Text(ja="個人（DMに届きます）", en="Person (by direct message)")
_LANGUAGE = Text(ja="言語", en="Language")
_LANGUAGES: Mapping[Language, Text] = {
    "ja": Text(ja="日本語", en="Japanese"),
    "en": Text(ja="英語", en="English"),
}
_WEEKDAY = Text(ja="曜日", en="Weekday")
_TIME = Text(ja="時刻", en="Time")
_TIME_HINT = Text(
    ja="休みの日に当たるときは、その前の最後の開庁日に送ります。",
    en="If that day is closed, it goes out on the business day before.",
)


@dataclass(frozen=True)
class OfficeFilled:
    """What was filled in: an office, who holds it, from when."""

    office: str
    person: str
    since: date


@dataclass(frozen=True)
class AudienceFilled:
    """What was filled in: a channel or a person, or both or none of them."""

    channel: str | None
    person: str | None
    language: Language


@dataclass(frozen=True)
class ScheduleFilled:
    """What was filled in. `time` is local, HH:MM."""

    weekday: int
    time: str


Values = Mapping[str, Mapping[str, Mapping[str, object]]]


def office_form(today: date, language: Language) -> View:
    """Who holds which office."""
    return _form(
        OFFICE_FORM,
        _OFFICE_TITLE,
        [
            InputBlock(
                block_id=OFFICE,
                label=_OFFICE.of(language),
                hint=_OFFICE_HINT.of(language),
                element=PlainTextInputElement(
                    action_id=VALUE,
                    max_length=OFFICE_LENGTH,
                    placeholder=_OFFICE_EXAMPLE.of(language),
                ),
            ),
            InputBlock(
                block_id=PERSON,
                label=_PERSON.of(language),
                element=UserSelectElement(action_id=VALUE),
            ),
            InputBlock(
                block_id=SINCE,
                label=_SINCE.of(language),
                element=DatePickerElement(action_id=VALUE, initial_date=today.isoformat()),
            ),
        ],
        language,
    )


def audience_form(default: Language, language: Language) -> View:
    """One more place where digests go; `default` is the language that is proposed for it."""
    options = {
        known: Option(value=known, text=PlainTextObject(text=_LANGUAGES[known].of(language)))
        for known in LANGUAGES
    }
    return _form(
        AUDIENCE_FORM,
        _AUDIENCE_TITLE,
        [
            paragraph(_AUDIENCE.of(language)),
            InputBlock(
                block_id=CHANNEL,
                label=_CHANNEL.of(language),
                hint=_CHANNEL_HINT.of(language),
                optional=True,
                element=ConversationSelectElement(
                    action_id=VALUE,
                    filter=ConversationFilter(
                        include=["public", "private"],
                        exclude_bot_users=True,
                        exclude_external_shared_channels=True,
                    ),
                ),
            ),
            InputBlock(
                block_id=PERSON,
                label=_DM.of(language),
                optional=True,
                element=UserSelectElement(action_id=VALUE),
            ),
            InputBlock(
                block_id=LANGUAGE,
                label=_LANGUAGE.of(language),
                element=StaticSelectElement(
                    action_id=VALUE,
                    options=list(options.values()),
                    initial_option=options[default],
                ),
            ),
        ],
        language,
    )


def schedule_form(weekday: int, time: str, language: Language) -> View:
    """When digests go out, filled in with when they do now."""
    options = [
        Option(value=str(number), text=PlainTextObject(text=name.of(language)))
        for number, name in enumerate(WEEKDAYS)
    ]
    return _form(
        SCHEDULE_FORM,
        _SCHEDULE_TITLE,
        [
            InputBlock(
                block_id=WEEKDAY,
                label=_WEEKDAY.of(language),
                element=StaticSelectElement(
                    action_id=VALUE, options=options, initial_option=options[weekday]
                ),
            ),
            InputBlock(
                block_id=TIME,
                label=_TIME.of(language),
                hint=_TIME_HINT.of(language),
                element=TimePickerElement(action_id=VALUE, initial_time=time),
            ),
        ],
        language,
    )


def done(words: str, language: Language) -> View:
    """What a form turns into when it was taken over."""
    return View(
        type="modal",
        callback_id="home_done",
        title=PlainTextObject(text=_DONE_TITLE.of(language)),
        close=PlainTextObject(text=_CLOSE.of(language)),
        blocks=[paragraph(words)],
    )


def read_office(values: Values, today: date) -> OfficeFilled:
    """What was filled in.

    (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)
    """
    since = _value(values, SINCE, "selected_date")
    return OfficeFilled(
        office=_value(values, OFFICE, "value"),
        person=_value(values, PERSON, "selected_user"),
        since=date.fromisoformat(since) if since else today,
    )


def read_audience(values: Values) -> AudienceFilled:
    """What was filled in."""
    return AudienceFilled(
        channel=_value(values, CHANNEL, "selected_conversation") or None,
        person=_value(values, PERSON, "selected_user") or None,
        language="en" if _option(values, LANGUAGE) == "en" else "ja",
    )


def read_schedule(values: Values) -> ScheduleFilled:
    """What was filled in. Raises ValueError for something else than the form has."""
    weekday = int(_option(values, WEEKDAY))
    if weekday not in range(len(WEEKDAYS)):
        raise ValueError(f"no weekday: {weekday}")
    at = time.fromisoformat(_value(values, TIME, "selected_time"))
    return ScheduleFilled(weekday, f"{at:%H:%M}")


def _form(callback_id: str, title: Text, blocks: Sequence[Block], language: Language) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title.of(language)),
        submit=PlainTextObject(text=_SAVE.of(language)),
        close=PlainTextObject(text=_CANCEL.of(language)),
        blocks=list(blocks),
    )


def _value(values: Values, block_id: str, name: str) -> str:
    field = next(iter(values.get(block_id, {}).values()), {})
    value = field.get(name)
    return value if isinstance(value, str) else ""


def _option(values: Values, block_id: str) -> str:
    field = next(iter(values.get(block_id, {}).values()), {})
    option = field.get("selected_option")
    return str(option.get("value")) if isinstance(option, dict) else ""
