"""A workspace with somebody of every sort in it, the app, and one thing of everything.

The app runs in this process: once Slack has its answer, everything that was to be done is done.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.models.views import View as SlackView
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import handlers
from app import app_manifest
from bot.core import kudos, people
from bot.core.permissions import actor_of
from bot.deps import Deps
from bot.recording.profiles import profile_of
from bot.settings import Settings
from models import Base, channel, message, workspace
from models.audit import AuditEntry
from models.coordinator import Coordinator
from models.database import Database
from models.draft import Draft
from models.member import Member
from models.message import Message, MessageKind, MessageVersion
from models.office import Office, Tenure
from models.project import Capture, ProjectChannel, ProjectMember, ProjectRole
from models.question import Question, QuestionSource
from sandbox import Channel, Person, Sandbox, SandboxClock, View
from sandbox import Message as Seen
from sandbox import views as sandbox_views
from sandbox.delivery import Parcel
from sandbox.json_types import JsonObject, as_object, as_objects, as_text
from tests.conftest import JST
from tests.docs.rows import a_project

NOW = datetime(2026, 4, 6, 9, 0, tzinfo=JST)

# The columns of the table, in their order
ROLES = (
    "guest",
    "outside",
    "staff",
    "member",
    "lead",
    "office holder",
    "coordinator",
    "admin",
)
# Whoever wrote the post, gave the thanks, or was invited: a guest, who has no other right
OWNER = "owner"
# Tables that change with whoever looks, not with what is done
_OF_LOOKING = frozenset({"members", "home_views", "inbox"})


class InProcess:
    """Hands what Slack sends to the app, each in a thread of its own, and keeps the answer."""

    def __init__(self, bolt: App, slack: Sandbox) -> None:
        self._bolt = bolt
        self._slack = slack
        self._threads: list[threading.Thread] = []
        self.answers: list[JsonObject] = []
        self.meddle: Callable[[JsonObject], JsonObject] = lambda payload: payload
        """What somebody does to a payload on its way."""

    def send(self, parcel: Parcel) -> None:
        """From the sandbox, which holds its lock meanwhile."""
        thread = threading.Thread(target=self._handle, args=(parcel,))
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Until everything is answered."""
        while self._threads:
            self._threads.pop(0).join()

    def dispatch(self, payload: JsonObject) -> BoltResponse:
        """What the app answers at once."""
        return self._bolt.dispatch(BoltRequest(mode="socket_mode", body=payload))

    def _handle(self, parcel: Parcel) -> None:
        if parcel.kind == "events_api":
            self._slack.dispatcher.acknowledged(parcel.envelope_id, {})
            return
        response = self.dispatch(self.meddle(parcel.payload))
        assert response.status == 200, response.body
        answer = as_object(json.loads(response.body or "{}"))
        self.answers.append(answer)
        self._slack.dispatcher.acknowledged(parcel.envelope_id, answer)


