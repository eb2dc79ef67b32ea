"""What is said about the people of a project: the list, an invitation, a lead passed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.core.markup import folded_key
from bot.core.people import CameBy, Participant, ProjectRole
from bot.text import Language, Text
from bot.views import words
from bot.views.blocks import button, buttons, section, sections
from bot.views.quoting import label

DECLINE = "project_decline"

# So many people fill some ten sections of a message; nobody reads more.
PEOPLE_SHOWN = 200
_NAME_SHOWN = 200
_DEPARTMENT_SHOWN = 40

WAYS: Mapping[CameBy, Text] = {
    CameBy.RECOMMENDED: Text(ja="所属長推薦", en="recommended"),
    CameBy.VOLUNTEERED: Text(ja="自薦", en="volunteered"),
    CameBy.NOMINATED: Text(ja="他薦", en="nominated"),
    CameBy.INVITED: Text(ja="声かけ", en="invited"),
}
_MORE_WAYS: Mapping[str, CameBy] = {
    "推薦": CameBy.RECOMMENDED,
    "所属長の推薦": CameBy.RECOMMENDED,
    "声掛け": CameBy.INVITED,
    "声がけ": CameBy.INVITED,
    "声かけ": CameBy.INVITED,
    "事務局の声かけ": CameBy.INVITED,
}
_WAYS_IN_A_SENTENCE: Mapping[CameBy, Text] = {
    CameBy.RECOMMENDED: Text(ja="所属長推薦", en="recommended by the head of department"),
    CameBy.VOLUNTEERED: Text(ja="自薦", en="volunteered"),
    CameBy.NOMINATED: Text(ja="他薦", en="nominated by a colleague"),
    CameBy.INVITED: Text(ja="声かけ", en="invited by the coordinators"),
}

_TITLE = Text(ja="*「{name}」の皆さん*", en="*The people of “{name}”*")
_LEADS = Text(ja="リーダー", en="Leads")
_MEMBERS = Text(ja="メンバー", en="Members")
_NONE = Text(
    ja="まだいません。 `/project 参加` で参加できます。",
    en="Nobody yet. `/project join` is how to join.",
)
_NO_LEAD = Text(
    ja="いません。事務局が `/project 引き継ぎ @名前` で決められます。",
    en="Nobody. A coordinator can name one with `/project handover @name`.",
)
_DEACTIVATED = Text(ja="利用停止", en="deactivated")
_MORE = Text(ja="ほかに{n}名います。", en="And {n} more.")
_HOW = Text(
    ja="参加は `/project 参加` 、招待は `/project 招待 @名前` です。",
    en="To join: `/project join`. To bring somebody in: `/project invite @name`.",
)

_INVITATION = Text(
    ja="<@{by}> さんが、あなたを「{name}」に招待しました（{way}）。",
    en="<@{by}> has brought you into “{name}” ({way}).",
)
_LEAD_OF = Text(
    ja="<@{by}> さんから、「{name}」のリーダーを引き継ぎました。",
    en="<@{by}> has handed the lead of “{name}” over to you.",
)
_LEAD_SET = Text(
    ja="<@{by}> さんの手続きで、「{name}」のリーダーになりました。",
    en="<@{by}> has made you the lead of “{name}”.",
)
_PURPOSE = Text(ja="目的：{purpose}", en="Purpose: {purpose}")
_WHERE = Text(ja="チャンネル：{channels}", en="Channels: {channels}")
_MEMBERS_MAY = Text(
    ja="もうメンバーになっています。手続きはいりません。いつもどおりチャンネルで話してください。\n"
    "都合がつかないときは、遠慮なく下のボタンを押してください。"
    "あとから `/project 参加` もできます。",
    en="You are a member now and need do nothing: just talk in the channel.\n"
    "If it doesn't suit you, press the button below; nobody minds. "
    "`/project join` brings you back any time.",
)
_LEADS_MAY = Text(
    ja="リーダーの方には、次のことをお願いします。困ったときは事務局に相談してください。\n"
    "• 段階が変わったら `/project 段階`\n"
    "• 目的や日付が変わったら `/project 編集`\n"
    "• 仲間を増やすときは `/project 招待`",
    en="A lead looks after these. The coordinators are there to help.\n"
    "• the stage has changed: `/project stage`\n"
    "• purpose or dates have changed: `/project edit`\n"
    "• somebody is to join: `/project invite`",
)
_DECLINE = Text(ja="今回は見送る", en="Not this time")
_DECLINED = Text(
    ja="「{name}」への参加を見送りました。また加わりたいときは、"
    "チャンネルで `/project 参加` と送ってください。",
    en="You are not in “{name}”. To join later, send `/project join` in its channel.",
)

_HANDED_OVER = Text(
    ja="「{name}」のリーダーが、<@{giver}> さんから <@{to}> さんに引き継がれました。"
    "<@{giver}> さん、ありがとうございました。",
    en="<@{giver}> has passed the lead of “{name}” on to <@{to}>. Thank you, <@{giver}>.",
)
_NEW_LEAD = Text(
    ja="「{name}」のリーダーが、<@{to}> さんに決まりました。",
    en="“{name}” has a lead now: <@{to}>.",
)


def way_of(word: str) -> CameBy | None:
    """The way in which somebody came that this word names, in Japanese or English."""
    key = folded_key(word)
    for way, text in WAYS.items():
        if key in (folded_key(text.ja), folded_key(text.en)):
            return way
    return _MORE_WAYS.get(key)


def all_ways() -> Text:
    """All of them in a row, for a sentence that says what may be typed."""
    return Text(
        ja=" / ".join(text.ja for text in WAYS.values()),
        en=" / ".join(text.en for text in WAYS.values()),
    )


def way_name(way: CameBy, language: Language) -> str:
    """How somebody came, in a sentence."""
    return _WAYS_IN_A_SENTENCE[way].of(language)


def member_list(
    name: str, people: Sequence[Participant], language: Language
) -> tuple[str, list[Block]]:
    """The answer to `/project members`: who is in the project, and how each came."""
    title = _TITLE.of(language, name=label(name, _NAME_SHOWN))
    shown, rest = people[:PEOPLE_SHOWN], people[PEOPLE_SHOWN:]
    lines = [title]
    for heading, role, nobody in (
        (_LEADS, ProjectRole.LEAD, _NO_LEAD),
        (_MEMBERS, ProjectRole.MEMBER, _NONE),
    ):
        of_role = [_line(person, language) for person in shown if person.role == role]
        lines += ["", f"*{heading.of(language)}*", *(of_role or [nobody.of(language)])]
    if rest:
        lines.append(_MORE.of(language, n=len(rest)))
    return title.replace("*", ""), [*sections(lines), section(_HOW.of(language))]


def invitation(
    name: str,
    purpose: str,
    channels: Sequence[str],
    by: str,
    way: CameBy | None,
    value: str,
    language: Language,
) -> tuple[str, list[Block]]:
    """What a new member gets by direct message. `value` is what the button carries."""
    shown = way_name(way or CameBy.INVITED, language)
    text = _INVITATION.of(language, by=by, name=label(name, _NAME_SHOWN), way=shown)
    about = [text, *_about(purpose, channels, language)]
    decline = button(_DECLINE.of(language), DECLINE, value)
    return text, [
        section("\n".join(about)),
        section(_MEMBERS_MAY.of(language)),
        buttons(decline),
    ]


def lead_welcome(
    name: str,
    purpose: str,
    channels: Sequence[str],
    by: str,
    language: Language,
    *,
    was_lead: bool,
) -> tuple[str, list[Block]]:
    """What a new lead gets by direct message. `was_lead`: it was `by` who led until then."""
    sentence = _LEAD_OF if was_lead else _LEAD_SET
    text = sentence.of(language, by=by, name=label(name, _NAME_SHOWN))
    about = [text, *_about(purpose, channels, language)]
    return text, [section("\n".join(about)), section(_LEADS_MAY.of(language))]


def declined(name: str, language: Language) -> tuple[str, list[Block]]:
    """What stands in the place of an invitation once the person has left the project."""
    text = _DECLINED.of(language, name=label(name, _NAME_SHOWN))
    return text, [section(text)]


def handed_over(
    name: str, giver: str | None, to: str, language: Language
) -> tuple[str, list[Block]]:
    """What the project's channels are told when its lead is passed on."""
    shown = label(name, _NAME_SHOWN)
    if giver is None:
        text = _NEW_LEAD.of(language, name=shown, to=to)
    else:
        text = _HANDED_OVER.of(language, name=shown, giver=giver, to=to)
    return text, [section(text)]


def _about(purpose: str, channels: Sequence[str], language: Language) -> list[str]:
    lines = []
    if purpose:
        shown = label(purpose, 500)
        lines.append(_PURPOSE.of(language, purpose=shown))
    if channels:
        lines.append(_WHERE.of(language, channels=words.channels(channels, language)))
    return lines


def _line(person: Participant, language: Language) -> str:
    facts = []
    if person.department:
        facts.append(label(person.department, _DEPARTMENT_SHOWN))
    if person.came_by is not None:
        facts.append(way_name(person.came_by, language))
    if person.is_deactivated:
        facts.append(_DEACTIVATED.of(language))
    line = f"• <@{person.user_id}>"
    if not facts:
        return line
    return f"{line}　{'・'.join(facts)}" if language == "ja" else f"{line} – {', '.join(facts)}"
