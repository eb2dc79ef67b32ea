"""The names of kinds, stages and the like on screen, and the words that may be typed for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.core.markup import folded_key
from bot.core.projects import Capture, Kind, Stage, Status
from bot.text import Language, Text

T = TypeVar("T", Kind, Stage, Status)

KINDS: Mapping[Kind, Text] = {
    Kind.WORKING_GROUP: Text(ja="ワーキンググループ", en="working group"),
    Kind.PROJECT_TEAM: Text(ja="プロジェクトチーム", en="project team"),
    Kind.PILOT: Text(ja="実証プロジェクト", en="pilot"),
    Kind.CONSORTIUM: Text(ja="コンソーシアム", en="consortium"),
}
STAGES: Mapping[Stage, Text] = {
    Stage.IDEA: Text(ja="構想", en="idea"),
    Stage.PLAN: Text(ja="計画", en="plan"),
    Stage.TRIAL: Text(ja="実証", en="trial"),
    Stage.ROLLOUT: Text(ja="実装", en="rollout"),
    Stage.DONE: Text(ja="完了", en="done"),
}
STATUSES: Mapping[Status, Text] = {
    Status.ACTIVE: Text(ja="活動中", en="active"),
    Status.PAUSED: Text(ja="休止", en="paused"),
    Status.CLOSED: Text(ja="終了", en="closed"),
}
CAPTURES: Mapping[Capture, Text] = {
    Capture.ALL: Text(ja="すべての投稿", en="all posts"),
    Capture.MARKED: Text(ja="印を付けた投稿だけ", en="marked posts only"),
}

_MORE_KINDS: Mapping[str, Kind] = {
    "wg": Kind.WORKING_GROUP,
    "pt": Kind.PROJECT_TEAM,
    "実証事業": Kind.PILOT,
}


def kind_of(word: str) -> Kind | None:
    """The kind that this word names, in Japanese or English."""
    key = _key(word)
    return _look_up(KINDS, key) or _MORE_KINDS.get(key)


def stage_of(word: str) -> Stage | None:
    """The stage that this word names, in Japanese or English."""
    return _look_up(STAGES, _key(word))


def status_of(word: str) -> Status | None:
    """The status that this word names, in Japanese or English."""
    return _look_up(STATUSES, _key(word))


def kind_name(kind: Kind, language: Language) -> str:
    """The kind's name on screen."""
    return KINDS[kind].of(language)


def stage_name(stage: Stage, language: Language) -> str:
    """The stage's name on screen."""
    return STAGES[stage].of(language)


def joined(parts: Sequence[str], language: Language) -> str:
    """Things in a row: 「、」 in Japanese, a comma in English."""
    return ("、" if language == "ja" else ", ").join(parts)


def people(user_ids: Sequence[str], language: Language) -> str:
    """Mentions of these people in a row."""
    return joined([f"<@{user_id}>" for user_id in user_ids], language)


def channels(channel_ids: Sequence[str], language: Language) -> str:
    """Links to these channels in a row."""
    return joined([f"<#{channel_id}>" for channel_id in channel_ids], language)


def all_words(names: Mapping[Kind, Text] | Mapping[Stage, Text]) -> Text:
    """All names in a row, for a sentence that says what may be typed."""
    return Text(
        ja=" / ".join(text.ja for text in names.values()),
        en=" / ".join(text.en for text in names.values()),
    )


def _key(word: str) -> str:
    return folded_key(word).replace("_", "").replace("-", "")


def _look_up(names: Mapping[T, Text], key: str) -> T | None:
    for value, text in names.items():
        if key in (_key(text.ja), _key(text.en), _key(value.value)):
            return value
    return None
