"""What one person has of the app: its Home, their DM with it, forms, what only they see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from sandbox.page.blocks import blocks_html
from sandbox.page.forms import filled_view
from sandbox.page.markup import NOTHING, Html, joined, tag, words
from sandbox.page.messages import avatar, message_html, timeline
from sandbox.page.pages import back, conversation_name, notice
from sandbox.page.payload import Payload, as_object, object_at, text_at
from sandbox.page.scene import Scene
from sandbox.page.shell import Page
from sandbox.records import MessageRecord, PersonRecord, ViewRecord

_LATEST = 3
_TABS = (
    ("home", "ホーム"),
    ("dm", "メッセージ"),
    ("modals", "フォーム"),
    ("whispers", "本人だけに"),
)


def person_page(person: PersonRecord, scene: Scene) -> Page:
    """Everything of one person on one page, each part with a link to the whole."""
    dm = scene.direct_message_with_bot(person.id)
    said = scene.channel_messages(dm)[-_LATEST:] if dm else []
    view = scene.home_of(person.id)
    parts = [
        _part("アプリのホーム", f"/home/{person.id}", _home_excerpt(view, scene), scene),
        _part("アプリからのメッセージ", f"/dm/{person.id}", _messages(said, scene), scene),
        _part("フォーム", f"/modals/{person.id}", _forms(person, scene), scene),
        _part(
            "本人だけに見えるメッセージ",
            f"/whispers/{person.id}",
            _messages(scene.whispers_to(person.id)[-_LATEST:], scene),
            scene,
        ),
    ]
    top = tag(
        "div",
        back(scene.link("/")),
        avatar(person.id, scene, small=True),
        tag("h1", words(person.shown_name)),
        tag("span", words(person.title), class_="about"),
        class_="top",
    )
    body = tag("div", tag("div", *parts, class_="person"), class_="scroll")
    pane = tag("section", top, body, class_="pane")
    return Page(person.shown_name, f"/person/{person.id}", "person", pane)


def dm_page(person: PersonRecord, scene: Scene, chosen: str = "") -> Page:
    """The DM of a person with the app's bot."""
    channel = scene.direct_message_with_bot(person.id)
    if channel is None or not (channel.messages or channel.ephemerals):
        shown = notice("まだメッセージはありません。")
    else:
        lines = timeline(scene.channel_messages(channel), channel, scene, chosen=chosen)
        shown = tag("div", lines, class_="scroll latest-last")
    pane = _app_pane(scene, person, "dm", shown)
    return Page(scene.workspace.bot.shown_name, f"/dm/{person.id}", "dm", pane)


def home_page(person: PersonRecord, scene: Scene) -> Page:
    """The app's Home tab as one person sees it."""
    view = scene.home_of(person.id)
    if view is None:
        shown = notice("ホームはまだ開かれていません。")
    else:
        blocks = blocks_html(filled_view(view), scene)
        shown = tag("div", tag("div", blocks, class_="home"), class_="scroll")
    title = f"{scene.workspace.bot.shown_name}のホーム"
    return Page(title, f"/home/{person.id}", "home", _app_pane(scene, person, "home", shown))


def modals_page(person: PersonRecord, scene: Scene) -> Page:
    """The forms that a person has open or had open, the latest first."""
    shown = tag("div", tag("div", _forms(person, scene), class_="overview"), class_="scroll")
    pane = _app_pane(scene, person, "modals", shown)
    return Page("フォーム", f"/modals/{person.id}", "modals", pane)


def whispers_page(person: PersonRecord, scene: Scene) -> Page:
    """What the app said to this person alone, wherever it was, the latest at the bottom."""
    found = scene.whispers_to(person.id)
    lines = [_whisper(message, scene) for message in found]
    shown = (
        tag("div", *lines, class_="scroll latest-last")
        if lines
        else notice("本人だけに見えるメッセージはありません。")
    )
    pane = _app_pane(scene, person, "whispers", shown)
    return Page("本人だけに", f"/whispers/{person.id}", "whispers", pane)


def modal_page(person: PersonRecord, view: ViewRecord | None, scene: Scene) -> Page:
    """A form: open before the person, or as it looked last."""
    here = f"/modals/{person.id}"
    if view is None:
        top = tag("div", back(scene.link("/")), tag("h1", words("開いている画面")), class_="top")
        pane = tag("section", top, notice("いま開いている画面はありません。"), class_="pane")
        return Page("開いている画面", here, "modals", pane)
    title = text_at(object_at(as_object(view.body), "title"), "text")
    closed = "" if view.open else "この画面は閉じています。最後に見えたようすです。"
    main = tag(
        "div",
        _modal(view, title, scene),
        tag("p", words(closed), class_="closed-note") if closed else NOTHING,
        class_="backdrop",
    )
    return Page(title, here, "modals", main)


