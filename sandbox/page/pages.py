"""What stands in the main part of each page."""

from __future__ import annotations

from sandbox.page.dates import day_and_time
from sandbox.page.markup import NOTHING, Html, joined, tag, words
from sandbox.page.messages import excerpt, is_announcement, message_html, timeline
from sandbox.page.scene import Scene
from sandbox.page.shell import LOCK, Page
from sandbox.records import ChannelRecord, MessageRecord

_RECENT = 6


def overview_page(scene: Scene) -> Page:
    """The first page: what apps said lately, and every channel."""
    said = [_recent(message, scene) for message in _recent_app_messages(scene)]
    rooms = [_room(channel, scene) for channel in scene.conversations() if not channel.archived]
    parts = [
        tag("h2", words("アプリからの新しい投稿")) if said else NOTHING,
        tag("ul", *said) if said else NOTHING,
        tag("h2", words("チャンネル")),
        tag("ul", *rooms) if rooms else tag("p", words("まだチャンネルはありません。")),
    ]
    body = tag("div", tag("div", *parts, class_="overview"), class_="scroll")
    top = tag("div", tag("h1", words("ワークスペースのようす")), class_="top")
    pane = tag("section", top, body, class_="pane")
    return Page("ワークスペースのようす", "/", "/", pane)


def channel_page(channel: ChannelRecord, scene: Scene, chosen: str = "") -> Page:
    """A channel or a DM, its latest messages at the bottom."""
    path = f"/channel/{channel.id}"
    return Page(
        conversation_name(channel, scene), path, path, _channel_pane(channel, scene, chosen)
    )


def thread_page(
    channel: ChannelRecord, root: MessageRecord, scene: Scene, chosen: str = ""
) -> Page:
    """A thread, with its channel beside it where there is room."""
    replies = scene.thread_messages(channel, root.ts)
    count = tag("div", words(f"{len(replies)}件の返信"), class_="reply-count")
    where = scene.link(scene.path(channel), at=root.ts)
    away = tag("a", words("✕"), href=where, class_="close", aria_label="スレッドを閉じる")
    body = [
        message_html(root, channel, scene, in_thread=True, chosen=chosen == root.ts),
        count if replies else NOTHING,
        timeline(replies, channel, scene, in_thread=True, chosen=chosen),
    ]
    thread = tag(
        "section",
        tag(
            "div",
            back(where),
            tag("h1", words("スレッド")),
            tag("span", words(conversation_name(channel, scene)), class_="about"),
            away,
            class_="top",
        ),
        tag("div", *body, class_="scroll"),
        class_="pane thread",
    )
    beside = _channel_pane(channel, scene, root.ts, beside=True)
    switch = f"/thread/{channel.id}/{root.ts}"
    return Page("スレッド", scene.path(channel), switch, joined([beside, thread]))


def notice_page(scene: Scene, title: str, words_: str) -> Page:
    """A page that only says something."""
    top = tag("div", back(scene.link("/")), tag("h1", words(title)), class_="top")
    return Page(title, "", "/", tag("section", top, notice(words_), class_="pane"))


def conversation_name(channel: ChannelRecord, scene: Scene) -> str:
    """A channel's name with its sign, or the names of those in a DM."""
    sign = "#" if channel.kind in ("channel", "group") else ""
    return sign + scene.title(channel)


def back(path: str) -> Html:
    """The way back, on phones."""
    return tag("a", words("‹"), href=path, class_="back", aria_label="戻る")


def notice(text: str) -> Html:
    """A sentence in place of what is not there."""
    return tag("p", words(text), class_="notice")


def _channel_pane(
    channel: ChannelRecord, scene: Scene, chosen: str, *, beside: bool = False
) -> Html:
    messages = scene.channel_messages(channel)
    about = channel.topic or channel.purpose
    if channel.archived:
        about = "アーカイブ済み"
    if channel.shared_with:
        about = f"外部の組織と共有しています。{about}"
    sign = LOCK if channel.kind == "group" else NOTHING
    top = tag(
        "div",
        back(scene.link("/")),
        tag(
            "h1",
            sign,
            words(" " if channel.kind == "group" else ""),
            words(conversation_name(channel, scene)),
        ),
        tag("span", words(about), class_="about"),
        tag("span", words(f"{len(channel.members)}人"), class_="members"),
        class_="top",
    )
    body = (
        timeline(messages, channel, scene, chosen=chosen)
        if messages
        else notice("まだ投稿はありません。")
    )
    class_ = "pane beside" if beside else "pane"
    return tag("section", top, tag("div", body, class_="scroll latest-last"), class_=class_)


def _recent_app_messages(scene: Scene) -> list[MessageRecord]:
    """The latest that apps said in conversations the viewer may read, newest first."""
    found = [
        message
        for channel in scene.workspace.channels.values()
        if scene.may_read(channel)
        for message in channel.messages.values()
        if message.bot_id and message.in_channel and not is_announcement(message)
    ]
    return sorted(found, key=lambda message: float(message.ts), reverse=True)[:_RECENT]


def _recent(message: MessageRecord, scene: Scene) -> Html:
    channel = scene.workspace.channels[message.channel_id]
    when = day_and_time(scene.at(message.ts), scene.today())
    return tag(
        "li",
        tag(
            "a",
            tag("b", words(conversation_name(channel, scene))),
            tag("span", words(when), class_="when"),
            tag("span", words(excerpt(message, scene)), class_="more"),
            href=scene.link(scene.path(channel), at=message.ts),
        ),
    )


def _room(channel: ChannelRecord, scene: Scene) -> Html:
    messages = [message for message in channel.messages.values() if message.in_channel]
    last = day_and_time(scene.at(messages[-1].ts), scene.today()) if messages else "投稿なし"
    about = channel.purpose or channel.topic or (excerpt(messages[-1], scene) if messages else "")
    sign = LOCK if channel.is_private else NOTHING
    return tag(
        "li",
        tag(
            "a",
            tag("b", sign, words(conversation_name(channel, scene))),
            tag("span", words(last), class_="when"),
            tag("span", words(about), class_="more"),
            tag("span", words(f"{len(channel.members)}人"), class_="when"),
            href=scene.link(f"/channel/{channel.id}"),
        ),
    )
