"""Rows that several tests need."""

from __future__ import annotations

from datetime import datetime

from models.project import Capture, Kind, Project, Stage, Status


def a_project(team_id: str, created_by: str, at: datetime) -> Project:
    """A project with the ID 1."""
    return Project(
        id=1,
        team_id=team_id,
        name="防災DX",
        name_key="防災dx",
        kind=Kind.WORKING_GROUP,
        stage=Stage.IDEA,
        status=Status.ACTIVE,
        capture=Capture.ALL,
        created_by=created_by,
        created_at=at,
        stage_changed_at=at,
        status_changed_at=at,
    )
