"""What makes reading history hard: cut lists, throttled pages, events that never come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox


@pytest.fixture
def client(slack: Sandbox) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.url, retry_handlers=[])


def test_a_reaction_names_some_people_and_counts_all(slack: Sandbox, client: WebClient) -> None:
    people = [slack.person(f"職員{number}") for number in range(5)]
    channel = slack.channel("防災", members=people)
    slack.invite_bot(channel)
    post = people[0].posts(channel, "投稿")
    for person in people:
        person.reacts(post, "tada")
    slack.workspace.reaction_users_shown = 3
    (shown,) = client.conversations_history(channel=channel.id)["messages"][0]["reactions"]
    assert (len(shown["users"]), shown["count"]) == (3, 5)
    full = client.reactions_get(channel=channel.id, timestamp=post.ts, full=True)
    assert full["message"]["reactions"][0]["users"] == [person.id for person in people]
    cut = client.reactions_get(channel=channel.id, timestamp=post.ts)
    assert len(cut["message"]["reactions"][0]["users"]) == 3


def test_a_throttled_app_gets_fifteen_a_minute(slack: Sandbox, client: WebClient) -> None:
    person = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[person])
    slack.invite_bot(channel)
    for number in range(20):
        person.posts(channel, f"投稿{number}")
    slack.throttled = slack.enforce_rate_limits = True
    page = client.conversations_history(channel=channel.id, limit=200)
    assert len(page["messages"]) == 15
    assert page["has_more"]
    with pytest.raises(SlackApiError) as refused:
        client.conversations_history(channel=channel.id, limit=200)
    assert refused.value.response.headers["retry-after"] == "60"
    slack.clock.advance(timedelta(minutes=1))
    rest = client.conversations_history(
        channel=channel.id, limit=200, latest=page["messages"][-1]["ts"]
    )
    assert [one["text"] for one in rest["messages"][:2]] == ["投稿4", "投稿3"]
    slack.throttled = False
    assert len(client.conversations_history(channel=channel.id, limit=200)["messages"]) == 21


def test_of_what_is_hidden_slack_says_only_that_there_is_something(
    slack: Sandbox, client: WebClient
) -> None:
    person = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[person])
    slack.invite_bot(channel)
    person.posts(channel, "昔の投稿")
    new = person.posts(channel, "今の投稿")
    assert "is_limited" not in client.conversations_history(channel=channel.id)
    slack.workspace.hidden_before = new.ts
    page = client.conversations_history(channel=channel.id)
    assert [one["text"] for one in page["messages"]] == ["今の投稿"]
    assert page["is_limited"]


def test_lost_events_never_come(slack: Sandbox) -> None:
    person = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[person])
    slack.invite_bot(channel)
    before = len(slack.deliveries)
    with slack.losing_events():
        post = person.posts(channel, "投稿")
    assert len(slack.deliveries) == before
    assert channel.messages[-1] == post
    person.edits(post, "直した投稿")
    assert len(slack.deliveries) == before + 1


def test_the_app_is_told_that_events_were_held_back(slack: Sandbox) -> None:
    person = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[person])
    slack.invite_bot(channel)
    before = len(slack.deliveries)
    with slack.rate_limiting_events():
        person.posts(channel, "投稿")
        slack.clock.advance(timedelta(minutes=2))
    told = [delivery.payload for delivery in slack.deliveries[before:]]
    assert [one["type"] for one in told] == ["app_rate_limited"] * 2
    assert all("event" not in one and one["team_id"] == slack.team_id for one in told)
    first, last = (one["minute_rate_limited"] for one in told)
    assert (int(str(first)) % 60, int(str(last)) - int(str(first))) == (0, 120)
