"""`/project edit`, `stage`, `pause`, `resume` and `close`."""

from __future__ import annotations

import logging
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from bot.core import lifecycle
from bot.core.channels import last_closed_of
from bot.core.markup import plain, safe, split_word
from bot.core.permissions import Actor, require_staff
from bot.core.projects import ProjectFacts, Stage, facts_of, find
from bot.core.registry import move_stage, require_change
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import words
from bot.views.project_form import edit_form
from handlers.commands.router import Answer, Call, Subcommand
from handlers.slack_channels import bot_mention, enter, look_up
from models.project import Project

log = logging.getLogger(__name__)

STAGE_MISSING = Text(
    ja="段階を書いてください：{stages}　例： `/project 段階 実証`",
    en="Please say which stage: {stages}. For example `/project stage trial`",
)
STAGE_UNKNOWN = Text(
    ja="「{word}」という段階はありません。{stages} から選んでください。",
    en="There is no stage “{word}”. Please choose one of {stages}.",
)
STAGE_MOVED = Text(
    ja="「{name}」の段階を「{stage}」にしました。チャンネルにもお知らせします。",
    en="“{name}” is now at “{stage}”. Its channels will be told.",
)
STAGE_DONE = Text(
    ja="「{name}」の段階を「完了」にしました。"
    "記録も終えるときは `/project 終了` を使ってください。",
    en="“{name}” is now at “done”. To stop recording as well, use `/project close`.",
)
PAUSED = Text(
    ja="「{name}」を休止にしました。記録は続きます。 `/project 再開` でまた始められます。",
    en="“{name}” is paused; recording goes on. `/project resume` starts it again.",
)
CLOSED = Text(
    ja="「{name}」を終了し、記録を止めました。 `/project 再開 {name}` で元に戻せます。",
    en="“{name}” is closed and recording has stopped; `/project resume {name}` takes it back.",
)
RESUMED = Text(
    ja="「{name}」を再開しました。{channels} の投稿を記録します。",
    en="“{name}” is active again. Posts in {channels} are recorded.",
)
NOT_ALLOWED_IN = Text(
    ja="{resumed}\nただ、 {channels} には入れませんでした。"
    "そのチャンネルで `/invite` に続けて {bot} と送って招待してください。",
    en="{resumed}\nI could not enter {channels}, though. Please send `/invite` followed by {bot} "
    "there.",
)
RESUMED_WITHOUT_CHANNEL = Text(
    ja="「{name}」を再開しましたが、元のチャンネルはほかのプロジェクトで使われています。 "
    "`/project チャンネル 追加 #チャンネル {name}` で加えてください。",
    en="“{name}” is active again, but its channels belong to other projects now. "
    "`/project channel add #channel {name}` adds one.",
)


def open_edit_form(deps: Deps, actor: Actor, project: Project, trigger_id: str) -> None:
    """Open the form of this project, if the actor may change it."""
    with deps.database.read() as session:
        require_change(session, actor, project)
        facts = facts_of(session, project)
    view = edit_form(facts.id, facts.details, facts.channels, actor.language)
    deps.slack.views_open(trigger_id=trigger_id, view=view)


def _edit(deps: Deps, call: Call) -> Answer | None:
    project = _find(deps, call, call.text)
    open_edit_form(deps, call.actor, project, call.trigger_id)
    return None


def _stage(deps: Deps, call: Call) -> Answer:
    word, name = split_word(call.text)
    stages = words.all_words(words.STAGES)
    if not word:
        raise UserError(STAGE_MISSING.filled(stages=stages))
    stage = words.stage_of(word)
    if stage is None:
        raise UserError(STAGE_UNKNOWN.filled(word=safe(plain(word)), stages=stages))
    project = _find(deps, call, name)
    with deps.database.write() as session:
        facts = move_stage(
            session,
            call.actor,
            project.id,
            stage,
            now=deps.clock.now(),
        )
    deps.wake()
    sentence = STAGE_DONE if stage == Stage.DONE else STAGE_MOVED
    shown = words.stage_name(stage, call.language)
    return Answer(sentence.of(call.language, name=safe(facts.details.name), stage=shown))


