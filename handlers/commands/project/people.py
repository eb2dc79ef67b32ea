"""`/project join`, `leave`, `members`, `invite` and `handover`."""

from __future__ import annotations

from bot.core import handover, people
from bot.core.markup import plain, safe, split_person, split_word
from bot.core.people import CameBy
from bot.core.permissions import require_staff
from bot.core.projects import find, name_key
from bot.core.registry import require_change
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import people as view
from bot.views import words
from handlers.commands.router import Answer, Call, Subcommand
from handlers.people import known_member
from handlers.slack_channels import is_in
from models.channel import current_id
from models.member import Member
from models.project import Project, by_name_key, channels_of, leads_of, of_channel

ONLY_HERE = Text(
    ja="ゲストや外部の方は、入っているチャンネルのプロジェクトにだけ参加できます。"
    "そのチャンネルで `/project 参加` とだけ送ってください。",
    en="Guests and people from outside can join the project of a channel they are in. "
    "Please send just `/project join` in that channel.",
)
NOT_YOURS = Text(
    ja="そのプロジェクトには参加していません。チャンネルで `/project 退出` と送ってください。",
    en="You aren't in that project. Please send `/project leave` in its channel.",
)
CHANNEL_FIRST = Text(
    ja="「{name}」は非公開チャンネルのプロジェクトなので、"
    "チャンネルに入っている方だけが参加できます。リーダー（{leads}）に招待を頼んでください。",
    en="“{name}” has a private channel, and only those who are in it can join. "
    "Please ask a lead ({leads}) to invite you.",
)
THEY_NEED_THE_CHANNEL = Text(
    ja="<@{user}> さんはゲストか外部の方なので、先にチャンネル（{channels}）に"
    "入ってもらってください。そのあとで、もう一度招待できます。",
    en="<@{user}> is a guest or from outside and has to be in a channel of the project first "
    "({channels}). Then please invite them again.",
)
NOBODY = Text(ja="いまはいません", en="none at present")
INVITE_WHOM = Text(
    ja="`/project 招待 @名前` のように、人を候補から選んで、お一人ずつ書いてください。"
    "加わるいきさつも添えられます：{ways}",
    en="Please write `/project invite @name`, choosing one person from the suggestions. "
    "You can add how they came: {ways}",
)
HAND_OVER_TO = Text(
    ja="`/project 引き継ぎ @名前` のように、次のリーダーを候補から選んで書いてください。",
    en="Please write `/project handover @name`, choosing the next lead from the suggestions.",
)
JOINED = Text(
    ja="「{name}」に参加しました。チャンネルは {channels} です。"
    "抜けるときは `/project 退出` と送ってください。",
    en="You are in “{name}” now. It talks in {channels}. `/project leave` is how to leave.",
)
LEFT = Text(
    ja="「{name}」から抜けました。これまでの投稿や記録は、そのまま残ります。"
    "また加わるときは `/project 参加` です。",
    en="You have left “{name}”. What you wrote stays as it is. `/project join` brings you back.",
)
TAKEN_OUT = Text(
    ja="<@{user}> さんを「{name}」のメンバーから外しました。これまでの投稿や記録は、"
    "そのまま残ります。",
    en="<@{user}> is no longer in “{name}”. What they wrote stays as it is.",
)
INVITED = Text(
    ja="<@{user}> さんを「{name}」に招待しました（{way}）。ご本人にはDMでお知らせします。"
    "いきさつが違うときは `/project 招待 @名前 所属長推薦` のように送り直してください。",
    en="<@{user}> is in “{name}” now ({way}) and hears of it by direct message. "
    "If they came another way, send it again, as in `/project invite @name recommended`.",
)
VOLUNTEERED = Text(
    ja="「{name}」のメンバーになりました（{way}）。", en="You are in “{name}” now ({way})."
)
CORRECTED = Text(
    ja="<@{user}> さんが「{name}」に加わったいきさつを「{way}」にしました。",
    en="How <@{user}> came to “{name}” is noted as “{way}” now.",
)
HANDED_OVER = Text(
    ja="「{name}」のリーダーを <@{user}> さんに引き継ぎました。チャンネルにもお知らせします。",
    en="<@{user}> leads “{name}” now. Its channels will be told.",
)


