"""Who looks at a Home, and with what eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.core.homes import Place
from bot.core.permissions import Actor
from bot.views.digest import Style


@dataclass(frozen=True)
class Viewer:
    """A person with the rights they have at this moment, and where they are in their Home."""

    actor: Actor
    place: Place
    now: datetime
    style: Style

    @property
    def zone(self) -> tzinfo:
        """The site's time zone."""
        return self.style.zone

    @property
    def version(self) -> str:
        """Differs each time the Home is made."""
        return f"{self.now.timestamp():.6f}"
