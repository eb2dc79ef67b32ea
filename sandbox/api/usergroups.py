"""usergroups.*: groups that are mentioned as @handle."""

from __future__ import annotations

from sandbox.api.base import ApiCall, Method, Refused, kinds
from sandbox.json_types import JsonObject
from sandbox.records import UserGroupRecord


def list_(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/usergroups.list"""
    groups: list[JsonObject] = []
    for group in call.workspace.user_groups.values():
        if group.disabled and not call.flag("include_disabled"):
            continue
        body = _group_json(call, group)
        if call.flag("include_users"):
            body["users"] = _members(call, group)
        if call.flag("include_count"):
            body["user_count"] = len(_members(call, group))
        groups.append(body)
    return {"usergroups": groups}


def _group_json(call: ApiCall, group: UserGroupRecord) -> JsonObject:
    """https://docs.slack.dev/reference/objects/usergroup-object"""
    return {
        "id": group.id,
        "team_id": call.workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": group.created if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "created_by": "",
        "updated_by": "",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }


def _members(call: ApiCall, group: UserGroupRecord) -> list[str]:
    """Those in a group; who is deactivated leaves it."""
    people = call.workspace.people
    return [user for user in group.members if not people[user].deleted]


def users_list(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/usergroups.users.list"""
    group = call.workspace.user_groups.get(call.needed("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise Refused("no_such_subteam")
    return {"users": _members(call, group)}


READ = ("usergroups:read",)
USERGROUPS: dict[str, Method] = {
    "usergroups.list": Method(
        list_,
        kinds(text="team_id", flag="include_count include_disabled include_users"),
        READ,
        2,
    ),
    "usergroups.users.list": Method(
        users_list, kinds(text="usergroup team_id", flag="include_disabled"), READ, 2
    ),
}
