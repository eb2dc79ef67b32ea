"""What the generator sends: Socket Mode's envelopes with posts, replies, reactions and commands.

The shapes are those of https://docs.slack.dev/reference/events and
https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from bench.wire import TEXT, frame

TEAM, APP, BOT_USER, BOT = "T0CITY", "A0BENCH", "U0BOT", "B0BOT"
PEOPLE = 1_000
CHANNELS = 80
_TEXTS = (
    "避難所の受付をQRコードで試しました。一人3分かかっていたのが20秒になりました。",
    "商店街の方と歩いて、空き店舗の使い道を話し合いました。来月もう一度集まります。",
    "申請書の記入例を動画にしました。窓口での質問が半分になったそうです。",
)
_EMOJI = ("+1", "tada", "clap", "heart")
# In ten events of a city's day: how many are posts and replies; the others are reactions.
_POSTS_IN_TEN, _REPLIES_IN_TEN = 1, 3
_ID_DIGITS = 12

# From the number of an event and its time to its inner event
_Maker = Callable[[int, str], dict[str, object]]


@dataclass(frozen=True)
class Envelope:
    """A frame that is ready to be sent, with the number by which it is acknowledged."""

    number: int
    event_id: str
    ts: str
    frame: bytes


def number_in(acknowledgement: bytes) -> int | None:
    """The number of the envelope that this frame of a client acknowledges, None if none."""
    place = acknowledgement.find(b'"envelope_id"')
    start = acknowledgement.find(b'"', place + 13) + 1
    digits = acknowledgement[start : start + _ID_DIGITS]
    return int(digits) if place >= 0 and digits.isdigit() else None


class Envelopes:
    """Makes envelopes, each with an ID and a time of its own.

    No two generators make the same ones, however soon one follows the other: what one of them
    lost could not be told from what the next one sent.
    """

    def __init__(self, channels: int = CHANNELS) -> None:
        self._channels = channels
        self._numbers = count(1)
        self._born = time.time_ns() // 1_000  # in microseconds: one for each event
        self._last_post = ("C00001", _ts(self._born))

    def posts(self, number: int) -> list[Envelope]:
        """So many posts, in one channel after the other."""
        return [self._event(next(self._numbers), self._post) for _ in range(number)]

    def mixed(self, number: int) -> list[Envelope]:
        """Posts, replies and reactions, as in a city's day."""
        made = []
        for n in (next(self._numbers) for _ in range(number)):
            place = n % 10
            make = self._post if place < _POSTS_IN_TEN else self._reply
            if place >= _POSTS_IN_TEN + _REPLIES_IN_TEN:
                make = self._reaction
            made.append(self._event(n, make))
        return made

    def command(self, command: str, text: str, user: str, response_url: str) -> Envelope:
        """Somebody runs a slash command."""
        number = next(self._numbers)
        payload = {
            "token": "bench",
            "team_id": TEAM,
            "team_domain": "city",
            "channel_id": "C00001",
            "channel_name": "wg-1",
            "user_id": user,
            "user_name": user.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": f"{number}.0.bench",
        }
        return _wrap(number, "slash_commands", payload, "", "")

    def _event(self, number: int, make: _Maker) -> Envelope:
        ts = _ts(self._born + number)
        event_id = f"Ev{self._born}{number:09d}"
        payload = {
            "token": "bench",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": make(number, ts),
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(ts[:10]),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-bench-{number}",
        }
        return _wrap(number, "events_api", payload, event_id, ts)

    def _post(self, number: int, ts: str) -> dict[str, object]:
        channel = f"C{number % self._channels + 1:05d}"
        self._last_post = (channel, ts)
        return self._message(number, ts, channel)

    def _reply(self, number: int, ts: str) -> dict[str, object]:
        channel, root = self._last_post
        return self._message(number, ts, channel) | {
            "thread_ts": root,
            "parent_user_id": _person(number),
        }

    def _reaction(self, number: int, ts: str) -> dict[str, object]:
        channel, root = self._last_post
        return {
            "type": "reaction_added",
            "user": _person(number),
            "reaction": _EMOJI[number % len(_EMOJI)],
            "item": {"type": "message", "channel": channel, "ts": root},
            "item_user": _person(number + 1),
            "event_ts": ts,
        }

    def _message(self, number: int, ts: str, channel: str) -> dict[str, object]:
        text = f"{_TEXTS[number % len(_TEXTS)]} ({number})"
        words = [{"type": "text", "text": text}]
        section = {"type": "rich_text_section", "elements": words}
        return {
            "type": "message",
            "ts": ts,
            "text": text,
            "client_msg_id": f"00000000-0000-4000-8000-{number:012d}",
            "blocks": [{"type": "rich_text", "block_id": f"b{number}", "elements": [section]}],
            "user": _person(number),
            "team": TEAM,
            "channel": channel,
            "event_ts": ts,
            "channel_type": "channel",
        }


def _wrap(
    number: int, kind: str, payload: Mapping[str, object], event_id: str, ts: str
) -> Envelope:
    envelope: dict[str, object] = {
        "envelope_id": f"{number:0{_ID_DIGITS}d}",
        "payload": payload,
        "type": kind,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": 0, "retry_reason": ""}
    return Envelope(number, event_id, ts, frame(TEXT, json.dumps(envelope).encode()))


def _ts(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def _person(number: int) -> str:
    return f"U{number % PEOPLE:05d}"
