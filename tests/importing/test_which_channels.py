"""Which channels of an export are read, and whose what stands in them is."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.errors import UserError
from models import Channel
from models.project import ProjectChannel
from tests.conftest import JST
from tests.importing.conftest import Office as Desk
from tests.importing.conftest import told
from tests.importing.exports import (
    CHANNEL,
    TEAM,
    ExportMaker,
    person,
    said,
    ts_of,
)
from tests.importing.sample import ANSWER, EDITED, ROOT, sample


def test_only_registered_channels_are_read(office: Desk) -> None:
    export = sample()
    export.channels["random"] = "C0RANDOM"
    export.private["人事"] = "G0SECRET"
    export.add(said("秘密の話です", ROOT), folder="random")
    export.add(said("秘密の話です", ROOT), folder="人事")
    export.add(said("秘密の話です", ROOT), folder="D0SECRET1")
    export.add(said("秘密の話です", ROOT), folder="mpdm-sato--tanaka-1")
    outcome = office.imports(export)
    rows = office.everything()
    assert "秘密" not in repr(rows)
    assert {row[1] for row in rows["messages"]} == {CHANNEL}
    assert "- channels that are not registered: 2 (#random, #人事)" in told(outcome)
    assert "- direct messages: 2 (not opened)" in told(outcome)


def test_a_channel_goes_by_its_id(office: Desk) -> None:
    """Another channel had its name once."""
    export = ExportMaker(channels={"避難所dx": "C0OTHER00", "防災の部屋": CHANNEL})
    export.add(said("別のチャンネルです", ROOT))
    export.add(said("前はこの名前でした", ANSWER), folder="防災の部屋")
    office.imports(export)
    assert office.recorder.message(ROOT) is None
    assert office.recorder.message(ANSWER) is not None


def test_without_lists_a_channel_goes_by_the_name_of_its_folder(office: Desk) -> None:
    with office.recorder.database.write() as session:
        session.merge(_named("避難所dx"))
    export = sample()
    export.lists = False
    outcome = office.imports(export)
    assert office.recorder.message(ROOT) is not None
    assert outcome.nameless == 1  # the mayor only reacted


def _named(name: str) -> Channel:
    return Channel(team_id=TEAM, channel_id=CHANNEL, name=name)


def test_a_folder_may_be_called_by_the_channels_id(office: Desk) -> None:
    office.imports(ExportMaker().add(said("IDの名前です", ROOT), folder=CHANNEL))
    assert office.recorder.message(ROOT) is not None


@pytest.mark.parametrize(
    ("listed", "folder"),
    [
        ("避難所ガイド", unicodedata.normalize("NFD", "避難所ガイド")),  # packed again on a Mac
        ("避難所ｶﾞｲﾄﾞ", "避難所ガイド"),
    ],
)
def test_one_name_written_in_two_ways(office: Desk, listed: str, folder: str) -> None:
    export = ExportMaker(channels={listed: CHANNEL}).add(said("案内です", ROOT), folder=folder)
    office.imports(export, f"#{unicodedata.normalize('NFD', listed)}")
    assert office.recorder.message(ROOT) is not None


def test_one_name_written_in_two_ways_and_no_list(office: Desk) -> None:
    with office.recorder.database.write() as session:
        session.merge(_named("避難所ガイド"))
    export = ExportMaker(lists=False)
    decomposed = unicodedata.normalize("NFD", "避難所ガイド")
    office.imports(export.add(said("案内です", ROOT), folder=decomposed))
    assert office.recorder.message(ROOT) is not None


def test_a_broken_list_is_not_made_up_for_by_names(office: Desk) -> None:
    """The channel had this name when it was exported; another one has it now."""
    with office.recorder.database.write() as session:
        session.merge(_named("避難所dx"))
    export = ExportMaker(channels={"避難所dx": "C0OTHER00"}).add(said("よその話です", ROOT))
    export.files["channels.json"] = b'[{"id": "C0OTHER00"'
    outcome = office.imports(export)
    assert office.recorder.message(ROOT) is None
    assert "- channels.json: It is cut off" in told(outcome)
    assert "of which a broken list does not say which they are: 1 (#避難所dx)" in told(outcome)


def test_a_name_that_two_channels_have(office: Desk) -> None:
    export = ExportMaker(private={"避難所dx": "G0OTHER00"}).add(said("どちらでしょう", ROOT))
    outcome = office.imports(export)
    assert office.recorder.message(ROOT) is None
    assert "channels whose name several have, so that it is not clear which: 1" in told(outcome)


def test_another_workspaces_channel_of_the_same_name_is_not_read(office: Desk) -> None:
    with office.recorder.database.write() as session:
        session.merge(_named("避難所dx"))
    export = ExportMaker(channels={}, people=[person("U0ELSE", "よその人", team_id="T0ELSE")])
    outcome = office.imports(export.add(said("よその話です", ROOT)))
    assert office.recorder.message(ROOT) is None
    assert "channels of the same name in another workspace: 1 (#避難所dx)" in told(outcome)


def test_a_message_belongs_to_the_project_of_its_day(office: Desk) -> None:
    """Before the first registration: to the project whose channel it is now."""
    first = office.recorder.register("C0SECOND1", name="旧")
    second = office.recorder.register("C0THIRD01", name="新")
    may, june = (datetime(2024, month, 1, tzinfo=JST) for month in (5, 6))
    with office.recorder.database.write() as session:
        ties = session.scalars(select(ProjectChannel).where(ProjectChannel.channel_id != CHANNEL))
        old, new = sorted(ties, key=lambda tie: tie.project_id)
        old.channel_id, old.added_at, old.removed_at = "C0THIRD01", may, june
        new.channel_id = "C0THIRD01"
    export = ExportMaker(channels={"公園": "C0THIRD01"})
    earlier, then, later = (ts_of(f"2024-0{month}-15 01:00") for month in (4, 5, 7))
    for ts in (earlier, then, later):
        export.add(said("公園です", ts), folder="公園")
    office.imports(export)
    owners = [office.recorder.message(ts, "C0THIRD01") for ts in (earlier, then, later)]
    assert [message and message.project_id for message in owners] == [second, first, second]


def test_what_was_written_when_the_channel_was_nobodys_is_left_out(office: Desk) -> None:
    with office.recorder.database.write() as session:
        tie = session.scalars(select(ProjectChannel)).one()
        tie.added_at, tie.removed_at = (datetime(2024, 5, day, tzinfo=JST) for day in (2, 3))
    outcome = office.imports(sample())
    assert office.recorder.message(ANSWER) is not None
    assert office.recorder.message(ROOT) is None
    assert office.recorder.message(EDITED) is None
    assert "messages of a time when the channel was no project's: 2" in told(outcome)
    assert not office.recorder.reactions(ROOT)


def test_a_channel_with_a_new_id_is_followed(office: Desk) -> None:
    with office.recorder.database.write() as session:
        session.add(Channel(team_id=TEAM, channel_id="G0BEFORE1", moved_to=CHANNEL))
    export = ExportMaker(channels={}, private={"避難所dx": "G0BEFORE1"})
    office.imports(export.add(said("非公開のころです", ROOT)))
    assert office.recorder.message(ROOT) is not None


def test_only_the_channels_asked_for(office: Desk) -> None:
    office.recorder.register("C0SECOND1", name="公園")
    export = sample()
    export.channels["公園"] = "C0SECOND1"
    export.add(said("公園です", ROOT), folder="公園")
    outcome = office.imports(export, "#公園")
    assert {row[1] for row in office.everything()["messages"]} == {"C0SECOND1"}
    assert "- channels not asked for: 1" in told(outcome)
    with pytest.raises(UserError, match="not in this export"):
        office.imports(export.add(said("どこでしょう", ROOT), folder="ほか"), "")
    office.imports(export, CHANNEL)
    assert {row[1] for row in office.everything()["messages"]} == {"C0SECOND1", CHANNEL}