@dataclass
class World:
    """Everything there is. `reset()` takes back whatever was done."""

    slack: Sandbox
    deps: Deps
    bolt: InProcess
    group: Channel
    people: Mapping[str, Person]
    post: Seen
    file: Path
    prepared: Path
    invitation: int = 0

    def reset(self) -> None:
        """Everything as it was in the beginning."""
        self.bolt.wait()
        self.bolt.answers.clear()
        self.deps.database.close()
        shutil.copy(self.prepared, self.file)
        with self.slack.workspace.changed:
            for person in self.people.values():
                sandbox_views.close_all(self.slack.workspace, person.id)

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """What the database says, but for who has looked."""
        with self.deps.database.read() as session:
            return {
                name: [tuple(row) for row in session.execute(select(table))]
                for name, table in Base.metadata.tables.items()
                if name not in _OF_LOOKING
            }

    # --- doing things ---------------------------------------------------------------------

    def presses(self, person: Person, element: JsonObject) -> list[str]:
        """Press a button, or choose in a menu, under a message; what the person gets to read."""
        message = self.says([{"type": "actions", "elements": [element]}])
        return self._acts(person, message, element)

    def presses_at_home(self, person: Person, element: JsonObject) -> list[str]:
        """The same in their Home, whether or not Slack would show them one."""
        body: JsonObject = {
            "type": "home",
            "blocks": [{"type": "actions", "elements": [element]}],
        }
        workspace = self.slack.workspace
        with workspace.changed:
            record = sandbox_views.make_view(workspace, person.id, body)
            workspace.homes[person.id] = record.id
        return self._acts(person, View(self.slack, record), element)

    def presses_in_modal(self, person: Person, element: JsonObject) -> list[str]:
        """The same in a modal."""
        title = {"type": "plain_text", "text": "-"}
        blocks = [{"type": "actions", "elements": [element]}]
        return self._acts(
            person,
            self._shown(person, {"type": "modal", "title": title, "blocks": blocks}),
            element,
        )

    def sends(self, person: Person, view: SlackView, filled: Mapping[str, object]) -> list[str]:
        """Send a form; what the person gets to read."""
        opened = self._shown(person, view.to_dict())
        person.fills(opened, filled)  # type: ignore[arg-type]  # what a person may choose
        self.slack.interactions.submit(person.record, opened.record)
        return self._read(person, [])

    def uses(self, person: Person, callback_id: str, message: Seen | None) -> list[str]:
        """Use a shortcut."""
        invocation = person.shortcut(callback_id, message)
        self.bolt.wait()
        return self._read(person, [reply.words for reply in invocation.replies])

    def says(self, blocks: Sequence[JsonObject]) -> Seen:
        """The bot says something in the group's channel, whatever the occasion."""
        client = self.deps.slack
        ts = client.chat_postMessage(channel=self.group.id, text="…", blocks=list(blocks))["ts"]
        return next(message for message in self.group.messages if message.ts == ts)

    def _shown(self, person: Person, body: JsonObject) -> View:
        with self.slack.workspace.changed:
            record = sandbox_views.make_view(self.slack.workspace, person.id, body)
            sandbox_views.push(self.slack.workspace, record)
        return View(self.slack, record)

    def _acts(self, person: Person, target: Seen | View, element: JsonObject) -> list[str]:
        action_id = as_text(element.get("action_id"))
        if element["type"] == "button":
            invocation = person.presses(target, action_id)
        elif element["type"] == "checkboxes":
            invocation = person.chooses(target, action_id, [])
        else:
            option = as_objects(element["options"])[0]
            invocation = person.chooses(target, action_id, as_text(option["value"]))
        self.bolt.wait()
        return self._read(person, [reply.words for reply in invocation.replies])

    def _read(self, person: Person, replies: Sequence[str]) -> list[str]:
        self.bolt.wait()
        modal = person.modal
        answers = [str(answer) for answer in self.bolt.answers]
        return [*replies, *answers, *([modal.words] if modal else [])]


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """A world in a database of its own."""
    clock = SandboxClock(NOW)
    with Sandbox(clock=clock) as slack:
        slack.install(app_manifest("ja"))
        everybody = {
            "guest": slack.person("議会ゲスト", guest=True),
            "outside": slack.person("商工会議所", external_team="商工会議所"),
            "staff": slack.person("鈴木職員"),
            "member": slack.person("田中メンバー"),
            "lead": slack.person("山田リーダー"),
            "office holder": slack.person("山本市長"),
            "coordinator": slack.person("佐藤事務局"),
            "admin": slack.person("高橋管理", admin=True),
            OWNER: slack.person("書いたゲスト", guest=True),
            "asker": slack.person("井上副市長"),
        }
        group = slack.channel("wg-bosai-dx", members=everybody.values())
        slack.invite_bot(group)
        post = everybody[OWNER].posts(group, "避難所の受付をQRコードで試しました")
        file, prepared = folder / "world.db", folder / "prepared.db"
        database = Database(f"sqlite:///{file}")
        Base.metadata.create_all(database.engine)
        settings = Settings.from_env(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.url,
                "DATABASE_URL": f"sqlite:///{file}",
            }
        )
        client = WebClient(token=slack.bot_token, base_url=slack.url, retry_handlers=[])
        deps = Deps(settings, database, client, clock, wake=lambda: None)
        world = World(
            slack, deps, InProcess(_bolt(deps), slack), group, everybody, post, file, prepared
        )
        slack.dispatcher.transport = world.bolt
        _fill(world)
        database.close()
        shutil.copy(file, prepared)
        yield world
        world.bolt.wait()
        database.close()


def _bolt(deps: Deps) -> App:
    me = deps.slack.auth_test()
    authorized = AuthorizeResult(
        enterprise_id=None,
        team_id=me["team_id"],
        bot_token=deps.settings.slack_bot_token,
        bot_id=me["bot_id"],
        bot_user_id=me["user_id"],
    )
    bolt = App(
        name="iine",
        client=WebClient(base_url=deps.settings.slack_api_url),
        authorize=lambda: authorized,
        process_before_response=True,
    )
    handlers.register(bolt, deps)
    return bolt


