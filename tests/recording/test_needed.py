"""What waits to be applied has no more in it than what is applied."""

from __future__ import annotations

from bot.recording.needed import NEEDED, needed
from bot.recording.projector import APPLIERS
from models.base import JsonObject
from tests.recording import payloads
from tests.recording.conftest import Recorder


def test_every_event_that_is_applied_is_cut_down() -> None:
    assert set(APPLIERS) == set(NEEDED)


def test_words_that_are_quoted_are_not_kept(recorder: Recorder) -> None:
    quoted: JsonObject = {
        "attachments": [{"text": "よその言葉", "channel_id": "C0OTHER", "is_share": True}],
        "root": {"text": "前の言葉", "attachments": [{"text": "よその言葉"}]},
        "blocks": [{"type": "rich_text", "elements": []}],
        "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png", "preview": "中の言葉"}],
    }
    recorder.receive(payloads.message("見てください", more=quoted))
    [event] = recorder.inbox()
    assert event.payload == {
        "event": {
            "type": "message",
            "user": payloads.AUTHOR,
            "ts": payloads.TS,
            "text": "見てください",
            "channel": payloads.CHANNEL,
            "event_ts": payloads.TS,
            "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png"}],
        }
    }


def test_of_a_profile_everything_is_kept_that_is_read() -> None:
    read = {
        "id": payloads.AUTHOR,
        "team_id": payloads.TEAM,
        "updated": 1775433600,
        "deleted": True,
        "name": "sato",
        "real_name": "佐藤 花子",
        "is_admin": True,
        "is_owner": True,
        "is_bot": True,
        "is_restricted": True,
        "is_ultra_restricted": True,
        "is_stranger": True,
        "locale": "ja-JP",
        "enterprise_user": {"id": "W0SATO", "teams": [payloads.TEAM]},
    }
    details = {"display_name": "佐藤", "real_name": "佐藤 花子", "title": "防災課"}
    pictures = {f"image_{size}": f"https://example.com/{size}.png" for size in (72, 192, 512)}
    private = {"email": "sato@example.jp", "phone": "090", "status_text": "会議中", "fields": {}}
    event = {"type": "user_change", "user": {**read, "profile": {**details, **pictures, **private}}}
    kept = {"type": "user_change", "user": {**read, "profile": {**details, **pictures}}}
    assert needed({**event, "cache_ts": 1}, "user_change") == kept
