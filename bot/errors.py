"""Things that a person can put right, said in their language."""

from __future__ import annotations

from bot.text import Text


class UserError(Exception):
    """Stops an action before anything has changed and tells the person what to do instead.

    `field` is the `block_id` of the input it belongs to, where a modal asked the question.
    """

    def __init__(self, text: Text, *, field: str | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.field = field


class ForgedError(ValueError):
    """A button, a menu or a form carries something that we never gave out."""
