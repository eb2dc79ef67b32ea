"""Who presses what on the posts of the sample city: a rule with a fixed seed.

Colleagues react within working hours, the mayor early the next morning, the CDO in the
evening. A few reactions are taken back. The same story comes out on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from random import Random

import holidays

from sandbox.city.acts import Act, React, Reply, Unreact
from sandbox.city.people import CDO, LEADERS, MAYOR
from sandbox.city.projects import Place
from sandbox.city.transcript import when

SEED = "瀬名野"
THUMBS = ("thumbsup", "+1", "+1::skin-tone-2", "thumbsup::skin-tone-3")
COMMON = ("thumbsup", "thumbsup", "clap", "raised_hands", "sparkles", "eyes", "ok_hand", "bow")
LEADERS_CHOICE = ("thumbsup", "thumbsup", "clap", "sparkles", "raised_hands", "heart")
FITTING: tuple[tuple[str, str], ...] = (
    ("にんじん|給食", "carrot"),
    ("桜|つぼみ|まつり", "cherry_blossom"),
    ("失敗|反省|忘れ|すみません|申し訳", "muscle"),
    ("協定|共催|電話", "handshake"),
    ("水位|用水|雨", "droplet"),
    ("犬", "dog"),
    ("うれし|泣|手紙", "heart"),
    ("そろいました|できました|終わりました|合意", "tada"),
)
# How many colleagues react to a post, each as likely as the others
CROWD = (0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
MAYOR_REACTS = 0.5
CDO_REACTS = 0.4
REPLIED_AND_REACTS = 0.8
# Every third of those who would react keeps it to themselves
SHY = 3
REPLY_IS_LIKED = 0.2
TAKEN_BACK = 0.05
OPENS, CLOSES = 8, 18
HOLIDAYS = holidays.country_holidays("JP", years=[2026], language="ja")


def is_working_day(day: date) -> bool:
    """Whether the city hall is open."""
    return day.weekday() < 5 and day not in HOLIDAYS


def reactions(
    thread: Iterable[Act], text: str, author: str, place: Place, key: str
) -> Iterator[Act]:
    """The reactions to the post `key`, from the acts of its thread, in no particular order."""
    chance = Random(f"{SEED} {key}")
    acts = list(thread)
    posted = acts[0].at
    here = [*place.members, *(who for who, at in place.later if when(at) < posted)]
    colleagues = [one for one in here if one not in (*LEADERS, author)]
    burst = place.key == "drill"
    crowd = min(chance.choice(CROWD), len(colleagues), 2 if burst else len(colleagues))
    for number, who in enumerate(chance.sample(colleagues, crowd), start=1):
        at = working_moment(posted + timedelta(seconds=40 + chance.expovariate(1 / 5400)), chance)
        reacted = [*_reacted(at, who, key, _choice(COMMON, text, who, chance), chance)]
        if number % SHY:
            yield from reacted
    for leader, likely, hour, days in ((MAYOR, MAYOR_REACTS, 6, 1), (CDO, CDO_REACTS, 20, 0)):
        replied = any(isinstance(one.what, Reply) and one.who == leader for one in acts)
        if leader in place.members and chance.random() < (
            REPLIED_AND_REACTS if replied else likely / 3 if burst else likely
        ):
            at = posted.replace(hour=hour, minute=chance.randrange(4, 56), second=11)
            at += timedelta(days=days, seconds=chance.randrange(40))
            at = at if at > posted else at + timedelta(days=1)
            yield from _reacted(
                at, leader, key, _choice(LEADERS_CHOICE, "", leader, chance), chance
            )
    for act in acts[1:]:
        if isinstance(act.what, Reply) and act.who != author and chance.random() < REPLY_IS_LIKED:
            at = working_moment(act.at + timedelta(minutes=chance.randrange(2, 90)), chance)
            yield from _reacted(at, author, act.what.key, "bow", chance)


def working_moment(at: datetime, chance: Random) -> datetime:
    """The moment itself within working hours, otherwise some time the next working morning."""
    if is_working_day(at.date()) and OPENS <= at.hour < CLOSES:
        return at.replace(microsecond=0)
    if at.hour >= OPENS:
        at += timedelta(days=1)
    while not is_working_day(at.date()):
        at += timedelta(days=1)
    minutes = chance.randrange(25, 110)
    morning = at.replace(hour=OPENS, minute=0, second=chance.randrange(60), microsecond=0)
    return morning + timedelta(minutes=minutes)


def _choice(palette: tuple[str, ...], text: str, who: str, chance: Random) -> str:
    fitting = [emoji for pattern, emoji in FITTING if re.search(pattern, text)]
    emoji = chance.choice(fitting) if fitting and chance.random() < 0.4 else chance.choice(palette)
    return THUMBS[sum(who.encode()) % len(THUMBS)] if emoji == "thumbsup" else emoji


def _reacted(at: datetime, who: str, key: str, emoji: str, chance: Random) -> Iterator[Act]:
    yield Act(at, who, React(key, emoji))
    if chance.random() < TAKEN_BACK:
        yield Act(at + timedelta(seconds=chance.randrange(3, 50)), who, Unreact(key, emoji))
        if chance.random() < 0.5 and emoji != "clap":
            yield Act(at + timedelta(seconds=chance.randrange(52, 90)), who, React(key, "clap"))
