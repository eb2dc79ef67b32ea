"""Who leads a project and who is in it, as a careful person would have noted it by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.city.acts import Act, Enter, HandOver, Invite, Leave, Register
from sandbox.city.projects import project

VOLUNTEERED = "自薦"


@dataclass
class People:
    """The people of a project: its leads, and the others with how they came ("" if unsaid)."""

    leads: set[str] = field(default_factory=set)
    members: dict[str, str] = field(default_factory=dict)

    @property
    def everybody(self) -> set[str]:
        """Leads and members."""
        return {*self.leads, *self.members}


class Roster:
    """Reads acts one after another."""

    def __init__(self) -> None:
        self.projects: dict[str, People] = {}

    def write(self, act: Act) -> None:
        """Take one act into account."""
        match act.what:
            case Register(project=key):
                self.projects[key] = People(leads=set(project(key).leads))
            case Enter(project=key):
                self.projects[key].members[act.who] = VOLUNTEERED
            case Invite(project=key, whom=whom, way=way):
                self.projects[key].members[whom] = way
            case Leave(project=key):
                del self.projects[key].members[act.who]
            case HandOver(project=key, to=to):
                people = self.projects[key]
                people.leads = (people.leads - {act.who}) | {to}
                people.members[act.who] = ""
                people.members.pop(to, None)
            case _:
                pass

    def of(self, key: str) -> People:
        """The people of a project; nobody before it is registered."""
        return self.projects.get(key, People())


def roster(acts: Iterable[Act]) -> Roster:
    """The people after all these acts."""
    kept = Roster()
    for act in acts:
        kept.write(act)
    return kept
