"""Messages as they stand in a channel or a thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from sandbox.files import PICTURES
from sandbox.page import mrkdwn
from sandbox.page.blocks import blocks_html
from sandbox.page.dates import clock_time, day_and_time, day_heading
from sandbox.page.emoji import emoji_of
from sandbox.page.faces import face, pictured
from sandbox.page.forms import filled_message
from sandbox.page.inline import emoji_html, passages_html
from sandbox.page.markup import NOTHING, Html, tag, words
from sandbox.page.payload import as_object, text_at
from sandbox.page.pictures import scenery
from sandbox.page.scene import Scene
from sandbox.page.text import as_text, mrkdwn_as_text
from sandbox.records import ChannelRecord, FileRecord, MessageRecord

_TOGETHER = timedelta(minutes=5)
_MOST_SHOWN = 400
_MOST_FACES = 5
_ANNOUNCEMENTS = {
    "join": "チャンネルに参加しました",
    "leave": "チャンネルから退出しました",
    "archive": "チャンネルをアーカイブしました",
    "unarchive": "チャンネルのアーカイブを解除しました",
}
_QUIET = re.compile(
    r"(?:channel|group)_(?P<what>join|leave|archive|unarchive|name|topic|purpose"
    r"|posting_permissions)\Z|bot_(?:add|remove)\Z|pinned_item\Z|huddle_thread\Z|sh_room_"
)


def timeline(
    messages: Sequence[MessageRecord],
    channel: ChannelRecord,
    scene: Scene,
    *,
    in_thread: bool = False,
    chosen: str = "",
) -> Html:
    """Messages under the days they were written on. Neighbours by one author stand together.

    `chosen` is the ts of a message to point out. Very long channels show their latest part.
    """
    shown: list[Html] = []
    if len(messages) > _MOST_SHOWN:
        note = f"これより前の{len(messages) - _MOST_SHOWN}件は省略しています"
        shown.append(tag("p", words(note), class_="left-out"))
        messages = messages[-_MOST_SHOWN:]
    previous: MessageRecord | None = None
    for message in messages:
        at = scene.at(message.ts)
        new_day = previous is None or scene.at(previous.ts).date() != at.date()
        if new_day and not in_thread:
            heading = tag("span", words(day_heading(at, scene.today())))
            shown.append(tag("div", heading, class_="day", role="separator"))
        follows = previous is not None and not new_day and _follows(previous, message, scene)
        shown.append(
            message_html(
                message,
                channel,
                scene,
                compact=follows,
                in_thread=in_thread,
                chosen=message.ts == chosen,
            )
        )
        previous = message
    return tag("div", *shown, class_="timeline")


def message_html(
    message: MessageRecord,
    channel: ChannelRecord,
    scene: Scene,
    *,
    compact: bool = False,
    in_thread: bool = False,
    chosen: bool = False,
) -> Html:
    """One message with its author, reactions, files and the line of its thread."""
    kinds = {
        "compact": compact,
        "ephemeral": bool(message.ephemeral_to),
        "chosen": chosen,
        "quiet": is_announcement(message),
        "pings": bool(scene.viewer_id and scene.viewer_id in message.notifies),
    }
    left = _gutter_time(message, scene) if compact else author_avatar(message, scene)
    body = [
        tag("div", words("👁 あなただけに表示されています"), class_="only-you")
        if message.ephemeral_to
        else NOTHING,
        _broadcast_note(message, channel, scene) if not in_thread else NOTHING,
        NOTHING if compact else _byline(message, scene),
        _content(message, scene),
        _files(message.files),
        _reactions(message, scene),
        NOTHING if in_thread else _thread_line(message, channel, scene),
    ]
    class_ = " ".join(["message", *(name for name, on in kinds.items() if on)])
    return tag(
        "article",
        left,
        tag("div", *body, class_="message-body"),
        class_=class_,
        id=f"m-{message.ts}",
    )


def avatar(user_id: str, scene: Scene, *, small: bool = False) -> Html:
    """A coloured square with the first letter of the name; the app's own bot has its emblem."""
    name = scene.person_name(user_id) or "?"
    class_ = "avatar small" if small else "avatar"
    if user_id == scene.workspace.bot.id:
        mark = tag("span", words("👍"), class_="emoji")
        return tag("div", mark, class_=f"{class_} app", title=name, aria_hidden="true")
    return face(name, user_id, class_)


def author_avatar(message: MessageRecord, scene: Scene, *, small: bool = False) -> Html:
    """The picture of a message's author, or the one that the app chose for this message."""
    persona = message.persona
    if persona is None:
        return avatar(message.user, scene, small=small)
    class_ = "avatar small" if small else "avatar"
    if persona.icon_emoji:
        mark = emoji_html(emoji_of(persona.icon_emoji.strip(":")))
        return tag("div", mark, class_=f"{class_} app", title=persona.username, aria_hidden="true")
    person = pictured(persona.icon_url)
    if person or not persona.icon_url:
        return avatar(person or message.user, scene, small=small)
    return face(persona.username, persona.icon_url, class_)


def author_name(message: MessageRecord, scene: Scene) -> str:
    """Under whose name a message stands."""
    if message.persona:
        return message.persona.username
    return scene.person_name(message.user) or message.user or "不明"


def is_announcement(message: MessageRecord) -> bool:
    """Whether a message only tells what happened to the channel (joined, renamed and the like)."""
    return bool(_QUIET.match(message.subtype))


