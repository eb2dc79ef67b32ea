"""What people do around their posts: who joins which project, and what they set in their Homes."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.city.acts import (
    Act,
    Begin,
    Enter,
    Fields,
    FillIn,
    HandOver,
    Invite,
    InviteBot,
    Leave,
    OpenHome,
    Pause,
    Prefer,
    What,
)
from sandbox.city.people import CDO, COORDINATOR, MAYOR
from sandbox.city.projects import DIGEST
from sandbox.city.transcript import when

RECOMMENDED, VOLUNTEERED, NOMINATED, ASKED = "所属長推薦", "自薦", "他薦", "声かけ"
NOW, DAILY, NEVER = "now", "daily", "never"

MEMBERSHIP: tuple[tuple[str, str, What], ...] = (
    ("2/2 10:15", "nemoto", Invite("shelter", "ouchi", RECOMMENDED)),
    ("2/2 10:17", "nemoto", Invite("shelter", "nagai", NOMINATED)),
    ("2/2 11:20", "iijima", Enter("shelter")),
    ("2/4 14:20", "nemoto", Invite("shelter", "ishizuka", ASKED)),
    ("2/2 13:05", "toda", Enter("counter")),
    ("2/2 17:40", "katagiri", Invite("counter", "suga", NOMINATED)),
    ("2/10 15:50", "makino", Invite("counter", "horiuchi", ASKED)),
    ("2/2 14:00", "hamaguchi", Invite("river", "aihara", RECOMMENDED)),
    ("2/2 15:00", "sakuma", Enter("river")),
    ("2/6 14:40", "hamaguchi", Invite("river", "yajima", NOMINATED)),
    ("2/3 11:05", "toyama", Enter("minutes")),
    ("2/5 14:20", "uchida", Invite("lunch", "kuroda", ASKED)),
    ("2/2 16:50", "miki", Invite("vacant", "chiba", RECOMMENDED)),
    ("2/4 10:05", "miki", Invite("vacant", "yajima", NOMINATED)),
    ("2/27 9:10", "yajima", Leave("vacant")),
    ("2/4 11:30", "kurata", Invite("consortium", "saegusa", ASKED)),
    ("2/24 11:25", "kaji", Enter("yuzuri")),
    ("2/24 11:30", "shinozaki", Invite("yuzuri", "fukunaga", NOMINATED)),
    # Nobody has posted for ten business days: the lead is asked in private how things are
    ("3/23 9:05", "miki", Pause("vacant")),
    ("4/2 10:00", "miki", HandOver("vacant", "chiba")),
)

# The secretariat's first morning, in its Home: from nothing to the first digest
CHECKLIST: tuple[tuple[str, FillIn], ...] = (
    (
        "2/2 8:42",
        FillIn(
            "home_set_office",
            (("office", "市長"), ("person", "{@enomoto}"), ("since", "2023-04-27")),
        ),
    ),
    (
        "2/2 8:43",
        FillIn(
            "home_set_office",
            (("office", "副市長・CDO"), ("person", "{@seto}"), ("since", "2024-04-01")),
        ),
    ),
    ("2/2 8:50", FillIn("home_set_audience", (("channel", f"{{#{DIGEST}}}"),))),
    ("2/2 8:52", FillIn("home_set_schedule", (("weekday", "4"), ("time", "16:00")))),
)

HOMES: tuple[tuple[str, str, What], ...] = (
    ("2/4 17:10", "kanno", Prefer(DAILY)),
    ("2/5 8:40", "yajima", Prefer(NEVER)),
    ("2/10 13:20", "ouchi", Prefer(NOW)),
    ("3/9 8:45", "nemoto", OpenHome()),
    # In April the secretariat looks which leads have changed posts
    ("4/2 9:30", COORDINATOR, OpenHome()),
)

# After the last digest: Homes that show how things stand, and a form before it is sent
CURTAIN: tuple[tuple[str, What], ...] = (
    (COORDINATOR, OpenHome()),
    ("nemoto", OpenHome()),
    ("fukunaga", OpenHome()),
    (CDO, OpenHome()),
    (MAYOR, OpenHome()),
    (
        "iijima",
        Begin(
            "shelter",
            Fields(
                done="手順書だけを見て、新しく来た2人に受付を開けてもらいました。",
                found="22分で開けられました。つまずいたのは、電源タップの置き場所だけです。",
                next="置き場所の写真を、手順書の1ページ目に載せます。",
                help="写真を撮り直したいので、カメラを貸してくださる課はありませんか。",
            ),
        ),
    ),
)


def around() -> Iterator[Act]:
    """All of it but the curtain."""
    yield Act(when("2/2 8:41"), "makino", InviteBot(DIGEST))
    for at, form in CHECKLIST:
        yield Act(when(at), COORDINATOR, form)
    for at, who, what in (*MEMBERSHIP, *HOMES):
        yield Act(when(at), who, what)
