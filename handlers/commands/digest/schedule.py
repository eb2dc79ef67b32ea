"""`/digest schedule`: when the digest comes."""

from __future__ import annotations

import re
from datetime import datetime, time

from bot.core import audit, homes
from bot.core.calendar import calendar_of
from bot.core.markup import fold, plain, safe
from bot.core.periods import SCHEDULE_CHANGED, next_slot, schedule_of
from bot.core.permissions import Actor, require_coordinator, require_staff
from bot.deps import Deps
from bot.digest.make import make_due
from bot.errors import UserError
from bot.text import Language, Text
from bot.views.dates import date_and_time
from bot.views.schedule import WEEKDAYS
from handlers.commands.router import Answer, Call, Subcommand
from models.workspace import Workspace

# What may be typed for each weekday, from Monday
_SHORT = (
    ("mon", "月"),
    ("tue", "火"),
    ("wed", "水"),
    ("thu", "木"),
    ("fri", "金"),
    ("sat", "土"),
    ("sun", "日"),
)
_TIME = re.compile(
    r"(?P<before>午前|午後|[ap]m)?\s*(?P<hour>\d{1,2})\s*"
    r"(?P<minutes>:\s*(?P<digital>\d{2})|時\s*(?:(?P<spoken>\d{1,2})分|(?P<half>半))?)?\s*"
    r"(?P<after>[ap]\.?m\.?)?"
)
_HALVES = {"午前": 0, "午後": 12, "am": 0, "pm": 12}
_AROUND = re.compile(r"\b(?:every|at|on)\b|毎週")

NOT_UNDERSTOOD = Text(
    ja="「{words}」は曜日と時刻として読めませんでした。 "
    "`/digest 予定 金 16:00` のように書いてください。",
    en="“{words}” isn't a weekday and a time that I can read. "
    "Please write it as in `/digest schedule fri 16:00`.",
)
EVERY = Text(
    ja="毎週{weekday} {time} に送ります。休みの日に当たるときは、その前の最後の開庁日に送ります。",
    en="It comes every {weekday} at {time}, or on the last business day before "
    "if that day is closed.",
)
CHANGED = Text(ja="予定を変えました。{every}", en="The schedule is changed. {every}")
NEXT = Text(ja="次回は{moment}です。", en="The next one comes on {moment}.")


def next_digest(deps: Deps, team_id: str) -> datetime | None:
    """When the next digest comes, if there is anyone to receive it."""
    with deps.database.read() as session:
        workspace = session.get_one(Workspace, team_id)
        schedule = schedule_of(workspace, deps.settings.timezone)
        return next_slot(schedule, calendar_of(session, team_id), deps.clock.now())


def schedule_line(deps: Deps, team_id: str, language: Language) -> str:
    """The schedule in one sentence."""
    with deps.database.read() as session:
        workspace = session.get_one(Workspace, team_id)
    weekday = WEEKDAYS[workspace.digest_weekday].of(language)
    return EVERY.of(language, weekday=weekday, time=workspace.digest_time)


def _schedule(deps: Deps, call: Call) -> Answer:
    if not call.text.strip():
        require_staff(call.actor)
        return Answer(
            _with_next(deps, call.actor, schedule_line(deps, call.team_id, call.language))
        )
    require_coordinator(call.actor)
    weekday, at = parse_schedule(call.text)
    return Answer(change_schedule(deps, call.actor, weekday, f"{at:%H:%M}"))


def change_schedule(deps: Deps, actor: Actor, weekday: int, at: str) -> str:
    """Have digests go out then from now on; what the actor is told. `at` is local, HH:MM."""
    require_coordinator(actor)
    now = deps.clock.now()
    # What is due by the old schedule is made by it: a new one reaches back to nothing.
    if make_due(deps.database, actor.team_id, deps.settings.timezone, now):
        deps.wake()
    with deps.database.write() as session:
        workspace = session.get_one(Workspace, actor.team_id)
        before = {"weekday": workspace.digest_weekday, "time": workspace.digest_time}
        workspace.digest_weekday, workspace.digest_time = weekday, at
        after = {"weekday": workspace.digest_weekday, "time": workspace.digest_time}
        audit.record(session, actor, SCHEDULE_CHANGED, now=now, before={**before}, after={**after})
        homes.settings_changed(session, actor, now)
    line = schedule_line(deps, actor.team_id, actor.language)
    return _with_next(deps, actor, CHANGED.of(actor.language, every=line))


def parse_schedule(words: str) -> tuple[int, time]:
    """The weekday (Monday = 0) and the local time. Raises UserError if they can't be read."""
    text = fold(plain(words))
    found = _TIME.search(text)
    rest = text[: found.start()] + text[found.end() :] if found else text
    weekday = _weekday(rest)
    at = _time(found) if found else None
    if weekday is None or at is None:
        raise UserError(NOT_UNDERSTOOD.filled(words=safe(plain(words), 40)))
    return weekday, at


def _weekday(word: str) -> int | None:
    word = _AROUND.sub("", word).strip(" 、,にの")
    word = word.removesuffix("日").removesuffix("曜") or word
    for number, (name, short) in enumerate(zip(WEEKDAYS, _SHORT, strict=True)):
        if word in short or word in (fold(name.en), f"{short[0]}."):
            return number
    return None


def _time(found: re.Match[str]) -> time | None:
    """16:00, 16時半, 午後4時, 4pm. A bare number is no time of day."""
    half = found["before"] or (found["after"] or "").replace(".", "")
    if not (found["minutes"] or half) or (found["before"] and found["after"]):
        return None
    hour = int(found["hour"])
    minute = int(found["digital"] or found["spoken"] or (30 if found["half"] else 0))
    if half:
        if hour > 12:
            return None
        hour = hour % 12 + _HALVES[half]
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _with_next(deps: Deps, actor: Actor, line: str) -> str:
    moment = next_digest(deps, actor.team_id)
    if moment is None:
        return line
    shown = date_and_time(moment, deps.settings.timezone, actor.language)
    between = " " if actor.language == "en" else ""
    return f"{line}{between}{NEXT.of(actor.language, moment=shown)}"


SCHEDULE = Subcommand(
    names=("schedule", "予定"),
    usage=Text(ja="予定 [曜日 時刻]", en="schedule [weekday time]"),
    help=Text(
        ja="送る曜日と時刻を決めます（例：金 16:00）。何も書かなければ、いまの予定を表示します。",
        en="Sets the weekday and time, as in fri 16:00; without them, shows the schedule.",
    ),
    run=_schedule,
)
