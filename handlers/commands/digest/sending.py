"""`/digest preview` and `/digest now`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import Block

from bot.core import audiences, periods
from bot.core.permissions import Actor, require_coordinator, require_digest_reader
from bot.core.slack_time import from_datetime, to_datetime
from bot.deps import Deps
from bot.digest.compose import Message, gather
from bot.digest.make import make_now
from bot.errors import ForgedError, UserError
from bot.text import Text
from bot.views.blocks import button, buttons
from bot.views.dates import date_and_time
from bot.views.digest import small_print
from bot.views.limits import RESPONSE_URL_USES
from handlers.commands.digest.audience import NOBODY
from handlers.commands.router import Answer, Call, Subcommand
from handlers.given import reading
from models.digest import latest_before
from models.workspace import Workspace

MORE_ACTION = "digest_preview_more"
PAUSE = timedelta(minutes=1)

ONLY_YOU = Text(
    ja="プレビューです。あなただけに見えています。まだどこにも送っていません。",
    en="A preview that only you can see. Nothing has been sent.",
)
MORE = Text(ja="スレッドの続きを見る（{n}通）", en="Show what goes to the thread ({n})")
NOT_ALL = Text(
    ja="続きはまだありますが、プレビューではここまでです。",
    en="There is more, but the preview ends here.",
)
TOO_SOON = Text(
    ja="さきほど送ったばかりです。1分ほど待ってから、もう一度お試しください。",
    en="One has just been sent. Please wait a minute and try again.",
)
MADE = Text(
    ja="ダイジェストを送ります（{start} から {end} まで）。"
    "次回の定期便は、このあとの分をお届けします。",
    en="The digest is on its way (from {start} to {end}). "
    "The next scheduled one covers what comes after.",
)


def _preview(deps: Deps, call: Call) -> Answer:
    require_digest_reader(call.actor)
    end = deps.clock.now().replace(microsecond=0)
    first, *rest = _messages(deps, call.actor, end)
    blocks: list[Block] = [small_print(ONLY_YOU.of(call.language)), *first.blocks]
    if rest:
        label = MORE.of(call.language, n=len(rest))
        blocks.append(buttons(button(label, MORE_ACTION, from_datetime(end))))
    return Answer(first.text, blocks)


# Longer than anybody would scroll back to a preview
_BUTTON_LIVES = timedelta(days=366)


def rest_of_preview(deps: Deps, actor: Actor, value: str) -> list[Answer]:
    """What would go to the thread, in as many answers as a response_url takes.

    `value` is the end of the period as a Slack time stamp. Raises UserError for someone who may
    not read digests.
    """
    require_digest_reader(actor)
    with reading():
        end = to_datetime(value)
    if not deps.clock.now() - _BUTTON_LIVES < end <= deps.clock.now() + _BUTTON_LIVES:
        raise ForgedError("a preview of another time")
    rest = _messages(deps, actor, end)[1:]
    answers = [Answer(message.text, message.blocks) for message in rest]
    if len(answers) > RESPONSE_URL_USES:
        note = Answer(NOT_ALL.of(actor.language))
        return [*answers[: RESPONSE_URL_USES - 1], note]
    return answers


def _messages(deps: Deps, actor: Actor, end: datetime) -> Sequence[Message]:
    zone = deps.settings.timezone
    with deps.database.read() as session:
        workspace = session.get_one(Workspace, actor.team_id)
        period = periods.period_until(session, workspace, zone, end)
        return gather(session, workspace, period, zone).write(actor.language)


def _now(deps: Deps, call: Call) -> Answer:
    require_coordinator(call.actor)
    now, zone = deps.clock.now(), deps.settings.timezone
    with deps.database.read() as session:
        if not audiences.listing(session, call.team_id):
            raise UserError(NOBODY)
        last = latest_before(session, call.team_id, now + PAUSE)
    if last is not None and now - last.created_at < PAUSE:
        raise UserError(TOO_SOON)
    period = make_now(deps.database, call.team_id, zone, now)
    if period is None:
        raise UserError(TOO_SOON)
    deps.wake()
    return Answer(
        MADE.of(
            call.language,
            start=date_and_time(period.start, zone, call.language),
            end=date_and_time(period.end, zone, call.language),
        )
    )


PREVIEW = Subcommand(
    names=("preview", "プレビュー"),
    usage=Text(ja="プレビュー", en="preview"),
    help=Text(
        ja="いま送ったらどうなるかを、あなただけに表示します。",
        en="Shows you alone what would be sent now.",
    ),
    run=_preview,
)
NOW = Subcommand(
    names=("now", "今すぐ"),
    usage=Text(ja="今すぐ", en="now"),
    help=Text(
        ja="予定を待たずに送ります。次回は、そのあとの分になります。",
        en="Sends it early; the next one then covers what came after.",
    ),
    run=_now,
)