def _modal(view: ViewRecord, title: str, scene: Scene) -> Html:
    leading = (
        tag("span", words("←"), class_="step-back", aria_hidden="true")
        if view.previous_id
        else avatar(scene.workspace.bot.id, scene)
    )
    blocks = blocks_html(filled_view(view), scene, view.errors)
    link = scene.link(f"/modals/{view.user}")
    return tag(
        "section",
        tag(
            "header",
            leading,
            tag("h1", words(title)),
            tag("a", words("✕"), class_="close", href=link, aria_label="一覧へ戻る"),
        ),
        tag("div", blocks, class_="content scroll"),
        _modal_foot(as_object(view.body)),
        class_="modal",
        role="dialog",
        aria_label=title,
    )


def _modal_foot(body: Payload) -> Html:
    close = text_at(object_at(body, "close"), "text") or "キャンセル"
    buttons = [tag("span", words(close), class_="button")]
    submit = text_at(object_at(body, "submit"), "text")
    if submit:
        buttons.append(tag("span", words(submit), class_="button primary"))
    return tag("footer", *buttons)


def _app_pane(scene: Scene, person: PersonRecord, tab: str, shown: Html) -> Html:
    """The app's own place: its name, whose view this is, and the tabs."""
    bot = scene.workspace.bot
    tabs = [
        tag(
            "a",
            words(name),
            href=scene.link(f"/{key}/{person.id}"),
            class_="here" if key == tab else None,
        )
        for key, name in _TABS
    ]
    whose = tag(
        "a",
        avatar(person.id, scene, small=True),
        tag("span", words(f"{person.shown_name}さんの画面")),
        class_="whose",
        href=scene.link(f"/person/{person.id}"),
    )
    top = tag(
        "div",
        back(scene.link(f"/person/{person.id}")),
        avatar(bot.id, scene, small=True),
        tag("h1", words(bot.shown_name)),
        whose,
        class_="top",
    )
    return tag("section", top, tag("div", *tabs, class_="tabs"), shown, class_="pane")


def _part(title: str, path: str, shown: Html, scene: Scene) -> Html:
    head = tag(
        "div",
        tag("h2", words(title)),
        tag("a", words("開く"), href=scene.link(path)),
        class_="part-head",
    )
    return tag("section", head, tag("div", shown, class_="part-body"), class_="part")


def _home_excerpt(view: ViewRecord | None, scene: Scene) -> Html:
    if view is None:
        return notice("ホームはまだ開かれていません。")
    blocks = blocks_html(filled_view(view), scene)
    return tag("div", tag("div", blocks, class_="home"), class_="peek")


def _messages(messages: list[MessageRecord], scene: Scene) -> Html:
    if not messages:
        return notice("まだありません。")
    return joined(_whisper(message, scene) for message in messages)


def _whisper(message: MessageRecord, scene: Scene) -> Html:
    """A message with the conversation in which it was said."""
    channel = scene.workspace.channels[message.channel_id]
    place: Html = NOTHING
    if not channel.is_im:
        root = message.thread_ts
        path = f"/thread/{channel.id}/{root}" if root else scene.path(channel)
        name = conversation_name(channel, scene)
        place = tag("a", words(name), href=scene.link(path, at=message.ts), class_="where")
    shown = message_html(message, channel, scene)
    return tag("div", place, shown, class_="elsewhere")


def _forms(person: PersonRecord, scene: Scene) -> Html:
    rows = [_form(view, scene, link) for view, link in _seen_forms(person, scene)]
    return tag("ul", *rows, class_="forms") if rows else notice("まだフォームを開いていません。")


def _seen_forms(person: PersonRecord, scene: Scene) -> list[tuple[ViewRecord, str]]:
    """Open forms, then those of the past by their callback_id, each with its address."""
    opened = [(view, f"/modal/{view.id}") for view in scene.open_modals(person.id)]
    names = {text_at(view.body, "callback_id") for view, _ in opened}
    past = scene.workspace.past_modals.get(person.id, {})
    closed = [
        (view, f"/modal/{person.id}/{quote(name, safe='')}")
        for name, view in reversed(past.items())
        if name not in names
    ]
    return opened[::-1] + closed


def _form(view: ViewRecord, scene: Scene, path: str) -> Html:
    title = text_at(object_at(as_object(view.body), "title"), "text")
    state = "開いています" if view.open else "閉じました"
    return tag(
        "li",
        tag(
            "a",
            tag("b", words(title)),
            tag("span", words(state), class_="when open-now" if view.open else "when"),
            tag("span", words(text_at(view.body, "callback_id")), class_="more"),
            href=scene.link(path),
        ),
    )


Make = Callable[[PersonRecord, Scene], Page]
OWN_PAGES: dict[str, Make] = {
    "person": person_page,
    "home": home_page,
    "modals": modals_page,
    "whispers": whispers_page,
}
"""Pages at /name/U…; the DM and single forms take more than a person."""
