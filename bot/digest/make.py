"""Making a digest: its row, and a delivery for every audience, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.core import homes, periods
from bot.core.digests_made import delivery_key
from bot.core.periods import Period
from bot.digest.compose import gather
from bot.text import Language
from models import digest as digests
from models.database import Database
from models.delivery import enqueue
from models.digest import Digest, DigestAudience
from models.workspace import Workspace

DIGEST = "digest"


def make_due(database: Database, team_id: str, zone: tzinfo, now: datetime) -> bool:
    """Make the scheduled digest if it is due; says whether it was."""
    with database.read() as session:
        workspace = session.get_one(Workspace, team_id)
        period = periods.find_due(session, workspace, zone, now)
    if period is None:
        return False
    return make(database, team_id, zone, period, due_at=period.end, now=now) is not None


def make_now(database: Database, team_id: str, zone: tzinfo, now: datetime) -> Period | None:
    """Make a digest that ends now; None if another one was made at this very moment."""
    end = now.replace(microsecond=0)
    with database.read() as session:
        workspace = session.get_one(Workspace, team_id)
        period = periods.period_until(session, workspace, zone, end)
    made = make(database, team_id, zone, period, due_at=None, now=now)
    return None if made is None else period


def make(
    database: Database,
    team_id: str,
    zone: tzinfo,
    period: Period,
    *,
    due_at: datetime | None,
    now: datetime,
) -> Sequence[str] | None:
    """Make the digest of this period for every audience; None if it was made already.

    Returns the keys of its deliveries.

    How many messages it takes is found out before, so that nothing waits for the counting. Each
    audience has one more in the outbox: who reacted may take more room later than there is now.
    """
    with database.read() as session:
        workspace = session.get_one(Workspace, team_id)
        audiences = digests.audiences(session, team_id)
        languages = {language_of(audience) for audience in audiences}
        material = gather(session, workspace, period, zone) if audiences else None
    messages = {
        language: len(material.write(language)) + 1 if material else 0 for language in languages
    }
    with database.write() as session:
        made = periods.claim(session, team_id, period, due_at=due_at, now=now)
        if made is None:
            return None
        all_keys: list[str] = []
        for audience in audiences:
            keys = _keys(made, audience, messages[language_of(audience)])
            all_keys += keys
            for part, key in enumerate(keys):
                enqueue(
                    session,
                    team_id=team_id,
                    key=key,
                    kind=DIGEST,
                    channel_id=audience.channel_id,
                    args={"digest_id": made.id, "audience_id": audience.id, "part": part},
                    now=now,
                    thread_key=keys[0] if part else None,
                )
        made.shown = {
            "posts": material.shown.by_section if material else {},
            "deliveries": all_keys,
        }
        homes.digest_changed(session, team_id, now)
    return all_keys


def language_of(audience: DigestAudience) -> Language:
    """The language in which this audience reads."""
    return "en" if audience.language == "en" else "ja"


def _keys(digest: Digest, audience: DigestAudience, messages: int) -> Sequence[str]:
    key = delivery_key(digest.period_end, audience.channel_id)
    return [key, *(f"{key}:{part}" for part in range(1, messages))]
