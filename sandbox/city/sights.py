"""What is worth a look on the page once the story is told, and where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.city.acts import Act, Ask, Begin
from sandbox.city.around import CURTAIN
from sandbox.city.ledger import count
from sandbox.city.people import COORDINATOR, MAYOR
from sandbox.city.player import Player
from sandbox.city.projects import DIGEST

LEAD = "nemoto"
# Whose messages from the app are shown: of the first who has some
AUTHORS = ("fukunaga", "toda", "nemoto")


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it. `path` follows the page's address."""

    name: str
    path: str


class Sights:
    """The sights of a city in which these acts have happened, with the curtain."""

    def __init__(self, player: Player, acts: Iterable[Act]) -> None:
        self._player = player
        self._acts = list(acts)

    def all(self) -> list[Sight]:
        """In the order in which to look at them."""
        found = [self.digest(), self.home(MAYOR), self.home(LEAD), self.home(COORDINATOR)]
        found += [self.messages(self.author()), *self.threads()[-1:], self.form()]
        return found

    def digest(self) -> Sight:
        """The leaders' channel."""
        channel = self._player.channels[DIGEST]
        return Sight("ダイジェスト（市長）", self._seen_by(MAYOR, f"channel/{channel.id}"))

    def home(self, who: str) -> Sight:
        """A person's Home."""
        path = f"home/{self._player.people[who].id}"
        return Sight(f"ホーム（{self._called(who)}）", self._seen_by(who, path))

    def messages(self, who: str) -> Sight:
        """What the app has told a person in private."""
        path = f"dm/{self._player.people[who].id}"
        return Sight(f"投稿した方へのお知らせ（{self._called(who)}）", self._seen_by(who, path))

    def threads(self) -> list[Sight]:
        """The threads in which a leader's question was answered, the oldest first."""
        answered = {one.of for one in count(self._acts).questions if one.answered}
        asked = [act.what.of for act in self._acts if isinstance(act.what, Ask)]
        return [self.thread(key) for key in asked if key in answered]

    def thread(self, key: str) -> Sight:
        """The thread of a post, as the mayor sees it."""
        post = self._player.messages[key]
        path = self._seen_by(MAYOR, f"thread/{post.channel.id}/{post.ts}")
        return Sight("質問と回答のスレッド", path)

    def form(self) -> Sight:
        """The form that somebody has begun to fill in."""
        who = next(who for who, what in CURTAIN if isinstance(what, Begin))
        path = f"modal/{self._player.people[who].id}"
        return Sight(f"書きかけの進捗フォーム（{self._called(who)}）", self._seen_by(who, path))

    def author(self) -> str:
        """Somebody who has heard from the app."""
        people = self._player.people
        return next((who for who in AUTHORS if people[who].dm().messages), AUTHORS[-1])

    def _called(self, who: str) -> str:
        return {MAYOR: "市長", COORDINATOR: "事務局", LEAD: "リーダー"}.get(
            who, f"{self._player.people[who].name}さん"
        )

    def _seen_by(self, who: str, path: str) -> str:
        return f"{path}?as={self._player.people[who].id}"
