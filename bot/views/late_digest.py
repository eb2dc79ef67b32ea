"""What coordinators are told when a digest has not been sent in time."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from bot.core.late_digests import LateDigest, Missing
from bot.text import Text
from bot.views import refusals
from bot.views.digest import Style, paragraph, small_print

PLACES_SHOWN = 10

_TITLE = Text(ja="⚠️ *ダイジェストがまだ届いていません*", en="⚠️ *The digest has not arrived yet*")
_NOT_MADE = Text(
    ja="{moment}に送る予定でしたが、うまく作れませんでした。"
    "サーバーの担当者に、 `app.py check` とログを見てもらってください。"
    "直ると、自動で送ります。",
    en="It was due on {moment} and could not be made. Please ask whoever runs the server to look "
    "at `app.py check` and at the log. Once that is put right it goes out by itself.",
)
_NOT_SENT = Text(
    ja="{moment}に送る予定でした。届いていないのは、次の送り先です。",
    en="It was due on {moment}. It has not reached:",
)
_PLACE = Text(ja="• {where}　{why}", en="• {where}: {why}")
_MORE = Text(ja="ほか{n}件", en="{n} more")
_LOOK = Text(
    ja="サーバーの担当者は `app.py deliveries` で、送り直しや取りやめができます。",
    en="Whoever runs the server can send it again or give it up with `app.py deliveries`.",
)
_ONCE = Text(
    ja="このお知らせは、ダイジェスト1回につき一度だけです。",
    en="You hear this once for each digest.",
)


def late_digest(late: LateDigest, style: Style) -> tuple[str, list[Block]]:
    """The message: (notification, blocks)."""
    title, moment = style.of(_TITLE), style.moment(late.due_at)
    remarks = [style.of(_ONCE)]
    if late.made_at is None:
        lines = [style.of(_NOT_MADE, moment=moment)]
    else:
        remarks.insert(0, style.of(_LOOK))
        lines = [style.of(_NOT_SENT, moment=moment)]
        lines += [_place(one, style) for one in late.missing[:PLACES_SHOWN]]
        if len(late.missing) > PLACES_SHOWN:
            lines.append(style.of(_MORE, n=len(late.missing) - PLACES_SHOWN))
    blocks: list[Block] = [paragraph("\n".join([title, *lines])), small_print("\n".join(remarks))]
    return title.replace("*", ""), blocks


def _place(missing: Missing, style: Style) -> str:
    where = f"<@{missing.user_id}>" if missing.user_id else f"<#{missing.channel_id}>"
    why = style.of(refusals.in_words(missing.error, is_unknown=missing.is_in_doubt))
    return style.of(_PLACE, where=where, why=why)
