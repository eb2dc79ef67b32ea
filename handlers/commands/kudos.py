"""`/kudos`: thanks from one person to others, on a card in the channel."""

from __future__ import annotations

from http import HTTPStatus

from slack_sdk.errors import SlackApiError

from bot.core import kudos
from bot.core.channels import BOT_IS_NOT_IN
from bot.core.markup import plain
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views.blocks import section, sections
from bot.views.quoting import escape
from handlers.commands.router import Answer, Call, Command, Direct, help_page
from handlers.people import known_member
from handlers.problems import sentence_for
from handlers.slack_channels import bot_mention, look_up
from models.channel import Channel, current_id

IN_PRIVATE = Text(
    ja="ここは、みんなの見えるチャンネルではありません。感謝のカードは、相手の方のいるチャンネルで"
    "送ってください。",
    en="This is a direct message. Please send it in a channel where the person is: "
    "the card is for others to see.",
)
NO_SUCH_GROUP = Text(
    ja="そのグループに誰がいるか、分かりませんでした。名前を選んで書いてください。",
    en="I could not see who is in that group. Please choose the people by name.",
)
TOO_MANY_GROUPS = Text(
    ja="一度に書けるグループは{limit}つまでです。分けて送ってください。",
    en="You can name up to {limit} groups at once. Please send it in parts.",
)
THANKED = Text(
    ja="感謝のカードをこのチャンネルに投稿します。お相手にはDMでも伝わります。"
    "取り消すときは、カードの「…」からどうぞ。",
    en="A card with your thanks will be posted in this channel, and they hear of it by direct "
    "message. To take it back, use the “…” on the card.",
)
YOUR_WORDS = Text(ja="書いてくださった言葉です：", en="This is what you wrote:")

_GROUP_REFUSED = frozenset({"no_such_subteam", "plan_upgrade_required"})
_LINE = 2_500
_WORTH_KEEPING = 20


def _thank(deps: Deps, call: Call) -> Answer:
    if not call.text:
        return Answer(help_page(COMMAND, call.language))
    asked = kudos.read(call.text)
    try:
        return _give(deps, call, asked)
    except Exception as error:
        return _given_back(sentence_for(error, "/kudos"), asked, call)


def _give(deps: Deps, call: Call, asked: kudos.Asked) -> Answer:
    if not (asked.people or asked.groups):
        raise UserError(kudos.NOBODY)
    if len(asked.groups) > kudos.MOST_GROUPS:
        raise UserError(TOO_MANY_GROUPS.filled(limit=kudos.MOST_GROUPS))
    if len(asked.people) > kudos.MOST_RECIPIENTS:
        names = {"limit": kudos.MOST_RECIPIENTS, "count": len(asked.people)}
        raise UserError(kudos.TOO_MANY.filled(**names))
    words = kudos.check_words(asked.words)
    channel_id = _channel(deps, call)
    others = [user_id for user_id in asked.people if user_id != call.user_id]
    for user_id in others:
        known_member(deps, call.team_id, user_id)
    in_groups = [user for group_id in asked.groups for user in _people_of(deps, group_id)]
    with deps.database.write() as session:
        recipients = kudos.thankable(session, call.team_id, call.user_id, asked.people, in_groups)
        kudos.give(
            session,
            team_id=call.team_id,
            channel_id=channel_id,
            sender_id=call.user_id,
            recipients=recipients,
            words=words,
            now=deps.clock.now(),
        )
    deps.wake()
    return Answer(THANKED.of(call.language))


def _channel(deps: Deps, call: Call) -> str:
    """The channel for the card. Raises UserError unless the bot is in it."""
    is_direct = call.channel_name == "directmessage" or call.channel_name.startswith("mpdm-")
    if call.channel_id.startswith("D") or is_direct:
        raise UserError(IN_PRIVATE)
    with deps.database.read() as session:
        channel_id = current_id(session, call.team_id, call.channel_id)
        known = session.get(Channel, (call.team_id, channel_id))
    if known is not None and known.has_bot:
        return channel_id
    facts = look_up(deps, deps.slack, call.team_id, channel_id, call.channel_name)
    if facts.is_direct:
        raise UserError(IN_PRIVATE)
    if not facts.has_bot:
        raise UserError(BOT_IS_NOT_IN.filled(bot=bot_mention(deps, call.team_id)))
    return channel_id


def _people_of(deps: Deps, group_id: str) -> list[str]:
    """Who is in a user group (docs.slack.dev/reference/methods/usergroups.users.list)."""
    try:
        answer = deps.slack.usergroups_users_list(usergroup=group_id)
    except SlackApiError as error:
        is_answer = error.response.status_code == HTTPStatus.OK
        if is_answer and error.response.get("error") in _GROUP_REFUSED:
            raise UserError(NO_SUCH_GROUP) from error
        raise
    return [str(user) for user in answer.get("users") or ()]


def _given_back(wrong: Text, asked: kudos.Asked, call: Call) -> Answer:
    """Say what is wrong, and give long words back: Slack has cleared the line."""
    sentence = wrong.of(call.language)
    shown = escape(plain(asked.words))
    if len(shown) < _WORTH_KEEPING:
        return Answer(sentence)
    parts = [shown[start : start + _LINE] for start in range(0, len(shown), _LINE)]
    heading = YOUR_WORDS.of(call.language)
    return Answer(sentence, [section(sentence), *sections([heading, *parts[:10]])])


COMMAND = Command(
    name="/kudos",
    summary=Text(
        ja="*感謝を伝える*\nカードをこのチャンネルに投稿し、お相手にはDMでも伝えます。",
        en="*Saying thank you*\nPosts a card in this channel and tells each person "
        "by direct message.",
    ),
    direct=Direct(
        usage=Text(ja="@名前 [@名前 @グループ …] 言葉", en="@person [@person @group …] words"),
        help=Text(
            ja="例： `/kudos @山田 避難所の図面、とても見やすかったです`",
            en="As in `/kudos @yamada the map of the shelters was a great help`",
        ),
        run=_thank,
    ),
)
