"""The one style sheet and the one script of the page, written into it: nothing is fetched."""

from __future__ import annotations

from importlib.resources import files


def style_sheet() -> str:
    """The CSS."""
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def script() -> str:
    """The JavaScript: the choice of a person, the place in a channel, and the live refresh."""
    return files(__package__).joinpath("page.js").read_text(encoding="utf-8")
