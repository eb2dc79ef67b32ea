"""The numbers of a period as JSON, so that anyone can count them again."""

from __future__ import annotations

from datetime import UTC, tzinfo

from sqlalchemy.orm import Session

from bot.core import figures as core
from bot.core.figures import Figures
from bot.core.periods import Period
from models.base import JsonObject


def figures(session: Session, team_id: str, period: Period, zone: tzinfo = UTC) -> JsonObject:
    """The numbers of the period; its times in ISO 8601 with the offset of `zone`."""
    return as_json(core.figures(session, team_id, period), zone)


def as_json(counted: Figures, zone: tzinfo) -> JsonObject:
    """What was counted, in the shape that docs/numbers.md describes."""
    totals = counted.totals
    return {
        "period": {
            "start": counted.period.start.astimezone(zone).isoformat(),
            "end": counted.period.end.astimezone(zone).isoformat(),
        },
        "totals": {
            "posts": totals.posts,
            "replies": totals.replies,
            "reactions": totals.reactions,
            "acknowledgements": totals.acknowledgements,
            "active_projects": totals.active_projects,
        },
        "projects": [
            {
                "name": project.name,
                "kind": project.kind,
                "stage": project.stage,
                "channels": list(project.channels),
                "posts": project.posts,
                "replies": project.replies,
                "reactions": project.reactions,
                "acknowledgements": project.acknowledgements,
                "last_post_ts": project.last_post_ts,
            }
            for project in counted.projects
        ],
        "posts": [
            {
                "channel": post.channel_id,
                "ts": post.ts,
                "author": post.author,
                "reactions": post.reactions,
                "acknowledged_by": list(post.acknowledged_by),
                "edited": post.edited,
                "project": post.project,
            }
            for post in counted.posts
        ],
    }
