"""Thanks from one person to others: who is thanked, and taking it back.

There are no points, no quota and no totals of a person: the words are what there is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.core import audit, members, notices
from bot.core.markup import folded_key, plain, printable_lines
from bot.core.permissions import Actor, require_sender
from bot.errors import UserError
from bot.text import Text
from models import home
from models.base import JsonObject, storable
from models.database import words_are_erased
from models.delivery import Delivery, enqueue, renew, renew_standing
from models.kudos import Kudos, KudosRecipient
from models.member import Member
from models.notice import Notice

KUDOS = "kudos"
WITHDRAWN = "kudos.withdrawn"

# As shown; a message of Slack's takes some more, and a card is for reading
MOST_WORDS = 2_000
# A city hall's sections have up to some dozens of people; thanking everybody is a post.
MOST_RECIPIENTS = 100
MOST_GROUPS = 5

NOBODY = Text(
    ja="どなたへの感謝か分かりませんでした。 `/kudos @名前 資料づくり、助かりました` のように、"
    "人を候補から選んで書いてください。",
    en="I could not tell whom to thank. Please write it as in "
    "`/kudos @name thank you for the slides`, choosing the person from the suggestions.",
)
NO_WORDS = Text(
    ja="どんなことへの感謝か、ひとこと添えてください。例： `/kudos @名前 資料づくり、助かりました`",
    en="Please add a word about what it is for, as in `/kudos @name thank you for the slides`.",
)
ONLY_YOURSELF = Text(
    ja="ここで感謝を伝えられるのは、ほかの方です。一緒に取り組んだ方の名前を書いてください。",
    en="This is for thanking others. Please name somebody you worked with.",
)
NOBODY_WHO_READS = Text(
    ja="アプリや、利用を停止した方には届きません。ほかの方の名前を書いてください。",
    en="Apps and people whose account is deactivated can't be thanked here. "
    "Please name somebody else.",
)
NOBODY_IN_GROUP = Text(
    ja="そのグループには、いま伝えられる方がいません。名前を選んで書いてください。",
    en="There is nobody in that group just now. Please choose people by name.",
)
TOO_MANY = Text(
    ja="一度に感謝を伝えられるのは{limit}人までです（いまは{count}人です）。"
    "大勢の方へは、チャンネルへの投稿で伝えてください。",
    en="You can thank up to {limit} people at once; these are {count}. "
    "To thank very many, please write a post.",
)
TOO_LONG = Text(
    ja="言葉が長すぎます（{length}文字）。{limit}文字までにしてください。",
    en="These words are too long ({length} characters). Please keep it to {limit}.",
)
NOT_HERE = Text(
    ja="その感謝は見つかりません。もう取り消されているかもしれません。チャンネルを見てください。",
    en="These thanks are not there. They may have been taken back; please look at the channel.",
)
TAKEN_BACK_ALREADY = Text(
    ja="この感謝は、もう取り消されています。カードはまもなく消えます。",
    en="These thanks were taken back already. The card will be gone in a moment.",
)

# docs.slack.dev/messaging/formatting-message-text; commands carry the names as well
_TARGET = r"<(?:@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+))(?:\|[^<>]*)?>"
_ONE = re.compile(_TARGET)
_HONORIFIC = r"(?:さん|様|さま|くん|君|ちゃん)"
_SIGNS = r"[\s、,，・＆+/]"
# Between the names of those who are thanked
_BETWEEN = re.compile(rf"(?:{_SIGNS}|&amp;|{_HONORIFIC}|と|and\b)*")
# Between the last name and the words, where these do not go on from the name
_AFTER = re.compile(rf"\s*{_HONORIFIC}?(?:へ|に)?(?:[\s、,，。:：!！]+|$)")
_GOES_ON = re.compile(rf"\s*{_HONORIFIC}(?!(?:へ|に)?(?:[\s、,，。:：!！]|$))")
# Behind a name at the end
_POLITE = re.compile(rf"\s*{_HONORIFIC}?(?:へ|に)?\s*")


@dataclass(frozen=True)
class Asked:
    """What somebody wrote: people and user groups, each once in their order, and the words.

    The words are as Slack sends them, with its markup.
    """

    people: tuple[str, ...]
    groups: tuple[str, ...]
    words: str


def read(text: str) -> Asked:
    """Take apart what was written behind the command.

    Who stands at the beginning is thanked, and the rest is the words. Where nobody does, everyone
    who is named in it is thanked, and all of it is the words.
    """
    found, end = _at_the_beginning(text)
    if found:
        words = _words_after(text, found[-1], end)
    else:
        found = list(_ONE.finditer(text))
        words = _words_before(text, found)
    people = dict.fromkeys(match["user"] for match in found if match["user"])
    groups = dict.fromkeys(match["group"] for match in found if match["group"])
    return Asked(tuple(people), tuple(groups), words)


def check_words(words: str) -> str:
    """The words as they are kept. Raises UserError if there are none, or too many."""
    kept = storable(printable_lines(words))
    shown = plain(kept)
    if not folded_key(shown):
        raise UserError(NO_WORDS)
    if len(shown) > MOST_WORDS:
        raise UserError(TOO_LONG.filled(length=len(shown), limit=MOST_WORDS))
    return kept


def thankable(
    session: Session,
    team_id: str,
    sender_id: str,
    named: Sequence[str],
    in_groups: Sequence[str],
) -> tuple[str, ...]:
    """Who of these can be thanked: not the sender, nor bots, nor those who have left.

    Raises UserError where that is nobody, or too many. Of whom nothing is known yet counts as a
    person.
    """
    everyone = tuple(dict.fromkeys((*named, *in_groups)))
    others = [user_id for user_id in everyone if user_id != sender_id]
    unread = set(
        session.scalars(
            select(Member.user_id).where(
                Member.team_id == team_id,
                Member.user_id.in_(others),
                Member.is_bot | Member.is_deactivated,
            )
        )
    )
    kept = tuple(user_id for user_id in others if user_id not in unread)
    if not everyone:
        raise UserError(NOBODY_IN_GROUP)
    if not others:
        raise UserError(ONLY_YOURSELF)
    if not kept:
        raise UserError(NOBODY_WHO_READS)
    if len(kept) > MOST_RECIPIENTS:
        raise UserError(TOO_MANY.filled(limit=MOST_RECIPIENTS, count=len(kept)))
    return kept


def give(
    session: Session,
    *,
    team_id: str,
    channel_id: str,
    sender_id: str,
    recipients: Sequence[str],
    words: str,
    now: datetime,
) -> Kudos:
    """Thank these people: a card for the channel, and each of them is told."""
    kudos = Kudos(
        team_id=team_id,
        channel_id=channel_id,
        ts=None,
        sender_id=sender_id,
        words=words,
        given_at=now,
        withdrawn_at=None,
    )
    session.add(kudos)
    session.flush()
    for place, user_id in enumerate(recipients):
        members.ensure(session, team_id, user_id)
        session.add(KudosRecipient(kudos_id=kudos.id, user_id=user_id, place=place))
    session.flush()
    enqueue(
        session,
        team_id=team_id,
        key=card_key(kudos.id),
        kind=KUDOS,
        channel_id=channel_id,
        args={"kudos_id": kudos.id},
        now=now,
    )
    notices.kudos_given(session, kudos, recipients, now)
    return kudos


def withdraw(session: Session, actor: Actor, kudos_id: int, *, now: datetime) -> None:
    """Take thanks back: the words are erased, the card goes, who was not told yet is not told.

    Raises UserError unless the actor gave them or manages everything.
    """
    kudos = _locked(session, actor.team_id, kudos_id)
    if kudos is None:
        raise UserError(NOT_HERE)
    require_sender(actor, kudos.sender_id)
    if kudos.withdrawn_at is not None:
        raise UserError(TAKEN_BACK_ALREADY)
    _erase(session, kudos, now)
    renew(session, kudos.team_id, card_key(kudos_id), now)
    if actor.user_id != kudos.sender_id:
        before: JsonObject = {"kudos": kudos_id, "sender": kudos.sender_id}
        audit.record(session, actor, WITHDRAWN, now=now, before=before)


def card_is_gone(session: Session, team_id: str, channel_id: str, ts: str, now: datetime) -> None:
    """Somebody has deleted a message in Slack: if it is a card, its words go here as well.

    Admins may delete what an app has posted. Nothing happens where the message is no card.
    """
    kudos_id = session.scalar(_card_at(team_id, channel_id, ts))
    kudos = None if kudos_id is None else _locked(session, team_id, kudos_id)
    if kudos is not None and kudos.withdrawn_at is None:
        _erase(session, kudos, now)


def is_card(session: Session, team_id: str, channel_id: str, ts: str) -> bool:
    """Whether this message is a card with thanks."""
    return session.scalar(_card_at(team_id, channel_id, ts)) is not None


def recipients_of(session: Session, kudos_id: int) -> tuple[str, ...]:
    """Who was thanked, in the order in which they were named."""
    query = (
        select(KudosRecipient.user_id)
        .where(KudosRecipient.kudos_id == kudos_id)
        .order_by(KudosRecipient.place, KudosRecipient.user_id)
    )
    return tuple(session.scalars(query))


def card_key(kudos_id: int) -> str:
    """The key of the card's delivery."""
    return f"{KUDOS}:{kudos_id}"


