"""Writes a workspace's past straight into the tables, for tests of what is counted in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.core import emoji, slack_time
from models import member as members
from models import message as messages
from models import reaction as reactions
from models import workspace as workspaces
from models.channel import Channel
from models.digest import Digest
from models.message import Message, MessageKind
from models.office import Office, Tenure
from models.project import Capture, Kind, Project, ProjectChannel, Stage, Status
from models.workspace import Workspace

# Friday 20 November 2026, 16:00 in Tokyo
END = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
START = END - timedelta(days=7)
BOT = "UBOT"
URL = "https://example.slack.com/"


def moment(hours: float) -> datetime:
    """So many hours after the beginning of the week that ends at `END`."""
    return START + timedelta(hours=hours)


class History:
    """The past of one workspace. Times are aware datetimes."""

    def __init__(self, session: Session, team_id: str | None = None) -> None:
        self.session = session
        self.team_id = team_id or f"T{uuid4().hex[:10].upper()}"
        self._projects = 0
        self._posts = 0
        workspaces.save(
            session,
            team_id=self.team_id,
            name="みどり市",
            url=URL,
            bot_user_id=BOT,
            bot_id="B1",
        )

    @property
    def workspace(self) -> Workspace:
        """The workspace's row."""
        return self.session.get_one(Workspace, self.team_id)

    def project(
        self,
        name: str = "",
        *,
        channels: Sequence[str] = (),
        kind: Kind = Kind.WORKING_GROUP,
        stage: Stage = Stage.IDEA,
        status: Status = Status.ACTIVE,
        created_at: datetime = START - timedelta(days=100),
        stage_changed_at: datetime | None = None,
        status_changed_at: datetime | None = None,
    ) -> Project:
        """A project with its channels."""
        self._projects += 1
        name = name or f"プロジェクト{self._projects}"
        project = Project(
            team_id=self.team_id,
            name=name,
            name_key=name.casefold(),
            kind=kind,
            stage=stage,
            status=status,
            capture=Capture.ALL,
            created_by="U1",
            created_at=created_at,
            stage_changed_at=stage_changed_at or created_at,
            status_changed_at=status_changed_at or created_at,
        )
        self.session.add(project)
        self.session.flush()
        for channel_id in channels or (f"C{self._projects:03}",):
            self.tie(project, channel_id, created_at)
        return project

    def tie(self, project: Project, channel_id: str, at: datetime) -> ProjectChannel:
        """Tie a channel to the project."""
        if self.session.get(Channel, (self.team_id, channel_id)) is None:
            self.session.add(
                Channel(team_id=self.team_id, channel_id=channel_id, name=channel_id.lower())
            )
        tie = ProjectChannel(
            team_id=self.team_id,
            channel_id=channel_id,
            project_id=project.id,
            added_by="U1",
            added_at=at,
        )
        self.session.add(tie)
        self.session.flush()
        return tie

    def person(self, user_id: str, name: str = "", *, is_bot: bool = False) -> None:
        """Somebody whose profile is known."""
        self.session.add(
            members.Member(
                team_id=self.team_id,
                user_id=user_id,
                display_name=name or user_id,
                is_bot=is_bot,
                fetched_at=START,
            )
        )
        self.session.flush()

    def post(
        self,
        project: Project,
        at: datetime,
        text: str = "避難所の受付を試しました",
        *,
        channel: str = "",
        author: str = "U1",
        department: str = "危機管理課",
        kind: MessageKind = MessageKind.POST,
        thread_ts: str | None = None,
        counted: bool = True,
        counted_at: datetime | None = None,
        deleted: bool = False,
        edited: bool = False,
    ) -> Message:
        """A message in the project's channel; it counts at once unless told otherwise."""
        self._posts += 1
        ts = slack_time.from_datetime(at + timedelta(microseconds=self._posts % 1000))
        edited_ts = slack_time.from_datetime(at + timedelta(hours=1)) if edited else ""
        message = Message(
            team_id=self.team_id,
            channel_id=channel or f"C{project.id:03}",
            ts=ts,
            thread_ts=thread_ts,
            user_id=author,
            kind=kind,
            project_id=project.id,
            capture=Capture.ALL,
            counted=counted,
            counted_at=counted_at or at,
            edited_ts=edited_ts,
            deleted_ts=ts if deleted else None,
            author_name=f"{author}さん",
            author_department=department,
        )
        self.session.add(message)
        self.session.flush()
        if not deleted:
            messages.add_version(self.session, message, edited_ts=edited_ts, text=text, files=[])
        return message

    def reply(self, post: Message, at: datetime, text: str = "いいですね") -> Message:
        """An answer in the post's thread."""
        project = self.session.get_one(Project, post.project_id)
        return self.post(
            project,
            at,
            text,
            channel=post.channel_id,
            kind=MessageKind.REPLY,
            thread_ts=post.ts,
        )

    def react(
        self, post: Message, user: str, name: str, at: datetime, *, present: bool = True
    ) -> None:
        """A reaction given (or taken back) at that moment."""
        reactions.record(
            self.session,
            team_id=self.team_id,
            channel_id=post.channel_id,
            ts=post.ts,
            user_id=user,
            name=name,
            emoji=emoji.canonical(name),
            present=present,
            event_ts=slack_time.from_datetime(at),
        )

    def digest(self, end: datetime) -> None:
        """The digest of the week before this moment, made in time."""
        self.session.add(
            Digest(
                team_id=self.team_id,
                period_start=end - timedelta(days=7),
                period_end=end,
                created_at=end,
                complete_until=end,
            )
        )
        self.session.flush()

    def office(self, name: str) -> Office:
        """An office that nobody holds yet."""
        office = Office(team_id=self.team_id, name=name, name_key=name.casefold())
        self.session.add(office)
        self.session.flush()
        return office

    def tenure(
        self, office: Office, user: str, since: datetime, until: datetime | None = None
    ) -> None:
        """The person holds the office from `since` to just before `until`."""
        self.session.add(
            Tenure(
                team_id=self.team_id, office_id=office.id, user_id=user, since=since, until=until
            )
        )
        self.session.flush()
