"""users.*, bots.*, team.*, emoji.*: who and what there is."""

from __future__ import annotations

from sandbox import objects
from sandbox.api.base import PAGED, ApiCall, Method, Refused, kinds
from sandbox.installation import CONVERSATION_FAMILIES
from sandbox.json_types import JsonObject


def users_info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.info"""
    person = call.person()
    return {
        "user": objects.user_json(call.workspace, person, with_locale=call.flag("include_locale"))
    }


def users_list(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.list"""
    locale = call.flag("include_locale")
    people = [
        objects.user_json(call.workspace, person, with_locale=locale)
        for person in call.workspace.people.values()
    ]
    page = call.page(people, default=1000, most=1000)
    return {
        "members": page.items,
        "cache_ts": call.workspace.seconds(),
        "response_metadata": page.metadata,
    }


def users_profile_get(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.profile.get"""
    person = call.person() if call.has("user") else call.workspace.bot
    return {"profile": objects.profile_json(person)}


def users_conversations(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/users.conversations"""
    from sandbox.api.conversations import TYPES

    user = call.person().id if call.has("user") else call.workspace.bot.id
    wanted = {one.strip() for one in call.text("types", "public_channel").split(",")}
    if wanted - set(TYPES.values()):
        raise Refused("invalid_types")
    for kind, name in TYPES.items():
        if name in wanted:
            call.need_scope(f"{CONVERSATION_FAMILIES[kind]}:read")
    bot = call.workspace.bot.id
    found = [
        objects.channel_json(call.workspace, channel)
        for channel in call.workspace.channels.values()
        if user in channel.members
        and TYPES[channel.kind] in wanted
        and (channel.kind == "channel" or bot in channel.members)
        and not (call.flag("exclude_archived") and channel.archived)
    ]
    page = call.page(found, default=100, most=999)
    return {"channels": page.items, "response_metadata": page.metadata}


def bots_info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/bots.info"""
    wanted = call.text("bot") or call.workspace.bot.bot_id
    for person in call.workspace.people.values():
        if person.is_bot and person.bot_id == wanted:
            profile = objects.bot_profile(person)
            kept = ("id", "deleted", "name", "updated", "app_id", "user_id", "icons")
            return {"bot": {name: profile[name] for name in kept}}
    raise Refused("bot_not_found")


def team_info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/team.info"""
    workspace = call.workspace
    if call.has("team") and call.text("team") != workspace.team_id:
        raise Refused("team_not_found")
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.name,
            "url": workspace.url,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def emoji_list(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/emoji.list"""
    return {"emoji": dict(call.workspace.custom_emoji), "cache_ts": str(call.workspace.seconds())}


READ = ("users:read",)
PEOPLE: dict[str, Method] = {
    "users.info": Method(users_info, kinds(text="user", flag="include_locale"), READ, 4),
    "users.list": Method(
        users_list, PAGED | kinds(text="team_id", flag="include_locale presence"), READ, 2
    ),
    "users.profile.get": Method(
        users_profile_get, kinds(text="user", flag="include_labels"), ("users.profile:read",), 4
    ),
    "users.conversations": Method(
        users_conversations,
        PAGED | kinds(text="types user team_id", flag="exclude_archived"),
        ("channels:read", "groups:read", "im:read", "mpim:read"),
        3,
    ),
    "bots.info": Method(bots_info, kinds(text="bot team_id"), READ, 3),
    "team.info": Method(team_info, kinds(text="team domain"), ("team:read",), 3),
    "emoji.list": Method(emoji_list, kinds(flag="include_categories"), ("emoji:read",), 2),
}