def on_said(session: Session, said: Delivery) -> None:
    """Note where the card stands, so that it can be linked to."""
    session.execute(
        update(Kudos)
        .where(Kudos.id == said.args["kudos_id"], Kudos.team_id == said.team_id)
        .values(ts=said.ts, channel_id=said.channel_id)
    )


def _erase(session: Session, kudos: Kudos, now: datetime) -> None:
    """The words go, also from what people were told; who was not told yet is not told."""
    kudos.words, kudos.withdrawn_at = "", now
    session.flush()
    words_are_erased(session)
    said = _told_with(session, kudos.id)
    notices.kudos_withdrawn(session, kudos.id, now)
    renew_standing(session, kudos.team_id, said, now)
    home.touch(session, kudos.team_id, [kudos.sender_id, *recipients_of(session, kudos.id)], now)


def _card_at(team_id: str, channel_id: str, ts: str) -> Select[int]:
    return select(Kudos.id).where(
        Kudos.team_id == team_id, Kudos.channel_id == channel_id, Kudos.ts == ts
    )


def _locked(session: Session, team_id: str, kudos_id: int) -> Kudos | None:
    kudos = session.get(Kudos, kudos_id, with_for_update=True, populate_existing=True)
    return kudos if kudos is not None and kudos.team_id == team_id else None


def _told_with(session: Session, kudos_id: int) -> Collection[str]:
    """The keys of the direct messages in which these thanks stand, or will."""
    keys = session.scalars(
        select(Notice.delivery_key).where(Notice.kudos_id == kudos_id).distinct()
    )
    return [key for key in keys if key]


def _at_the_beginning(text: str) -> tuple[list[re.Match[str]], int]:
    """Those who are named at the beginning, and where the last one ends."""
    found: list[re.Match[str]] = []
    end = 0
    while True:
        between = _BETWEEN.match(text, end)
        match = _ONE.match(text, between.end() if between else end)
        if match is None:
            return found, end
        found.append(match)
        end = match.end()


def _words_after(text: str, last: re.Match[str], end: int) -> str:
    """The words behind the names; with the last one where they go on from it (…さんのおかげで)."""
    if _GOES_ON.match(text, end):
        return text[last.start() :].strip()
    after = _AFTER.match(text, end)
    return text[after.end() if after else end :].strip()


def _words_before(text: str, found: Sequence[re.Match[str]]) -> str:
    """The words without the names at their end."""
    end = len(text)
    for match in reversed(found):
        if not _POLITE.fullmatch(text, match.end(), end):
            break
        end = match.start()
    return text[:end].strip()
