"""`/digest closure`: days that differ from the public calendar."""

from __future__ import annotations

from datetime import date

from bot.core import closures
from bot.core.dates import parse_date
from bot.core.markup import fold, plain, safe, split_word
from bot.core.permissions import require_coordinator, require_staff
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views.dates import full_date
from bot.views.quoting import label
from handlers.commands.router import Answer, Call, Subcommand

ADD = ("add", "追加")
OPEN = ("open", "開庁")
REMOVE = ("remove", "削除")
LIST = ("list", "一覧", "")
SHOWN = 40
NAME_SHOWN = 80

HOW = Text(
    ja="次のどれかの形で書いてください。\n`/digest 閉庁日 追加 2026-08-14 夏季休業`\n"
    "`/digest 閉庁日 開庁 2026-11-03`\n`/digest 閉庁日 削除 2026-08-14`\n`/digest 閉庁日 一覧`",
    en="Please write one of these:\n`/digest closure add 2026-08-14 summer break`\n"
    "`/digest closure open 2026-11-03`\n`/digest closure remove 2026-08-14`\n"
    "`/digest closure list`",
)
DATE_UNKNOWN = Text(
    ja="「{word}」は日付として読めませんでした。2026-08-14 のように書いてください。",
    en="“{word}” isn't a date I can read. Please write it as in 2026-08-14.",
)
PAST = Text(
    ja="{day}は過ぎた日なので、変えられません。今日か、これからの日を書いてください。",
    en="{day} has passed and can't be changed. Please write today or a day to come.",
)
CLOSED = Text(
    ja="{day}を閉庁日にしました。ダイジェストがこの日に当たるときは、前の開庁日に送ります。",
    en="{day} is listed as closed. A digest due on it goes out on the business day before.",
)
OPENED = Text(ja="{day}を開庁日にしました。", en="{day} is listed as a business day.")
CLEARED = Text(
    ja="{day}を一覧から外しました。ふだんの暦に戻ります。",
    en="{day} is off the list: the public calendar decides again.",
)
NOT_LISTED = Text(
    ja="{day}は一覧にありません。 `/digest 閉庁日 一覧` で確かめられます。",
    en="{day} isn't on the list. `/digest closure list` shows it.",
)
TITLE = Text(
    ja="*閉庁日の一覧*\n土日、祝日、12月29日〜1月3日のほかに、次の日を決めています。",
    en="*Listed days*\nBesides weekends, public holidays and 29 December to 3 January:",
)
NONE = Text(
    ja="決めてある日はありません。土日、祝日、12月29日〜1月3日が休みです。",
    en="None are listed. Closed are weekends, public holidays and 29 December to 3 January.",
)
IS_OPEN = Text(ja="開庁", en="open")
IS_CLOSED = Text(ja="閉庁", en="closed")
MORE = Text(ja="ほか{n}日", en="and {n} more")


def _closure(deps: Deps, call: Call) -> Answer:
    word, rest = split_word(call.text)
    word = fold(word)
    if word in LIST:
        return _list(deps, call)
    require_coordinator(call.actor)
    if word not in (*ADD, *OPEN, *REMOVE):
        raise UserError(HOW)
    named, name = split_word(rest)
    day = parse_date(named)
    if day is None:
        raise UserError(DATE_UNKNOWN.filled(word=safe(plain(named), 40)))
    now, shown = deps.clock.now(), full_date(day, call.language)
    if day < now.astimezone(deps.settings.timezone).date():
        # A digest that was made on its day must not become due on another one.
        raise UserError(PAST.filled(day=Text(ja=full_date(day, "ja"), en=full_date(day, "en"))))
    with deps.database.write() as session:
        if word in REMOVE:
            found = closures.clear_day(session, call.actor, day, now=now)
            return Answer((CLEARED if found else NOT_LISTED).of(call.language, day=shown))
        is_open = word in OPEN
        closures.set_day(session, call.actor, day, is_open=is_open, name=name, now=now)
    return Answer((OPENED if is_open else CLOSED).of(call.language, day=shown))


def _list(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    today = deps.clock.now().astimezone(deps.settings.timezone).date()
    with deps.database.read() as session:
        days = closures.listed_days(session, call.team_id, today)
    if not days:
        return Answer(NONE.of(call.language))
    lines = [TITLE.of(call.language), *(_line(call, *day) for day in days[:SHOWN])]
    if len(days) > SHOWN:
        lines.append(MORE.of(call.language, n=len(days) - SHOWN))
    return Answer("\n".join(lines))


def _line(call: Call, day: date, is_open: bool, name: str) -> str:
    what = (IS_OPEN if is_open else IS_CLOSED).of(call.language)
    line = f"• {full_date(day, call.language)}　{what}"
    return f"{line}　{label(name, NAME_SHOWN)}" if name else line


CLOSURE = Subcommand(
    names=("closure", "閉庁日"),
    usage=Text(
        ja="閉庁日 <追加|開庁|削除|一覧> 年-月-日 [名前]",
        en="closure <add|open|remove|list> YYYY-MM-DD [name]",
    ),
    help=Text(
        ja="独自の休みや、祝日でも開ける日を決めます。",
        en="Lists days on which the site closes, or works although it is a holiday.",
    ),
    run=_closure,
)
