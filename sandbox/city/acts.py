"""What the people of the sample city do, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Where(StrEnum):
    """Where somebody presses a button about a post: in the latest digest, or in their Home."""

    DIGEST = "digest"
    HOME = "home"


# --- what is written --------------------------------------------------------------------------


@dataclass(frozen=True)
class Post:
    """A top-level message. `key` names it for everything that refers to it later.

    `subtype` is empty or "me_message". In texts, `{@who}` stands for a mention of a person.
    """

    key: str
    channel: str
    text: str
    files: tuple[str, ...] = ()
    subtype: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer in the thread of `to`; `broadcast` shows it in the channel as well."""

    key: str
    to: str
    text: str
    broadcast: bool = False


@dataclass(frozen=True)
class Edit:
    """The author's new words for a message."""

    of: str
    text: str


@dataclass(frozen=True)
class Delete:
    """The author takes a message away."""

    of: str


@dataclass(frozen=True)
class Fields:
    """What is filled in in the form for progress."""

    done: str
    found: str = ""
    next: str = ""
    help: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(filter(None, (self.done, self.found, self.next, self.help)))


@dataclass(frozen=True)
class Progress:
    """A post written with the form, with photos."""

    key: str
    channel: str
    fields: Fields
    photos: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its words."""
        return self.fields.text


@dataclass(frozen=True)
class Rewrite:
    """The author changes a post with the form."""

    of: str
    fields: Fields


@dataclass(frozen=True)
class Withdraw:
    """The author takes back a post that was written with the form."""

    of: str


@dataclass(frozen=True)
class Thank:
    """`/kudos`: words of thanks to people, in a channel."""

    channel: str
    to: tuple[str, ...]
    text: str


# --- how others answer ------------------------------------------------------------------------


@dataclass(frozen=True)
class React:
    """An emoji put on a message, by the name that Slack's client sends."""

    of: str
    emoji: str


@dataclass(frozen=True)
class Unreact:
    """The same emoji taken back."""

    of: str
    emoji: str


@dataclass(frozen=True)
class Like:
    """いいね! pressed on a post that a digest or a Home shows."""

    of: str
    where: Where


@dataclass(frozen=True)
class Unlike:
    """The same button pressed again, which takes it back."""

    of: str
    where: Where


@dataclass(frozen=True)
class Ask:
    """教えて pressed on a post; empty words leave what the form proposes."""

    of: str
    where: Where
    words: str = ""


@dataclass(frozen=True)
class Answered:
    """Somebody marks what was asked about a post as answered."""

    of: str


@dataclass(frozen=True)
class Resolve:
    """Somebody presses 解決しました on a post that asks for help."""

    of: str


class Shortcut(StrEnum):
    """What can be chosen in the menu of each message."""

    RECORD = "record_message"
    LEAVE_OUT = "leave_out_message"
    WHY = "why_counted"


@dataclass(frozen=True)
class Choose:
    """Somebody chooses a shortcut in the menu of a message."""

    of: str
    shortcut: Shortcut


# --- commands, forms and the Home ---------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """A slash command typed in a channel; `{@who}` and `{#channel}` are mentions."""

    channel: str
    command: str
    text: str


@dataclass(frozen=True)
class Register:
    """A lead registers a project in its channel and fills in what the card does not know yet."""

    project: str


@dataclass(frozen=True)
class Enter:
    """`/project join`: somebody volunteers for a project."""

    project: str


@dataclass(frozen=True)
class Invite:
    """`/project invite`: `way` is how the person came, in the words of the city hall."""

    project: str
    whom: str
    way: str


@dataclass(frozen=True)
class Leave:
    """`/project leave`: somebody goes out of a project."""

    project: str


@dataclass(frozen=True)
class HandOver:
    """`/project handover`: a lead passes the lead on."""

    project: str
    to: str


@dataclass(frozen=True)
class Pause:
    """A lead presses 休止中にする in the private message about their quiet project."""

    project: str


@dataclass(frozen=True)
class OpenHome:
    """Somebody looks at their Home."""


@dataclass(frozen=True)
class FillIn:
    """A form behind a button of the Home; `{@who}` and `{#channel}` alone stand for one."""

    button: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prefer:
    """Somebody chooses in their Home when they hear of reactions and thanks."""

    notices: str


@dataclass(frozen=True)
class Begin:
    """Somebody opens the form for progress and fills it in, without sending it yet."""

    channel: str
    fields: Fields


# --- what happens in Slack itself ---------------------------------------------------------------


@dataclass(frozen=True)
class InviteBot:
    """The bot is invited into a private channel, which it can't enter by itself."""

    channel: str


@dataclass(frozen=True)
class Join:
    """A person comes into a channel."""

    channel: str


@dataclass(frozen=True)
class Retitle:
    """A person gets a new department or title, as many do on the first of April."""

    title: str


Writing = Post | Reply | Edit | Delete | Progress | Rewrite | Withdraw | Thank
Answering = React | Unreact | Like | Unlike | Ask | Answered | Resolve | Choose
OfPeople = Register | Enter | Invite | Leave | HandOver | Pause
InHome = OpenHome | FillIn | Prefer | Begin
What = Writing | Answering | OfPeople | InHome | Command | InviteBot | Join | Retitle


@dataclass(frozen=True)
class Act:
    """Somebody does something at a moment (aware, Japanese time)."""

    at: datetime
    who: str
    what: What


def target_of(act: Act) -> str:
    """The key of the message that an act is done to; empty when it stands for itself."""
    match act.what:
        case Reply(to=key):
            return key
        case Edit(of=key) | Delete(of=key) | Rewrite(of=key) | Withdraw(of=key):
            return key
        case React(of=key) | Unreact(of=key) | Like(of=key) | Unlike(of=key) | Ask(of=key):
            return key
        case Answered(of=key) | Resolve(of=key) | Choose(of=key):
            return key
        case _:
            return ""
