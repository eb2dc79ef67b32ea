"""What the bot's database says about the sample city, in the words of the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.acknowledgements import ACK_NOTICE
from bot.core.figures import figures
from bot.core.periods import Period
from models.delivery import Delivery, DeliveryState
from models.kudos import Kudos, KudosRecipient
from models.message import Message
from models.notice import Notice
from models.office import Tenure
from models.project import Project, ProjectMember, ProjectRole
from models.question import Question
from sandbox.city.audit import Books, Standing
from sandbox.city.ledger import Tally
from sandbox.city.player import Player

# (channel ID, ts) of a post, and the ID of an office
Acknowledged = tuple[str, str, int | None]


class Recorder:
    """Reads the database of a city's bot. The player knows who is who and which post is which."""

    def __init__(self, session: Session, team_id: str, player: Player) -> None:
        self._session = session
        self._team_id = team_id
        self._people: Mapping[str, str] = {one.id: key for key, one in player.people.items()}
        self._posts: Mapping[tuple[str, str], str] = {
            (message.record.channel_id, message.ts): key for key, message in player.messages.items()
        }

    def books(self, period: Period) -> Books:
        """Everything that the audit compares, with the numbers of the period."""
        leaders = {
            row.office_id: self._people[row.user_id]
            for row in self._session.scalars(select(Tenure).where(Tenure.until.is_(None)))
        }
        return Books(
            projects=self._projects(period),
            thanks=self._thanks(),
            replies=self._named(self._replies(), leaders),
            told=self._named(self._told(), leaders),
        )

    def _projects(self, period: Period) -> dict[str, Standing]:
        counted = figures(self._session, self._team_id, period)
        return {
            one.name: Standing(
                kind=one.kind,
                stage=one.stage,
                status=self._session.get_one(Project, one.project_id).status,
                tally=Tally(one.posts, one.replies, one.reactions, one.acknowledgements),
                leads=frozenset(who for who, _ in self._members(one.project_id, ProjectRole.LEAD)),
                members=self._members(one.project_id, ProjectRole.MEMBER),
                asked=self._asked(one.project_id),
                helped=self._helped(one.project_id),
            )
            for one in counted.projects
        }

    def _members(self, project_id: int, role: ProjectRole) -> frozenset[tuple[str, str]]:
        rows = self._session.scalars(
            select(ProjectMember).where(
                ProjectMember.project_id == project_id, ProjectMember.role == role
            )
        )
        return frozenset((self._people[row.user_id], row.came_by or "") for row in rows)

    def _asked(self, project_id: int) -> tuple[int, int]:
        questions = self._session.scalars(
            select(Question).where(
                Question.project_id == project_id, Question.withdrawn_at.is_(None)
            )
        ).all()
        return len(questions), sum(one.answered_at is not None for one in questions)

    def _helped(self, project_id: int) -> tuple[int, int]:
        asking = (Message.project_id == project_id, Message.asks_help)
        both = select(func.count(), func.count(Message.help_resolved_at)).where(*asking)
        all_of_them, resolved = self._session.execute(both).one()
        return all_of_them, resolved

    def _thanks(self) -> frozenset[tuple[str, frozenset[str]]]:
        given = self._session.scalars(select(Kudos).where(Kudos.withdrawn_at.is_(None))).all()
        return frozenset((self._people[one.sender_id], self._thanked(one.id)) for one in given)

    def _thanked(self, kudos_id: int) -> frozenset[str]:
        ids = self._session.scalars(
            select(KudosRecipient.user_id).where(KudosRecipient.kudos_id == kudos_id)
        )
        return frozenset(self._people[user_id] for user_id in ids)

    def _replies(self) -> list[Acknowledged]:
        """The lines that stand in threads."""
        lines = self._session.scalars(
            select(Delivery).where(
                Delivery.kind == ACK_NOTICE,
                Delivery.state == DeliveryState.SENT,
                Delivery.ts.is_not(None),
            )
        )
        return [
            (one.channel_id, str(one.args["ts"]), int(str(one.args["office_id"]))) for one in lines
        ]

    def _told(self) -> list[Acknowledged]:
        """What went out in messages to authors."""
        rows = self._session.scalars(
            select(Notice)
            .join(Delivery, Delivery.key == Notice.delivery_key)
            .where(Notice.office_id.is_not(None), Delivery.state == DeliveryState.SENT)
        )
        return [(one.channel_id, one.ts or "", one.office_id) for one in rows]

    def _named(
        self, acknowledged: Iterable[Acknowledged], leaders: Mapping[int, str]
    ) -> frozenset[tuple[str, str]]:
        return frozenset(
            (self._posts[channel_id, ts], leaders[office_id])
            for channel_id, ts, office_id in acknowledged
            if office_id is not None
        )
