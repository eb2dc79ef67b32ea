"""What is not said in Slack, as lines on the terminal. The words of messages are never in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.core.unsaid import DeliveryState, Unsaid
from bot.text import Language, Text
from bot.views import refusals
from bot.views.dates import full_date_and_time

MOST_SHOWN = 200

ALL_SAID = Text(ja="送れていないものはありません。", en="Everything has been sent.")
_STATES: Mapping[DeliveryState, Text] = {
    DeliveryState.PENDING: Text(ja="[送信待ち]", en="[waiting]"),
    DeliveryState.SENDING: Text(ja="[送信中]", en="[being sent]"),
    DeliveryState.UNKNOWN: Text(ja="[確認中]", en="[in doubt]"),
    DeliveryState.HELD: Text(ja="[保留]", en="[held]"),
    DeliveryState.FAILED: Text(ja="[送れません]", en="[refused]"),
}
_FACTS = Text(
    ja="種類 {kind}、送り先 {place}、{since}から",
    en="kind {kind}, to {place}, since {since}",
)
_TRIED = Text(ja="{facts}（最後に試したのは{tried}）", en="{facts} (last tried {tried})")
_CHANGE = Text(
    ja="Slackにあるお知らせを書き換えられていません。",
    en="The message stands in Slack; it could not be changed.",
)
_HELD = Text(
    ja="届いたかどうかを確かめられないので、もう一度送らずにいます。",
    en="Nobody can find out whether it arrived, so it is not sent again.",
)
_TO_DO: Mapping[DeliveryState, Text] = {
    DeliveryState.PENDING: Text(
        ja="自動で送ります。すぐに試すなら --retry、やめるなら --drop。",
        en="It goes out by itself. --retry tries at once, --drop gives it up.",
    ),
    DeliveryState.SENDING: Text(
        ja="1分ほど待って、もう一度見てください。", en="Wait a minute and look again."
    ),
    DeliveryState.UNKNOWN: Text(
        ja="自動で確かめます。すぐに確かめるなら --retry、やめるなら --drop。",
        en="It is looked for by itself. --retry looks at once, --drop gives it up.",
    ),
    DeliveryState.HELD: Text(
        ja="1時間ごとに確かめ直します。すぐに確かめるなら --retry、"
        "もう届いているときや、いらないときは --drop。",
        en="It is looked for again every hour. --retry looks at once; if it has arrived, or is "
        "not needed, use --drop.",
    ),
    DeliveryState.FAILED: Text(
        ja="直したあとで --retry、いらなければ --drop。",
        en="Use --retry once that is put right, or --drop to give it up.",
    ),
}
_MORE = Text(ja="ほかに{n}件あります。", en="There are {n} more.")
_HOW = Text(
    ja="例: python app.py deliveries --retry {key}",
    en="As in: python app.py deliveries --retry {key}",
)
RETRIED = Text(
    ja="{key} をもう一度送ります。動いている `python app.py` が、すぐに試します。",
    en="{key} is tried again: by `python app.py`, as soon as it runs.",
)
LOOKED_FOR = Text(
    ja="{key} が届いているかを先に確かめ、なければ送ります。"
    "動いている `python app.py` が、すぐに行います。",
    en="{key} is looked for in Slack, and sent if it is not there: by `python app.py`, as soon as "
    "it runs.",
)
DROPPED = Text(
    ja="{key} を、スレッドに入るものも含めて取りやめました。",
    en="{key} is given up, with what was to come in its thread.",
)
LEFT_AS_IT_IS = Text(
    ja="{key} は、いまSlackにあるままにします。", en="{key} stays as it stands in Slack."
)


def lines(unsaid: Sequence[Unsaid], zone: tzinfo, language: Language) -> Iterator[str]:
    """One line if there is nothing; else a few lines for each."""
    if not unsaid:
        yield ALL_SAID.of(language)
        return
    for one in unsaid[:MOST_SHOWN]:
        yield f"{_STATES[one.state].of(language)} {one.key}"
        yield f"    {_facts(one, zone, language)}"
        yield f"    {_why(one, language)}"
        yield f"    {_TO_DO[one.state].of(language)}"
    if len(unsaid) > MOST_SHOWN:
        yield _MORE.of(language, n=len(unsaid) - MOST_SHOWN)
    yield _HOW.of(language, key=unsaid[0].key)


def _facts(one: Unsaid, zone: tzinfo, language: Language) -> str:
    def at(moment: datetime) -> str:
        return full_date_and_time(moment, zone, language)

    facts = _FACTS.of(language, kind=one.kind, place=one.place, since=at(one.since))
    if one.tried_at is None:
        return facts
    return _TRIED.of(language, facts=facts, tried=at(one.tried_at))


def _why(one: Unsaid, language: Language) -> str:
    is_unknown = one.state in (DeliveryState.UNKNOWN, DeliveryState.SENDING)
    why = refusals.in_words(one.error, is_unknown=is_unknown).of(language)
    code = (one.error or "").partition(";")[0][: refusals.CODE_SHOWN]
    shown = f"{why} [{code}]" if code and code not in why else why
    first = [_CHANGE] if one.is_change else [_HELD] if one.state == DeliveryState.HELD else []
    return " ".join([*(text.of(language) for text in first), shown])
