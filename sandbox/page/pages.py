"""What stands in the main part of each page."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.page.blocks import blocks_html
from sandbox.page.dates import day_and_time
from sandbox.page.markup import NOTHING, Html, joined, tag, words
from sandbox.page.messages import avatar, excerpt, is_announcement, message_html, timeline
from sandbox.page.payload import Payload, as_object, object_at, objects_at, text_at
from sandbox.page.scene import Scene
from sandbox.page.shell import LOCK, Page
from sandbox.records import ChannelRecord, MessageRecord, PersonRecord, ViewRecord

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
    return Page(_name(channel, scene), path, path, _channel_pane(channel, scene, chosen))


def dm_page(person: PersonRecord, scene: Scene, chosen: str = "") -> Page:
    """The DM of a person with the app's bot."""
    channel = scene.direct_message_with_bot(person.id)
    title = scene.workspace.bot.shown_name
    if channel is None or not (channel.messages or channel.ephemerals):
        main = _app_pane(scene, person, "dm", _notice("まだメッセージはありません。"))
    else:
        shown = timeline(scene.channel_messages(channel), channel, scene, chosen=chosen)
        main = _app_pane(scene, person, "dm", tag("div", shown, class_="scroll latest-last"))
    return Page(title, f"/dm/{person.id}", "dm", main)


def thread_page(
    channel: ChannelRecord, root: MessageRecord, scene: Scene, chosen: str = ""
) -> Page:
    """A thread, with its channel beside it where there is room."""
    replies = scene.thread_messages(channel, root.ts)
    count = tag("div", words(f"{len(replies)}件の返信"), class_="reply-count")
    back = scene.link(scene.path(channel), at=root.ts)
    away = tag("a", words("✕"), href=back, class_="close", aria_label="スレッドを閉じる")
    body = [
        message_html(root, channel, scene, in_thread=True, chosen=chosen == root.ts),
        count if replies else NOTHING,
        timeline(replies, channel, scene, in_thread=True, chosen=chosen),
    ]
    thread = tag(
        "section",
        tag(
            "div",
            _back(back),
            tag("h1", words("スレッド")),
            tag("span", words(_name(channel, scene)), class_="about"),
            away,
            class_="top",
        ),
        tag("div", *body, class_="scroll"),
        class_="pane thread",
    )
    beside = _channel_pane(channel, scene, root.ts, beside=True)
    switch = f"/thread/{channel.id}/{root.ts}"
    return Page("スレッド", scene.path(channel), switch, joined([beside, thread]))


def home_page(person: PersonRecord, scene: Scene) -> Page:
    """The app's Home tab as one person sees it."""
    view = scene.home_of(person.id)
    if view is None:
        shown = _notice("ホームはまだ開かれていません。")
    else:
        blocks = blocks_html(_filled_blocks(view), scene)
        shown = tag("div", tag("div", blocks, class_="home"), class_="scroll")
    bot = scene.workspace.bot.shown_name
    return Page(
        f"{bot}のホーム", f"/home/{person.id}", "home", _app_pane(scene, person, "home", shown)
    )


def modal_page(person: PersonRecord, scene: Scene) -> Page:
    """The modal that a person has open."""
    view = scene.modal_of(person.id)
    if view is None:
        top = tag("div", _back(scene.link("/")), tag("h1", words("開いている画面")), class_="top")
        pane = tag("section", top, _notice("いま開いている画面はありません。"), class_="pane")
        return Page("開いている画面", f"/modal/{person.id}", "modal", pane)
    body = as_object(view.body)
    title = text_at(object_at(body, "title"), "text")
    modal = tag(
        "section",
        tag(
            "header",
            avatar(scene.workspace.bot.id, scene),
            tag("h1", words(title)),
            tag("span", words("✕"), class_="close", aria_hidden="true"),
        ),
        tag("div", blocks_html(_filled_blocks(view), scene), class_="content scroll"),
        _modal_foot(body),
        class_="modal",
        role="dialog",
        aria_label=title,
    )
    main = tag("div", modal, class_="backdrop")
    return Page(title, f"/modal/{person.id}", "modal", main)


