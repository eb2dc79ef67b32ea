"""Whatever is on a page of the Home: Slack takes it, and nobody is notified by it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.text import LANGUAGES, Language
from bot.views import home_successes
from bot.views.home_coordination import chart
from sandbox import Message
from sandbox.blocks import check_view
from sandbox.views import MOST_VIEW_BYTES
from tests.home.conftest import Hall
from tests.home.views import modals, pages
from tests.views.marks import mrkdwn, raw_marks, unformatted


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_the_fullest_pages(language: Language) -> None:
    for what, view in pages(language).items():
        shown = view.to_dict()
        assert check_view(shown, "home").messages == [], what
        assert len(json.dumps(shown).encode()) < MOST_VIEW_BYTES, what
        assert len(shown["blocks"]) <= 100, what
        assert "<!channel>" not in json.dumps(shown, ensure_ascii=False), what


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_what_opens_in_front_of_them(language: Language) -> None:
    for what, view in modals(language).items():
        shown = view.to_dict()
        assert check_view(shown, "modal").messages == [], what
        assert len(json.dumps(shown).encode()) < MOST_VIEW_BYTES, what


@pytest.mark.parametrize("name", ["防災DX", "*太字*", "`code`", "「全角」", "A b", "・"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_raw_mark(language: Language, name: str) -> None:
    shown = {what: view.to_dict() for what, view in pages(language, name).items()}
    faults = [
        f"{what}: {raw}"
        for what in shown
        for text in mrkdwn(shown[what])
        for raw in raw_marks(text)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_formatted_nothing_is_marked(language: Language) -> None:
    for what, view in {**pages(language, "防災DX"), **modals(language)}.items():
        for text in unformatted(view.to_dict()):
            assert not set(text) & {"*", "`", "<"}, f"{what}: {text}"


def test_nothing_of_an_export_is_lost() -> None:
    text = "".join(f"{n}行目。" + "長い行です。" * (n % 700) + "\n" for n in range(60))
    fields = ""
    for page in range(100):
        view = home_successes.export(text, page, "ja").to_dict()
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        fields += "".join(block["element"]["initial_value"] for block in inputs)
        if "_on" not in json.dumps(view):
            break
    assert fields == text


@pytest.mark.parametrize(
    ("weeks", "bars"),
    [
        ((), ""),
        ((0, 0, 0), "▁▁▁"),
        ((1,), "▇"),
        ((0, 1, 2, 3, 4), "▁▂▃▅▇"),
        ((1, 10, 100), "▂▂▇"),
        ((5, 5), "▇▇"),
    ],
)
def test_charts(weeks: tuple[int, ...], bars: str) -> None:
    assert chart(weeks) == bars


def test_eighty_projects_with_the_longest_names(hall: Hall, settled: Callable[[], None]) -> None:
    """The coordinator's Home through the real app, page after page."""
    for number in range(80):
        channel = hall.slack.channel(f"wg-{number}", members=[hall.hanako])
        name = f"{number:02}" + "とても長い名前のプロジェクト" * 5
        assert hall.hanako.runs("/project", f"登録 {name}", channel).acked
    hall.slack.until(lambda: len(_cards(hall)) == 80, timeout=60, what="80 cards")
    settled()
    assert "*プロジェクトの様子 80件*" in hall.home(hall.admin).words
    for _ in range(7):
        hall.presses(hall.admin, "home_turn_health_on")
    assert "71〜80件目（全80件）" in hall.seen(hall.admin).words
    assert "1〜4件目（全80件）" in hall.home(hall.hanako).words
    assert "1〜6件目（全80件）" in hall.presses(hall.hanako, "home_tab_mine").words


def _cards(hall: Hall) -> list[Message]:
    return [
        m for m in hall.slack.messages if "を登録しました" in m.text and not m.record.ephemeral_to
    ]
