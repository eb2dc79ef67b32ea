"""What an import recorded, what it left out, and why: numbers, and a line for each bad file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from bot.recording.importing.archive import Trouble
from bot.text import Text
from models.base import JsonObject


class Count(StrEnum):
    """What is counted."""

    # Recorded
    POSTS = "posts"
    REPLIES = "replies"
    OTHERS = "others"
    COMPLETED = "completed"
    DELETIONS = "deletions"
    REACTIONS = "reactions"
    # There already
    KNOWN = "known"
    KNOWN_REACTIONS = "known_reactions"
    # Left out
    MACHINES = "machines"
    DELETED = "deleted"
    LEFT_OUT = "left_out"
    NO_PROJECT = "no_project"
    UNREADABLE = "unreadable"
    UNNAMED_REACTIONS = "unnamed_reactions"
    # Files that were read, and those of a channel that hold no messages
    FILES = "files"
    OTHER_FILES = "other_files"


# Of so many files the reason is kept; of the rest only that there are more.
TROUBLES_KEPT = 200


@dataclass
class Tally:
    """Numbers, and the files that could not be read."""

    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    more_troubles: int = 0

    def add(self, what: Count, number: int = 1) -> None:
        """Count it."""
        if number:
            self.counts[what.value] += number

    def complain(self, trouble: Trouble) -> None:
        """Note a file that could not be read."""
        if len(self.troubles) < TROUBLES_KEPT:
            self.troubles.append(trouble)
        else:
            self.more_troubles += 1

    def include(self, other: Tally) -> None:
        """Add up two of them."""
        self.counts.update(other.counts)
        for trouble in other.troubles:
            self.complain(trouble)
        self.more_troubles += other.more_troubles

    def as_json(self) -> JsonObject:
        """As it is stored."""
        troubles = [[one.file, one.reason.ja, one.reason.en] for one in self.troubles]
        return {"counts": dict(self.counts), "troubles": troubles, "more": self.more_troubles}

    @classmethod
    def of(cls, stored: JsonObject) -> Tally:
        """From what is stored."""
        counts, troubles, more = (stored.get(key) for key in ("counts", "troubles", "more"))
        return cls(
            Counter(
                {str(what): int(number) for what, number in counts.items()}
                if isinstance(counts, dict)
                else {}
            ),
            [Trouble(str(file), Text(ja=str(ja), en=str(en))) for file, ja, en in troubles]
            if isinstance(troubles, list)
            else [],
            int(more) if isinstance(more, int) else 0,
        )
