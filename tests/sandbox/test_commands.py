"""Slash commands and response_urls.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from slack_sdk.webhook import WebhookClient

from sandbox import Channel, Impossible, Person, Sandbox
from tests.sandbox.listening import ListeningApp


def test_what_a_command_carries(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    assert naoko.runs("/project", " register 防災DX ", channel).acked
    payload = app.heard("slash_commands")[0]
    assert payload.pop("response_url") == f"{slack.origin}{_path(slack)}"
    assert payload.pop("trigger_id")
    assert payload == {
        "token": "sandbox-verification-token",
        "team_id": slack.team_id,
        "team_domain": "machi",
        "channel_id": channel.id,
        "channel_name": "防災dx",
        "user_id": naoko.id,
        "user_name": "naoko",
        "command": "/project",
        "text": "register 防災DX",
        "api_app_id": slack.app_id,
        "is_enterprise_install": "false",
    }
    assert app.requests[-1].accepts_response_payload


def _path(slack: Sandbox) -> str:
    return list(slack.workspace.response_urls)[-1]


def test_channel_names_as_slack_sends_them(
    slack: Sandbox, app: ListeningApp, naoko: Person
) -> None:
    slack.commands = {"/project"}
    naoko.runs("/project", "list", naoko.dm())
    naoko.runs("/project", "list", slack.channel("人事", private=True, members=[naoko]))
    names = [payload["channel_name"] for payload in app.heard("slash_commands")]
    assert names == ["directmessage", "privategroup"]


def test_names_become_ids_when_the_manifest_asks(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.commands = {"/office"}
    naoko.runs("/office", "assign 市長 @山本 from 2026-04-01 #防災dx @nobody a&b", channel)
    assert app.heard("slash_commands")[0]["text"] == (
        f"assign 市長 <@{jun.id}|jun> from 2026-04-01 <#{channel.id}|防災dx> @nobody a&amp;b"
    )


def test_names_stay_words_otherwise(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.install(
        {
            "features": {
                "slash_commands": [{"command": "/office", "description": "役職"}],
            },
            "oauth_config": {"scopes": {"bot": ["commands"]}},
        }
    )
    naoko.runs("/office", "assign 市長 @山本", channel)
    assert app.heard("slash_commands")[0]["text"] == "assign 市長 @山本"


def test_a_command_that_is_not_installed(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    invocation = naoko.runs("/projekt", "list", channel)
    assert (invocation.acked, invocation.error) == (False, "invalid_command")
    assert app.requests == [] or app.heard("slash_commands") == []


def test_a_command_where_one_cannot_write(slack: Sandbox, naoko: Person) -> None:
    slack.commands = {"/project"}
    with pytest.raises(Impossible, match="not_in_channel"):
        naoko.runs("/project", "list", slack.channel("別の課"))


def test_an_answer_in_the_acknowledgement_is_for_the_caller(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.commands = {"/project"}
    app.answer = lambda request: {"text": "登録しました"}
    invocation = naoko.runs("/project", "register", channel)
    assert [reply.text for reply in invocation.replies] == ["登録しました"]
    assert invocation.replies[0].ephemeral
    assert naoko.sees(channel)[-1] == invocation.replies[0]
    assert invocation.replies[0] not in jun.sees(channel)


def test_an_answer_for_everybody(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.commands = {"/project"}
    app.answer = lambda request: {"response_type": "in_channel", "text": "登録しました"}
    naoko.runs("/project", "register", channel)
    assert jun.sees(channel)[-1].text == "登録しました"


def test_an_answer_that_slack_does_not_show(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    app.answer = lambda request: {"blocks": [{"type": "poem"}]}
    assert naoko.runs("/project", "register", channel).error == "invalid_blocks"
    app.answer = lambda request: {"txet": "はい"}
    assert naoko.runs("/project", "register", channel).error == "invalid_arguments"


def test_an_app_that_does_not_answer_within_three_seconds(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    app.deaf = True

    def pass_time() -> None:
        slack.until(lambda: app.heard("slash_commands"))
        slack.clock.advance(timedelta(seconds=3))

    time_passes = threading.Thread(target=pass_time)
    time_passes.start()
    invocation = naoko.runs("/project", "list", channel)
    time_passes.join()
    assert (invocation.acked, invocation.error) == (False, "operation_timeout")


def test_an_app_that_is_not_connected(slack: Sandbox, channel: Channel, naoko: Person) -> None:
    slack.commands = {"/project"}
    assert naoko.runs("/project", "list", channel).error == "operation_timeout"


def responder(app: ListeningApp) -> WebhookClient:
    return WebhookClient(str(app.heard("slash_commands")[-1]["response_url"]), retry_handlers=[])


def test_a_response_url_five_times(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    invocation = naoko.runs("/project", "list", channel)
    url = responder(app)
    for number in range(5):
        assert url.send(text=str(number)).status_code == 200
    assert [reply.text for reply in invocation.replies] == ["0", "1", "2", "3", "4"]
    refused = url.send(text="5")
    assert refused.status_code == 404
    assert "used_url" in refused.body


def test_a_response_url_for_thirty_minutes(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    naoko.runs("/project", "list", channel)
    slack.clock.advance(timedelta(minutes=30))
    assert responder(app).send(text="まだ").status_code == 200
    slack.clock.advance(timedelta(seconds=1))
    refused = responder(app).send(text="もう")
    assert refused.status_code == 404
    assert "expired_url" in refused.body


def test_a_response_url_that_is_told_nonsense(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    naoko.runs("/project", "list", channel)
    url = responder(app)
    assert "no_text" in url.send(text="").body
    assert "invalid_blocks" in url.send_dict({"blocks": [{"type": "poem"}]}).body
    assert "invalid_arguments" in url.send_dict({"text": "はい", "colour": "red"}).body
    lost = WebhookClient(slack.origin + "/commands/T1/R1/secret", retry_handlers=[])
    assert lost.send(text="はい").status_code == 404


def test_a_response_url_can_fail_too(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    naoko.runs("/project", "list", channel)
    slack.faults.add("http_error", method="response_url", status=500)
    assert responder(app).send(text="はい").status_code == 500
    assert responder(app).send(text="はい").status_code == 200
