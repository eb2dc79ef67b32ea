"""The tables, one file each, with their queries. Importing this package maps all of them."""

from models.audit import AuditEntry
from models.base import Base
from models.calendar import CalendarDay
from models.channel import Channel
from models.coordinator import Coordinator
from models.delivery import Delivery
from models.digest import Digest, DigestAudience
from models.draft import Draft
from models.gap import Gap
from models.home import HomeView
from models.import_progress import ImportProgress
from models.inbox import InboxEvent
from models.kudos import Kudos, KudosRecipient
from models.lease import Lease
from models.member import Member
from models.message import Message, MessageVersion
from models.notice import Notice
from models.office import Office, Tenure
from models.preference import Preference
from models.project import Project, ProjectChannel, ProjectMember
from models.question import Question
from models.reaction import Reaction
from models.refusal import Refusal
from models.thread import Thread
from models.watermark import Watermark
from models.workspace import Workspace

__all__ = [
    "AuditEntry",
    "Base",
    "CalendarDay",
    "Channel",
    "Coordinator",
    "Delivery",
    "Digest",
    "DigestAudience",
    "Draft",
    "Gap",
    "HomeView",
    "ImportProgress",
    "InboxEvent",
    "Kudos",
    "KudosRecipient",
    "Lease",
    "Member",
    "Message",
    "MessageVersion",
    "Notice",
    "Office",
    "Preference",
    "Project",
    "ProjectChannel",
    "ProjectMember",
    "Question",
    "Reaction",
    "Refusal",
    "Tenure",
    "Thread",
    "Watermark",
    "Workspace",
]
