"""`/digest to`, `remove` and `list`: who receives the digest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import audiences
from bot.core.audiences import Audience, Hindrance
from bot.core.channels import ChannelFacts, remember
from bot.core.markup import fold, split_channel, split_person
from bot.core.permissions import (
    Actor,
    is_staff,
    language_of,
    require_coordinator,
    require_staff,
)
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language, Text
from bot.views.dates import date_and_time
from handlers.commands.digest.schedule import next_digest, schedule_line
from handlers.commands.router import Answer, Call, Subcommand
from handlers.people import known_member
from handlers.slack_channels import enter, look_up

HERE = ("here", "ここ")
LANGUAGE_WORDS: dict[str, Language] = {
    "ja": "ja",
    "japanese": "ja",
    "日本語": "ja",
    "en": "en",
    "english": "en",
    "英語": "en",
}

WHERE = Text(
    ja="送り先が分かりませんでした。次のどれかの形で、候補から選んで書いてください。\n"
    "`/digest 送り先 ここ`\n`/digest 送り先 #チャンネル`\n`/digest 送り先 @名前`",
    en="I could not tell where to send it. Please write one of these, choosing from the "
    "suggestions:\n`/digest to here`\n`/digest to #channel`\n`/digest to @person`",
)
NOT_HERE = Text(
    ja="ここには送れません。チャンネルの中で `/digest 送り先 ここ` と送るか、 "
    "`/digest 送り先 @名前` で個人に届けてください。",
    en="It can't be sent here. Please use `/digest to here` in a channel, "
    "or `/digest to @person` for somebody's direct messages.",
)
SHARED = Text(
    ja="<#{channel}> は外部の組織と共有されているので、ダイジェストを送れません。"
    "職員だけのチャンネルを選んでください。",
    en="<#{channel}> is shared with another organisation, so no digest can go there. "
    "Please choose a channel for staff only.",
)
ARCHIVED = Text(
    ja="<#{channel}> はアーカイブされているので、送れません。別のチャンネルを選んでください。",
    en="<#{channel}> is archived, so nothing can be sent there. Please choose another channel.",
)
NOT_STAFF = Text(
    ja="<@{user}> さんには送れません。ゲストや外部の方、アプリ、利用を停止した方は対象外です。"
    "このワークスペースの職員の方を選んでください。",
    en="<@{user}> can't receive digests: guests, people from outside, apps and deactivated "
    "people can't. Please choose a member of staff.",
)
ADDED = Text(
    ja="{where} に週次ダイジェストを送ります（{language}）。次回は{moment}です。",
    en="The weekly digest will go to {where} ({language}). The next one comes on {moment}.",
)
OPEN_TO_ALL = Text(
    ja="{added}\n職員なら誰でも読めるチャンネルです。"
    "非公開チャンネルの投稿も載りますので、ご注意ください。",
    en="{added}\nEvery member of staff can read this channel, "
    "and digests quote posts from private channels too.",
)
ALREADY = Text(
    ja="{where} は、すでに送り先です（{language}）。次回は{moment}です。",
    en="{where} receives the digest already ({language}). The next one comes on {moment}.",
)
REMOVED = Text(
    ja="{where} への週次ダイジェストを止めました。 `/digest 送り先` で、また送れます。",
    en="The weekly digest no longer goes to {where}. `/digest to` starts it again.",
)
NOT_AN_AUDIENCE = Text(
    ja="{where} は送り先ではありません。 `/digest 一覧` で送り先を確かめられます。",
    en="{where} does not receive the digest. `/digest list` shows who does.",
)
NOBODY = Text(
    ja="送り先がまだありません。"
    " `/digest 送り先 ここ` や `/digest 送り先 @名前` で決めてください。",
    en="Nobody receives it yet. Please use `/digest to here` or `/digest to @person`.",
)
AUDIENCES = Text(ja="*週次ダイジェストの送り先*", en="*Who receives the weekly digest*")
SHARED_NOW = Text(
    ja="{line} ⚠️ 外部と共有されているため、送っていません。",
    en="{line} ⚠️ Shared with another organisation: nothing is sent.",
)
ARCHIVED_NOW = Text(
    ja="{line} ⚠️ アーカイブされているため、届きません。",
    en="{line} ⚠️ Archived: nothing can be sent there.",
)
WITHOUT_BOT = Text(
    ja="{line} ⚠️ 私が入っていないため、届きません。 `/invite @iine` で招待してください。",
    en="{line} ⚠️ I am not in it: nothing can be sent there. Please type `/invite @iine` there.",
)
NEXT = Text(ja="次回は{moment}です。", en="The next one comes on {moment}.")
NEVER = Text(
    ja="すべての日が休みになっているため、次回が決まりません。 "
    "`/digest 閉庁日 一覧` を見てください。",
    en="Every day is listed as closed, so there is no next one. See `/digest closure list`.",
)
LANGUAGE_NAMES: dict[Language, Text] = {
    "ja": Text(ja="日本語", en="Japanese"),
    "en": Text(ja="英語", en="English"),
}


@dataclass(frozen=True)
class _Target:
    """Where to: a channel, or a person where `user_id` is set; and the language if it was named."""

    channel_id: str | None
    user_id: str | None
    language: Language | None


def _to(deps: Deps, call: Call) -> Answer:
    require_coordinator(call.actor)
    target = _target(call)
    here = call.channel_name if target.channel_id == call.channel_id else ""
    return Answer(
        add_audience(
            deps,
            call.actor,
            channel_id=target.channel_id,
            user_id=target.user_id,
            language=target.language,
            channel_name=here,
        )
    )


def add_audience(
    deps: Deps,
    actor: Actor,
    *,
    channel_id: str | None,
    user_id: str | None,
    language: Language | None,
    channel_name: str = "",
) -> str:
    """Have digests sent to a channel or to a person; what the actor is told.

    Without a `language` it is the person's own, or the site's. Raises UserError for where digests
    can't go, and what slack_sdk raises.
    """
    require_coordinator(actor)
    channel: ChannelFacts | None = None
    if user_id is not None:
        place, usual = _direct_messages(deps, actor.team_id, user_id)
    else:
        channel = _channel(deps, actor.team_id, channel_id or "", channel_name)
        place, usual = channel.channel_id, deps.settings.language
    is_open_to_all = channel is not None and not channel.is_private
    chosen = language or usual
    with deps.database.write() as session:
        if channel is not None:
            remember(session, actor.team_id, channel, deps.clock.now())
        changed = audiences.add(
            session, actor, place, user_id=user_id, language=chosen, now=deps.clock.now()
        )
    moment = next_digest(deps, actor.team_id)
    if moment is None:
        return NEVER.of(actor.language)
    answer = (ADDED if changed else ALREADY).of(
        actor.language,
        where=_where(place, user_id),
        language=LANGUAGE_NAMES[chosen].of(actor.language),
        moment=date_and_time(moment, deps.settings.timezone, actor.language),
    )
    return OPEN_TO_ALL.of(actor.language, added=answer) if is_open_to_all else answer


def _remove(deps: Deps, call: Call) -> Answer:
    require_coordinator(call.actor)
    target = _target(call, also_direct=True)
    with deps.database.write() as session:
        channel_id = target.channel_id
        if target.user_id is not None:
            channel_id = audiences.of_person(session, call.team_id, target.user_id)
        removed = channel_id is not None and audiences.remove(
            session, call.actor, channel_id, now=deps.clock.now()
        )
    where = _where(channel_id or "", target.user_id)
    return Answer((REMOVED if removed else NOT_AN_AUDIENCE).of(call.language, where=where))


def _list(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    with deps.database.read() as session:
        found = audiences.listing(session, call.team_id)
    lines = [AUDIENCES.of(call.language)] if found else [NOBODY.of(call.language)]
    lines += [_line(audience, call.language) for audience in found]
    lines.append(schedule_line(deps, call.team_id, call.language))
    moment = next_digest(deps, call.team_id)
    if moment is None:
        lines.append(NEVER.of(call.language))
    elif found:
        shown = date_and_time(moment, deps.settings.timezone, call.language)
        lines.append(NEXT.of(call.language, moment=shown))
    return Answer("\n".join(lines))


def _line(audience: Audience, language: Language) -> str:
    where = _where(audience.channel_id, audience.user_id)
    line = f"• {where} （{LANGUAGE_NAMES[audience.language].of(language)}）"
    trouble = {
        Hindrance.SHARED: SHARED_NOW,
        Hindrance.ARCHIVED: ARCHIVED_NOW,
        Hindrance.WITHOUT_BOT: WITHOUT_BOT,
    }
    return trouble[audience.hindrance].of(language, line=line) if audience.hindrance else line


def _target(call: Call, *, also_direct: bool = False) -> _Target:
    """Raises UserError if none is named, or if here is not a channel.

    With `also_direct`, here may be the direct messages of whoever asks.
    """
    before, channel_id, after = split_channel(call.text)
    user_id = None
    if channel_id is None:
        before, user_id, after = split_person(call.text)
    words = fold(f"{before} {after}").split()
    languages = [LANGUAGE_WORDS[word] for word in words if word in LANGUAGE_WORDS]
    language = languages[0] if languages else None
    if channel_id is None and user_id is None:
        if not any(word in HERE for word in words):
            raise UserError(WHERE)
        channel_id = call.channel_id
        is_direct = channel_id.startswith("D") or call.channel_name == "directmessage"
        if is_direct and also_direct:
            return _Target(None, call.user_id, language)
        if is_direct or call.channel_name.startswith("mpdm-"):
            raise UserError(NOT_HERE)
    return _Target(channel_id, user_id, language)


def _channel(deps: Deps, team_id: str, channel_id: str, name: str) -> ChannelFacts:
    """The channel with the bot in it. Raises UserError for one that digests can't go to."""
    channel = look_up(deps, deps.slack, team_id, channel_id, name)
    if channel.is_direct:
        raise UserError(NOT_HERE)
    if channel.is_archived:
        raise UserError(ARCHIVED.filled(channel=channel_id))
    if channel.is_shared:
        raise UserError(SHARED.filled(channel=channel_id))
    return enter(deps.slack, channel)


