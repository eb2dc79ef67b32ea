"""What the numbers rest on is said in plain words: in the digest, on the Home, by the check-up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.checkup import Checkup
from bot.core.coverage import Coverage, Missing, Unreadable, coverage, reason
from bot.core.periods import Period
from bot.digest.compose import SECTIONS, gather
from bot.text import Language
from bot.views.coverage import summary
from bot.views.digest import Style
from models import gap as gaps
from models.gap import Cause
from models.workspace import Workspace
from tests.history.conftest import Office

TOKYO = ZoneInfo("Asia/Tokyo")
TEN = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def style(language: Language) -> Style:
    return Style(language, TOKYO, "https://example.slack.com/")


def missing(hours: float = 0, long: timedelta | None = HOUR, *, closed: bool = True) -> Missing:
    began = TEN + hours * HOUR
    ended = None if long is None else began + long
    return Missing(began, ended, is_closed=closed, of_channel=False, found=0)


def lines(covered: Coverage, language: Language) -> list[str]:
    return summary(covered, style(language)).splitlines()


def test_all_is_well() -> None:
    assert lines(Coverage(channels=30), "ja") == [
        "この集計は、30チャンネルの記録に基づいています。途切れた時間はありません。"
    ]
    assert lines(Coverage(channels=30), "en") == [
        "These numbers rest on the record of 30 channels. Nothing was interrupted."
    ]
    assert lines(Coverage(channels=1), "en")[0].startswith(
        "These numbers rest on the record of one"
    )


def test_nothing_is_registered() -> None:
    assert lines(Coverage(), "ja") == []


@pytest.mark.parametrize(
    ("gap", "ja", "en"),
    [
        (missing(), "11月18日（水）10:00〜11:00", "Wed 18 November 10:00 – 11:00"),
        (
            missing(long=timedelta(days=3)),
            "11月18日（水）10:00〜11月21日（土）10:00",
            "Wed 18 November 10:00 – Sat 21 November 10:00",
        ),
        (missing(long=timedelta(seconds=20)), "11月18日（水）10:00", "Wed 18 November 10:00"),
    ],
)
def test_from_when_to_when(gap: Missing, ja: str, en: str) -> None:
    covered = Coverage(channels=2, missing=(gap,))
    assert lines(covered, "ja") == [
        "この集計は、2チャンネルの記録に基づいています。",
        f"• {ja}は、Slackからの知らせが途切れましたが、あとからSlackの履歴を読んで補いました。",
    ]
    assert lines(covered, "en")[1] == (
        f"• News from Slack was interrupted at {en}; it was read again from Slack's history."
    )


def test_what_is_still_missing() -> None:
    covered = Coverage(channels=2, missing=(missing(long=None, closed=False),))
    assert lines(covered, "ja")[1].startswith(
        "• 11月18日（水）10:00から、Slackからの知らせが届いていません。"
    )
    assert lines(covered, "en")[1].startswith("• No news has come from Slack since Wed 18 November")
    covered = Coverage(channels=2, missing=(missing(closed=False),))
    assert "10:00〜11:00は、Slackからの知らせが途切れました。いま" in lines(covered, "ja")[1]
    assert "数が増えることがあります" in lines(covered, "ja")[1]


def test_the_longest_are_named_and_the_others_counted() -> None:
    short = [missing(hours, timedelta(minutes=2)) for hours in range(5)]
    covered = Coverage(channels=2, missing=(*short, missing(6), missing(8, 2 * HOUR)))
    assert len(lines(covered, "ja")) == 2
    assert "16:00〜17:00" in lines(covered, "ja")[1]
    assert "18:00〜20:00など7回" in lines(covered, "ja")[1]
    assert "(7 times in all)" in lines(covered, "en")[1]


def test_what_could_not_be_read_is_said_by_the_projects_name() -> None:
    channels = [Unreadable(f"C{n}", f"部会{n}", "not_in_channel") for n in range(5)]
    channels.append(Unreadable("C9", "防災<!channel>", "missing_scope"))
    covered = Coverage(channels=9, unreadable=tuple(channels))
    ja, en = lines(covered, "ja"), lines(covered, "en")
    assert ja[1] == (
        "• 「部会0」「部会1」「部会2」など5件は、履歴を読めていません："
        "私がチャンネルに入っていません。 `/invite @iine` で招待してください。"
    )
    assert "権限が足りません" in ja[2]
    assert "<!channel>" not in ja[2]
    assert "“部会0”, “部会1”, “部会2” and 2 more" in en[1]
    assert all("途切れた時間はありません" not in line for line in ja)


def test_reading_is_behind_or_slowed_down() -> None:
    covered = Coverage(channels=9, behind=3, is_throttled=True)
    assert lines(covered, "ja")[1:] == [
        "• 3チャンネルは、Slackの履歴との照らし合わせがまだ終わっていません。",
        "• Slackの制限により、履歴の読み直しに時間がかかっています。",
    ]
    assert "3" in lines(covered, "en")[1]


@pytest.mark.parametrize("code", ["token_revoked", "no_answer", "something_new"])
def test_every_error_has_words(code: str) -> None:
    words = reason(code)
    assert words.ja.endswith("。")
    assert code not in words.ja or code == "something_new"


def test_coverage_is_the_last_section() -> None:
    assert SECTIONS[-1].name == "coverage"


def _digest(office: Office, language: Language) -> str:
    period = Period(office.now() - timedelta(days=7), office.now())
    with office.database.read() as session:
        workspace = session.get_one(Workspace, office.slack.team_id)
        material = gather(session, workspace, period, TOKYO)
    return str(material.write(language)[0].blocks[-1].to_dict())


def _check(office: Office) -> dict[bool, list[str]]:
    checkup = Checkup(office.settings, office.database, office.client, office.clock)
    found: dict[bool, list[str]] = {True: [], False: []}
    for finding in checkup.database_findings():
        found[finding.ok].append(finding.text.ja)
    return found


def test_the_digest_and_the_check_up_say_what_is_missing(office: Office) -> None:
    channel = office.channel("防災")
    other = office.channel("子育て")
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert "2チャンネル" in _digest(office, "ja")
    assert "途切れた時間はありません" in _digest(office, "ja")
    assert any("途切れた時間はありません" in line for line in _check(office)[True])

    with office.database.write() as session:
        gap = gaps.open_(session, office.slack.team_id, None, Cause.DISCONNECTED, office.now())
    office.later(minutes=30)
    assert "知らせが届いていません" in _digest(office, "ja")
    assert any("知らせが届いていません" in line for line in _check(office)[False])
    with office.database.write() as session:
        gaps.end(session, gap.id, office.now())
    other.removes(office.slack.bot)
    office.reads()
    assert "あとからSlackの履歴を読んで補いました" in _digest(office, "ja")
    assert "「子育て」" in _digest(office, "ja")
    assert "I am not in the channel" in _digest(office, "en")
    found = _check(office)
    [made_good] = [line for line in found[True] if "読んで補いました" in line]
    [not_read] = [line for line in found[False] if "「子育て」" in line]
    assert "子育て" not in made_good
    assert "補いました" not in not_read

    office.slack.invite_bot(other)
    office.slack.throttled = True
    for number in range(20):
        office.author.posts(channel, f"投稿{number}")
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert "Slackの制限" in _digest(office, "ja")
    assert any("Slackの制限" in line for line in _check(office)[False])


def test_a_channel_that_nobody_reads_is_behind(office: Office) -> None:
    office.channel("防災")
    office.later(hours=4)
    with office.database.read() as session:
        now = office.now()
        assert coverage(session, office.slack.team_id, now - HOUR, now).behind == 1
