"""What a page of history leads to: each of these takes a call of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.gaps import LOOK_BACK, LOOK_BACK_THROTTLED
from bot.recording.history import differences
from bot.recording.history.differences import Place
from bot.recording.history.reader import Page
from models import thread
from models.base import TS_LENGTH

# No thread has more; what says so is nonsense that the database would refuse
MOST_REPLIES = 1_000_000


@dataclass(frozen=True)
class Confirm:
    """Look whether a message that a page did not show is really gone."""

    ts: str
    thread_ts: str | None = None


@dataclass(frozen=True)
class ReadThread:
    """Read the replies of a thread that are newer than `after`."""

    ts: str
    reply_count: int
    latest_reply: str
    after: str


@dataclass(frozen=True)
class AskWhoReacted:
    """Ask for everybody who reacted to a message."""

    ts: str


Task = Confirm | ReadThread | AskWhoReacted


def missing(
    session: Session, place: Place, page: Page, after: str, before: str | None
) -> list[Task]:
    """Messages that are stored and should have been on the page, and threads of which nothing is.

    A first message that was deleted still stands there as long as there are replies.
    """
    if page.is_limited:
        return []
    shown = {message.required("ts") for message in page.messages}
    if page.has_more and page.messages:
        after = max(after, page.oldest)
    before = min(before or page.stamp, page.stamp)
    stored = differences.stored_between(session, place, after, before)
    begun = differences.threads_between(session, place, after, before)
    found: list[Task] = [Confirm(ts) for ts in stored if ts not in shown]
    return found + [ReadThread(ts, 0, "", after=ts) for ts in begun if ts not in shown]


def threads(
    session: Session, place: Place, page: Page, *, every: bool, is_throttled: bool
) -> list[Task]:
    """The threads with replies that were not read; of `every` night, all recent ones.

    Replies that were edited leave no trace on the thread's first message.
    """
    roots = {message.required("ts"): message for message in page.messages}
    since = recent(page, is_throttled=is_throttled)
    known = thread.known(session, place.team_id, place.channel_id, roots)
    stored = differences.threads_with_replies(session, place, roots)
    found: list[Task] = []
    for ts, root in roots.items():
        number = max(0, min(root.number("reply_count"), MOST_REPLIES))
        says = (number, root.text("latest_reply")[:TS_LENGTH])
        differs = known.get(ts, (0, "")) != says
        are_all_gone = says[0] == 0 and ts in stored
        if differs or are_all_gone or (every and says[0] > 0 and says[1] >= since):
            found.append(ReadThread(ts, *says, after=ts))
    return found


def older_threads(
    session: Session, place: Place, page: Page, before: str, *, is_throttled: bool
) -> list[Task]:
    """The threads begun before all that is read, in which somebody has replied of late.

    Their first message is on no page, so that their latest replies alone are read.
    """
    since = recent(page, is_throttled=is_throttled)
    roots = differences.threads_replied_to(session, place, since, before)
    known = thread.known(session, place.team_id, place.channel_id, roots)
    return [ReadThread(ts, *known.get(ts, (0, "")), after=since) for ts in roots]


def recent(page: Page, *, is_throttled: bool) -> str:
    """Replies since then may have been edited or deleted; each thread costs a call."""
    back = LOOK_BACK_THROTTLED if is_throttled else LOOK_BACK
    return slack_time.from_datetime(slack_time.to_datetime(page.stamp) - back)


def cut_short(page: Page) -> list[Task]:
    return [
        AskWhoReacted(message.required("ts"))
        for message in page.messages
        if not differences.shows_all_reactions(message)
    ]