def _pause(deps: Deps, call: Call) -> Answer:
    project = _find(deps, call, call.text)
    with deps.database.write() as session:
        facts = lifecycle.pause(session, call.actor, project.id, now=deps.clock.now())
    deps.wake()
    return Answer(PAUSED.of(call.language, name=safe(facts.details.name)))


def _close(deps: Deps, call: Call) -> Answer:
    project = _find(deps, call, call.text)
    with deps.database.write() as session:
        facts = lifecycle.close(
            session,
            call.actor,
            project.id,
            now=deps.clock.now(),
        )
    deps.wake()
    return Answer(CLOSED.of(call.language, name=safe(facts.details.name)))


def _resume(deps: Deps, call: Call) -> Answer:
    project = _find(deps, call, call.text, closed_too=True)
    with deps.database.write() as session:
        facts = lifecycle.resume(
            session,
            call.actor,
            project.id,
            now=deps.clock.now(),
        )
    deps.wake()
    return _resumed(deps, facts, call)


def _resumed(deps: Deps, facts: ProjectFacts, call: Call) -> Answer:
    language, name = call.language, safe(facts.details.name)
    if not facts.channels:
        return Answer(RESUMED_WITHOUT_CHANNEL.of(language, name=name))
    channels = words.channels(facts.channels, language)
    resumed = RESUMED.of(language, name=name, channels=channels)
    outside = [channel for channel in facts.channels if not _comes_in(deps, call, channel)]
    if not outside:
        return Answer(resumed)
    return Answer(
        NOT_ALLOWED_IN.of(
            language,
            resumed=resumed,
            channels=words.channels(outside, language),
            bot=bot_mention(deps, call.team_id),
        )
    )


def _comes_in(deps: Deps, call: Call, channel_id: str) -> bool:
    """Whether the bot is in the channel: in the meantime it may have been removed."""
    try:
        enter(deps.slack, look_up(deps, deps.slack, call.team_id, channel_id))
    except (UserError, SlackApiError, OSError, HTTPException) as error:
        log.warning("a resumed channel can't be entered: %s", type(error).__name__)
        return False
    return True


def _find(deps: Deps, call: Call, name: str, *, closed_too: bool = False) -> Project:
    """The project that the call is about.

    A closed one has no channel any more; with `closed_too` the one that was closed here is meant.
    """
    require_staff(call.actor)
    with deps.database.read() as session:
        if closed_too and not plain(name):
            closed = last_closed_of(session, call.team_id, call.channel_id)
            if closed is not None:
                return closed
        return find(session, call.team_id, call.channel_id, name)


EDIT = Subcommand(
    names=("edit", "編集"),
    usage=Text(ja="編集 [名前]", en="edit [name]"),
    help=Text(
        ja="目的、リーダー、日付、記録のしかたを変えます。",
        en="Changes purpose, leads, dates and what is recorded.",
    ),
    run=_edit,
)
STAGE = Subcommand(
    names=("stage", "段階"),
    usage=Text(ja="段階 <段階> [名前]", en="stage <stage> [name]"),
    help=Text(
        ja="段階を変えます（構想 / 計画 / 実証 / 実装 / 完了）。",
        en="Moves the stage (idea / plan / trial / rollout / done).",
    ),
    run=_stage,
)
PAUSE = Subcommand(
    names=("pause", "休止"),
    usage=Text(ja="休止 [名前]", en="pause [name]"),
    help=Text(
        ja="しばらく休みます。記録は続きます。",
        en="Takes a break; recording goes on.",
    ),
    run=_pause,
)
RESUME = Subcommand(
    names=("resume", "再開"),
    usage=Text(ja="再開 [名前]", en="resume [name]"),
    help=Text(
        ja="休止や終了から戻します。",
        en="Takes back a pause or a closing.",
    ),
    run=_resume,
)
CLOSE = Subcommand(
    names=("close", "終了"),
    usage=Text(ja="終了 [名前]", en="close [name]"),
    help=Text(
        ja="終了して、記録を止めます。再開で戻せます。",
        en="Closes the project and stops recording; resume takes it back.",
    ),
    run=_close,
)
