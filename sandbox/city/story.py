"""Twelve weeks in the sample city, as one list of acts in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sandbox.city.acts import (
    Act,
    Command,
    Delete,
    InviteBot,
    Join,
    Post,
    Progress,
    Register,
    Retitle,
    Withdraw,
    target_of,
)
from sandbox.city.around import around
from sandbox.city.people import COORDINATOR
from sandbox.city.projects import DIGEST, PLACES, PROJECTS, Place, Undertaking, place, project_of
from sandbox.city.reactions import reactions
from sandbox.city.transcript import read, when

BEGINS = when("2/2 8:30")
ENDS = when("4/24 15:59")
TALKED_IN = tuple(one for one in PLACES if one.key != DIGEST)
STAGE_WORDS = {
    "idea": "構想",
    "plan": "計画",
    "trial": "実証",
    "rollout": "実装",
    "done": "完了",
}


def story() -> tuple[Act, ...]:
    """Every act between `BEGINS` and `ENDS`, the earliest first."""
    acts = [*opening(), *around(), *personnel()]
    for project in PROJECTS:
        acts.extend(project_acts(project))
    for one in PLACES:
        acts.extend(Act(when(at), who, Join(one.key)) for who, at in one.later)
    for one in TALKED_IN:
        acts.extend(channel_acts(one))
    return tuple(sorted(acts, key=lambda act: act.at))


def opening() -> Iterator[Act]:
    """The secretariat says who else belongs to it; the rest it sets in its Home."""
    for at, text in (
        ("2/2 8:38", "事務局 追加 {@makino}"),
        ("2/2 8:39", "事務局 追加 {@kobayakawa}"),
    ):
        yield Act(when(at), COORDINATOR, Command(DIGEST, "/office", text))
    # From April the CDO travels a lot and prefers to read it in his direct messages as well
    yield Act(when("4/6 9:00"), "makino", Command(DIGEST, "/digest", "送り先 {@seto}"))


def personnel() -> Iterator[Act]:
    """The first of April: people change posts, and the secretariat hands over."""
    for who, title in (
        ("kobayakawa", "市民課 主事"),
        ("toda", "デジタル推進課 主任"),
        ("ouchi", "防災危機管理課 主査"),
        ("murai", "市民課 主任"),
        ("hayasaka", "企画政策課 主査"),
        ("miki", "企画政策課 主査"),
    ):
        yield Act(when("4/1 8:30"), who, Retitle(title))
    for at, text in (
        ("4/1 9:00", "事務局 追加 {@toda}"),
        ("4/1 9:01", "事務局 削除 {@kobayakawa}"),
    ):
        yield Act(when(at), COORDINATOR, Command(DIGEST, "/office", text))


def project_acts(project: Undertaking) -> Iterator[Act]:
    """How a project is registered, moves through its stages and ends."""
    lead, channel = project.leads[0], project.channels[0]
    if place(channel).private:
        yield Act(when(project.registered) - timedelta(minutes=1), lead, InviteBot(channel))
    yield Act(when(project.registered), lead, Register(project.key))
    for at, stage in project.stages:
        yield Act(when(at), lead, Command(channel, "/project", f"段階 {STAGE_WORDS[stage]}"))
    if project.key == "shelter":
        yield Act(
            when("3/10 13:50"), lead, Command("shelter", "/project", "チャンネル 追加 {#drill}")
        )
    if project.key == "vacant":
        yield Act(when("4/16 10:00"), "chiba", Command(channel, "/project", "再開"))
    if project.closed:
        yield Act(when(project.closed), lead, Command(channel, "/project", "終了"))


def channel_acts(channel: Place) -> list[Act]:
    """What is said in a channel and the reactions to it, as long as it can still happen."""
    said = read(channel.key)
    acts = list(said)
    for thread in threads(said):
        first = thread[0].what
        if isinstance(first, Post | Progress):
            acts.extend(reactions(thread, first.text, thread[0].who, channel, first.key))
    project = project_of(channel.key)
    ends = when(project.closed) if project and project.closed else ENDS
    return [act for act in possible(acts) if act.at < ends]


def threads(said: Iterable[Act]) -> Iterator[list[Act]]:
    """The acts of a transcript, post by post."""
    thread: list[Act] = []
    for act in said:
        if isinstance(act.what, Post | Progress) and thread:
            yield thread
            thread = []
        thread.append(act)
    if thread:
        yield thread


def possible(acts: Iterable[Act]) -> Iterator[Act]:
    """The acts in the order of time, without what is done to a message that is gone by then."""
    deleted: set[str] = set()
    for act in sorted(acts, key=lambda one: one.at):
        target = target_of(act)
        if target in deleted or target.partition("/")[0] in deleted:
            continue
        if isinstance(act.what, Delete | Withdraw):
            deleted.add(act.what.of)
        yield act