def notice_page(scene: Scene, title: str, words_: str) -> Page:
    """A page that only says something."""
    top = tag("div", _back(scene.link("/")), tag("h1", words(title)), class_="top")
    return Page(title, "", "/", tag("section", top, _notice(words_), class_="pane"))


def _name(channel: ChannelRecord, scene: Scene) -> str:
    sign = "#" if channel.kind in ("channel", "group") else ""
    return sign + scene.title(channel)


def _back(path: str) -> Html:
    return tag("a", words("‹"), href=path, class_="back", aria_label="戻る")


def _notice(text: str) -> Html:
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
        _back(scene.link("/")),
        tag(
            "h1", sign, words(" " if channel.kind == "group" else ""), words(_name(channel, scene))
        ),
        tag("span", words(about), class_="about"),
        tag("span", words(f"{len(channel.members)}人"), class_="members"),
        class_="top",
    )
    body = (
        timeline(messages, channel, scene, chosen=chosen)
        if messages
        else _notice("まだ投稿はありません。")
    )
    class_ = "pane beside" if beside else "pane"
    return tag("section", top, tag("div", body, class_="scroll latest-last"), class_=class_)


def _app_pane(scene: Scene, person: PersonRecord, tab: str, shown: Html) -> Html:
    """The app's own place: its name, and the tabs Home and messages."""
    bot = scene.workspace.bot
    tabs = [
        tag(
            "a",
            words(name),
            href=scene.link(f"/{key}/{person.id}"),
            class_="here" if key == tab else None,
        )
        for key, name in (("home", "ホーム"), ("dm", "メッセージ"))
    ]
    whose = "" if person.id == scene.viewer_id else f"{person.shown_name}さんの画面"
    top = tag(
        "div",
        _back(scene.link("/")),
        avatar(bot.id, scene, small=True),
        tag("h1", words(bot.shown_name)),
        tag("span", words(whose), class_="about"),
        class_="top",
    )
    return tag("section", top, tag("div", *tabs, class_="tabs"), shown, class_="pane")


def _modal_foot(body: Payload) -> Html:
    close = text_at(object_at(body, "close"), "text") or "キャンセル"
    buttons = [tag("span", words(close), class_="button")]
    submit = text_at(object_at(body, "submit"), "text")
    if submit:
        buttons.append(tag("span", words(submit), class_="button primary"))
    return tag("footer", *buttons)


def _filled_blocks(view: ViewRecord) -> list[Payload]:
    """The view's blocks with what the person has filled in so far as their initial values."""
    blocks = objects_at(view.body, "blocks")
    return [_filled(block, view.state) for block in blocks]


def _filled(block: Payload, state: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Payload:
    element = object_at(block, "element")
    given = state.get(text_at(block, "block_id"), {}).get(text_at(element, "action_id"))
    if given is None:
        return block
    values = {
        "initial_" + key.removeprefix("selected_"): value
        for key, value in given.items()
        if key == "value" or key.startswith("selected_")
    }
    return {**block, "element": {**element, **values}}


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
            tag("b", words(_name(channel, scene))),
            tag("span", words(when), class_="when"),
            tag("span", words(excerpt(message, scene)), class_="more"),
            href=scene.link(scene.path(channel), at=message.ts),
        ),
    )


def _room(channel: ChannelRecord, scene: Scene) -> Html:
    messages = [message for message in channel.messages.values() if message.in_channel]
    last = day_and_time(scene.at(messages[-1].ts), scene.today()) if messages else "投稿なし"
    about = channel.purpose or channel.topic or (excerpt(messages[-1], scene) if messages else "")
    return tag(
        "li",
        tag(
            "a",
            tag("b", LOCK if channel.is_private else NOTHING, words(_name(channel, scene))),
            tag("span", words(last), class_="when"),
            tag("span", words(about), class_="more"),
            tag("span", words(f"{len(channel.members)}人"), class_="when"),
            href=scene.link(f"/channel/{channel.id}"),
        ),
    )
