"""`/office`: who holds which office, and who the coordinators are."""

from __future__ import annotations

from datetime import datetime

from bot.core import coordinators, offices
from bot.core.dates import midnight, parse_date
from bot.core.markup import fold, plain, safe, split_person, split_word
from bot.core.permissions import Actor, is_staff, require_coordinator, require_staff
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import offices as view
from handlers.commands.router import Answer, Call, Command, Subcommand
from handlers.people import known_member

ADD = ("add", "追加")
REMOVE = ("remove", "削除")
LIST_WORDS = ("list", "一覧")

PERSON_MISSING = Text(
    ja="誰のことか分かりませんでした。 `/office 任命 市長 @名前` のように、"
    "人を候補から選んで書いてください。",
    en="I could not tell who that is. Please write `/office assign Mayor @name`, "
    "choosing the person from the suggestions.",
)
COORDINATOR_HOW = Text(
    ja="次のどれかの形で書いてください。\n`/office 事務局 追加 @名前`\n"
    "`/office 事務局 削除 @名前`\n`/office 事務局 一覧`",
    en="Please write one of these:\n`/office coordinator add @name`\n"
    "`/office coordinator remove @name`\n`/office coordinator list`",
)
DATE_UNKNOWN = Text(
    ja="「{word}」は日付として読めませんでした。「from 2026-04-01」のように書いてください。",
    en="“{word}” isn't a date I can read. Please write it as in “from 2026-04-01”.",
)
NOT_STAFF = Text(
    ja="<@{user}> さんは選べません。ゲストや外部の方、アプリ、利用を停止した方は対象外です。"
    "このワークスペースの職員の方を選んでください。",
    en="<@{user}> can't be chosen: guests, people from outside, apps and deactivated people "
    "can't. Please choose a member of staff.",
)
COORDINATOR_ADDED = Text(
    ja="<@{user}> さんを事務局に加えました。すべてのプロジェクトと役職を管理できます。",
    en="<@{user}> is a coordinator now and may manage every project and office.",
)
COORDINATOR_REMOVED = Text(
    ja="<@{user}> さんを事務局から外しました。",
    en="<@{user}> is no longer a coordinator.",
)


def _assign(deps: Deps, call: Call) -> Answer:
    require_coordinator(call.actor)
    name, user_id, rest = split_person(call.text)
    if user_id is None:
        raise UserError(PERSON_MISSING)
    since = _since(deps, rest)
    require_staff_member(deps, call.actor, user_id)
    with deps.database.write() as session:
        appointment = offices.assign(
            session, call.actor, name, user_id, since=since, now=deps.clock.now()
        )
    return Answer(view.assigned(appointment, call.language, deps.settings.timezone))


def _list(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    with deps.database.read() as session:
        found = offices.all_offices(session, call.team_id, deps.clock.now())
    return Answer(*view.office_list(found, call.language, deps.settings.timezone))


def _vacate(deps: Deps, call: Call) -> Answer:
    require_coordinator(call.actor)
    name, _, _ = split_person(call.text)
    with deps.database.write() as session:
        ended = offices.vacate(session, call.actor, name, now=deps.clock.now())
    return Answer(view.vacated(ended, call.language))


def _coordinator(deps: Deps, call: Call) -> Answer:
    word, rest = split_word(call.text)
    if fold(word) in LIST_WORDS:
        return _coordinators(deps, call)
    require_coordinator(call.actor)
    _, user_id, _ = split_person(rest)
    if user_id is None or fold(word) not in (*ADD, *REMOVE):
        raise UserError(COORDINATOR_HOW)
    named, now = deps.settings.coordinators, deps.clock.now()
    if fold(word) in REMOVE:
        with deps.database.write() as session:
            coordinators.remove(session, call.actor, user_id, named=named, now=now)
        return Answer(COORDINATOR_REMOVED.of(call.language, user=user_id))
    require_staff_member(deps, call.actor, user_id)
    with deps.database.write() as session:
        coordinators.add(session, call.actor, user_id, named=named, now=now)
    return Answer(COORDINATOR_ADDED.of(call.language, user=user_id))


def _coordinators(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    with deps.database.read() as session:
        found = coordinators.everyone(session, call.team_id, deps.settings.coordinators)
    return Answer(view.coordinator_list(found, call.language))


def _since(deps: Deps, words: str) -> datetime:
    """The beginning of the day that was named, or of today, where the city is."""
    zone = deps.settings.timezone
    named = words.strip()
    if not named:
        return midnight(deps.clock.now().astimezone(zone).date(), zone)
    first, rest = split_word(named)
    if fold(first) == "from" and rest:
        named = rest
    day = parse_date(named.removesuffix("から"))
    if day is None:
        raise UserError(DATE_UNKNOWN.filled(word=safe(plain(named), 40)))
    return midnight(day, zone)


def require_staff_member(deps: Deps, actor: Actor, user_id: str) -> None:
    """Raise UserError unless this is somebody of the staff, who alone hold offices."""
    if not is_staff(known_member(deps, actor.team_id, user_id)):
        raise UserError(NOT_STAFF.filled(user=user_id))


COMMAND = Command(
    name="/office",
    summary=Text(
        ja="*役職と事務局の管理*\n役職にある方の反応は、首長の反応として記録されます。",
        en="*Offices and coordinators*\nReactions of whoever holds an office are acknowledgements.",
    ),
    subcommands=(
        Subcommand(
            names=("assign", "任命"),
            usage=Text(
                ja="任命 <役職> @名前 [from 年-月-日]",
                en="assign <office> @person [from YYYY-MM-DD]",
            ),
            help=Text(
                ja="役職に就いた方を決めます。日付を省くと今日からです。",
                en="Says who holds an office; without a date, from today.",
            ),
            run=_assign,
        ),
        Subcommand(
            names=("list", "一覧"),
            usage=Text(ja="一覧", en="list"),
            help=Text(
                ja="役職と、いまの方を表示します。", en="Shows the offices and who holds them."
            ),
            run=_list,
        ),
        Subcommand(
            names=("vacate", "退任"),
            usage=Text(ja="退任 <役職>", en="vacate <office>"),
            help=Text(ja="役職を空席にします。", en="Ends the tenure of whoever holds it."),
            run=_vacate,
        ),
        Subcommand(
            names=("coordinator", "事務局"),
            usage=Text(
                ja="事務局 <追加|削除|一覧> @名前", en="coordinator <add|remove|list> @person"
            ),
            help=Text(
                ja="事務局は、すべてのプロジェクトと役職を管理できます。",
                en="Coordinators may manage every project and office.",
            ),
            run=_coordinator,
        ),
    ),
)
