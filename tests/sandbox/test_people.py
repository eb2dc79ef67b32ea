"""users.*, bots.*, usergroups.*, team.*"""

from __future__ import annotations

from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import error_of, refusal


def test_a_person(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    user = web.users_info(user=naoko.id, include_locale=True)["user"]
    assert user["profile"]["display_name"] == "高橋"
    assert user["profile"]["real_name"] == "高橋 直子"
    assert user["profile"]["title"] == "防災課"
    assert user["team_id"] == slack.team_id
    assert user["locale"] == "ja-JP"
    assert not user["is_admin"]
    assert not user["is_restricted"]
    assert "locale" not in web.users_info(user=naoko.id)["user"]
    assert web.users_profile_get(user=naoko.id)["profile"]["title"] == "防災課"


def test_a_person_who_is_not_there(web: WebClient) -> None:
    assert error_of(web, "users.info", user="U000") == "user_not_found"


def test_roles(slack: Sandbox, web: WebClient) -> None:
    admin = slack.person("管理者", admin=True)
    owner = slack.person("所有者", owner=True)
    guest = slack.person("ゲスト", guest=True)
    gone = slack.person("退職者", deactivated=True)
    assert web.users_info(user=admin.id)["user"]["is_admin"]
    assert web.users_info(user=owner.id)["user"]["is_owner"]
    assert web.users_info(user=guest.id)["user"]["is_restricted"]
    assert web.users_info(user=gone.id)["user"]["deleted"]


def test_outside_people_belong_to_another_team(slack: Sandbox, web: WebClient) -> None:
    partner = slack.person("商工会の人", external_team="商工会議所")
    user = web.users_info(user=partner.id)["user"]
    assert user["team_id"] != slack.team_id
    assert user["is_stranger"]
    slack.channel("商工会", members=[partner], shared_with="商工会議所")
    assert not web.users_info(user=partner.id)["user"]["is_stranger"]


def test_everybody_by_pages(web: WebClient, channel: Channel) -> None:
    pages = [page["members"] for page in web.users_list(limit=2)]
    assert [len(page) for page in pages] == [2, 1]


def test_bots(slack: Sandbox, web: WebClient) -> None:
    bot = web.bots_info(bot=slack.bot_id)["bot"]
    assert bot["app_id"] == slack.app_id
    assert bot["user_id"] == slack.bot_user_id
    assert error_of(web, "bots.info", bot="B000") == "bot_not_found"


def test_user_groups(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    group = slack.user_group("bosai", [naoko], name="防災チーム")
    found = web.usergroups_list(include_users=True)["usergroups"]
    assert [(one["id"], one["users"]) for one in found] == [(group, [naoko.id])]


def test_the_workspace(slack: Sandbox, web: WebClient) -> None:
    team = web.team_info()["team"]
    assert team["id"] == slack.team_id
    assert team["domain"] == "machi"
    assert error_of(web, "team.info", team="T000") == "team_not_found"


def test_where_somebody_is(web: WebClient, channel: Channel, naoko: Person) -> None:
    found = web.users_conversations(user=naoko.id)["channels"]
    assert [one["id"] for one in found] == [channel.id]


def test_each_kind_of_conversation_takes_its_scope(
    slack: Sandbox, web: WebClient, naoko: Person
) -> None:
    slack.grant(["channels:read"])
    assert web.users_conversations(user=naoko.id)["ok"]
    arguments = {"user": naoko.id, "types": "public_channel,private_channel"}
    answer = refusal(web, "users.conversations", **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")
