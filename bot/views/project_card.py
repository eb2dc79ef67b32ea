"""What a project's channel gets to read: the card at the beginning, and a line at each change."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.core.projects import Capture, ProjectFacts, Stage
from bot.text import Language, Text
from bot.views import words
from bot.views.blocks import button, buttons, section
from bot.views.quoting import label

EDIT_ACTION = "project_edit"
NAME_SHOWN = 200

EDIT = Text(ja="詳細を編集", en="Edit details")

_TITLE = Text(
    ja="📝 *「{name}」を登録しました*\n{kind}・{stage}　リーダー {leads}",
    en="📝 *“{name}” is registered*\n{kind}, {stage}; lead: {leads}",
)
_WHAT = Text(
    ja="これから、このチャンネルの投稿・返信・リアクションを記録し、"
    "週に一度のダイジェストで{readers}に届けます。",
    en="From now on, posts, replies and reactions in this channel are recorded, "
    "and {readers} read them in a weekly digest.",
)
_ALL = Text(
    ja="いつもどおり書くだけで大丈夫です。",
    en="Just go on writing as you always do.",
)
_ALL_MARKED = Text(
    ja="いつもどおり書くだけで大丈夫です。📝 の付いた投稿が、記録した投稿です。",
    en="Just go on writing as you always do. A post with 📝 on it has been recorded.",
)
_MARKED = Text(
    ja="記録するのは、【進捗】や #進捗 を付けた投稿だけです。",
    en="Only posts marked with 【進捗】, #進捗 or #progress are recorded.",
)
_OPT_OUT = Text(
    ja="記録してほしくないときは、リーダーか事務局に声をかけてください。"
    "印を付けた投稿だけに絞ることも、終了して記録を止めることもできます。",
    en="If you would rather not be recorded, talk to the lead or a coordinator. "
    "They can keep it to marked posts, or close the project, which stops recording.",
)
_READERS = Text(ja="市長と副市長・CDO", en="the mayor and the CDO")
_NOTIFICATION = Text(
    ja="「{name}」を登録しました。これから投稿を記録し、{readers}に週に一度届けます。",
    en="“{name}” is registered. Posts are recorded from now on; {readers} read them weekly.",
)

_NOTICES = {
    "stage": Text(
        ja="「{name}」の段階が、「{before}」から「{after}」に変わりました。",
        en="“{name}” has moved from “{before}” to “{after}”.",
    ),
    "paused": Text(
        ja="「{name}」は、しばらく休みます。記録は続けますので、書きたいときはいつでもどうぞ。",
        en="“{name}” is taking a break. Recording goes on: write whenever you like.",
    ),
    "closed": Text(
        ja="「{name}」は終了しました。このチャンネルの記録を止めました。"
        "ここまでの取り組み、ありがとうございました。",
        en="“{name}” is closed and recording in this channel has stopped. "
        "Thank you for all the work.",
    ),
    "resumed": Text(
        ja="「{name}」を再開しました。このチャンネルの投稿を記録しています。",
        en="“{name}” is active again. Posts in this channel are recorded.",
    ),
    "channel_removed": Text(
        ja="このチャンネルを「{name}」から外しました。これからの投稿は記録しません。",
        en="This channel no longer belongs to “{name}”. New posts are not recorded.",
    ),
}


def project_card(
    project: ProjectFacts, offices: Sequence[str], language: Language
) -> tuple[str, list[Block]]:
    """The card that tells a channel what is recorded, for whom, and how to opt out.

    `offices` are the offices that are held now: their holders read the digest.
    """
    name = label(project.details.name, NAME_SHOWN)
    readers = readers_of(offices, language)
    paragraphs = (
        _TITLE.of(
            language,
            name=name,
            kind=words.kind_name(project.details.kind, language),
            stage=words.stage_name(project.details.stage, language),
            leads=words.people(project.details.leads, language),
        ),
        f"{_WHAT.of(language, readers=readers)}\n{_how(project).of(language)}",
        _OPT_OUT.of(language),
    )
    edit = button(EDIT.of(language), EDIT_ACTION, str(project.id))
    text = _NOTIFICATION.of(language, name=name, readers=readers)
    return text, [*map(section, paragraphs), buttons(edit)]


def project_notice(
    what: str, project: ProjectFacts, *, before: str, after: str, language: Language
) -> tuple[str, list[Block]]:
    """A line about a change. `before` and `after` are stages where the stage moved."""
    text = _NOTICES[what].of(
        language,
        name=label(project.details.name, NAME_SHOWN),
        before=words.stage_name(Stage(before), language) if before else "",
        after=words.stage_name(Stage(after), language) if after else "",
    )
    return text, [section(text)]


def _how(project: ProjectFacts) -> Text:
    if project.details.capture == Capture.MARKED:
        return _MARKED
    return _ALL_MARKED if project.details.marks_posts else _ALL


def readers_of(offices: Sequence[str], language: Language) -> str:
    """Who reads the digest: the offices that are held now, or those that most sites have."""
    if not offices:
        return _READERS.of(language)
    return words.joined([label(office, NAME_SHOWN) for office in offices], language)