def excerpt(message: MessageRecord, scene: Scene, length: int = 60) -> str:
    """The beginning of what a message says, on one line."""
    said = mrkdwn_as_text(message.text, scene) or as_text(message.blocks, scene)
    line = " ".join(said.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _follows(previous: MessageRecord, message: MessageRecord, scene: Scene) -> bool:
    """Whether a message goes on below the one before, without its own author line."""
    ordinary = message.subtype in ("", "bot_message")
    plain = ordinary and not (previous.ephemeral_to or message.ephemeral_to)
    near = scene.at(message.ts) - scene.at(previous.ts) < _TOGETHER
    quiet = is_announcement(previous) or previous.deleted or message.deleted
    same = previous.user == message.user and previous.persona == message.persona
    return plain and near and not quiet and same


def _gutter_time(message: MessageRecord, scene: Scene) -> Html:
    return tag("div", words(clock_time(scene.at(message.ts))), class_="gutter-time")


def _byline(message: MessageRecord, scene: Scene) -> Html:
    person = scene.workspace.people.get(message.user)
    name = words(author_name(message, scene))
    badges = []
    if message.bot_id or (person and person.is_bot):
        badges.append(tag("span", words("アプリ"), class_="badge"))
    if person and person.team_id != scene.workspace.team_id:
        badges.append(tag("span", words("外部"), class_="badge outside"))
    title = person.title if person and not message.persona else ""
    at = scene.at(message.ts)
    return tag(
        "div",
        tag("span", name, class_="author"),
        *badges,
        tag("span", words(title), class_="title") if title else NOTHING,
        tag("time", words(clock_time(at)), datetime=at.isoformat(timespec="seconds")),
        class_="byline",
    )


def _content(message: MessageRecord, scene: Scene) -> Html:
    if message.deleted:
        gone = words("このメッセージは削除されました。")
        return tag("div", gone, class_="said gone")
    announced = _QUIET.match(message.subtype)
    if announced and announced["what"] in _ANNOUNCEMENTS:
        return tag("div", words(_ANNOUNCEMENTS[announced["what"]]), class_="said")
    if announced and announced["what"] == "name":
        renamed = f"チャンネル名を「{message.extra.get('name', '')}」に変更しました"
        return tag("div", words(renamed), class_="said")
    edited = tag("span", words("(編集済み)"), class_="edited") if message.edited else NOTHING
    if message.blocks:
        said = blocks_html(filled_message(message, scene.viewer_id), scene)
    else:
        said = passages_html(mrkdwn.passages(message.text), scene)
    spoken = " me" if message.subtype == "me_message" else ""
    attached = [_attachment(one, scene) for one in message.attachments]
    return tag("div", said, edited, *attached, class_=f"said{spoken}")


def _attachment(attachment: object, scene: Scene) -> Html:
    """A legacy attachment: its blocks, or its text behind a bar."""
    payload = as_object(attachment)
    blocks = payload.get("blocks")
    if isinstance(blocks, list):
        said = blocks_html([as_object(block) for block in blocks], scene)
    else:
        text = text_at(payload, "text") or text_at(payload, "fallback")
        said = passages_html(mrkdwn.passages(text), scene)
    return tag("div", said, class_="attachment")


def _files(files: Sequence[FileRecord]) -> Html:
    shown = [_file(file) for file in files]
    return tag("div", *shown, class_="files") if shown else NOTHING


def _file(file: FileRecord) -> Html:
    if file.kind in PICTURES:
        return tag(
            "figure",
            tag("figcaption", words(file.name), class_="image-title"),
            scenery(file.id, file.name, "picture"),
            class_="photo",
        )
    return tag("div", tag("span", words("📄"), class_="emoji"), words(file.name), class_="file")


def _reactions(message: MessageRecord, scene: Scene) -> Html:
    pills = []
    for name, people in message.reactions.items():
        if not people:
            continue
        names = "、".join(scene.person_name(user) or user for user in people)
        mine = " mine" if scene.viewer_id in people else ""
        count = tag("span", words(str(len(people))), class_="count")
        said = f"{names}が :{name}: でリアクションしました"
        pills.append(
            tag("span", emoji_html(emoji_of(name)), count, class_=f"reaction{mine}", title=said)
        )
    return tag("div", *pills, class_="reactions") if pills else NOTHING


def _thread_line(message: MessageRecord, channel: ChannelRecord, scene: Scene) -> Html:
    """「3件の返信」 with the faces of those who replied and the time of the latest reply."""
    if message.is_reply:
        return NOTHING
    replies = [channel.messages[ts] for ts in message.replies if ts in channel.messages]
    if not replies:
        return NOTHING
    people = {(reply.user, reply.persona): reply for reply in replies}
    faces = list(people.values())[:_MOST_FACES]
    last = day_and_time(scene.at(replies[-1].ts), scene.today())
    return tag(
        "a",
        *(author_avatar(reply, scene, small=True) for reply in faces),
        tag("b", words(f"{len(replies)}件の返信")),
        tag("span", words(f"最終返信: {last}"), class_="last-reply"),
        class_="thread-line",
        href=scene.link(f"/thread/{channel.id}/{message.ts}"),
    )


def _broadcast_note(message: MessageRecord, channel: ChannelRecord, scene: Scene) -> Html:
    if message.subtype != "thread_broadcast":
        return NOTHING
    root = channel.messages.get(message.thread_ts)
    about = excerpt(root, scene, 30) if root else "スレッド"
    link = tag("a", words(about), href=scene.link(f"/thread/{channel.id}/{message.thread_ts}"))
    return tag("div", words("スレッドに返信しました: "), link, class_="broadcast-note")
