"""The export that most of these tests begin with."""

from __future__ import annotations

from tests.importing.exports import (
    ExportMaker,
    by_app,
    joined,
    person,
    reaction,
    reply,
    said,
    ts_of,
)

ROOT, ANSWER, EDITED = (ts_of(f"2024-05-0{day} 01:00") for day in (1, 2, 3))
MAYOR, SATO, TANAKA = "U0MAYOR", "U0SATO", "U0TANAKA"


def sample() -> ExportMaker:
    """A group's three days, as an export shows them."""
    export = ExportMaker(
        people=[person(SATO, "佐藤 花子", "防災課"), person(MAYOR, "山本 太郎", "市長")]
    )
    edited = {"user": SATO, "ts": ts_of("2024-05-03 02:00")}
    return export.add(
        joined(ts_of("2024-05-01 00:00"), SATO),
        said(
            "避難所の受付を試しました。",
            ROOT,
            SATO,
            thread_ts=ROOT,
            reply_count=1,
            replies=[{"user": TANAKA, "ts": ANSWER}],
            reactions=[reaction("+1", MAYOR, TANAKA), reaction("tada", TANAKA, count=3)],
        ),
        reply("写真はありますか。", ANSWER, ROOT, TANAKA),
        by_app("ビルドに失敗しました", ts_of("2024-05-02 03:00")),
        said("2回目も試しました。", EDITED, SATO, edited=edited, files=[photo()]),
    )


def photo() -> dict[str, object]:
    """A file that was shared, as an export shows it."""
    return {"id": "F0PHOTO", "name": "受付.jpg", "mimetype": "image/jpeg", "mode": "hosted"}
