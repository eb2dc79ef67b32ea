"""The frame around every page: the sidebar, the choice of a person, the head of a conversation."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from sandbox.page.markup import Html, joined, tag, words
from sandbox.page.messages import avatar
from sandbox.page.scene import Scene
from sandbox.page.style import script, style_sheet
from sandbox.records import ChannelRecord, PersonRecord

LOCK = Html(
    '<svg class="lock" width="12" height="12" viewBox="0 0 12 12" aria-label="非公開">'
    '<path fill="currentColor" d="M3 5V3.5a3 3 0 0 1 6 0V5h.5v6h-7V5zm1.3 0h3.4V3.5a1.7 1.7 0 0'
    ' 0-3.4 0z"></path></svg>'
)


_PEOPLE_AT_ONCE = 14


@dataclass(frozen=True)
class Page:
    """A page in parts: its title, where it is in the sidebar, and what it shows.

    `switch` says what the choice of another person opens: `home`, `dm` and the like, or a path.
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
    rooms += _people(page, scene)
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
    options = [tag("option", words("全体"), value="")]
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


def _entry(
    path: str,
    sign: Html,
    name: str,
    page: Page,
    scene: Scene,
    extra: str = "",
    *,
    viewer: PersonRecord | None = None,
) -> Html:
    """A line of the sidebar; `viewer` is who looks on once it is followed."""
    here = page.here == path
    return tag(
        "a",
        tag("span", sign, class_="sign"),
        tag("span", words(name)),
        href=scene.link_as(viewer, path) if viewer else scene.link(path),
        class_=f"{'here' if here else ''} {extra}".strip() or None,
        aria_current="page" if here else None,
    )


def _channel_entry(channel: ChannelRecord, page: Page, scene: Scene) -> Html:
    sign = LOCK if channel.is_private else words("#")
    extra = "archived" if channel.archived else ""
    return _entry(f"/channel/{channel.id}", sign, channel.name, page, scene, extra)


def _own_entries(viewer: PersonRecord, page: Page, scene: Scene) -> list[Html]:
    """What only this person has: the app's Home, their DM with it, forms and whispers."""
    bot = scene.workspace.bot.shown_name
    face = avatar(scene.workspace.bot.id, scene, small=True)
    entries = [
        tag("h2", words("アプリ")),
        _entry(f"/home/{viewer.id}", words("⌂"), f"{bot}のホーム", page, scene),
        _entry(f"/dm/{viewer.id}", face, bot, page, scene),
    ]
    if scene.modal_of(viewer.id):
        entries.append(_entry(f"/modal/{viewer.id}", words("▣"), "開いている画面", page, scene))
    entries.append(_entry(f"/modals/{viewer.id}", words("▤"), "フォーム", page, scene))
    entries.append(_entry(f"/whispers/{viewer.id}", words("◌"), "本人だけに", page, scene))
    return entries


def _people(page: Page, scene: Scene) -> list[Html]:
    """Everybody, each with a page: the first few at once, the others behind a line."""
    people = scene.people()
    entries = [
        _entry(
            f"/person/{person.id}",
            avatar(person.id, scene, small=True),
            person.shown_name,
            page,
            scene,
            viewer=person,
        )
        for person in people
    ]
    head = tag("h2", words("人"))
    if len(entries) <= _PEOPLE_AT_ONCE:
        return [head, *entries]
    here = any(page.here == f"/person/{person.id}" for person in people[_PEOPLE_AT_ONCE:])
    more = tag("summary", words(f"ほかの{len(entries) - _PEOPLE_AT_ONCE}人"))
    rest = tag("details", more, *entries[_PEOPLE_AT_ONCE:], open=here, id="others")
    return [head, *entries[:_PEOPLE_AT_ONCE], rest]
