"""How far an import of Slack's own export has come, so that it can go on where it was."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, JsonObject, SlackId
from models.database import insert

DIGEST_LENGTH = 64
NAME_LENGTH = 255


class ImportProgress(Base):
    """A conversation of an archive that is being imported; gone once the import is finished.

    `archive` is what tells one archive from others. `done_until`: the last of the conversation's
    files that is done; they are taken in the order of their names. `tally`: what was counted so
    far, for the report.
    """

    __tablename__ = "import_progress"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    archive: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    folder: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    done_until: Mapped[str] = mapped_column(String(NAME_LENGTH))
    tally: Mapped[JsonObject]


def of_archive(session: Session, team_id: str, archive: str) -> Sequence[ImportProgress]:
    """What an import that was broken off had done."""
    return session.scalars(
        select(ImportProgress).where(
            ImportProgress.team_id == team_id, ImportProgress.archive == archive
        )
    ).all()


def note(
    session: Session, team_id: str, archive: str, folder: str, done_until: str, tally: JsonObject
) -> None:
    """All files of the conversation up to this one are done."""
    facts = {"done_until": done_until, "tally": tally}
    statement = insert(session, ImportProgress).values(
        team_id=team_id, archive=archive, folder=folder, **facts
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["team_id", "archive", "folder"], set_=facts)
    )


def forget(session: Session, team_id: str, archive: str, folders: Collection[str]) -> None:
    """These conversations are finished."""
    session.execute(
        delete(ImportProgress).where(
            ImportProgress.team_id == team_id,
            ImportProgress.archive == archive,
            ImportProgress.folder.in_(folders),
        )
    )
