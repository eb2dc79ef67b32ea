"""The addresses of the page. Each answers with one moment of the workspace."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cache

from aiohttp import web

from sandbox.page import own_pages, pages, shell
from sandbox.page.own_pages import OWN_PAGES
from sandbox.page.scene import Scene
from sandbox.page.shell import Page
from sandbox.page.style import script, style_sheet
from sandbox.records import ChannelRecord, MessageRecord, PersonRecord
from sandbox.workspace import Workspace

_SWITCHABLE_PATH = re.compile(r"/(?:channel/[A-Z0-9]+|thread/[A-Z0-9]+/\d+\.\d+)?\Z")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Make = Callable[[web.Request, Scene], Page]


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Put the page for people under `/` of `app`. It only reads `workspace`."""
    site = _Site(workspace)
    app.router.add_get("/", site.answer(site.overview))
    app.router.add_get("/channel/{channel}", site.answer(site.channel))
    app.router.add_get("/thread/{channel}/{ts}", site.answer(site.thread))
    for name in OWN_PAGES:
        app.router.add_get(f"/{name}/{{user}}", site.answer(site.own(name)))
    app.router.add_get("/dm/{user}", site.answer(site.dm))
    app.router.add_get("/modal/{id}", site.answer(site.modal))
    app.router.add_get("/modal/{user}/{callback}", site.answer(site.past_modal))
    app.router.add_get("/as", site.switch)
    app.router.add_get("/version", site.version)


class _MissingError(Exception):
    """What was asked for is not there; the message says so to the reader."""


class _Site:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._css = cache(style_sheet)
        self._javascript = cache(script)
        self._policy = cache(shell.content_policy)

    def answer(self, make: _Make) -> _Handler:
        """A handler that makes a page while the workspace stands still."""

        async def handle(request: web.Request) -> web.Response:
            status = 200
            with self.workspace.changed:
                scene = Scene(self.workspace, self._viewer(request))
                try:
                    page = make(request, scene)
                except _MissingError as missing:
                    status, page = 404, pages.notice_page(scene, "見つかりません", str(missing))
                html = shell.document(page, scene, css=self._css(), javascript=self._javascript())
            headers = {
                "Content-Security-Policy": self._policy(),
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            }
            return web.Response(text=html, status=status, content_type="text/html", headers=headers)

        return handle

    def overview(self, _request: web.Request, scene: Scene) -> Page:
        return pages.overview_page(scene)

    def channel(self, request: web.Request, scene: Scene) -> Page:
        return pages.channel_page(self._channel(request, scene), scene, request.query.get("at", ""))

    def thread(self, request: web.Request, scene: Scene) -> Page:
        channel = self._channel(request, scene)
        root = self._message(channel, request.match_info["ts"])
        return pages.thread_page(channel, root, scene, request.query.get("at", ""))

    def own(self, name: str) -> _Make:
        """The maker of one of the pages that every person has."""
        make = OWN_PAGES[name]
        return lambda request, scene: make(self._person(request.match_info["user"]), scene)

    def dm(self, request: web.Request, scene: Scene) -> Page:
        person = self._person(request.match_info["user"])
        return own_pages.dm_page(person, scene, request.query.get("at", ""))

    def modal(self, request: web.Request, scene: Scene) -> Page:
        """The modal that a person has open (U…), or a certain one (V…)."""
        wanted = request.match_info["id"]
        view = self.workspace.views.get(wanted)
        if view is not None and view.kind == "modal":
            return own_pages.modal_page(self._person(view.user), view, scene)
        person = self._person(wanted)
        return own_pages.modal_page(person, scene.modal_of(person.id), scene)

    def past_modal(self, request: web.Request, scene: Scene) -> Page:
        """The last look of a person's modal with this callback_id, open or not."""
        person = self._person(request.match_info["user"])
        name = request.match_info["callback"]
        views = {str(view.body.get("callback_id")): view for view in scene.open_modals(person.id)}
        view = views.get(name) or self.workspace.past_modals.get(person.id, {}).get(name)
        if view is None:
            raise _MissingError("この人は、そのフォームを開いていません。")
        return own_pages.modal_page(person, view, scene)

    async def switch(self, request: web.Request) -> web.Response:
        """Sends the reader to the same page as another person sees it."""
        user, to = request.query.get("user", ""), request.query.get("to", "/")
        with self.workspace.changed:
            scene = Scene(self.workspace, self.workspace.people.get(user))
        if to in (*OWN_PAGES, "dm"):
            to = f"/{to}/{scene.viewer_id}" if scene.viewer else "/"
        elif not _SWITCHABLE_PATH.match(to):
            to = "/"
        raise web.HTTPSeeOther(scene.link(to))

    async def version(self, _request: web.Request) -> web.Response:
        """Grows with every change: the page asks for it and fetches itself again."""
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=str(self.workspace.revision), headers=headers)

    def _viewer(self, request: web.Request) -> PersonRecord | None:
        """Who was chosen; a person's own page is seen with their eyes otherwise."""
        chosen = self.workspace.people.get(request.query.get("as", ""))
        if chosen is not None:
            return chosen
        whose = request.match_info.get("user") or request.match_info.get("id", "")
        view = self.workspace.views.get(whose)
        return self.workspace.people.get(view.user if view else whose)

    def _person(self, user_id: str) -> PersonRecord:
        person = self.workspace.people.get(user_id)
        if person is None:
            raise _MissingError("その人は見つかりません。")
        return person

    def _channel(self, request: web.Request, scene: Scene) -> ChannelRecord:
        channel = self.workspace.channels.get(request.match_info["channel"])
        if channel is None:
            raise _MissingError("そのチャンネルは見つかりません。")
        if not scene.may_read(channel):
            raise _MissingError("この人は、このチャンネルのメンバーではありません。")
        return channel

    def _message(self, channel: ChannelRecord, ts: str) -> MessageRecord:
        message = channel.messages.get(ts)
        if message is None:
            raise _MissingError("その投稿は見つかりません。")
        return message
