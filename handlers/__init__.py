"""What people do in Slack and what they get for an answer: one file a surface."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.manifest import SlashCommand
from bot.text import Language
from handlers import (
    digest_buttons,
    home,
    home_projects,
    home_settings,
    home_setup,
    home_successes,
    kudos_buttons,
    message_shortcuts,
    people_buttons,
    progress,
    progress_buttons,
    project_buttons,
    project_forms,
    questions,
    quiet_buttons,
    recognition_buttons,
    unknown,
)
from handlers.commands import digest, kudos, office, project
from handlers.commands import progress as progress_command
from handlers.commands.router import Command, attach

COMMANDS: tuple[Command, ...] = (
    project.COMMAND,
    progress_command.COMMAND,
    kudos.COMMAND,
    office.COMMAND,
    digest.COMMAND,
)


def slash_commands(language: Language) -> list[SlashCommand]:
    """The commands as the manifest lists them."""
    return [
        SlashCommand(
            name=command.name,
            description=command.summary.of(language).replace("*", ""),
            usage_hint=" | ".join(filter(None, (use.usage.of(language) for use in command.uses))),
        )
        for command in COMMANDS
    ]


def register(app: App, deps: Deps) -> None:
    """Let the app answer every command, button and form."""
    for command in COMMANDS:
        attach(app, deps, command)
    project_buttons.register(app, deps)
    project_forms.register(app, deps)
    people_buttons.register(app, deps)
    progress.register(app, deps)
    progress_buttons.register(app, deps)
    message_shortcuts.register(app, deps)
    kudos_buttons.register(app, deps)
    digest_buttons.register(app, deps)
    recognition_buttons.register(app, deps)
    questions.register(app, deps)
    quiet_buttons.register(app, deps)
    home.register(app, deps)
    home_projects.register(app, deps)
    home_settings.register(app, deps)
    home_setup.register(app, deps)
    home_successes.register(app, deps)
    unknown.register(app, deps)
