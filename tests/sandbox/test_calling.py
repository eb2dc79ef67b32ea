"""Who may call what: tokens, scopes, names of methods and arguments."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from slack_sdk import WebClient

from sandbox import Channel, Sandbox
from tests.sandbox.listening import error_of, refusal


def test_the_bot_learns_who_it_is(slack: Sandbox, web: WebClient) -> None:
    answer = web.auth_test()
    assert answer["url"] == "https://machi.slack.com/"
    assert answer["team_id"] == slack.team_id
    assert answer["user_id"] == slack.bot_user_id
    assert answer["bot_id"] == slack.bot_id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_a_call_without_a_token(slack: Sandbox) -> None:
    assert error_of(WebClient("", base_url=slack.url), "auth.test") == "not_authed"


def test_a_call_with_a_strange_token(slack: Sandbox) -> None:
    assert error_of(WebClient("xoxb-other", base_url=slack.url), "auth.test") == "invalid_auth"


def test_a_call_after_the_app_was_removed(slack: Sandbox, web: WebClient) -> None:
    slack.revoke_tokens()
    assert error_of(web, "auth.test") == "token_revoked"


def test_each_token_has_its_methods(slack: Sandbox, web: WebClient) -> None:
    assert error_of(web, "apps.connections.open") == "not_allowed_token_type"
    with_app_token = WebClient(slack.app_token, base_url=slack.url)
    assert error_of(with_app_token, "chat.postMessage") == "not_allowed_token_type"
    assert str(with_app_token.api_call("apps.connections.open")["url"]).startswith("ws://")


def test_a_token_in_the_body_counts_too(slack: Sandbox) -> None:
    body = json.dumps({"token": slack.bot_token}).encode()
    request = Request(slack.url + "auth.test", body, {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        assert json.load(answer)["ok"] is True


def test_an_unknown_method(web: WebClient) -> None:
    answer = refusal(web, "chat.shout")
    assert answer["error"] == "unknown_method"
    assert answer["req_method"] == "chat.shout"


def test_an_argument_that_no_page_mentions(web: WebClient, channel: Channel) -> None:
    answer = refusal(web, "chat.postMessage", channel=channel.id, text="はい", colour="red")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {"messages": ["[ERROR] unrecognized argument: colour"]}


def test_the_team_that_bolt_adds_is_accepted_if_it_is_right(slack: Sandbox, web: WebClient) -> None:
    assert web.api_call("auth.test", json={"team_id": slack.team_id})["ok"]
    assert error_of(web, "auth.test", team_id="T000") == "team_not_found"


def test_a_missing_argument(web: WebClient) -> None:
    assert error_of(web, "conversations.info") == "invalid_arguments"


def test_an_argument_of_another_kind(web: WebClient, channel: Channel) -> None:
    assert error_of(web, "conversations.history", channel=channel.id, limit="ten") == (
        "invalid_arguments"
    )
    assert error_of(web, "conversations.history", channel=channel.id, inclusive="perhaps") == (
        "invalid_arguments"
    )
    assert error_of(web, "chat.postMessage", channel=[channel.id], text="はい") == (
        "invalid_arguments"
    )


def test_a_missing_scope_is_named(slack: Sandbox, web: WebClient, channel: Channel) -> None:
    slack.grant(["chat:write", "channels:read"])
    answer = refusal(web, "reactions.add", channel=channel.id, timestamp="1.000000", name="+1")
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "reactions:write"
    assert answer["provided"] == "channels:read,chat:write"


def test_the_scope_depends_on_the_kind_of_channel(slack: Sandbox, web: WebClient) -> None:
    private = slack.channel("人事", private=True)
    slack.invite_bot(private)
    slack.grant(["channels:history", "channels:read"])
    answer = refusal(web, "conversations.history", channel=private.id)
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "groups:history"
    assert error_of(web, "conversations.list", types="private_channel") == "missing_scope"


def test_a_body_that_is_not_json(slack: Sandbox) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {slack.bot_token}"}
    for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
        with urlopen(Request(slack.url + "auth.test", body, headers)) as answer:
            assert json.load(answer)["error"] == error
    headers["Content-Type"] = "text/html"
    with urlopen(Request(slack.url + "auth.test", b"x", headers)) as answer:
        assert json.load(answer)["error"] == "invalid_post_type"


def test_every_call_is_kept(slack: Sandbox, web: WebClient) -> None:
    web.auth_test()
    error_of(web, "users.info", user="U000")
    assert [(call.method, call.error) for call in slack.calls] == [
        ("auth.test", ""),
        ("users.info", "user_not_found"),
    ]
    assert slack.calls_of("users.info")[0].args == {"user": "U000"}