def _direct_messages(deps: Deps, team_id: str, user_id: str) -> tuple[str, Language]:
    """The person's direct messages with the bot, and their language. Raises UserError."""
    member = known_member(deps, team_id, user_id)
    if not is_staff(member):
        raise UserError(NOT_STAFF.filled(user=user_id))
    channel = deps.slack.conversations_open(users=user_id).get("channel")
    if not isinstance(channel, dict) or "id" not in channel:
        raise OSError("conversations.open answered without a channel")
    with deps.database.read() as session:
        language = language_of(session, member, deps.settings.language)
    return str(channel["id"]), language


def _where(channel_id: str, user_id: str | None) -> str:
    return f"<@{user_id}>" if user_id else f"<#{channel_id}>"


TO = Subcommand(
    names=("to", "送り先"),
    usage=Text(ja="送り先 <ここ|#チャンネル|@名前> [en]", en="to <here|#channel|@person> [ja]"),
    help=Text(
        ja="ダイジェストの送り先を加えます。最後に en と書くと英語で届きます。",
        en="Sends the digest there as well; with ja at the end, in Japanese.",
    ),
    run=_to,
)
REMOVE = Subcommand(
    names=("remove", "停止"),
    usage=Text(ja="停止 <ここ|#チャンネル|@名前>", en="remove <here|#channel|@person>"),
    help=Text(ja="そこに送るのをやめます。", en="Stops sending the digest there."),
    run=_remove,
)
LIST = Subcommand(
    names=("list", "一覧"),
    usage=Text(ja="一覧", en="list"),
    help=Text(ja="送り先と予定を表示します。", en="Shows who receives the digest, and when."),
    run=_list,
)