def _join(deps: Deps, call: Call) -> Answer:
    project, needed = _to_join(deps, call)
    if needed and not _is_in_one(deps, call, needed, call.user_id):
        raise UserError(_channel_first(deps, project))
    with deps.database.write() as session:
        people.join(session, call.actor, project.id, now=deps.clock.now())
        channels = [channel.channel_id for channel in channels_of(session, project.id)]
    shown = words.channels(channels, call.language)
    return Answer(JOINED.of(call.language, name=safe(project.name), channels=shown))


def _to_join(deps: Deps, call: Call) -> tuple[Project, tuple[str, ...]]:
    """The project, and the channels one of which the caller must be in."""
    staff = call.actor.is_staff
    with deps.database.read() as session:
        if staff:
            project = find(session, call.team_id, call.channel_id, call.text)
        else:
            here = of_channel(
                session, call.team_id, current_id(session, call.team_id, call.channel_id)
            )
            if plain(call.text) or here is None:
                raise UserError(ONLY_HERE)
            project = here
        return project, people.channels_to_be_in(session, project, staff=staff)


def _channel_first(deps: Deps, project: Project) -> Text:
    with deps.database.read() as session:
        leads = leads_of(session, project.id)
    named = Text(ja=words.people(leads, "ja"), en=words.people(leads, "en"))
    return CHANNEL_FIRST.filled(name=safe(project.name), leads=named if leads else NOBODY)


def _is_in_one(deps: Deps, call: Call, channels: tuple[str, ...], user_id: str) -> bool:
    """Whether the person is in one of these channels; who sends a command in one is in it."""
    with deps.database.read() as session:
        here = current_id(session, call.team_id, call.channel_id)
    if user_id == call.user_id and here in channels:
        return True
    return any(is_in(deps.slack, channel_id, user_id) for channel_id in channels)


def _leave(deps: Deps, call: Call) -> Answer:
    before, user_id, after = split_person(call.text)
    project = _to_leave(deps, call, f"{before} {after}")
    with deps.database.write() as session:
        people.leave(session, call.actor, project.id, user_id=user_id, now=deps.clock.now())
    sentence = LEFT if user_id in (None, call.user_id) else TAKEN_OUT
    return Answer(sentence.of(call.language, name=safe(project.name), user=user_id))


def _to_leave(deps: Deps, call: Call, name: str) -> Project:
    """The project; who is no staff learns of none that they aren't in."""
    with deps.database.read() as session:
        if call.actor.is_staff or not plain(name):
            return find(session, call.team_id, call.channel_id, name)
        project = by_name_key(session, call.team_id, name_key(plain(name)))
        if project is None or not people.belongs(session, project.id, call.user_id):
            raise UserError(NOT_YOURS)
        return project


