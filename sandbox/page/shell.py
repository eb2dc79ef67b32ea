"""The frame around every page: the sidebar, the choice of a person, the head of a conversation."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.page.blocks import blocks_html
from sandbox.page.dates import day_and_time
from sandbox.page.markup import NOTHING, Html, joined, tag, words
from sandbox.page.messages import avatar, excerpt, message_html, timeline
from sandbox.page.payload import Payload, as_object, object_at, objects_at, text_at
from sandbox.page.scene import Scene
from sandbox.page.style import script, style_sheet
from sandbox.records import ChannelRecord, MessageRecord, PersonRecord, ViewRecord

_RECENT = 6
_LOCK = Html(
    '<svg class="lock" width="12" height="12" viewBox="0 0 12 12" aria-label="非公開">'
    '<path fill="currentColor" d="M3 5V3.5a3 3 0 0 1 6 0V5h.5v6h-7V5zm1.3 0h3.4V3.5a1.7 1.7 0 0'
    ' 0-3.4 0z"></path></svg>'
)


@dataclass(frozen=True)
class Page:
    """A page in parts: its title, where it is in the sidebar, and what it shows.

    `switch` says what the choice of another person opens: `home`, `modal`, `dm`, or a path.
    """

    title: str
    here: str
    switch: str
    main: Html


def document(page: Page, scene: Scene, *, css: str, javascript: str) -> str:
    """The whole HTML document."""
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", words(f"{page.title} - {scene.workspace.name}")),
            tag("style", Html(css)),
        ]
    )
    ended = tag("div", words("デモは終わりました。"), class_="ended-note", role="status")
    body = tag(
        "body",
        _sidebar(page, scene),
        tag("main", page.main),
        ended,
        tag("script", Html(javascript)),
        class_="at-start" if page.here == "/" else None,
    )
    html = tag("html", tag("head", head), body, lang="ja", data_version=str(_version(scene)))
    return f"<!doctype html>{html}"


def content_policy() -> str:
    """What the browser may load: the style and script written into the page, and nothing else."""
    return (
        "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'; "
        f"style-src '{_digest(style_sheet())}'; script-src '{_digest(script())}'"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _version(scene: Scene) -> int:
    return scene.workspace.revision


def _sidebar(page: Page, scene: Scene) -> Html:
    name = tag("a", words(scene.workspace.name), href=scene.link("/"))
    rooms = [
        tag("h2", words("チャンネル")),
        *(_channel_entry(channel, page, scene) for channel in scene.conversations()),
    ]
    if scene.viewer:
        rooms += _own_entries(scene.viewer, page, scene)
    else:
        rooms.append(tag("h2", words("アプリとのメッセージ")))
        rooms += [_message_entry(channel, page, scene) for channel in scene.direct_messages()]
    return tag(
        "nav",
        tag("div", name, _choice(page, scene), class_="workspace"),
        tag("div", *rooms, class_="rooms scroll"),
        tag(
            "div",
            words("これは手元で動く見本のSlackです。見るだけの画面です。"),
            class_="side-note",
        ),
        aria_label="チャンネルとメッセージ",
    )


def _choice(page: Page, scene: Scene) -> Html:
    """「だれの画面で見るか」: a plain form, sent at once where scripts run."""
    options = [tag("option", words("だれでもない(全体)"), value="")]
    people = sorted(scene.workspace.people.values(), key=lambda person: person.shown_name)
    for person in people:
        if person.is_bot or person.deleted:
            continue
        label = person.shown_name + (f"({person.title})" if person.title else "")
        chosen = person.id == scene.viewer_id
        options.append(tag("option", words(label), value=person.id, selected=chosen))
    return tag(
        "form",
        tag("label", words("見る人"), for_="as"),
        tag("select", *options, id="as", name="user", autocomplete="off"),
        tag("input", type="hidden", name="to", value=page.switch),
        tag("noscript", tag("button", words("表示"), type="submit")),
        action="/as",
        method="get",
    )


def _entry(path: str, sign: Html, name: str, page: Page, scene: Scene, extra: str = "") -> Html:
    here = page.here == path
    return tag(
        "a",
        tag("span", sign, class_="sign"),
        tag("span", words(name)),
        href=scene.link(path),
        class_=f"{'here' if here else ''} {extra}".strip() or None,
        aria_current="page" if here else None,
    )


def _channel_entry(channel: ChannelRecord, page: Page, scene: Scene) -> Html:
    sign = _LOCK if channel.is_private else words("#")
    extra = "archived" if channel.archived else ""
    return _entry(f"/channel/{channel.id}", sign, channel.name, page, scene, extra)


def _own_entries(viewer: PersonRecord, page: Page, scene: Scene) -> list[Html]:
    """What only this person has: the app's Home, their DM with it, a modal that is open."""
    bot = scene.workspace.bot.shown_name
    face = avatar(scene.workspace.bot.id, scene, small=True)
    entries = [
        tag("h2", words("アプリ")),
        _entry(f"/dm/{viewer.id}", face, bot, page, scene),
        _entry(f"/home/{viewer.id}", words("⌂"), f"{bot}のホーム", page, scene),
    ]
    if scene.modal_of(viewer.id):
        entries.append(_entry(f"/modal/{viewer.id}", words("▣"), "開いている画面", page, scene))
    return entries


def _message_entry(channel: ChannelRecord, page: Page, scene: Scene) -> Html:
    people = [user for user in channel.members if user != scene.workspace.bot.id]
    name = "、".join(scene.person_name(user) or user for user in people)
    path = f"/channel/{channel.id}"
    face = avatar(people[0], scene, small=True) if people else words("@")
    return _entry(path, face, name, page, scene)


# --- pages ------------------------------------------------------------------------------------


def overview_page(scene: Scene) -> Page:
    """The first page: what apps said lately, and every channel."""
    said = [_recent(message, scene) for message in scene.recent_app_messages(_RECENT)]
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
    back = scene.link(f"/channel/{channel.id}", at=root.ts)
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
    path = f"/channel/{channel.id}"
    beside = _channel_pane(channel, scene, root.ts, beside=True)
    switch = f"/thread/{channel.id}/{root.ts}"
    return Page("スレッド", path, switch, joined([beside, thread]))


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


def modal_page(person: PersonRecord, scene: Scene, errors: Mapping[str, str] | None = None) -> Page:
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
        tag("div", blocks_html(_filled_blocks(view), scene, errors), class_="content scroll"),
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


# --- parts of pages ---------------------------------------------------------------------------


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
    sign = _LOCK if channel.kind == "group" else NOTHING
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
            href=scene.link(f"/channel/{channel.id}", at=message.ts),
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
            tag("b", _LOCK if channel.is_private else NOTHING, words(_name(channel, scene))),
            tag("span", words(last), class_="when"),
            tag("span", words(about), class_="more"),
            tag("span", words(f"{len(channel.members)}人"), class_="when"),
            href=scene.link(f"/channel/{channel.id}"),
        ),
    )
