"""How a slash command finds its subcommand, and how the answer finds its way back.

Everything that `/project` and its like have in common is here, so that a subcommand is a function
from a call to an answer.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.models.blocks import Block

from bot.core.markup import fold, plain, safe, split_word
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language, Text
from bot.views.quoting import escape
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject

log = logging.getLogger(__name__)

HELP_NAMES = ("help", "ヘルプ")
HELP_USAGE = Text(ja="ヘルプ", en="help")
HELP_HELP = Text(ja="この説明を表示します。", en="Shows this page.")

_UNKNOWN = Text(
    ja="「{word}」という操作はありません。 `{command} ヘルプ` で一覧を見られます。",
    en="There is no “{word}” here. `{command} help` lists what there is.",
)
_DID_YOU_MEAN = Text(
    ja="「{word}」という操作はありません。 `{command} {nearest}` のことですか。",
    en="There is no “{word}” here. Did you mean `{command} {nearest}`?",
)


@dataclass(frozen=True)
class Call:
    """A command as somebody sent it. `text` is what follows the subcommand."""

    team_id: str
    user_id: str
    channel_id: str
    channel_name: str
    text: str
    trigger_id: str
    actor: Actor
    language: Language


@dataclass(frozen=True)
class Answer:
    """What only the caller sees. `text` is for notifications where there are `blocks`."""

    text: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Subcommand:
    """One thing a command can do.

    `names`: the English one first, then the Japanese ones. `usage` and `help` are what the help
    page and the docs show. `run` returns None where a form was opened.
    """

    names: tuple[str, ...]
    usage: Text
    help: Text
    run: Callable[[Deps, Call], Answer | None]


@dataclass(frozen=True)
class Direct:
    """What a command does without a subcommand; `usage` is empty where nothing need be written."""

    usage: Text
    help: Text
    run: Callable[[Deps, Call], Answer | None]


@dataclass(frozen=True)
class Command:
    """A slash command.

    `direct` is what it does with a text that begins with no subcommand, and without any text;
    a command that has none shows its help then.
    """

    name: str
    summary: Text
    subcommands: tuple[Subcommand, ...] = ()
    direct: Direct | None = None

    @property
    def uses(self) -> tuple[Subcommand | Direct, ...]:
        """Everything that it can do, for the help page and the docs."""
        return (*((self.direct,) if self.direct else ()), *self.subcommands)


def attach(app: App, deps: Deps, command: Command) -> None:
    """Let the app answer this command."""

    def on_command(ack: Ack, body: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        send(respond, _answer(deps, command, body, context))

    app.command(command.name)(on_command)


def find(command: Command, word: str) -> Subcommand:
    """The subcommand of this name, in either language. Raises UserError with the nearest one."""
    wanted = fold(word)
    by_name = {fold(name): sub for sub in command.subcommands for name in sub.names}
    found = by_name.get(wanted)
    if found is not None:
        return found
    shown = safe(plain(word), 40)
    near = nearest(wanted, (*by_name, *map(fold, HELP_NAMES)))
    if near is None:
        raise UserError(_UNKNOWN.filled(word=shown, command=command.name))
    raise UserError(_DID_YOU_MEAN.filled(word=shown, command=command.name, nearest=near))


def nearest(word: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant: one that the word begins with, or a similar one.

    Of two that are equally similar, the one that begins alike.
    """
    begun = [name for name in names if word.startswith(name)]
    if begun:
        return max(begun, key=len)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.5)

    def likeness(name: str) -> tuple[float, bool]:
        ratio = difflib.SequenceMatcher(None, word, name).ratio()
        return ratio, name[0] == word[0]

    return max(close, key=likeness) if close else None


def help_page(command: Command, language: Language) -> str:
    """What the command can do: how it is written, and below that what it does."""
    lines = [command.summary.of(language)]
    for use in command.uses:
        lines.append(_help_line(command.name, use.usage, use.help, language))
    lines.append(_help_line(command.name, HELP_USAGE, HELP_HELP, language))
    return "\n".join(lines)


def send(respond: Respond, answer: Answer | None, *, replace: bool = False) -> None:
    """Give the answer to the caller alone; with `replace` in the place of what they pressed.

    A response_url serves five times within 30 minutes
    (docs.slack.dev/interactivity/handling-user-interaction). If it fails there is nobody to
    tell: the change itself has been made.
    """
    if answer is None:
        return
    try:
        response = respond(
            text=answer.text,
            blocks=list(answer.blocks) or None,
            response_type="ephemeral",
            replace_original=replace,
        )
    except (OSError, ValueError) as error:  # ValueError: there is no response_url
        log.warning("an answer did not reach Slack: %s", type(error).__name__)
        return
    if response.status_code != 200:
        log.warning("Slack did not take an answer: %s %s", response.status_code, response.body)


def _answer(deps: Deps, command: Command, body: JsonObject, context: BoltContext) -> Answer | None:
    text = str(body.get("text") or "").strip()
    word, rest = split_word(text)
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), str(body["user_id"]))
        language = actor.language
        if _asks_for_help(command, word, rest):
            return Answer(help_page(command, language))
        use = _use(command, word)
        call = Call(
            team_id=actor.team_id,
            user_id=actor.user_id,
            channel_id=str(body["channel_id"]),
            channel_name=str(body.get("channel_name") or ""),
            text=text if isinstance(use, Direct) else rest,
            trigger_id=str(body.get("trigger_id") or ""),
            actor=actor,
            language=language,
        )
        return use.run(deps, call)
    except Exception as error:
        return Answer(sentence_for(error, command.name).of(language))


def _asks_for_help(command: Command, word: str, rest: str) -> bool:
    """What follows the word may be meant for the command itself, where it takes any text."""
    if command.direct is None:
        return not word or fold(word) in HELP_NAMES
    return fold(word) in HELP_NAMES and not rest


def _use(command: Command, word: str) -> Subcommand | Direct:
    if command.direct is None:
        return find(command, word)
    named = (sub for sub in command.subcommands if fold(word) in map(fold, sub.names))
    return next(named, command.direct)


def _help_line(command: str, usage: Text, help: Text, language: Language) -> str:
    written = f"{command} {usage.of(language)}".rstrip()
    return f"`{escape(written)}`\n{help.of(language)}"