def _members(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    with deps.database.read() as session:
        project = find(session, call.team_id, call.channel_id, call.text)
        found = people.roster(session, project)
    return Answer(*view.member_list(project.name, found, call.language))


def _invite(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    before, user_id, after = split_person(call.text)
    if user_id is None or split_person(after)[1] is not None:
        raise UserError(INVITE_WHOM.filled(ways=view.all_ways()))
    way, name = _way_and_name(f"{before} {after}".strip())
    with deps.database.read() as session:
        project = find(session, call.team_id, call.channel_id, name)
        people.require_inviter(session, call.actor, project)
    member = known_member(deps, call.team_id, user_id)
    _require_channel(deps, call, project, member)
    with deps.database.write() as session:
        done = people.invite(
            session,
            call.actor,
            project.id,
            member,
            way,
            now=deps.clock.now(),
            zone=deps.settings.timezone,
        )
    deps.wake()
    shown = view.way_name(done.came_by, call.language)
    sentence = VOLUNTEERED if user_id == call.user_id else INVITED
    return Answer(
        (CORRECTED if done.corrected else sentence).of(
            call.language, name=safe(project.name), user=user_id, way=shown
        )
    )


def _way_and_name(text: str) -> tuple[CameBy | None, str]:
    """How they came, if the first or the last word says so, and the project's name."""
    first, rest = split_word(text)
    way = view.way_of(first)
    if way is not None:
        return way, rest
    parts = text.rsplit(maxsplit=1)
    last = view.way_of(parts[-1]) if parts else None
    return (last, parts[0]) if last is not None and len(parts) > 1 else (None, text)


def _require_channel(deps: Deps, call: Call, project: Project, member: Member) -> None:
    """Guests and outside people must have been let into a channel of the project."""
    if not (member.is_guest or member.is_external):
        return
    with deps.database.read() as session:
        needed = people.channels_to_be_in(session, project, staff=False)
    if needed and not _is_in_one(deps, call, needed, member.user_id):
        shown = Text(ja=words.channels(needed, "ja"), en=words.channels(needed, "en"))
        raise UserError(THEY_NEED_THE_CHANNEL.filled(user=member.user_id, channels=shown))


def _handover(deps: Deps, call: Call) -> Answer:
    require_staff(call.actor)
    before, first, rest = split_person(call.text)
    if first is None:
        raise UserError(HAND_OVER_TO)
    between, second, after = split_person(rest)
    name = f"{before} {between} {after}".strip()
    from_id, to_id = (first, second) if second is not None else (None, first)
    with deps.database.read() as session:
        project = find(session, call.team_id, call.channel_id, name)
        require_change(session, call.actor, project)
    member = known_member(deps, call.team_id, to_id)
    with deps.database.write() as session:
        handover.hand_over(
            session,
            call.actor,
            project.id,
            member,
            from_id=from_id,
            now=deps.clock.now(),
            zone=deps.settings.timezone,
        )
    deps.wake()
    return Answer(HANDED_OVER.of(call.language, name=safe(project.name), user=to_id))


JOIN = Subcommand(
    names=("join", "参加"),
    usage=Text(ja="参加 [名前]", en="join [name]"),
    help=Text(ja="プロジェクトのメンバーになります。", en="Makes you a member of the project."),
    run=_join,
)
LEAVE = Subcommand(
    names=("leave", "退出"),
    usage=Text(ja="退出 [@名前] [プロジェクト名]", en="leave [@person] [name]"),
    help=Text(
        ja="プロジェクトから抜けます。リーダーと事務局は、ほかの方を外せます。",
        en="Takes you out of the project. Leads and coordinators can take somebody else out.",
    ),
    run=_leave,
)
MEMBERS = Subcommand(
    names=("members", "メンバー"),
    usage=Text(ja="メンバー [名前]", en="members [name]"),
    help=Text(
        ja="参加している方と、加わったいきさつを表示します。",
        en="Shows who is in the project, and how each came.",
    ),
    run=_members,
)
INVITE = Subcommand(
    names=("invite", "招待"),
    usage=Text(
        ja="招待 @名前 [所属長推薦|自薦|他薦|声かけ] [プロジェクト名]",
        en="invite @person [recommended|volunteered|nominated|invited] [name]",
    ),
    help=Text(
        ja="プロジェクトに招待します。ご本人にDMでお知らせします。",
        en="Brings a person into the project; they hear of it by direct message.",
    ),
    run=_invite,
)
HANDOVER = Subcommand(
    names=("handover", "引き継ぎ"),
    usage=Text(
        ja="引き継ぎ [@いまの方] @次の方 [プロジェクト名]",
        en="handover [@lead] @next [name]",
    ),
    help=Text(
        ja="リーダーを引き継ぎます。前のリーダーはメンバーとして残ります。",
        en="Passes the lead on; who led stays a member.",
    ),
    run=_handover,
)