def _fill(world: World) -> None:
    """One thing of everything; all of it the owner's, in the project of the lead."""
    deps, team_id = world.deps, world.slack.team_id
    me = deps.slack.auth_test()
    ids = {role: person.id for role, person in world.people.items()}
    with deps.database.write() as session:
        workspace.save(
            session,
            team_id=team_id,
            name="",
            url=str(me["url"]),
            bot_user_id=str(me["user_id"]),
            bot_id=str(me["bot_id"]),
        )
    for user_id in ids.values():
        profile_of(deps, team_id, user_id)
    with deps.database.write() as session:
        _project(session, world, ids)
        _offices(session, team_id, ids)
        _post(session, world, ids[OWNER])
        _question(session, world, ids)
        kudos.give(
            session,
            team_id=team_id,
            channel_id=world.group.id,
            sender_id=ids[OWNER],
            recipients=[ids["asker"]],
            words="ありがとうございます",
            now=NOW,
        )
        _invitation(session, world, ids)


def _project(session: Session, world: World, ids: Mapping[str, str]) -> None:
    team_id, lead = world.slack.team_id, ids["lead"]
    session.add(a_project(team_id, lead, NOW))
    session.flush()
    session.add(
        ProjectChannel(
            team_id=team_id,
            channel_id=world.group.id,
            project_id=1,
            added_by=lead,
            added_at=NOW,
        )
    )
    for who, role in (("lead", ProjectRole.LEAD), ("member", ProjectRole.MEMBER)):
        session.add(ProjectMember(project_id=1, user_id=ids[who], role=role, since=NOW))
    known = channel.ensure(session, team_id, world.group.id)
    known.name, known.has_bot = world.group.name, True


def _offices(session: Session, team_id: str, ids: Mapping[str, str]) -> None:
    session.add(
        Coordinator(
            team_id=team_id, user_id=ids["coordinator"], added_by=ids["admin"], added_at=NOW
        )
    )
    for name, role in (("市長", "office holder"), ("副市長", "asker")):
        office = Office(team_id=team_id, name=name, name_key=name)
        session.add(office)
        session.flush()
        session.add(Tenure(team_id=team_id, office_id=office.id, user_id=ids[role], since=NOW))
    session.flush()


def _post(session: Session, world: World, owner: str) -> None:
    """A post that was written with the form and asks for help."""
    team_id, channel_id, ts = world.slack.team_id, world.group.id, world.post.ts
    message.insert_blank(session, team_id, channel_id, ts, project_id=1, capture=Capture.ALL)
    post = session.get_one(Message, (team_id, channel_id, ts))
    post.user_id, post.kind, post.counted = owner, MessageKind.POST, True
    post.author_name, post.asks_help = "書いたゲスト", True
    message.add_version(session, post, edited_ts="", text=world.post.text, files=[])
    fields: JsonObject = {"done": "試しました", "found": "", "next": "", "help": "部屋"}
    session.get_one(MessageVersion, (team_id, channel_id, ts, "")).fields = dict(fields)
    session.add(
        Draft(
            team_id=team_id,
            channel_id=channel_id,
            project_id=1,
            user_id=owner,
            fields=None,
            created_at=NOW,
            ts=ts,
        )
    )
    session.flush()


def _question(session: Session, world: World, ids: Mapping[str, str]) -> None:
    session.add(
        Question(
            team_id=world.slack.team_id,
            channel_id=world.group.id,
            ts=world.post.ts,
            thread_ts=world.post.ts,
            project_id=1,
            asked_by=ids["asker"],
            source=QuestionSource.FORM,
            words="教えてください",
            asked_at=NOW,
        )
    )
    session.flush()


def _invitation(session: Session, world: World, ids: Mapping[str, str]) -> None:
    """The lead has brought the owner into the project; the number of the invitation is kept."""
    lead = session.get_one(Member, (world.slack.team_id, ids["lead"]))
    actor = actor_of(session, lead, coordinators=frozenset(), default_language="ja", now=NOW)
    owner = session.get_one(Member, (world.slack.team_id, ids[OWNER]))
    people.invite(session, actor, 1, owner, None, now=NOW, zone=JST)
    world.invitation = session.scalars(select(func.max(AuditEntry.id))).one()
