"""User groups: https://docs.slack.dev/reference/methods/usergroups.list"""

from __future__ import annotations

from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import ListeningApp, error_of


def test_groups_and_their_members(
    slack: Sandbox, web: WebClient, naoko: Person, jun: Person
) -> None:
    group = slack.user_group("bosai-team", [naoko, jun], name="防災チーム")
    (listed,) = web.usergroups_list(include_users=True, include_count=True)["usergroups"]
    assert (listed["id"], listed["handle"], listed["name"]) == (group, "bosai-team", "防災チーム")
    assert (listed["users"], listed["user_count"]) == ([naoko.id, jun.id], 2)
    assert web.usergroups_users_list(usergroup=group)["users"] == [naoko.id, jun.id]
    jun.is_deactivated()
    assert web.usergroups_users_list(usergroup=group)["users"] == [naoko.id]


def test_groups_that_there_are_not(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    group = slack.user_group("bosai-team", [naoko])
    slack.disable_user_group(group)
    assert web.usergroups_list()["usergroups"] == []
    (listed,) = web.usergroups_list(include_disabled=True)["usergroups"]
    assert listed["date_delete"]
    for wanted in (group, "S404"):
        assert error_of(web, "usergroups.users.list", usergroup=wanted) == "no_such_subteam"
    assert web.usergroups_users_list(usergroup=group, include_disabled=True)["users"]


def test_it_takes_a_scope(slack: Sandbox, web: WebClient) -> None:
    slack.grant(["users:read"])
    assert error_of(web, "usergroups.list") == "missing_scope"
    assert error_of(web, "usergroups.users.list", usergroup="S1") == "missing_scope"


def test_a_group_in_a_command(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.commands = {"/kudos"}
    group = slack.user_group("bosai-team", [naoko, jun])
    naoko.runs("/kudos", "@bosai-team @山本 @here ありがとう", channel)
    assert app.heard("slash_commands")[-1]["text"] == (
        f"<!subteam^{group}|@bosai-team> <@{jun.id}|jun> <!here> ありがとう"
    )


def test_what_was_picked_from_the_list(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    slack.commands = {"/kudos"}
    group = slack.user_group("bosai-team", [naoko, jun])
    text = f"{jun.mention} <!subteam^{group}> <#{channel.id}> <!channel> <@U404> ありがとう"
    naoko.runs("/kudos", text, channel)
    assert app.heard("slash_commands")[-1]["text"] == (
        f"<@{jun.id}|jun> <!subteam^{group}|@bosai-team> <#{channel.id}|防災dx> "
        "&lt;!channel&gt; &lt;@U404&gt; ありがとう"
    )
    slack.installation.commands["/kudos"] = False
    naoko.runs("/kudos", f"{jun.mention} <!subteam^{group}> <#{channel.id}>", channel)
    assert app.heard("slash_commands")[-1]["text"] == "@jun @bosai-team #防災dx"


def test_what_a_profile_shows(web: WebClient, naoko: Person) -> None:
    user = web.users_info(user=naoko.id)["user"]
    assert "locale" not in user
    assert web.users_info(user=naoko.id, include_locale=True)["user"]["locale"] == "ja-JP"
    pictures = {user["profile"][f"image_{size}"] for size in (24, 32, 48, 72, 192, 512)}
    assert len(pictures) == 6
    assert all(address.startswith("https://") for address in pictures)


def test_members_come_in_pages(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    channel = slack.channel("全庁", members=[naoko, *(slack.person(f"職員{n}") for n in range(6))])
    slack.invite_bot(channel)
    first = web.conversations_members(channel=channel.id, limit=5)
    cursor = first["response_metadata"]["next_cursor"]
    second = web.conversations_members(channel=channel.id, limit=5, cursor=cursor)
    assert [*first["members"], *second["members"]] == channel.members
    assert second["response_metadata"]["next_cursor"] == ""
    arguments = {"channel": channel.id, "cursor": "bm9uc2Vuc2U="}
    assert error_of(web, "conversations.members", **arguments) == "invalid_cursor"
    assert error_of(web, "conversations.members", channel=channel.id, limit=2000) == (
        "invalid_limit"
    )
